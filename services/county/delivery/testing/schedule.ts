import { asc, sql } from 'drizzle-orm'
import { type Database, rows } from '../../../platform/database.ts'
import { ExchangeError } from '../../../platform/errors.ts'
import { envelopes, matters, outgoing } from '../delivery.table.ts'
import type { Random } from './random.ts'
import { type Backup, Killed } from './sim-county.ts'
import { fairWeather } from './sim-network.ts'
import { type Stage, World, killPoints, restoreMs } from './world.ts'

/** What a run came to. */
export interface Outcome {
  seed: number
  /** Promises that were broken; none in a good run. */
  problems: string[]
  trace: readonly string[]
  figures: { acted: number; kills: number; restored: boolean; matters: number; seconds: number }
}

interface Acted {
  county: string
  hash: string
  at: number
}

const actor = { agency: 'tests', officer: '41152801' }

/** One random schedule of actions and faults over the real delivery code, and what must hold after it. */
export async function runSchedule(stage: Stage, seed: number): Promise<Outcome> {
  const world = new World(stage, seed)
  const { random } = world
  await world.begin()
  const acted: Acted[] = []
  const errors: string[] = []
  const codes = [...world.counties.keys()]
  world.weather = {
    lost: random.next() * 0.2,
    answerLost: random.next() * 0.2,
    duplicated: random.next() * 0.3,
    broken: random.next() * 0.15,
    slowest: random.pick([20, 500, 8_000]),
  }
  const length = 60_000 + random.below(240_000)
  const kills = random.below(9)
  for (let index = 0; index < kills; index += 1) {
    const county = world.county(random.pick(codes))
    county.kills.push({ point: random.pick(killPoints), times: 1 + random.below(15) })
  }
  for (let index = random.below(3); index > 0; index -= 1) cutForAWhile(world, length)
  const actions = 8 + random.below(20)
  for (let index = 0; index < actions; index += 1) {
    world.after(random.below(length), () => busy(stage, errors, () => actSomehow(world, acted)))
  }
  const restored = random.chance(0.4)
    ? planRestore(
        world,
        {
          length,
          act: (code) => busy(stage, errors, () => actSomehow(world, acted, code)),
          copy: (work) => busy(stage, errors, work),
        },
        stage,
      )
    : undefined
  await world.run(length + (restored ? restoreMs + 30_000 : 0))
  world.weather = fairWeather
  world.cut.clear()
  for (const county of world.counties.values()) county.kills = []
  const settled = await world.run(4 * 3_600_000, () => isSettled(world))
  const problems = [...errors]
  if (!settled) problems.push('it never came to rest')
  problems.push(...(await brokenPromises(world, acted, restored)))
  for (const { life } of world.counties.values()) life.dead = true
  const [first] = world.counties.values()
  const all = await first?.database.plain.select().from(matters)
  return {
    seed,
    problems,
    trace: world.trace,
    figures: {
      acted: acted.length,
      kills: world.trace.filter((line) => line.includes('is killed')).length,
      restored: restored !== undefined,
      matters: all?.length ?? 0,
      seconds: world.now / 1_000,
    },
  }
}

/** Runs something that the clock began, so that nothing else happens until it has come to a stop. */
function busy(stage: Stage, errors: string[], work: () => Promise<unknown>): void {
  void work().catch((error: unknown) => {
    const expected = error instanceof Killed || (error instanceof ExchangeError && error.code === 'CONFLICT')
    if (!expected && !isKilled(error)) errors.push(error instanceof Error ? (error.stack ?? '') : String(error))
  })
}

/** Database drivers wrap what a statement failed of. */
function isKilled(error: unknown): boolean {
  return error instanceof Error && (error instanceof Killed || isKilled(error.cause))
}

function cutForAWhile(world: World, length: number): void {
  const { random } = world
  const codes = [...world.counties.keys()]
  const one = random.pick(codes)
  const other = random.pick(codes.filter((code) => code !== one))
  const way = one < other ? `${one} ${other}` : `${other} ${one}`
  const begin = random.below(length)
  world.after(begin, () => world.cut.add(way))
  world.after(begin + random.below(length), () => world.cut.delete(way))
}

function planRestore(
  world: World,
  run: { length: number; act: (code: string) => void; copy: (work: () => Promise<void>) => void },
  stage: Stage,
): { county: string; from: number; until: number } {
  const { random } = world
  const county = random.pick([...world.counties.keys()])
  const begin = random.below(run.length / 2)
  const end = begin + 1 + random.below(run.length / 2)
  const plan = { county, from: world.now + begin, until: world.now + end }
  let copy: Backup | undefined
  world.after(begin, () =>
    run.copy(async () => {
      stage.busy.count += 1
      copy = await world.county(county).database.backup()
      stage.busy.count -= 1
      world.log(`${county} is backed up`)
    }),
  )
  world.after(end, () => {
    if (!copy) return
    world.restore(county, copy, random.pick(['kept', 'lost']))
    // People go on at once where they were, whether or not its peers can be reached.
    for (let index = 0; index < 5; index += 1) world.after(restoreMs + random.below(3_000), () => run.act(county))
    if (random.chance(0.5))
      for (const code of world.counties.keys()) if (code !== county) cutFor(world, county, code, end)
  })
  return plan
}

function cutFor(world: World, one: string, other: string, until: number): void {
  const way = one < other ? `${one} ${other}` : `${other} ${one}`
  world.cut.add(way)
  world.after(restoreMs + world.random.below(until), () => world.cut.delete(way))
}

/** Some county does something that is its to do. */
async function actSomehow(world: World, acted: Acted[], who?: string): Promise<void> {
  const { random } = world
  const codes = [...world.counties.keys()]
  const code = who ?? random.pick(codes)
  const { node, database } = world.county(code)
  if (!node) return
  const others = codes.filter((each) => each !== code)
  const open = await database.plain
    .select()
    .from(matters)
    .orderBy(asc(sql`${matters.id} collate "C"`))
  const mine = open.filter(({ parties, pen }) => parties.includes(code) && pen === code)
  const known = open.filter(({ parties }) => parties.includes(code))
  const what = random.below(10)
  const text = `t${random.below(1_000)}`
  const envelope = await node.act((tx) => {
    const matter = random.chance(0.7) ? mine.at(-1) : mine.at(0)
    if (what < 5 && matter)
      return node.send(tx, { matter: matter.id, ...step(random, matter.parties, codes, text), actor })
    if (what < 8 && known.length > 0) {
      return node.send(tx, { matter: random.pick(known).id, event: 'NOTE', body: { text }, actor })
    }
    const recipient = random.pick(others)
    const first = random.pick([code, recipient])
    return node.open(tx, { kind: 'PARLEY', event: 'OPEN', body: { text, first }, recipients: [recipient], actor })
  })
  world.log(`${code} did ${envelope.payload.event} ${envelope.payload.sequence} in ${envelope.payload.matter}`)
  acted.push({ county: code, hash: envelope.hash, at: world.now })
}

function step(random: Random, parties: readonly string[], codes: readonly string[], text: string) {
  const outside = codes.filter((code) => !parties.includes(code))
  if (outside.length > 0 && random.chance(0.3)) {
    const to = random.pick(outside)
    return { event: 'JOIN', body: { text, to }, joins: [to] }
  }
  if (random.chance(0.1)) return { event: 'CLOSE', body: { text } }
  return { event: 'PASS', body: { text, to: random.pick(parties) } }
}

async function isSettled(world: World): Promise<boolean> {
  for (const { node, database } of world.counties.values()) {
    if (!node) return false
    const [row] = await rows<{ open: boolean }>(
      database.plain,
      sql`select exists (select 1 from outgoing where state = 'PENDING') or exists (select 1 from envelope where status = 'WAITING') or exists (select 1 from delivery_peer) as open`,
    )
    if (row?.open) return false
  }
  return true
}

/** What each county holds, for comparing. */
async function holdings(world: World) {
  const held = new Map<string, Awaited<ReturnType<typeof holdingOf>>>()
  for (const { code, database } of world.counties.values()) held.set(code, await holdingOf(database.plain))
  return held
}

async function holdingOf(db: Database) {
  const all = await db.select().from(envelopes)
  return {
    matters: new Map((await db.select().from(matters)).map((row) => [row.id, row])),
    envelopes: new Map(all.map((row) => [row.hash, row])),
    outgoing: await db.select().from(outgoing),
    incidents: await rows<{ code: string; detail: string }>(db, sql`select code, detail from delivery_incident`),
    parley: new Map(
      (
        await rows<{ matter: string; steps: number; digest: string; counted_from: string | null }>(
          db,
          sql`select * from parley`,
        )
      ).map((row) => [row.matter, row]),
    ),
    lines: await rows<{ hash: string; matter: string; sender: string; sequence: number }>(
      db,
      sql`select * from parley_line order by place`,
    ),
  }
}

/** All promises of delivery, checked over the databases after a run. */
async function brokenPromises(
  world: World,
  acted: readonly Acted[],
  restored: { county: string; from: number; until: number } | undefined,
): Promise<string[]> {
  const problems: string[] = []
  const held = await holdings(world)
  const everything = new Map([...held.values()].flatMap((each) => [...each.matters]))
  for (const [id, { parties }] of everything) {
    const copies = parties.map((party) => held.get(party))
    const view = (copy: (typeof copies)[number]) => {
      const matter = copy?.matters.get(id)
      const own = [...(copy?.envelopes.values() ?? [])].filter((row) => row.matter === id)
      const order = own.toSorted(
        (a, b) =>
          (a.depth ?? 0) - (b.depth ?? 0) ||
          (a.sender < b.sender ? -1 : a.sender > b.sender ? 1 : a.sequence - b.sequence),
      )
      const { steps, digest, counted_from: countedFrom } = copy?.parley.get(id) ?? {}
      return JSON.stringify({
        parties: matter?.parties.toSorted(),
        pen: matter?.pen,
        frozen: matter?.frozenReason,
        history: order.map(({ hash, status, depth }) => [depth, status, hash.slice(0, 8)]),
        steps,
        digest,
        countedFrom: parties.length === 2 ? countedFrom : undefined,
      })
    }
    const [first, ...rest] = copies.map(view)
    for (const [index, other] of rest.entries()) {
      if (other !== first)
        problems.push(`${id}: ${parties[0]} and ${parties[index + 1]} differ:\n  ${first}\n  ${other}`)
    }
  }
  for (const [code, copy] of held) {
    for (const { id, frozenReason } of copy.matters.values())
      if (frozenReason) problems.push(`${code}: ${id} is frozen`)
    for (const { code: what, detail } of copy.incidents) {
      if (what !== 'NOT_ADDRESSED') problems.push(`${code}: incident ${what}: ${detail}`)
    }
    const applied = [...copy.envelopes.values()].filter(({ status }) => status === 'APPLIED')
    if (applied.length !== copy.envelopes.size) problems.push(`${code}: not all envelopes are applied`)
    if (copy.lines.length !== applied.length)
      problems.push(`${code}: ${copy.lines.length} lines for ${applied.length} envelopes`)
    const last = new Map<string, number>()
    for (const { matter, sender, sequence } of copy.lines) {
      const before = last.get(`${matter} ${sender}`) ?? 0
      if (sequence !== before + 1) problems.push(`${code}: ${matter} of ${sender}: ${sequence} came after ${before}`)
      last.set(`${matter} ${sender}`, sequence)
    }
    for (const row of copy.outgoing) {
      const there = held.get(row.recipient)?.envelopes.get(row.envelope)
      if (row.state !== 'ACCEPTED') problems.push(`${code}: ${row.envelope.slice(0, 8)} is ${row.state}`)
      else if (there?.acknowledgement !== row.acknowledgement)
        problems.push(`${code}: the acknowledgements of ${row.envelope.slice(0, 8)} differ`)
      else if (there?.receivedAt?.getTime() !== row.acknowledgedAt?.getTime())
        problems.push(`${code}: the moments of ${row.envelope.slice(0, 8)} differ`)
    }
  }
  for (const { county, hash, at } of acted) {
    const holders = [...held].filter(([, copy]) => copy.envelopes.has(hash)).map(([code]) => code)
    const mayBeLost = restored?.county === county && at >= restored.from && at <= restored.until
    if (holders.length === 0 && !mayBeLost) problems.push(`${county}: the act ${hash.slice(0, 8)} is lost`)
    if (holders.length > 0 && !holders.includes(county)) problems.push(`${county}: lost its own ${hash.slice(0, 8)}`)
  }
  return problems
}
