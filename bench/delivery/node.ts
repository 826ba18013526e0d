/**
 * A county's node or the gateway as a process of the measurement of delivery, with its database on PostgreSQL. Officers'
 * requests are left out: matters are opened through `Delivery`, as the services of the kinds do.
 */
import 'reflect-metadata'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { gatewayConfig } from '../../gateway/config.ts'
import { createGateway } from '../../gateway/server.ts'
import { together } from '../../services/county/db/write-batch.ts'
import { type CountyNode, createCountyNode } from '../../services/county/server.ts'
import { systemClock } from '../../services/platform/clock.ts'
import { type Database, type OpenDatabase, openDatabase, rows } from '../../services/platform/database.ts'
import { fixedDirectory } from '../../services/platform/directory/directory.ts'
import { createLogger } from '../../services/platform/log.ts'
import { packageRoot } from '../../services/platform/package-root.ts'
import { answerCalls } from '../run/commands.ts'
import { type NodeParts, recipient } from './exchange.ts'

const pepper = 'a pepper of the benchmark'
const actor = { agency: 'bench-agency', officer: '00000001' }

/** What a process and its database have used, processor time in ms. */
export interface Usage {
  own: number
  postgres: number
  statements: number
}

/** What was delivered, as this county's database has it. */
export interface Figures {
  /** Own envelopes that are not acknowledged yet. */
  pending: number
  /** Envelopes of the other county that have been taken up here. */
  received: number
  /** Envelopes here that came before an earlier one of their matter and sender. */
  outOfOrder: number
}

let node: CountyNode | undefined
let database: OpenDatabase | undefined
let stop: (() => Promise<void>) | undefined

async function start({ role, name, port, databaseUrl, key, snapshot }: NodeParts): Promise<void> {
  const directory = fixedDirectory(snapshot)
  const logger = createLogger({ name, level: 'warn' })
  const migrations = role === 'gateway' ? 'gateway/journal/migrations' : 'services/county/db/migrations'
  database = await openDatabase({ url: databaseUrl, migrationsDir: join(packageRoot(), migrations) })
  countStatements(database.db)
  const deps = { directory, database, key, clock: systemClock, logger }
  if (role === 'county') {
    const county = await createCountyNode({ COUNTY_CODE: name, IDENTITY_PEPPER: pepper }, deps)
    await county.listen({ host: '127.0.0.1', port })
    node = county
    stop = () => county.close()
    return
  }
  const config = gatewayConfig({
    GATEWAY_ID: name,
    GATEWAY_KEY_FILE: 'handed in',
    IDENTITY_PEPPER: pepper,
    DIRECTORY_URL: 'http://127.0.0.1:1/directory',
    DIRECTORY_TRUST_FILE: 'handed in',
    DIRECTORY_CACHE_FILE: 'handed in',
    COORDINATION_URL: 'http://127.0.0.1:1/graphql',
    DEADLINE_MS: '20000',
  })
  const gateway = await createGateway(config, deps)
  await gateway.listen({ host: '127.0.0.1', port })
  stop = () => gateway.close()
}

/** A clue transfer of ordinary length with two lines of goods and papers. */
function transfer(place: number) {
  return {
    kind: 'CLUE_TRANSFER',
    event: 'SEND',
    recipients: [recipient],
    actor,
    body: {
      clue: {
        title: `涉嫌发布虚假广告线索第${place}号`,
        source: 'INSPECTION',
        field: 'FOOD_AND_DRUGS',
        supervisionStage: 'DISTRIBUTION',
        act: 'FALSE_ADVERTISING',
        topics: ['NEW_MODEL'],
        priorities: [],
        methodNote: '建议对直播带货开展网络监测',
        subject: '91411528MADE000117',
        subjectName: '虚构安心示例食品有限公司',
        facts: '检查发现其在示例乙县的门店以直播方式发布虚假广告，现将线索移送，请依法核查处理。'.repeat(5),
        originCase: null,
        fromAgency: { id: 'bench-agency', name: '示例甲县市场监督管理局' },
        toAgency: null,
      },
      number: `示市监线移〔2026〕${place}号`,
      items: [
        { kind: 'GOODS', name: '宣传册', quantity: '3箱', note: '封存' },
        { kind: 'PAPERS', name: '现场检查笔录', quantity: '1份', note: null },
      ],
      handedOverBy: { name: '虚构甲', certificate: '41152801' },
    },
  }
}

function running(): { county: CountyNode; db: Database } {
  if (!node || !database) throw new Error('no county runs here')
  return { county: node, db: database.db }
}

/** Opens matters, each in a transaction of its own, so many at a time; gives the milliseconds that it took. */
async function open({ count, atOnce }: { count: number; atOnce: number }): Promise<number> {
  const { delivery } = running().county
  const began = performance.now()
  const one = async (first: number): Promise<void> => {
    for (let place = first; place < count; place += atOnce) {
      // oxlint-disable-next-line no-await-in-loop -- one officer after the other
      await delivery.act((tx) => delivery.open(tx, transfer(place)))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, (_, first) => one(first)))
  return performance.now() - began
}

/** Opens matters many to a transaction; every tenth gets a second envelope. Gives how many envelopes there are. */
async function openMany({ envelopes, atOnce }: { envelopes: number; atOnce: number }): Promise<number> {
  const { delivery } = running().county
  const perTransaction = 220
  const places = Array.from({ length: perTransaction }, (_, place) => place).filter((place) => place % 11 !== 10)
  let made = 0
  const some = async (): Promise<void> => {
    while (made < envelopes) {
      made += perTransaction
      // oxlint-disable-next-line no-await-in-loop -- one transaction after the other
      await delivery.act(async (tx) => {
        const opened = await together(places.map((place) => delivery.open(tx, transfer(place))))
        for (const { payload } of opened.filter((_, place) => place % 10 === 0)) {
          const { matter } = payload
          // oxlint-disable-next-line no-await-in-loop -- a lock each
          await delivery.send(tx, { matter, event: 'FURTHER_MATERIAL', body: { text: '补充材料' }, actor })
        }
      })
    }
  }
  await Promise.all(Array.from({ length: atOnce }, some))
  return made
}

/** What this process has used so far: its processor time, its database's, both ms; and statements that it sent. */
async function usage(): Promise<Usage> {
  const { user, system } = process.cpuUsage()
  return { own: (user + system) / 1_000, postgres: await postgresTime(), statements }
}

/** Processor time of this database's connections, ms; 0 where PostgreSQL does not run on this machine. */
async function postgresTime(): Promise<number> {
  if (!database) return 0
  const found = await rows<{ pid: number }>(
    database.db,
    sql`select pid from pg_stat_activity where datname = current_database() and backend_type = 'client backend'`,
  )
  for (const { pid } of found) {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')
      // Of the 52 fields of proc(5) without the first two: utime and stime, in hundredths of a second.
      connections.set(pid, (Number(fields[11]) + Number(fields[12])) * 10)
    } catch {
      // Another machine's, or it has ended: what it used until then counts.
    }
  }
  return [...connections.values()].reduce((sum, each) => sum + each, 0)
}

let statements = 0
const connections = new Map<number, number>()

/** Counts what goes through drizzle and `prepared`, in transactions and without; begin and commit are left out. */
function countStatements(db: Database): void {
  const prototype = Object.getPrototypeOf(db._.session) as { prepareQuery: (...given: unknown[]) => unknown }
  prototype.prepareQuery = new Proxy(prototype.prepareQuery, {
    apply(prepare, session, given) {
      statements += 1
      return Reflect.apply(prepare, session, given)
    },
  })
}

async function figures(): Promise<Figures> {
  const { db } = running()
  const [row] = await rows<Record<keyof Figures, string | number>>(
    db,
    sql`select (select count(*) from outgoing where state = 'PENDING') as pending,
      (select count(*) from envelope where received_at is not null and status = 'APPLIED') as received,
      (select count(*) from (select sequence, lag(sequence) over (partition by matter, sender order by ordinal) as before from envelope) as ordered where before >= sequence) as "outOfOrder"`,
  )
  return {
    pending: Number(row?.pending),
    received: Number(row?.received),
    outOfOrder: Number(row?.outOfOrder),
  }
}

async function pending(): Promise<number> {
  const [row] = await rows<{ count: string }>(
    running().db,
    sql`select count(*) as count from outgoing where state = 'PENDING'`,
  )
  return Number(row?.count)
}

/** Opens a matter; gives how long it took until the recipient took it up and until its acknowledgement was here, ms. */
async function openAndWait(): Promise<{ received: number; acknowledged: number }> {
  const { county, db } = running()
  const { delivery } = county
  const began = Date.now()
  const { hash } = await delivery.act((tx) => delivery.open(tx, transfer(0)))
  for (;;) {
    // oxlint-disable-next-line no-await-in-loop -- looks until it is there
    const [row] = await rows<{ at: string | Date | null }>(
      db,
      sql`select acknowledged_at as at from outgoing where envelope = ${hash}`,
    )
    if (row?.at) return { received: new Date(row.at).getTime() - began, acknowledged: Date.now() - began }
    // oxlint-disable-next-line no-await-in-loop
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

process.on('SIGTERM', () => process.exit(0))
answerCalls({
  start,
  open,
  openMany,
  figures,
  pending,
  openAndWait,
  usage,
  async stop() {
    await stop?.()
    await database?.close()
  },
})
