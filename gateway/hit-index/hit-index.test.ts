import { beforeEach, describe, expect, it } from 'vitest'
import { type Accepted, acceptFrame } from './acceptor.ts'
import { type FedHitIndex, createHitIndex } from './hit-index.ts'
import { ModelCounty, dayAfter, modelKey } from './testing/model-county.ts'
import { ModelWorld, gatewayName, modelEpoch } from './testing/model-world.ts'

const many = Array.from({ length: 20 }, (_, number) => `S${number}`)
let world: ModelWorld
let county: ModelCounty
let index: FedHitIndex
/** Where the index waits for its next turn. */
let waiting: (() => void)[]

function list(subjects: readonly string[]): void {
  world.now += 1
  const day = (days: number) => dayAfter(world.now, days)
  county.change(
    world.now,
    subjects.map((subject) => ({ subject, from: day(0), until: day(9), removedOn: null })),
  )
}

/** What the county says now, verified; in full unless it is to continue what is held. */
async function say({ asDelta = false } = {}): Promise<Accepted> {
  const held = index.held(county.code)
  const query =
    held && asDelta
      ? { since: String(held.version), chain: held.chain, lineage: held.lineage, epoch: held.epoch.id }
      : {}
  const epoch = world.snapshot.hitIndexEpochs.at(-1) ?? modelEpoch(1, 0)
  const frame = county.publish({ query, nonce: 'nonce', gateway: gatewayName, now: world.now, epoch })
  return acceptFrame(frame, {
    county: county.code,
    gateway: gatewayName,
    directory: world.directory,
    now: world.now,
    held,
    anchor: held && { ...held, left: [], restored: false },
  })
}

/** Lets what goes on in the background end. */
async function toEnd<Result>(work: Promise<Result>): Promise<Result> {
  const state = { isOver: false }
  const ended = work.finally(() => (state.isOver = true))
  while (!state.isOver) {
    waiting.shift()?.()
    await Promise.resolve()
  }
  return ended
}

function asks(subject: string): boolean {
  return index.look({ subject, asker: county.code, purpose: 'APPROVAL', targets: [county.code] }).ask.length > 0
}

beforeEach(() => {
  county = new ModelCounty('411528', modelKey(), 0)
  world = new ModelWorld([county])
  waiting = []
  index = createHitIndex({
    directory: world.directory,
    clock: world.clock,
    pause: () => new Promise((resolve) => waiting.push(resolve)),
    hashesInOneTurn: 4,
    mostAtOnce: 8,
  })
})

describe('the hit index', () => {
  it('answers by the list in use while a county’s list is loaded anew, and by the new one from its last hash on', async () => {
    list(many.slice(0, 10))
    expect(asks('Z')).toBe(true)
    await toEnd(index.take(county.code, await say()))
    list(many.slice(10))
    const loading = index.take(county.code, await say())
    for (let turn = 0; turn < 2; turn += 1) {
      expect([asks('S0'), asks('S15'), asks('Z')]).toEqual([true, false, false])
      expect(index.held(county.code)?.version).toBe(1)
      waiting.shift()?.()
      await Promise.resolve()
      await Promise.resolve()
    }
    expect(await toEnd(loading)).toBe(true)
    expect([asks('S0'), asks('S15'), asks('Z')]).toEqual([false, true, false])
    await toEnd(index.close())
  })

  it('has a county out while a long delta is taken in, and a short one taken in at once', async () => {
    list([])
    await toEnd(index.take(county.code, await say()))
    list(many)
    const taking = index.take(county.code, await say({ asDelta: true }))
    expect(asks('Z')).toBe(true)
    expect(await toEnd(taking)).toBe(true)
    expect([asks('S0'), asks('Z')]).toEqual([true, false])
    list(many.slice(1))
    const short = await say({ asDelta: true })
    const taken = index.take(county.code, short)
    expect([asks('S0'), asks('S1'), waiting.length]).toEqual([false, true, 0])
    expect(await taken).toBe(true)
  })

  it('does not take up a list that was being loaded when its county was dropped', async () => {
    list(many)
    const loading = index.take(county.code, await say())
    index.drop(county.code)
    await toEnd(loading)
    expect(index.held(county.code)).toBeUndefined()
    expect(asks('Z')).toBe(true)
    expect(await toEnd(index.take(county.code, await say()))).toBe(true)
    expect(asks('Z')).toBe(false)
  })

  it('drops a county whose delta brings what it has', async () => {
    list(many.slice(0, 3))
    await toEnd(index.take(county.code, await say()))
    list(many.slice(0, 4))
    const delta = await say({ asDelta: true })
    expect(await index.take(county.code, delta)).toBe(true)
    const since = { version: delta.statement.version, chain: delta.statement.chain }
    expect(await index.take(county.code, { ...delta, statement: { ...delta.statement, since } })).toBe(false)
    expect(index.held(county.code)).toBeUndefined()
    expect(asks('Z')).toBe(true)
  })

  it('takes in a frame only onto the point that it continues, whatever was taken in since it was verified', async () => {
    list(['A', 'B'])
    await toEnd(index.take(county.code, await say()))
    const renewal = await say({ asDelta: true })
    list(['B'])
    const taken = await say({ asDelta: true })
    list(['A', 'B'])
    // From the first point on nothing has changed on the whole.
    const late = await say({ asDelta: true })
    expect(await index.take(county.code, taken)).toBe(true)
    for (const frame of [late, renewal]) {
      expect(await index.take(county.code, frame)).toBe(false)
      expect([index.held(county.code)?.version, asks('A'), asks('B')]).toEqual([2, false, true])
    }
  })

  it('gives back the memory of lists that were replaced, and of an epoch that nobody uses any more', async () => {
    list(many)
    await toEnd(index.take(county.code, await say()))
    list(['A'])
    await toEnd(index.take(county.code, await say()))
    while (waiting.length > 0) {
      waiting.shift()?.()
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(index.figures().entries).toBe(1)
    world.publishDirectory({ hitIndexEpochs: [modelEpoch(2, 0)] })
    await toEnd(index.take(county.code, await say()))
    expect(index.figures()).toMatchObject({
      entries: 1,
      counties: [{ county: county.code, entries: 1, vouches: true }],
    })
    index.drop(county.code)
    expect(index.figures()).toEqual({ entries: 0, bytes: 0, counties: [] })
  })

  it('ends at once when it is closed in the middle of loading', async () => {
    list(many)
    const loading = index.take(county.code, await say())
    const closing = index.close()
    expect(await toEnd(loading)).toBe(false)
    await toEnd(closing)
    expect(index.held(county.code)).toBeUndefined()
  })
})
