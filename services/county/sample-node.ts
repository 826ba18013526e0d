import { join } from 'node:path'
import { createLogger } from '../platform/log.ts'
import { type Clock, systemClock } from '../platform/clock.ts'
import { type Database, type OpenDatabase, openDatabase } from '../platform/database.ts'
import { fixedDirectory } from '../platform/directory/directory.ts'
import { sampleSnapshot } from '../platform/directory/sample-snapshot.ts'
import type { Snapshot } from '../platform/directory/snapshot.ts'
import { packageRoot } from '../platform/package-root.ts'
import { createCountyTokenMinter } from '../platform/tokens/county-token.ts'
import { type SigningKey, generateSigningKey, publicKeyOf } from '../platform/tokens/keys.ts'
import { headers } from '../platform/viewer.ts'
import { type CountyNode, type CountyNodeConfig, createCountyNode } from './server.ts'

/** Counties of the sample directory: 息县 and 新蔡县 have an agreement, 武陟县 has none. */
export const sampleCounties = { xixian: '411528', xincai: '411729', wuzhi: '410823' } as const

const agencies: Record<string, string> = {
  '411528': 'xixian-enforcement',
  '411729': 'xincai-enforcement',
  '410823': 'wuzhi-enforcement',
}
const allScopes = ['credit:check', 'credit:read', 'case:read', 'case:write', 'matter:read', 'matter:write']

/** A clock that stands still until it is set. */
export interface SetClock extends Clock {
  set(moment: string): void
}

/** What a question to a sample node says of its asker. */
export interface Asker {
  /** County of the asking agency. */
  from: string
  scopes?: readonly string[]
  /** `case/…` header, as sent; null for none. */
  purpose?: string | null
  officer?: string | null
  headers?: Record<string, string>
}

/** What came back: HTTP status, headers and the parsed body. */
export interface Answer {
  status: number
  headers: Headers
  data: Record<string, unknown> | null | undefined
  errors: { message: string; path?: (string | number)[]; extensions: Record<string, unknown> }[]
}

/** A county's node with a directory, gateway and database of its own, for tests. */
export interface SampleNode {
  node: CountyNode
  db: Database
  clock: SetClock
  /** Asks in the name of the asker's agency, with a purpose and an officer unless told otherwise. */
  ask: (asker: Asker, query: string, variables?: Record<string, unknown>) => Promise<Answer>
}

/** Several nodes that know each other. */
export interface SampleExchange {
  at: (county: string) => SampleNode
  snapshot: Snapshot
  gatewayKey: SigningKey
  countyKeys: Readonly<Record<string, SigningKey>>
  clock: SetClock
  close: () => Promise<void>
}

/** One root field of an answer's data; throws when it is not there, so that no test goes on without it. */
export function part<Value>(data: Answer['data'], field: string): Value {
  const value = data?.[field]
  if (value === undefined || value === null) throw new Error(`The answer has no ${field}.`)
  return value as Value
}

/** A clock at the sample directory's first noon. */
export function sampleClock(moment = '2026-03-01T04:00:00.000Z'): SetClock {
  let now = new Date(moment)
  return {
    now: () => now,
    uuid: () => systemClock.uuid(),
    set(next) {
      now = new Date(next)
    },
  }
}

/** Starts the nodes of these counties on databases in memory, or those that `open` gives; `changes` alter the directory. */
export async function startSampleExchange(
  counties: readonly string[],
  options: {
    changes?: (snapshot: Snapshot) => Partial<Snapshot>
    open?: () => Promise<OpenDatabase>
    config?: Partial<CountyNodeConfig>
  } = {},
): Promise<SampleExchange> {
  const clock = sampleClock()
  const gatewayKey = await generateSigningKey()
  const keys = await Promise.all(Object.values(sampleCounties).map(async (code) => [code, await generateSigningKey()]))
  const countyKeys = Object.fromEntries(keys) as Record<string, SigningKey>
  const base = sampleSnapshot()
  const snapshot: Snapshot = {
    ...base,
    // Tests walk through years; the directory's own expiry has its own tests.
    expiresAt: '2099-01-01T00:00:00Z',
    counties: base.counties.map((county) => {
      const key = countyKeys[county.code]
      return key ? { ...county, keys: [publicKeyOf(key)] } : county
    }),
    gateways: [{ id: 'gateway', url: 'http://127.0.0.1:4000/graphql', keys: [publicKeyOf(gatewayKey)] }],
  }
  Object.assign(snapshot, options.changes?.(snapshot))
  const directory = fixedDirectory(snapshot, clock)
  // A new one for each question: a cached token would be of another time once the clock is set.
  const minter = () => createCountyTokenMinter({ gatewayId: 'gateway', key: gatewayKey, clock })
  const logger = createLogger({ name: 'test', level: 'silent' })
  const open = options.open ?? memoryDatabase
  const nodes = new Map<string, SampleNode>()
  const databases: OpenDatabase[] = []
  for (const county of counties) {
    const database = await open()
    databases.push(database)
    const key = countyKeys[county]
    if (!key) throw new Error(`The sample directory has no county ${county}.`)
    const config = { COUNTY_CODE: county, IDENTITY_PEPPER: 'a pepper for tests only', ...options.config }
    const node = await createCountyNode(config, { directory, database, key, clock, logger })
    await node.listen({ host: '127.0.0.1', port: 0 })
    const ask: SampleNode['ask'] = async (asker, query, variables = {}) => {
      const viewer = {
        agency: agencies[asker.from] ?? asker.from,
        county: asker.from,
        scopes: new Set(asker.scopes ?? allScopes),
      }
      const purpose = asker.purpose === undefined ? `case/${encodeURIComponent('息市监立〔2026〕1号')}` : asker.purpose
      const officer = asker.officer === undefined ? '41152801' : asker.officer
      const response = await fetch(node.url ?? '', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${await minter().mint({ viewer, county })}`,
          ...(purpose !== null && { [headers.purpose]: purpose }),
          ...(officer !== null && { [headers.officer]: officer }),
          ...asker.headers,
        },
        body: JSON.stringify({ query, variables }),
        signal: AbortSignal.timeout(30_000),
      })
      const body = (await response.json()) as Partial<Pick<Answer, 'data' | 'errors'>>
      return { status: response.status, headers: response.headers, data: body.data, errors: body.errors ?? [] }
    }
    nodes.set(county, { node, db: database.db, clock, ask })
  }
  return {
    at(county) {
      const node = nodes.get(county)
      if (!node) throw new Error(`No node of ${county} was started.`)
      return node
    },
    snapshot,
    gatewayKey,
    countyKeys,
    clock,
    async close() {
      for (const { node } of nodes.values()) await node.close()
      for (const database of databases) await database.close()
    },
  }
}

/** A county's database in memory. */
export function memoryDatabase(): Promise<OpenDatabase> {
  return openDatabase({ dataDir: 'memory://', migrationsDir: countyMigrations })
}

/** Folder of the county's migrations. */
export const countyMigrations = join(packageRoot(), 'services/county/db/migrations')
