import type { Clock } from '../../../platform/clock.ts'
import { fixedDirectory } from '../../../platform/directory/directory.ts'
import { sampleSnapshot } from '../../../platform/directory/sample-snapshot.ts'
import type { Snapshot } from '../../../platform/directory/snapshot.ts'
import { createLogger } from '../../../platform/log.ts'
import { type SigningKey, generateSigningKey, publicKeyOf } from '../../../platform/tokens/keys.ts'
import { type CountySigner, createCountySigner } from '../../signing/county-signer.ts'
import { type DeliveryNode, createDeliveryNode } from '../delivery-node.ts'
import { type DocumentReader, createDocumentReader } from '../envelope-jws.ts'
import { parley } from './parley.ts'
import { type Random, randomFrom } from './random.ts'
import { type Backup, Killed, type Life, SimDatabase } from './sim-county.ts'
import { type Weather, fairWeather, simulatedCourier } from './sim-network.ts'

/** Where a process can be killed. */
export const killPoints = [
  'before commit',
  'after commit',
  'before send',
  'after send',
  'before acknowledgement',
  'after acknowledgement',
] as const

/** One county of a simulated exchange. */
export interface SimCounty {
  code: string
  database: SimDatabase
  /** The running process; undefined while it is down. */
  node: DeliveryNode | undefined
  life: Life
  mark: number | null
  /** Its machine is away: no process can be started. */
  away: boolean
  /** Where the process is killed next; each only once. */
  kills: { point: string; times: number }[]
}

interface Event {
  at: number
  order: number
  run: () => void
}

/** How long a county is down that is restored: longer than any request lives. */
export const restoreMs = 120_000

const codes = ['411528', '411729', '410823'] as const
const start = Date.parse('2026-03-01T01:00:00.000Z')

/** What lives longer than one run: databases, keys, signers. */
export interface Stage {
  databases: SimDatabase[]
  snapshot: Snapshot
  keys: Record<string, SigningKey>
  signers: Record<string, CountySigner>
  busy: { count: number }
  close(): Promise<void>
}

/** Opens the databases and makes the keys, once for many runs. */
export async function openStage(counties: number): Promise<Stage> {
  const busy = { count: 0 }
  const used = codes.slice(0, counties)
  const keys = Object.fromEntries(
    await Promise.all(used.map(async (code) => [code, await generateSigningKey()] as const)),
  )
  const signers: Record<string, CountySigner> = {}
  for (const [code, key] of Object.entries(keys)) signers[code] = counting(await createCountySigner(key), busy)
  const base = sampleSnapshot()
  const snapshot: Snapshot = {
    ...base,
    expiresAt: '2099-01-01T00:00:00Z',
    counties: base.counties
      .filter(({ code }) => code in keys)
      .map((county) => {
        const key = keys[county.code]
        return key ? { ...county, keys: [publicKeyOf(key)] } : county
      }),
  }
  const databases: SimDatabase[] = []
  for (const _ of used) databases.push(await SimDatabase.open(busy))
  return {
    databases,
    snapshot,
    keys,
    signers,
    busy,
    async close() {
      for (const database of databases) await database.close()
    },
  }
}

/** A simulated exchange: the real delivery code of each county, on a clock and a network that a seed decides. */
export class World {
  readonly random: Random
  readonly counties = new Map<string, SimCounty>()
  readonly #stage: Stage
  readonly #reader: DocumentReader
  readonly clock: Clock
  weather: Weather = fairWeather
  /** Pairs that cannot reach each other now. */
  readonly cut = new Set<string>()
  #now = start
  #order = 0
  #events: Event[] = []
  readonly trace: string[] = []

  constructor(stage: Stage, seed: number) {
    this.#stage = stage
    this.random = randomFrom(seed)
    this.clock = { now: () => new Date(this.#now), uuid: () => this.random.uuid() }
    const directory = fixedDirectory(stage.snapshot, this.clock)
    this.#reader = countingReader(createDocumentReader(directory), stage.busy)
    for (const [index, { code }] of stage.snapshot.counties.entries()) {
      const database = stage.databases[index]
      if (!database) throw new Error('There is no database for this county.')
      const dead: Life = { dead: true, at: () => {} }
      this.counties.set(code, { code, database, node: undefined, life: dead, mark: null, away: false, kills: [] })
    }
  }

  /** Empties all databases and starts all processes. */
  async begin(): Promise<void> {
    for (const county of this.counties.values()) await county.database.clear()
    for (const county of this.counties.values()) this.start(county.code)
    await this.quiet()
  }

  county(code: string): SimCounty {
    const county = this.counties.get(code)
    if (!county) throw new Error(`There is no county ${code}.`)
    return county
  }

  get now(): number {
    return this.#now
  }

  log(line: string): void {
    this.trace.push(`${((this.#now - start) / 1_000).toFixed(3)} ${line}`)
  }

  /** Runs something later. */
  after(milliseconds: number, run: () => void): () => void {
    const event: Event = { at: this.#now + Math.max(0, milliseconds), order: this.#order++, run }
    this.#events.push(event)
    return () => {
      this.#events = this.#events.filter((each) => each !== event)
    }
  }

  /** Lets the clock run, event by event, until `done` or until so much time has passed. Whether it was done. */
  async run(forMs: number, done: () => Promise<boolean> | boolean = () => false): Promise<boolean> {
    const end = this.#now + forMs
    await this.quiet()
    for (let count = 0; ; count += 1) {
      if (count % 40 === 0 && (await done())) return true
      const next = this.#take(end)
      if (!next) break
      this.#now = Math.max(this.#now, next.at)
      next.run()
      await this.quiet()
    }
    this.#now = end
    return done()
  }

  /** The first event before `end`; several processes' timers at one moment come in the order in which they were set. */
  #take(end: number): Event | undefined {
    let first: Event | undefined
    for (const event of this.#events) {
      if (!first || event.at < first.at || (event.at === first.at && event.order < first.order)) first = event
    }
    if (!first || first.at > end) return undefined
    this.#events = this.#events.filter((each) => each !== first)
    return first
  }

  /** Waits until nothing is under way but what waits for the clock or the network. */
  async quiet(): Promise<void> {
    for (let still = 0; still < 3; still += 1) {
      await new Promise((resolve) => setImmediate(resolve))
      if (this.#stage.busy.count > 0) still = -1
    }
  }

  /** Starts a county's process over its database. */
  start(code: string): void {
    const county = this.county(code)
    if (county.node || county.away) return
    const life: Life = {
      dead: false,
      at: (point) => {
        if (life.dead) throw new Killed()
        const kill = county.kills.find((each) => each.point === point)
        if (!kill || (kill.times -= 1) > 0) return
        county.kills = county.kills.filter((each) => each !== kill)
        this.kill(code, point)
        throw new Killed()
      },
    }
    this.log(`${code} starts`)
    county.life = life
    const node = createDeliveryNode({
      county: code,
      db: county.database.during(life),
      clock: this.clock,
      directory: fixedDirectory(this.#stage.snapshot, this.clock),
      signer: this.#stage.signers[code] ?? demand(`no signer of ${code}`),
      kinds: [parley],
      courier: simulatedCourier(this, county, life),
      logger: createLogger({ name: code, level: 'silent' }),
      timers: {
        after: (milliseconds, run) =>
          this.after(milliseconds, () => {
            if (!life.dead) run()
          }),
      },
      mark: {
        read: () => Promise.resolve(county.mark),
        raise: async (ordinal) => {
          if (!life.dead) county.mark = Math.max(county.mark ?? 0, ordinal)
        },
        reset: async (ordinal) => {
          if (!life.dead) county.mark = ordinal
        },
      },
      reader: this.#reader,
      bounds: { deadlineMs: 10_000, pollMs: 60_000, batch: 6, fresh: 2 },
    })
    county.node = node
    void node.start().catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error
    })
  }

  /** Kills a county's process; it starts again after a while. */
  kill(code: string, why: string): void {
    const county = this.county(code)
    if (county.life.dead) return
    this.log(`${code} is killed: ${why}`)
    county.life.dead = true
    county.node = undefined
    this.after(500 + this.random.below(20_000), () => this.start(code))
  }

  /** Takes a county down for longer than any request lives, and brings it up again over an earlier copy. */
  restore(code: string, copy: Backup, mark: 'kept' | 'lost'): void {
    const county = this.county(code)
    county.life.dead = true
    county.node = undefined
    county.away = true
    this.log(`${code} is lost; its mark is ${mark}`)
    this.after(restoreMs, () => {
      this.#stage.busy.count += 1
      const back = async (): Promise<void> => {
        await county.database.restore(copy)
        this.#stage.busy.count -= 1
        if (mark === 'lost') county.mark = null
        county.away = false
        this.start(code)
      }
      void back()
    })
  }
}

function counting(signer: CountySigner, busy: { count: number }): CountySigner {
  return { sign: (payload, typ) => counted(busy, () => signer.sign(payload, typ)) }
}

function countingReader(reader: DocumentReader, busy: { count: number }): DocumentReader {
  return {
    envelope: (jws) => counted(busy, () => reader.envelope(jws)),
    acknowledgement: (jws, recipient) => counted(busy, () => reader.acknowledgement(jws, recipient)),
  }
}

async function counted<Result>(busy: { count: number }, work: () => Promise<Result>): Promise<Result> {
  busy.count += 1
  try {
    return await work()
  } finally {
    busy.count -= 1
  }
}

function demand(what: string): never {
  throw new Error(what)
}
