import { join } from 'node:path'
import { gatewayConfig } from '../../gateway/config.ts'
import { type GatewayDeps, createGateway } from '../../gateway/server.ts'
import { type Clock, systemClock } from '../../services/platform/clock.ts'
import { type OpenDatabase, openDatabase } from '../../services/platform/database.ts'
import { type Directory, fixedDirectory } from '../../services/platform/directory/directory.ts'
import type { Snapshot } from '../../services/platform/directory/snapshot.ts'
import { type Logger, createLogger } from '../../services/platform/log.ts'
import { packageRoot } from '../../services/platform/package-root.ts'
import { type Trust, gatewayId } from './trust.ts'

/** An answer of the gateway. */
export interface GatewayAnswer {
  status: number
  headers: Headers
  body: {
    data?: Record<string, unknown> | null
    errors?: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> & { code: string } }[]
  }
}

/** The real gateway in this process, on a real socket. */
export interface TestGateway {
  url: string
  database: OpenDatabase
  /** Posts an operation. Headers: authorization from `token`; purpose and officer unless given otherwise. */
  ask(
    token: string | undefined,
    query: string,
    variables?: Record<string, unknown>,
    more?: Record<string, string>,
  ): Promise<GatewayAnswer>
  close(): Promise<void>
}

/** A logger that keeps its lines, for looking whether something leaked. */
export function keepingLogger(lines: string[] = []): Logger {
  return createLogger({ name: 'test', level: 'debug', write: (line) => lines.push(line) })
}

/** A gateway journal in memory. */
export function gatewayDatabase(): Promise<OpenDatabase> {
  return openDatabase({ dataDir: 'memory://', migrationsDir: join(packageRoot(), 'gateway/journal/migrations') })
}

/** Starts the gateway over a fixed directory, or over `directory` when given. */
export async function startGateway(options: {
  trust: Trust
  snapshot: Snapshot
  directory?: Directory
  database?: OpenDatabase
  clock?: Clock
  logger?: Logger
  limits?: GatewayDeps['limits']
  hitIndex?: GatewayDeps['hitIndex']
  env?: Record<string, string>
}): Promise<TestGateway> {
  const clock = options.clock ?? systemClock
  const database = options.database ?? (await gatewayDatabase())
  const config = gatewayConfig({
    GATEWAY_ID: gatewayId,
    GATEWAY_KEY_FILE: 'handed in',
    IDENTITY_PEPPER: 'a pepper that only tests use',
    DIRECTORY_URL: 'http://127.0.0.1:1/directory',
    DIRECTORY_TRUST_FILE: 'handed in',
    DIRECTORY_CACHE_FILE: 'handed in',
    COORDINATION_URL: 'http://127.0.0.1:1/graphql',
    OPERATIONS: 'open',
    // Most tests are about what the counties themselves answer.
    HIT_INDEX: 'off',
    ...options.env,
  })
  const gateway = await createGateway(config, {
    directory: options.directory ?? fixedDirectory(options.snapshot, clock),
    database,
    key: options.trust.gatewayKey,
    clock,
    logger: options.logger ?? createLogger({ name: 'gateway', level: 'silent' }),
    ...(options.limits && { limits: options.limits }),
    ...(options.hitIndex && { hitIndex: options.hitIndex }),
  })
  const address = await gateway.listen({ host: '127.0.0.1', port: 0 })
  return {
    url: address,
    database,
    async ask(token, query, variables = {}, more = {}) {
      const response = await fetch(`${address}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          'exchange-purpose': 'case/T-1',
          'exchange-officer': 'T0001',
          ...more,
        },
        body: JSON.stringify({ query, variables }),
      })
      return {
        status: response.status,
        headers: response.headers,
        body: (await response.json()) as GatewayAnswer['body'],
      }
    },
    async close() {
      await gateway.close()
      if (!options.database) await database.close()
    },
  }
}
