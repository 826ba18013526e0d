import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { randomFrom } from '../../services/county/delivery/testing/random.ts'
import { packageRoot } from '../../services/platform/package-root.ts'
import type { SigningKey } from '../../services/platform/tokens/keys.ts'
import { freePorts } from '../journeys/free-ports.ts'
import { type Trust, createTrust, gatewayId } from '../support/trust.ts'
import { type Way, openWay } from './delivery-way.ts'

const [xixian, xincai] = ['411528', '411729'] as const
const child = join(packageRoot(), 'test/faults/delivery-child.ts')
const server = process.env['TEST_DATABASE_URL']
/** `FC_SEED` repeats the choices of a run (not the machine's speed); `FC_RUNS` says how many runs. */
const seed = Number(process.env['FC_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
const runs = Number(process.env['FC_RUNS'] ?? (server === undefined ? 10 : 30))

interface Dump {
  matters: [string, string | null, string | null][]
  envelopes: [string, number, string, string][]
  lines: { hash: string; matter: string; sender: string; sequence: number }[]
  sent: [string, string, string | null][]
  given: [string, string][]
  states: [string, number, string][]
}

/** A process that can be killed and started again over the same database. */
class Program {
  readonly name: string
  readonly #file: string
  #process: ChildProcess | undefined
  #waiting: ((dump: Dump) => void)[] = []
  /** Acts that it was told to do and has not answered for. */
  acting = 0
  /** Hashes of what it has committed, as it said. */
  readonly acted: string[] = []

  constructor(name: string, file: string) {
    this.name = name
    this.#file = file
  }

  async start(): Promise<void> {
    const started = spawn(process.execPath, ['--import', 'tsx', child, this.#file], {
      cwd: packageRoot(),
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    // What is written to a process that was killed is lost, as it should be.
    started.stdin.on('error', () => {})
    this.#process = started
    await new Promise<void>((resolve, reject) => {
      started.once('exit', () => reject(new Error(`${this.name} ended.`)))
      createInterface({ input: started.stdout }).on('line', (line) => {
        if (line === 'ready') resolve()
        if (line.startsWith('acted ')) this.acted.push(line.slice(6))
        // What a killed one had still said is no answer of its successor.
        if (/^(acted|failed) /.test(line) && this.#process === started) this.acting -= 1
        if (line.startsWith('dump ')) this.#waiting.shift()?.(JSON.parse(line.slice(5)) as Dump)
      })
    })
  }

  order(line: 'act' | 'dump'): void {
    if (line === 'act') this.acting += 1
    this.#process?.stdin?.write(`${line}\n`)
  }

  dump(): Promise<Dump> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      this.order('dump')
    })
  }

  /** Starts it again where it has ended by itself, as whoever runs it does; whether it had. */
  async revive(): Promise<boolean> {
    const running = this.#process
    if (running && running.exitCode === null && running.signalCode === null) return false
    this.#waiting = []
    this.acting = 0
    await this.start()
    return true
  }

  async kill(): Promise<void> {
    const running = this.#process
    this.#process = undefined
    this.#waiting = []
    this.acting = 0
    if (!running || running.exitCode !== null || running.signalCode !== null) return
    running.kill('SIGKILL')
    await once(running, 'exit')
  }
}

/** What happens in a run, in turn: each process is killed, and each way is cut in the middle of a request or an answer. */
const faults = [
  { kill: xixian },
  { cut: gatewayId },
  { kill: xincai },
  { cut: xincai },
  { kill: gatewayId },
  { cut: xixian },
] as const

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

describe('delivery between processes that are killed', () => {
  let folder: string
  let trust: Trust
  const programs = new Map<string, Program>()
  /** The ways by which each process is reached. */
  const ways = new Map<string, Way>()
  /** The databases of the processes on PostgreSQL. */
  const databases = new Map<string, string>()
  const drops: (() => Promise<void>)[] = []
  const program = (name: string): Program => programs.get(name) as Program

  async function newPlace(name: string): Promise<string> {
    if (server === undefined) return join(folder, `data-${name}`)
    const database = `liandong_killed_${randomBytes(6).toString('hex')}`
    const client = postgres(server, { max: 1, onnotice: () => {} })
    await client.unsafe(`create database ${database}`)
    databases.set(name, database)
    drops.push(async () => {
      await client.unsafe(`drop database ${database} with (force)`)
      await client.end()
    })
    const url = new URL(server)
    url.pathname = `/${database}`
    return url.href
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'liandong-delivery-'))
    trust = await createTrust([xixian, xincai])
    const names = [xixian, xincai, gatewayId]
    const ports = await freePorts(names.length)
    for (const [index, name] of names.entries()) ways.set(name, await openWay(ports[index] ?? 0))
    const address = (name: string): string => `http://127.0.0.1:${ways.get(name)?.port}/graphql`
    const snapshot = trust.snapshot({ [xixian]: address(xixian), [xincai]: address(xincai) })
    snapshot.gateways = snapshot.gateways.map((each) => ({ ...each, url: address(gatewayId) }))
    for (const [index, name] of names.entries()) {
      const isGateway = name === gatewayId
      const file = join(folder, `${name}.json`)
      const parts = {
        role: isGateway ? 'gateway' : 'county',
        name,
        port: ports[index],
        place: await newPlace(name),
        key: isGateway ? trust.gatewayKey : (trust.countyKeys.get(name) as SigningKey),
        snapshot,
        markFile: join(folder, `${name}.mark`),
      }
      await writeFile(file, JSON.stringify(parts), { mode: 0o600 })
      programs.set(name, new Program(name, file))
    }
    for (const each of programs.values()) await each.start()
  })
  afterAll(async () => {
    for (const each of programs.values()) await each.kill()
    for (const way of ways.values()) await way.close()
    for (const drop of drops) await drop()
    await trust.close()
    await rm(folder, { recursive: true, force: true })
  })

  /** What both hold, once nothing is under way any more. */
  async function settled(): Promise<[Dump, Dump]> {
    for (const end = Date.now() + 400_000; ; await pause(200)) {
      if ([...programs.values()].some(({ acting }) => acting > 0) && Date.now() < end) continue
      const both = [await program(xixian).dump(), await program(xincai).dump()] as [Dump, Dump]
      const open = both.some(
        ({ sent, envelopes }) =>
          sent.some(([, state]) => state === 'PENDING') || envelopes.some(([, , status]) => status === 'WAITING'),
      )
      if (!open || Date.now() > end) return both
    }
  }

  const sorted = (list: readonly unknown[]): string[] => list.map((row) => JSON.stringify(row)).toSorted()

  /** Both hold the same, in order, applied once, with the same acknowledgements, and all that was committed. */
  async function expectOneHistory(): Promise<void> {
    const [here, there] = await settled()
    expect(sorted(here.envelopes)).toEqual(sorted(there.envelopes))
    expect(sorted(here.matters)).toEqual(sorted(there.matters))
    expect(here.states).toEqual(there.states)
    for (const [dump, other] of [
      [here, there],
      [there, here],
    ] as const) {
      expect(dump.envelopes.every(([, , status]) => status === 'APPLIED')).toBe(true)
      expect(dump.lines).toHaveLength(dump.envelopes.length)
      const last = new Map<string, number>()
      for (const { matter, sender, sequence } of dump.lines) {
        expect(sequence).toBe((last.get(`${matter} ${sender}`) ?? 0) + 1)
        last.set(`${matter} ${sender}`, sequence)
      }
      const given = new Map(other.given)
      for (const [hash, state, acknowledgement] of dump.sent) {
        expect([state, acknowledgement]).toEqual(['ACCEPTED', given.get(hash)])
      }
    }
    const held = new Set(here.envelopes.map(([, , , hash]) => hash))
    for (const each of programs.values()) for (const hash of each.acted) expect(held.has(hash)).toBe(true)
  }

  const allActed = (): number => [...programs.values()].reduce((sum, { acted }) => sum + acted.length, 0)

  it(`[A04–A07] loses nothing and does nothing twice in ${runs} runs in which a process is killed at any moment, or a connection cut`, async () => {
    const random = randomFrom(seed)
    process.stderr.write(`delivery between killed processes: FC_SEED=${seed}\n`)
    for (let run = 0; run < runs; run += 1) {
      const fault = faults[run % faults.length] ?? faults[0]
      const acts = 2 + random.below(8)
      // Headers are some 900 bytes, an envelope some 1,200: most cuts fall into a body.
      if ('cut' in fault) ways.get(fault.cut)?.cutAfter(100 + random.below(6_000))
      for (let index = 0; index < acts; index += 1) {
        program(random.pick([xixian, xincai])).order('act')
        if (random.chance(0.3)) await pause(random.below(40))
      }
      await pause(random.below(150))
      if ('kill' in fault) {
        const victim = program(fault.kill)
        await victim.kill()
        for (const name of [xixian, xincai]) if (victim.name !== name) program(name).order('act')
        await victim.start()
      }
      for (const name of [xixian, xincai]) program(name).order('act')
      await expectOneHistory()
    }
    const cuts = [...ways.values()].reduce((sum, way) => sum + way.cuts, 0)
    process.stderr.write(
      `${runs} runs, ${allActed()} acts, ${cuts} cuts on ${server === undefined ? 'PGlite' : 'PostgreSQL'}\n`,
    )
    expect(allActed()).toBeGreaterThan(runs)
    expect(cuts).toBeGreaterThan(0)
  }, 3_600_000)

  it.skipIf(server === undefined)(
    '[A04–A07] loses nothing when all connections of a county to its PostgreSQL are ended in the middle of deliveries',
    async () => {
      const client = postgres(server ?? '', { max: 1, onnotice: () => {} })
      let ended = 0
      let revived = 0
      const before = allActed()
      try {
        for (const name of [xixian, xincai, xincai, xixian]) {
          for (let index = 0; index < 12; index += 1) {
            program(index % 2 === 0 ? xixian : xincai).order('act')
            await pause(15)
            if (index % 4 !== 3) continue
            const database = databases.get(name) ?? ''
            const found =
              await client`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${database}`
            ended += found.length
          }
          // The driver may end the process when it writes to a connection that was ended (postgres 3.4.9, nextWrite).
          await pause(500)
          for (const each of [xixian, xincai]) {
            if (await program(each).revive()) revived += 1
            program(each).order('act')
          }
          await expectOneHistory()
        }
      } finally {
        await client.end()
      }
      process.stderr.write(`${ended} connections ended, ${revived} processes with them, ${allActed() - before} acts\n`)
      expect(ended).toBeGreaterThan(0)
      expect(allActed()).toBeGreaterThan(before)
    },
    3_600_000,
  )
})
