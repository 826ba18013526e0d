import 'reflect-metadata'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemClock } from '../services/platform/clock.ts'
import { openDatabase } from '../services/platform/database.ts'
import { createDirectory } from '../services/platform/directory/cached-directory.ts'
import { createLogger } from '../services/platform/log.ts'
import { packageRoot } from '../services/platform/package-root.ts'
import { runProcess } from '../services/platform/run-process.ts'
import { parsePublicKeys, readSigningKey } from '../services/platform/tokens/keys.ts'
import { gatewayConfig } from './config.ts'
import { createGateway } from './server.ts'

await runProcess(async () => {
  const config = gatewayConfig(process.env)
  const logger = createLogger({ name: config.GATEWAY_ID, level: config.LOG_LEVEL })
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
    migrationsDir: join(packageRoot(), 'gateway/journal/migrations'),
  })
  const gateway = await createGateway(config, {
    directory,
    database,
    key: await readSigningKey(config.GATEWAY_KEY_FILE),
    clock: systemClock,
    logger,
  })
  const address = await gateway.listen({ host: config.HOST, port: config.PORT })
  logger.info({ address }, 'listening')
  return {
    logger,
    async close() {
      await gateway.close()
      await directory.stop()
      await database.close()
    },
  }
})
