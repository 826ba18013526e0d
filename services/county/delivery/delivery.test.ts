import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { EnvelopePayload } from './contract.ts'
import type { DeliveryNode } from './delivery-node.ts'
import { deliveryPeers, outgoing } from './delivery.table.ts'
import { decodePayload } from './envelope-jws.ts'
import { createLiar } from './testing/liar.ts'
import { type Stage, World, openStage } from './testing/world.ts'

const [xixian, xincai, wuzhi] = ['411528', '411729', '410823'] as const
const actor = { agency: 'tests', officer: '1' }

describe('delivery', () => {
  let stage: Stage
  let world: World
  beforeAll(async () => {
    stage = await openStage(3)
  })
  afterAll(() => stage.close())
  beforeEach(async () => {
    world = new World(stage, 11)
    await world.begin()
    await world.run(5_000)
  })

  const nodeOf = (code: string): DeliveryNode => {
    const { node } = world.county(code)
    if (!node) throw new Error(`${code} is down.`)
    return node
  }
  const db = (code: string) => world.county(code).database.plain
  const open = (from: string, to: string, first = from, text = 'x') =>
    nodeOf(from).act((tx) =>
      nodeOf(from).open(tx, { kind: 'PARLEY', event: 'OPEN', body: { text, first }, recipients: [to], actor }),
    )
  const send = (from: string, matter: string, event: string, body: Record<string, string>, joins: string[] = []) =>
    nodeOf(from).act((tx) => nodeOf(from).send(tx, { matter, event, body, joins, actor }))
  const history = async (at: string, matter: string) =>
    (await nodeOf(at).history(db(at), matter)).map(
      ({ payload, status }) => `${payload.sender} ${payload.event} ${status}`,
    )
  const pending = async (at: string) =>
    (await db(at).select({ state: outgoing.state }).from(outgoing)).filter(({ state }) => state === 'PENDING').length
  /** What arrives at a county, request by request. */
  const arriving = (at: string): EnvelopePayload[][] => {
    const batches: EnvelopePayload[][] = []
    const node = nodeOf(at)
    const receive = node.receive.bind(node)
    node.receive = (envelopes, courier) => {
      batches.push(envelopes.map((jws) => decodePayload(jws) as EnvelopePayload))
      return receive(envelopes, courier)
    }
    return batches
  }

  it('shows both ends one history, one state and one moment of receipt', async () => {
    const { payload } = await open(xixian, xincai, xincai)
    await world.run(2_000)
    await send(xincai, payload.matter, 'PASS', { text: 'y', to: xixian })
    await world.run(2_000)
    const [here, there] = [
      await nodeOf(xixian).history(db(xixian), payload.matter),
      await nodeOf(xincai).history(db(xincai), payload.matter),
    ]
    expect(here.map(({ hash, status }) => [hash, status])).toEqual(there.map(({ hash, status }) => [hash, status]))
    expect(here[0]?.acknowledgements[0]?.receivedAt).toEqual(there[0]?.receivedAt)
    expect(await nodeOf(xixian).matter(db(xixian), payload.matter)).toEqual(
      await nodeOf(xincai).matter(db(xincai), payload.matter),
    )
    expect((await nodeOf(xixian).matter(db(xixian), payload.matter))?.pen).toBe(xixian)
  })

  it('refuses an own action out of turn, or that the kind does not allow, and stores nothing of it', async () => {
    const { payload } = await open(xixian, xincai, xincai)
    await expect(send(xixian, payload.matter, 'PASS', { text: 'x', to: xixian })).rejects.toMatchObject({
      code: 'TRANSITION_REFUSED',
    })
    await expect(send(xixian, payload.matter, 'NOTE', { words: 'x' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
    await expect(open(xixian, '999999')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
    await expect(open(xixian, xincai, xixian, 'x'.repeat(300_000))).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
    await expect(send(xixian, `${xixian}:parley:${world.random.uuid()}`, 'NOTE', { text: 'x' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
    expect(await history(xixian, payload.matter)).toEqual([`${xixian} OPEN APPLIED`])
  })

  it('hands a party that joins later the whole history', async () => {
    const { payload } = await open(xixian, xincai, xincai)
    const { matter } = payload
    await world.run(2_000)
    await send(xincai, matter, 'NOTE', { text: 'a note' })
    await send(xixian, matter, 'NOTE', { text: 'at the same time' })
    await send(xincai, matter, 'JOIN', { text: 'decide', to: wuzhi }, [wuzhi])
    await world.run(60_000)
    const known = await history(xixian, matter)
    expect(known).toHaveLength(4)
    expect(await history(xincai, matter)).toEqual(known)
    expect(await history(wuzhi, matter)).toEqual(known)
    expect((await nodeOf(wuzhi).matter(db(wuzhi), matter))?.parties).toEqual([xixian, xincai, wuzhi])
    await send(wuzhi, matter, 'CLOSE', { text: 'decided' })
    await world.run(60_000)
    for (const each of [xixian, xincai, wuzhi]) {
      expect(await nodeOf(each).matter(db(each), matter)).toMatchObject({ pen: null, frozenAt: null })
      expect(await pending(each)).toBe(0)
    }
  })

  it('gives a restored county back what it had sent to a newcomer only, where that still waits', async () => {
    const { payload } = await open(xixian, xincai, xixian)
    const { matter } = payload
    await world.run(2_000)
    await send(xincai, matter, 'NOTE', { text: 'what the newcomer lacks' })
    await world.run(2_000)
    const copy = await world.county(xixian).database.backup()
    for (const each of [xixian, wuzhi]) world.cut.add([each, xincai].toSorted().join(' '))
    const node = nodeOf(wuzhi)
    const receive = node.receive.bind(node)
    node.receive = (envelopes, courier) => {
      world.cut.add([xixian, wuzhi].toSorted().join(' '))
      return receive(envelopes, courier)
    }
    const joined = await send(xixian, matter, 'JOIN', { text: 'decide', to: wuzhi }, [wuzhi])
    await world.run(1_000)
    expect(await history(wuzhi, matter)).toEqual([`${xixian} OPEN APPLIED`, `${xixian} JOIN WAITING`])
    world.restore(xixian, copy, 'kept')
    await world.run(130_000)
    world.cut.clear()
    await world.run(700_000)
    const known = await history(xixian, matter)
    expect(known).toEqual([`${xixian} OPEN APPLIED`, `${xincai} NOTE APPLIED`, `${xixian} JOIN APPLIED`])
    for (const each of [xincai, wuzhi]) expect(await history(each, matter)).toEqual(known)
    expect((await nodeOf(xixian).history(db(xixian), matter)).at(-1)?.hash).toBe(joined.hash)
  })

  it('does not let a restored county deny what it had sent and of which some is lost for good', async () => {
    const { payload, hash } = await open(xixian, xincai, xixian)
    const { matter } = payload
    await world.run(2_000)
    const liar = createLiar(stage, world)
    const lost = await liar.after({ payload, hash, jws: '' })
    const after = await liar.after(lost)
    await nodeOf(xixian).receive([after.jws], xincai)
    await world.run(60_000)
    expect(await db(xixian).select().from(deliveryPeers)).toEqual([])
    await expect(send(xixian, matter, 'NOTE', { text: 'instead' })).rejects.toThrow('would deny it')
    await nodeOf(xixian).receive([lost.jws], xincai)
    await world.run(60_000)
    expect((await send(xixian, matter, 'NOTE', { text: 'further' })).payload.sequence).toBe(4)
  })

  it('hands a party that joins later the whole history also when that is longer than a request', async () => {
    const { payload } = await open(xixian, xincai, xixian)
    const { matter } = payload
    for (let index = 0; index < 9; index += 1) await send(xixian, matter, 'NOTE', { text: `note ${index}` })
    await world.run(10_000)
    await send(xixian, matter, 'JOIN', { text: 'decide', to: wuzhi }, [wuzhi])
    await world.run(60_000)
    const known = await history(xixian, matter)
    expect(known).toHaveLength(11)
    expect(await history(wuzhi, matter)).toEqual(known)
    expect(await pending(xixian)).toBe(0)
  })

  it('lets what begins now pass a backlog, each within two requests and in its order; the backlog drains in order too', async () => {
    world.cut.add([xincai, xixian].toSorted().join(' '))
    const old: string[] = []
    for (let index = 0; index < 28; index += 1) {
      old.push((await open(xixian, xincai)).payload.matter)
      if (index === 14) await world.run(30_000)
    }
    await world.run(3_000)
    const begun: string[] = []
    const requests: string[][] = []
    const openedBefore = new Map<string, number>()
    const node = nodeOf(xincai)
    const receive = node.receive.bind(node)
    node.receive = async (envelopes, courier) => {
      requests.push(envelopes.map((jws) => (decodePayload(jws) as EnvelopePayload).matter))
      for (let index = 0; requests.length < 6 && index < 1 + (requests.length % 2); index += 1) {
        const { payload } = await open(xixian, xincai)
        begun.push(payload.matter)
        openedBefore.set(payload.matter, requests.length)
      }
      return receive(envelopes, courier)
    }
    world.cut.clear()
    await world.run(600_000)
    expect(await pending(xixian)).toBe(0)
    expect(begun).toHaveLength(8)
    const waited = begun.map(
      (matter) => requests.findIndex((each) => each.includes(matter)) + 1 - (openedBefore.get(matter) ?? 0),
    )
    expect(Math.max(...waited)).toBeLessThanOrEqual(2)
    const all = requests.flat()
    expect(all.filter((matter) => begun.includes(matter))).toEqual(begun)
    expect(all.filter((matter) => old.includes(matter))).toEqual(old)
  })

  it('tries a peer again when an officer acts, 10 seconds after it failed', async () => {
    world.cut.add([xincai, xixian].toSorted().join(' '))
    await open(xixian, xincai)
    await world.run(140_000)
    world.cut.clear()
    const seen = arriving(xincai)
    await open(xixian, xincai)
    await world.run(12_000)
    await open(xixian, xincai)
    await world.run(1_000)
    expect(new Set(seen.flat().map(({ matter }) => matter)).size).toBe(3)
  })

  it('does not let a matter that is held back hold up others, nor anything overtake within one', async () => {
    const one = await open(xixian, xincai)
    const node = nodeOf(xincai)
    const receive = node.receive.bind(node)
    node.receive = async (envelopes, courier) =>
      (await Promise.all(envelopes.map(async (jws) => (jws === one.jws ? null : receive([jws], courier))))).flat()
    await world.run(3_000)
    await send(xixian, one.payload.matter, 'NOTE', { text: 'after it' })
    const other = await open(xixian, xincai)
    const seen = arriving(xincai)
    await world.run(400)
    expect(await history(xincai, other.payload.matter)).toEqual([`${xixian} OPEN APPLIED`])
    expect(seen.flat().filter(({ event }) => event === 'NOTE')).toEqual([])
    node.receive = receive
    await world.run(600_000)
    expect(await history(xincai, one.payload.matter)).toEqual([`${xixian} OPEN APPLIED`, `${xixian} NOTE APPLIED`])
  })

  it('gives a request up that is not answered, and tries again ever more rarely, five minutes apart at most', async () => {
    const node = nodeOf(xincai)
    const receive = node.receive.bind(node)
    const tried: number[] = []
    node.receive = () => {
      tried.push(world.now)
      return new Promise(() => {})
    }
    await open(xixian, xincai)
    await world.run(3_600_000)
    const pauses = tried.slice(1).map((at, index) => at - (tried[index] ?? 0))
    expect(pauses.length).toBeGreaterThan(10)
    // The deadline of a request is 10 s here, the pause 5 minutes give or take a quarter.
    expect(Math.max(...pauses)).toBeLessThan(10_000 + 375_000 + 1_000)
    expect(pauses.at(-1)).toBeGreaterThan(225_000)
    node.receive = receive
    await world.run(400_000)
    expect(await pending(xixian)).toBe(0)
  })

  it('asks all peers after a restore, adds nothing to an old chain before they have answered, and has all back then', async () => {
    const { payload } = await open(xixian, xincai, xincai)
    await world.run(2_000)
    const copy = await world.county(xixian).database.backup()
    await send(xixian, payload.matter, 'NOTE', { text: 'lost' })
    await send(xincai, payload.matter, 'PASS', { text: 'lost too', to: xixian })
    const later = await open(xincai, xixian)
    await world.run(10_000)
    const before = await history(xixian, payload.matter)
    const received = (await nodeOf(xixian).history(db(xixian), later.payload.matter))[0]?.receivedAt
    world.cut.add([xincai, xixian].toSorted().join(' '))
    world.restore(xixian, copy, 'kept')
    await world.run(130_000)
    expect(await history(xixian, payload.matter)).toEqual([`${xixian} OPEN APPLIED`])
    await expect(send(xixian, payload.matter, 'NOTE', { text: 'again' })).rejects.toMatchObject({ code: 'CONFLICT' })
    world.cut.clear()
    await world.run(700_000)
    expect(await db(xixian).select().from(deliveryPeers)).toEqual([])
    expect(await history(xixian, payload.matter)).toEqual(before)
    expect(await history(xixian, later.payload.matter)).toEqual([`${xincai} OPEN APPLIED`])
    // It signed the receipt before it was restored: that moment stays.
    expect((await nodeOf(xixian).history(db(xixian), later.payload.matter))[0]?.receivedAt).toEqual(received)
    const again = await send(xixian, payload.matter, 'PASS', { text: 'on', to: xincai })
    expect(again.payload.sequence).toBe(3)
  })

  it('notices a restore without a mark when a peer hands over what this county has signed', async () => {
    const { payload } = await open(xixian, xincai, xincai)
    await world.run(2_000)
    const county = world.county(xixian)
    const copy = await county.database.backup()
    await send(xixian, payload.matter, 'NOTE', { text: 'lost' })
    await world.run(2_000)
    world.restore(xixian, copy, 'kept')
    county.mark = 0
    await world.run(121_000)
    await send(xincai, payload.matter, 'PASS', { text: 'I saw your note', to: xixian })
    await world.run(60_000)
    expect(await history(xixian, payload.matter)).toEqual(await history(xincai, payload.matter))
    expect(await history(xixian, payload.matter)).toHaveLength(3)
  })
})
