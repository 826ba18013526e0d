import 'reflect-metadata'
import { systemClock } from '../platform/clock.ts'
import { createLogger } from '../platform/log.ts'
import { runProcess } from '../platform/run-process.ts'
import { readSigningKey } from '../platform/tokens/keys.ts'
import { coordinationVariables, seedFolders } from './config.ts'
import { createCoordination } from './server.ts'

await runProcess(async () => {
  const variables = coordinationVariables(process.env)
  const logger = createLogger({ name: 'coordination', level: variables.LOG_LEVEL })
  const coordination = await createCoordination(
    {
      key: await readSigningKey(variables.COORDINATION_KEY_FILE),
      office: variables.COORDINATION_OFFICE,
      databaseUrl: variables.DATABASE_URL,
      dataDir: variables.DATA_DIR,
      seedFolders: seedFolders(variables),
      validForMs: variables.DIRECTORY_VALID_SECONDS * 1_000,
    },
    { clock: systemClock, logger },
  )
  const address = await coordination.listen({ host: variables.HOST, port: variables.PORT })
  logger.info({ address }, 'listening')
  return { logger, close: () => coordination.close() }
})
