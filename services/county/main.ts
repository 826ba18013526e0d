import 'reflect-metadata'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '../platform/clock.ts'
import { openDatabase } from '../platform/database.ts'
import { createDirectory } from '../platform/directory/cached-directory.ts'
import { createLogger } from '../platform/log.ts'
import { packageRoot } from '../platform/package-root.ts'
import { runProcess } from '../platform/run-process.ts'
import { parsePublicKeys, readSigningKey } from '../platform/tokens/keys.ts'
import { readRegisterFile } from './agencies/agency-register.ts'
import { countyConfig } from './config.ts'
import { createCountyNode } from './server.ts'

await runProcess(async () => {
  const config = countyConfig(process.env)
  const logger = createLogger({ name: `county-${config.COUNTY_CODE}`, level: config.LOG_LEVEL })
  const key = await readSigningKey(config.COUNTY_KEY_FILE)
  const register = config.REGISTER_FILE === undefined ? undefined : await readRegisterFile(config.REGISTER_FILE)
  const directory = createDirectory({
    url: config.DIRECTORY_URL,
    trust: await parsePublicKeys(await readFile(config.DIRECTORY_TRUST_FILE, 'utf8')),
    cacheFile: config.DIRECTORY_CACHE_FILE,
    clock: systemClock,
    logger,
  })
  await directory.start()
  const database = await openDatabase({
    url: config.DATABASE_URL,
    dataDir: config.DATA_DIR,
    migrationsDir: join(packageRoot(), 'services/county/db/migrations'),
  })
  const node = await createCountyNode(config, {
    directory,
    database,
    key,
    clock: systemClock,
    logger,
    ...(register && { register }),
  })
  const address = await node.listen({ host: config.HOST, port: config.PORT })
  logger.info({ address }, 'listening')
  return {
    logger,
    async close() {
      await node.close()
      await directory.stop()
      await database.close()
    },
  }
})
