import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Action } from './contract.ts'
import type { MissingQuestion } from './courier.ts'
import type { DeliveryNode } from './delivery-node.ts'
import { type Forged, type Liar, createLiar, saidIn } from './testing/liar.ts'
import { type Stage, World, openStage } from './testing/world.ts'

const [xixian, xincai, wuzhi] = ['411528', '411729', '410823'] as const
const actor = { agency: 'tests', officer: '1' }
const junk = '9'.repeat(64)

describe('a county that knows the id of a matter between two others', () => {
  let stage: Stage
  let world: World
  let liar: Liar
  let id: string
  let opened: Forged
  beforeAll(async () => {
    stage = await openStage(3)
  })
  afterAll(() => stage.close())
  beforeEach(async () => {
    world = new World(stage, 11)
    await world.begin()
    await world.run(5_000)
    liar = createLiar(stage, world)
    const node = nodeOf(xixian)
    opened = await node.act((tx) =>
      node.open(tx, {
        kind: 'PARLEY',
        event: 'OPEN',
        body: { text: 'ours', first: xixian },
        recipients: [xincai],
        actor,
      }),
    )
    id = opened.payload.matter
    await world.run(5_000)
  })

  const nodeOf = (code: string): DeliveryNode => {
    const { node } = world.county(code)
    if (!node) throw new Error(`${code} is down.`)
    return node
  }
  const db = (code: string) => world.county(code).database.plain
  const receive = async (at: string, ...envelopes: Forged[]) =>
    (
      await nodeOf(at).receive(
        envelopes.map(({ jws }) => jws),
        wuzhi,
      )
    ).map((answer) => saidIn(answer)?.code ?? saidIn(answer)?.outcome ?? null)
  const send = (at: string, action: Partial<Action> = {}) =>
    nodeOf(at).act((tx) =>
      nodeOf(at).send(tx, { matter: id, event: 'NOTE', body: { text: 'further' }, actor, ...action }),
    )
  const taken = async (at: string) =>
    (await nodeOf(at).history(db(at), id))
      .filter(({ status }) => status === 'APPLIED')
      .map(({ payload }) => `${payload.sender} ${payload.sequence}`)
  /** What the stranger sends: it names what opened the matter by `hash`. */
  const intruding = (hash: string, content: Partial<Forged['payload']> = {}) =>
    liar.envelope(wuzhi, {
      matter: id,
      recipients: [xixian, xincai],
      seen: { [xixian]: { sequence: 1, hash } },
      event: 'NOTE',
      body: { text: 'I' },
      ...content,
    })
  const expectThatBothGoOn = async () => {
    for (const each of [xixian, xincai]) {
      expect(await nodeOf(each).matter(db(each), id)).toMatchObject({ frozenAt: null, parties: [xixian, xincai] })
      await send(each)
      await world.run(5_000)
    }
    await world.run(600_000)
    for (const each of [xixian, xincai]) {
      expect(await taken(each)).toEqual([`${xixian} 1`, `${xixian} 2`, `${xincai} 1`])
    }
  }

  it('cannot freeze it by an envelope that denies what never was', async () => {
    expect(await receive(xincai, await intruding(junk, { previous: junk }))).toEqual([null])
    expect(await receive(xixian, await intruding(opened.hash, { previous: junk }))).toEqual([null])
    await expectThatBothGoOn()
  })

  it('cannot freeze it by two envelopes with one number', async () => {
    const two = [await intruding(junk), await intruding(junk, { body: { text: 'II' } })] as const
    expect(await receive(xincai, ...two)).toEqual([null, null])
    await expectThatBothGoOn()
  })

  it('cannot come between the two by telling them two histories, though it knows what opened it', async () => {
    const [one, other] = [await intruding(opened.hash), await intruding(opened.hash, { body: { text: 'II' } })]
    expect(await receive(xincai, one)).toEqual(['NOT_PARTY'])
    expect(await receive(xixian, other)).toEqual(['NOT_PARTY'])
    expect(await receive(xincai, other)).toEqual([null])
    await expectThatBothGoOn()
  })

  it('cannot take the place of a matter that has not come yet', async () => {
    world.cut.add([xixian, xincai].toSorted().join(' '))
    const node = nodeOf(xixian)
    const later = await node.act((tx) =>
      node.open(tx, {
        kind: 'PARLEY',
        event: 'OPEN',
        body: { text: 'ours', first: xixian },
        recipients: [xincai],
        actor,
      }),
    )
    id = later.payload.matter
    await receive(xincai, await intruding(junk), await intruding(junk, { body: { text: 'II' } }))
    expect(await nodeOf(xincai).matter(db(xincai), id)).toBeUndefined()
    world.cut.clear()
    await world.run(600_000)
    await expectThatBothGoOn()
  })

  it('is not told how far it has come when it is asked for what its envelope rests on', async () => {
    await send(xincai)
    await world.run(5_000)
    const asked: MissingQuestion[] = []
    const { archive } = nodeOf(wuzhi)
    const missing = archive.missing.bind(archive)
    archive.missing = (asker, question) => {
      asked.push(question)
      return missing(asker, question)
    }
    const heads = archive.heads.bind(archive)
    // It also says that it holds more of the matter than they do.
    archive.heads = async () => ({
      matters: [{ matter: id, heads: [{ county: xincai, sequence: 99, hash: junk }] }],
      next: null,
    })
    await receive(xincai, await intruding(junk))
    await world.run(60_000)
    await nodeOf(xincai).compareWithAll()
    await world.run(60_000)
    archive.heads = heads
    expect(asked.length).toBeGreaterThan(1)
    expect(asked.flatMap(({ matters }) => matters)).toEqual(asked.map(() => ({ matter: id, heads: [] })))
  })

  it('is asked on and on for what a restored county has lost, and hears only of what it has shown itself to hold', async () => {
    await nodeOf(xixian).act(async (tx) => {
      const note = { matter: id, event: 'NOTE', body: { text: 'further' }, actor }
      for (let count = 0; count < 130; count += 1) await nodeOf(xixian).send(tx, note)
    })
    await world.run(600_000)
    const copy = await world.county(xixian).database.backup()
    for (const each of [xixian, wuzhi]) world.cut.add([each, xincai].toSorted().join(' '))
    const joined = await send(xixian, { event: 'JOIN', body: { text: 'decide', to: wuzhi }, joins: [wuzhi] })
    await world.run(600_000)
    expect((await taken(wuzhi)).length).toBe(132)
    world.restore(xixian, copy, 'kept')
    await world.run(600_000)
    const history = await nodeOf(xixian).history(db(xixian), id)
    expect(history.at(-1)).toMatchObject({ hash: joined.hash, status: 'APPLIED' })
  })
})
