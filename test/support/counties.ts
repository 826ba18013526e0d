import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import type { RegisterFile } from '../../services/county/agencies/agency-register.ts'
import {
  type CountyDeps,
  type CountyNode,
  type CountyNodeConfig,
  createCountyNode,
} from '../../services/county/server.ts'
import { type Clock, systemClock } from '../../services/platform/clock.ts'
import { type OpenDatabase, openDatabase } from '../../services/platform/database.ts'
import { type Directory, directoryOver, hasExpired, hold } from '../../services/platform/directory/directory.ts'
import type { Snapshot } from '../../services/platform/directory/snapshot.ts'
import { packageRoot } from '../../services/platform/package-root.ts'
import { createCountyTokenMinter } from '../../services/platform/tokens/county-token.ts'
import type { SigningKey } from '../../services/platform/tokens/keys.ts'
import { type GatewayAnswer, keepingLogger } from './test-gateway.ts'
import { type Trust, agencyOf, allScopes, gatewayId } from './trust.ts'

/** One GraphQL request as a county received it. */
export interface CountyQuestion {
  query: string
  variables: Record<string, unknown>
}

/** A real county node in this process, on a real socket and a database of its own. */
export interface TestCounty {
  code: string
  /** Its GraphQL endpoint, the same after it was stopped and started again. */
  url: string
  database: OpenDatabase
  /** Folder of its files. */
  folder: string
  /** Its log so far. */
  lines: string[]
  /** What it was asked so far: requests that had a good token. */
  questions: CountyQuestion[]
  /** Runs before each question is answered, when the test sets it. */
  before?: (question: CountyQuestion) => Promise<void>
  /** Posts an operation with this Authorization header; purpose and officer unless given otherwise, `''` for none. */
  ask(
    authorization: string | undefined,
    query: string,
    variables?: Record<string, unknown>,
    more?: Record<string, string>,
  ): Promise<GatewayAnswer>
  /** The gateway's token for this county in the name of `<county>-agency`, as an Authorization header. */
  authorization(county: string, scopes?: readonly string[]): Promise<string>
  /** The running node. */
  node(): CountyNode
  stop(): Promise<void>
  start(): Promise<void>
}

/** Several county nodes that share a directory. */
export interface TestCounties {
  /** The directory with their addresses. */
  snapshot: Snapshot
  directory: SettableDirectory
  list: readonly TestCounty[]
  at(code: string): TestCounty
  /** How many requests all of them have received. */
  asked(): number
  close(): Promise<void>
}

/** A clock that runs as the machine's does, with a shift. */
export interface ShiftedClock extends Clock {
  /** Moves on by so many milliseconds. */
  advance(milliseconds: number): void
}

/** A directory whose contents the test gives when it has them. */
export interface SettableDirectory extends Directory {
  set(snapshot: Snapshot): void
}

/** 执法证号 of the two officers that each test county has. */
export function officersOf(county: string): [string, string] {
  return [`${county}01`, `${county}02`]
}

/** A clock that a test can move on. */
export function shiftedClock(): ShiftedClock {
  let shift = 0
  return {
    now: () => new Date(Date.now() + shift),
    uuid: () => systemClock.uuid(),
    advance(milliseconds) {
      shift += milliseconds
    },
  }
}

/** A directory without contents until they are set. */
export function settableDirectory(clock: Clock = systemClock): SettableDirectory {
  let held: ReturnType<typeof hold> | undefined
  return {
    ...directoryOver(() => held, clock),
    status() {
      if (!held) return { state: 'MISSING' }
      const { serial, issuedAt, expiresAt } = held.snapshot
      return { state: hasExpired(held.snapshot, clock) ? 'EXPIRED' : 'FRESH', serial, issuedAt, expiresAt }
    },
    start: async () => {},
    stop: async () => {},
    set(snapshot) {
      held = hold(snapshot)
    },
  }
}

/** A database in memory or, where `TEST_DATABASE_URL` names a server, one of its own on it, dropped when closed. */
export async function openTestDatabase(migrations: string): Promise<OpenDatabase> {
  const migrationsDir = join(packageRoot(), migrations)
  const server = process.env['TEST_DATABASE_URL']
  if (!server) return openDatabase({ dataDir: 'memory://', migrationsDir })
  const name = `liandong_test_${randomUUID().replaceAll('-', '')}`
  await run(server, `create database ${name}`)
  const address = new URL(server)
  address.pathname = `/${name}`
  // Fewer than a node has: files that run at the same time share the hundred connections of a usual server.
  const database = await openDatabase({ url: address.href, migrationsDir, connections: 5 })
  return {
    ...database,
    async close() {
      await database.close()
      await run(server, `drop database ${name} with (force)`)
    },
  }
}

async function run(server: string, statement: string): Promise<void> {
  const client = postgres(server, { max: 1, connect_timeout: 5, onnotice: () => {} })
  try {
    await client.unsafe(statement)
  } finally {
    await client.end({ timeout: 5 })
  }
}

/** Starts a node for each county of `codes`; `changes` alter the directory they and the gateway go by. */
export async function startCounties(
  trust: Trust,
  codes: readonly string[],
  options: {
    clock?: Clock
    changes?: Partial<Snapshot>
    /** A directory for each node, where they do not share one. */
    directory?: (code: string) => Directory
    deadlineMs?: number
    delivery?: CountyDeps['delivery']
    attachments?: CountyDeps['attachments']
    /** WEBHOOK_PRIVATE_TARGETS of a county. */
    privateTargets?: (code: string) => string
    /** The database of each node; one that is set in its place serves from the next start on. */
    open?: (code: string) => Promise<OpenDatabase>
    /** Further settings of each node. */
    config?: (code: string) => Partial<CountyNodeConfig>
  } = {},
): Promise<TestCounties> {
  const clock = options.clock ?? systemClock
  const directory = settableDirectory(clock)
  const list = await Promise.all(
    codes.map(async (code) =>
      startCounty(trust, code, {
        directory: options.directory?.(code) ?? directory,
        clock,
        deadlineMs: options.deadlineMs ?? 20_000,
        delivery: options.delivery,
        database: options.open ? await options.open(code) : await openTestDatabase('services/county/db/migrations'),
        more: options.config?.(code) ?? {},
        attachments: options.attachments,
        privateTargets: options.privateTargets?.(code),
      }),
    ),
  )
  const snapshot = trust.snapshot(Object.fromEntries(list.map(({ code, url }) => [code, url])), options.changes)
  directory.set(snapshot)
  return {
    snapshot,
    directory,
    list,
    at(code) {
      const county = list.find((each) => each.code === code)
      if (!county) throw new Error(`No county ${code} was started.`)
      return county
    },
    asked: () => list.reduce((sum, { questions }) => sum + questions.length, 0),
    async close() {
      for (const county of list) {
        await county.stop()
        await county.database.close()
        await rm(county.folder, { recursive: true, force: true })
      }
    },
  }
}

async function startCounty(
  trust: Trust,
  code: string,
  parts: {
    directory: Directory
    clock: Clock
    deadlineMs: number
    delivery: CountyDeps['delivery'] | undefined
    attachments: CountyDeps['attachments'] | undefined
    privateTargets: string | undefined
    database: OpenDatabase
    more: Partial<CountyNodeConfig>
  },
): Promise<TestCounty> {
  const { directory, clock, deadlineMs, delivery, attachments } = parts
  const folder = await mkdtemp(join(tmpdir(), 'liandong-files-'))
  let { database } = parts
  const lines: string[] = []
  const questions: CountyQuestion[] = []
  const logger = keepingLogger(lines)
  const key = trust.countyKeys.get(code) as SigningKey
  const config = {
    COUNTY_CODE: code,
    IDENTITY_PEPPER: `a pepper of ${code} for tests only`,
    DEADLINE_MS: deadlineMs,
    ATTACHMENTS_DIR: folder,
    WEBHOOK_PRIVATE_TARGETS: parts.privateTargets,
    ...parts.more,
  }
  const open = async (port: number): Promise<CountyNode> => {
    const register = registerOf(code)
    const deps = {
      directory,
      database,
      key,
      clock,
      logger,
      register,
      ...(delivery && { delivery }),
      ...(attachments && { attachments }),
    }
    const node = await createCountyNode(config, deps)
    node.app.addHook('preHandler', async (request) => {
      if (request.method !== 'POST') return
      const question = request.body as CountyQuestion
      questions.push(question)
      await county.before?.(question)
    })
    await node.listen({ host: '127.0.0.1', port })
    return node
  }
  let node: CountyNode | undefined = await open(0)
  const url = node.url ?? ''
  const county: TestCounty = {
    code,
    url,
    get database() {
      return database
    },
    set database(next) {
      database = next
    },
    folder,
    lines,
    questions,
    ask: (authorization, query, variables = {}, more = {}) => post(url, authorization, { query, variables }, more),
    async authorization(asker, scopes = allScopes) {
      const minter = createCountyTokenMinter({ gatewayId, key: trust.gatewayKey, clock })
      const viewer = { agency: agencyOf(asker), county: asker, scopes: new Set(scopes) }
      return `Bearer ${await minter.mint({ viewer, county: code })}`
    },
    node() {
      if (!node) throw new Error(`The node of ${code} is down.`)
      return node
    },
    async stop() {
      await node?.close()
      node = undefined
    },
    async start() {
      node ??= await open(Number(new URL(url).port))
    },
  }
  return county
}

/** Posts a body as JSON (a string as it is). Headers given as `''` are left out. */
export async function post(
  url: string,
  authorization: string | undefined,
  body: unknown,
  more: Record<string, string> = {},
): Promise<GatewayAnswer> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    ...(authorization !== undefined && { authorization }),
    'exchange-purpose': 'case/T-1',
    'exchange-officer': 'T0001',
    ...more,
  }
  const response = await fetch(url, {
    method: 'POST',
    headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== '')),
    body: typeof body === 'string' ? body : JSON.stringify(body),
    signal: AbortSignal.timeout(60_000),
  })
  return { status: response.status, headers: response.headers, body: (await response.json()) as GatewayAnswer['body'] }
}

function registerOf(code: string): RegisterFile {
  const [first, second] = officersOf(code)
  return {
    agencies: [
      {
        name: `示例县${code}市场监督管理局`,
        exchangeAgency: agencyOf(code),
        officers: [
          { name: '虚构甲', certificate: first },
          { name: '虚构乙', certificate: second },
        ],
      },
    ],
  }
}
