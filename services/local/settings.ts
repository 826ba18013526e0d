import { z } from 'zod'
import { loadConfig, port } from '../platform/config.ts'
import { demoCounties } from './demo-counties.ts'
import { localHome } from './local-home.ts'

/** Where everything of the local demo is, and on which ports it listens. */
export interface LocalSettings {
  /** Folder of keys, databases and logs: LIANDONG_HOME, else `.liandong` in the package. */
  home: string
  host: string
  logLevel: string
  ports: { gateway: number; coordination: number; issuer: number; counties: Record<string, number> }
  /** PostgreSQL addresses by process name (`gateway`, `coordination`, `county-<code>`); PGlite where there is none. */
  databases: Record<string, string>
}

const database = z
  .string()
  .regex(/^postgres(ql)?:\/\//, 'must be a postgres:// address')
  .optional()
const countyPort = (code: string): string => `COUNTY_${code}_PORT`
const countyDatabase = (code: string): string => `COUNTY_${code}_DATABASE_URL`
const shape = z.object({
  LIANDONG_HOME: z.string().optional(),
  HOST: z.string().default('127.0.0.1'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  GATEWAY_PORT: port.default(4000),
  COORDINATION_PORT: port.default(4100),
  ISSUER_PORT: port.default(4200),
  GATEWAY_DATABASE_URL: database,
  COORDINATION_DATABASE_URL: database,
})
const countyShape = z.object(
  Object.fromEntries(
    demoCounties.flatMap(({ code }, index) => [
      [countyPort(code), port.default(4301 + index)],
      [countyDatabase(code), database],
    ]),
  ),
)

/** Reads the settings of the local demo; a ConfigError lists every bad variable. */
export function localSettings(env: NodeJS.ProcessEnv): LocalSettings {
  const values = loadConfig(shape, env)
  const ofCounties: Record<string, unknown> = loadConfig(countyShape, env)
  const databases: Record<string, string> = {}
  const add = (name: string, url: unknown): void => {
    if (typeof url === 'string') databases[name] = url
  }
  add('gateway', values.GATEWAY_DATABASE_URL)
  add('coordination', values.COORDINATION_DATABASE_URL)
  for (const { code } of demoCounties) add(`county-${code}`, ofCounties[countyDatabase(code)])
  return {
    home: localHome(env),
    host: values.HOST,
    logLevel: values.LOG_LEVEL,
    ports: {
      gateway: values.GATEWAY_PORT,
      coordination: values.COORDINATION_PORT,
      issuer: values.ISSUER_PORT,
      counties: Object.fromEntries(demoCounties.map(({ code }) => [code, Number(ofCounties[countyPort(code)])])),
    },
    databases,
  }
}

/** Every port with the variable that changes it. */
export function portVariables(settings: LocalSettings): { port: number; variable: string }[] {
  const { gateway, coordination, issuer, counties } = settings.ports
  return [
    { port: gateway, variable: 'GATEWAY_PORT' },
    { port: coordination, variable: 'COORDINATION_PORT' },
    { port: issuer, variable: 'ISSUER_PORT' },
    ...Object.entries(counties).map(([code, number]) => ({ port: number, variable: countyPort(code) })),
  ]
}
