import { readFile } from 'node:fs/promises'
import { systemClock } from '../platform/clock.ts'
import { createLogger } from '../platform/log.ts'
import { runProcess } from '../platform/run-process.ts'
import { parseSigningKeys } from '../platform/tokens/keys.ts'
import { readClients } from './clients.ts'
import { issuerVariables } from './config.ts'
import { createIssuer } from './server.ts'

await runProcess(async () => {
  const variables = issuerVariables(process.env)
  const logger = createLogger({ name: 'issuer', level: variables.LOG_LEVEL })
  const settings = {
    url: variables.ISSUER_URL,
    audience: variables.ISSUER_AUDIENCE,
    keys: await parseSigningKeys(await readFile(variables.ISSUER_KEY_FILE, 'utf8')),
    clients: await readClients(variables.ISSUER_CLIENTS_FILE),
  }
  const issuer = createIssuer(settings, { clock: systemClock, logger })
  const address = await issuer.listen({ host: variables.HOST, port: variables.PORT })
  logger.info({ address, clients: settings.clients.length }, 'listening')
  return { logger, close: () => issuer.close() }
})
