import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { rows } from '../../platform/database.ts'
import type { EnvelopePayload } from './contract.ts'
import type { DeliveryNode } from './delivery-node.ts'
import { deliveryIncidents, outgoing } from './delivery.table.ts'
import { type Forged, type Liar, createLiar, saidIn } from './testing/liar.ts'
import { rewritten } from './testing/rewritten.ts'
import { type Stage, World, openStage } from './testing/world.ts'

const [xixian, xincai, wuzhi] = ['411528', '411729', '410823'] as const
const actor = { agency: 'tests', officer: '1' }

describe('a county that lies', () => {
  let stage: Stage
  let world: World
  let liar: Liar
  beforeAll(async () => {
    stage = await openStage(3)
  })
  afterAll(() => stage.close())
  beforeEach(async () => {
    world = new World(stage, 7)
    await world.begin()
    await world.run(5_000)
    liar = createLiar(stage, world)
  })

  const nodeOf = (code: string): DeliveryNode => {
    const { node } = world.county(code)
    if (!node) throw new Error(`${code} is down.`)
    return node
  }
  const db = (code: string) => world.county(code).database.plain
  const receive = (at: string, ...envelopes: Forged[]) =>
    nodeOf(at).receive(
      envelopes.map(({ jws }) => jws),
      xixian,
    )
  const incidents = (at: string) =>
    db(at)
      .select({ code: deliveryIncidents.code, county: deliveryIncidents.county })
      .from(deliveryIncidents)
      .orderBy(deliveryIncidents.sequence)
  const history = async (at: string, matter: string) =>
    (await nodeOf(at).history(db(at), matter)).map(({ hash, status, refusal }) => [hash, status, refusal?.code ?? null])
  const matter = (at: string, id: string) => nodeOf(at).matter(db(at), id)
  const lines = async (at: string) => (await rows(db(at), sql`select hash from parley_line`)).length

  it('cannot write in another county’s name: with its own key it is not known, with a borrowed name it does not fit', async () => {
    const forged = await liar.envelope(xixian, {}, wuzhi)
    expect(await receive(xincai, forged)).toEqual([null])
    const [header, , signature] = forged.jws.split('.')
    const good = await liar.envelope(xixian)
    const [goodHeader, goodPayload] = good.jws.split('.')
    expect(header).not.toBe(goodHeader)
    const borrowed = { ...good, jws: `${goodHeader}.${goodPayload}.${signature}` }
    const [answer] = await receive(xincai, borrowed)
    expect(saidIn(answer)).toMatchObject({ outcome: 'REFUSED', code: 'SIGNATURE_INVALID', recipient: xincai })
    expect(await incidents(xincai)).toEqual([
      { code: 'KEY_UNKNOWN', county: xixian },
      { code: 'SIGNATURE_INVALID', county: xixian },
    ])
    expect(await lines(xincai)).toBe(0)
  })

  it('learns nothing of a matter that is not its own by sending something into it', async () => {
    const good = await liar.envelope(xixian, { recipients: [xincai] })
    await receive(xincai, good)
    const { matter: id } = good.payload
    const seen = { [xixian]: { sequence: 9, hash: '9'.repeat(64) } }
    const intruding = await liar.envelope(wuzhi, { matter: id, recipients: [xincai], seen, event: 'NOTE' })
    expect(await receive(xincai, intruding)).toEqual([null])
    const { archive } = nodeOf(xincai)
    for (const direct of [true, false]) {
      const { envelopes } = await archive.missing(wuzhi, { matters: [{ matter: id, heads: [] }], direct })
      expect(envelopes.map(({ jws }) => jws)).toEqual([intruding.jws])
    }
    expect((await archive.heads(wuzhi, null)).matters).toEqual([
      { matter: id, heads: [{ county: wuzhi, sequence: 1, hash: intruding.hash }] },
    ])
    expect(
      (await archive.missing(xixian, { matters: [{ matter: id, heads: [] }], direct: false })).envelopes,
    ).toHaveLength(2)
  })

  it('cannot alter what another has signed', async () => {
    const good = await liar.envelope(xixian)
    const altered = Buffer.from(JSON.stringify({ ...good.payload, body: { text: 'other', first: xincai } }))
    const [header, , signature] = good.jws.split('.')
    const [answer] = await receive(xincai, { ...good, jws: `${header}.${altered.toString('base64url')}.${signature}` })
    expect(saidIn(answer)).toMatchObject({ outcome: 'REFUSED', code: 'SIGNATURE_INVALID' })
    expect(await lines(xincai)).toBe(0)
  })

  it('cannot have another county look like a liar by writing its signature otherwise', async () => {
    const good = await liar.envelope(wuzhi, { recipients: [xincai, xixian] })
    await receive(xincai, good)
    const [answer] = await receive(xincai, { ...good, jws: rewritten(good.jws) })
    expect(saidIn(answer)).toMatchObject({ outcome: 'REFUSED', code: 'SIGNATURE_INVALID' })
    expect(await matter(xincai, good.payload.matter)).toMatchObject({ frozenAt: null })
    expect((await incidents(xincai)).map(({ code }) => code)).toEqual(['SIGNATURE_INVALID'])
  })

  it('gets the same acknowledgement for what it sends again, and nothing happens twice', async () => {
    const good = await liar.envelope(xixian)
    const [first] = await receive(xincai, good)
    await world.run(60_000)
    const again = await receive(xincai, good, good)
    expect(again).toEqual([first, first])
    expect(saidIn(first)).toMatchObject({ outcome: 'ACCEPTED', hash: good.hash, envelope: good.payload.id })
    expect(await lines(xincai)).toBe(1)
  })

  it('cannot change the order: what comes early waits for what came before it', async () => {
    const first = await liar.envelope(xixian)
    const second = await liar.after(first)
    const third = await liar.after(second)
    // The real county holds none of this, so asking it brings nothing.
    expect(await receive(xincai, third, second)).toEqual([null, null])
    expect(await lines(xincai)).toBe(0)
    const answers = await receive(xincai, first)
    expect(saidIn(answers[0])?.outcome).toBe('ACCEPTED')
    expect(await history(xincai, first.payload.matter)).toEqual(
      [first, second, third].map(({ hash }) => [hash, 'APPLIED', null]),
    )
    expect((await receive(xincai, second, third)).map((each) => saidIn(each)?.outcome)).toEqual([
      'ACCEPTED',
      'ACCEPTED',
    ])
  })

  it('cannot skip a number: what comes after the gap is never applied, and stands in the history as waiting', async () => {
    const first = await liar.envelope(xixian)
    const second = await liar.after(first)
    const third = await liar.after(second)
    await receive(xincai, first)
    expect(await receive(xincai, third)).toEqual([null])
    await world.run(120_000)
    expect(await history(xincai, first.payload.matter)).toEqual([
      [first.hash, 'APPLIED', null],
      [third.hash, 'WAITING', null],
    ])
  })

  it('freezes a matter by two envelopes with one number; both are kept as evidence, and it is told', async () => {
    const first = await liar.envelope(xixian)
    const [one, other] = [await liar.after(first), await liar.after(first, { body: { text: 'otherwise' } })]
    const answers = (await receive(xincai, first, one, other)).map(saidIn)
    expect(answers.map((each) => each?.code ?? each?.outcome)).toEqual(['FROZEN', 'FROZEN', 'FORK'])
    const id = first.payload.matter
    expect(await matter(xincai, id)).toMatchObject({ frozenReason: 'FORK', frozenBy: xixian })
    expect(new Set((await history(xincai, id)).map(([hash, status]) => `${status} ${hash}`))).toEqual(
      new Set([`WAITING ${first.hash}`, `WAITING ${one.hash}`, `FORK ${other.hash}`]),
    )
    expect(await incidents(xincai)).toEqual([{ code: 'FORK', county: xixian }])
    await expect(
      nodeOf(xincai).act((tx) => nodeOf(xincai).send(tx, { matter: id, event: 'NOTE', body: { text: 'x' }, actor })),
    ).rejects.toMatchObject({ code: 'CONFLICT' })
  })

  it('freezes a matter by a chain that denies what it had sent', async () => {
    const first = await liar.envelope(xixian)
    await receive(xincai, first)
    const denying = await liar.after(first, { previous: 'f'.repeat(64) })
    expect(saidIn((await receive(xincai, denying))[0])).toMatchObject({ outcome: 'REFUSED', code: 'FORK' })
    expect(await matter(xincai, first.payload.matter)).toMatchObject({ frozenReason: 'FORK', frozenBy: xixian })
  })

  it('is found out when it tells two counties two histories, and both of them freeze the matter', async () => {
    const first = await liar.envelope(xixian, { recipients: [xincai, wuzhi], body: { text: 'all', first: xixian } })
    const [one, other] = [await liar.after(first), await liar.after(first, { body: { text: 'otherwise' } })]
    await receive(xincai, first, one)
    await receive(wuzhi, first, other)
    const id = first.payload.matter
    await nodeOf(xincai).act((tx) =>
      nodeOf(xincai).send(tx, { matter: id, event: 'NOTE', body: { text: 'I saw' }, actor }),
    )
    await world.run(600_000)
    for (const each of [wuzhi, xincai]) {
      expect(await matter(each, id)).toMatchObject({ frozenReason: 'FORK', frozenBy: xixian })
    }
    const held = (await history(wuzhi, id)).map(([hash]) => hash)
    expect(held).toEqual(expect.arrayContaining([first.hash, one.hash, other.hash]))
    expect(await incidents(wuzhi)).toEqual(
      expect.arrayContaining([
        { code: 'CONTRADICTION', county: xincai },
        { code: 'FORK', county: xixian },
      ]),
    )
  })

  it('cannot act when it is another’s turn, but what it tried is kept at both ends', async () => {
    const first = await liar.envelope(xixian, { body: { text: 'yours', first: xincai } })
    const grab = await liar.after(first, { event: 'PASS', body: { text: 'mine', to: xixian } })
    const answers = (await receive(xincai, first, grab)).map(saidIn)
    expect(answers).toMatchObject([{ outcome: 'ACCEPTED' }, { outcome: 'REFUSED', code: 'NOT_YOUR_TURN' }])
    expect(await history(xincai, first.payload.matter)).toEqual([
      [first.hash, 'APPLIED', null],
      [grab.hash, 'REFUSED', 'NOT_YOUR_TURN'],
    ])
    expect((await matter(xincai, first.payload.matter))?.pen).toBe(xincai)
  })

  it('cannot act on a turn that it does not say it has seen: one party may know of it, and the next one not', async () => {
    const honest = nodeOf(xixian)
    const recipients = [xincai, wuzhi]
    const body = { text: 'mine', first: xixian }
    const first = await honest.act((tx) => honest.open(tx, { kind: 'PARLEY', event: 'OPEN', body, recipients, actor }))
    const { matter: id } = first.payload
    const yours = { matter: id, event: 'PASS', body: { text: 'yours', to: xincai }, actor }
    const pass = await honest.act((tx) => honest.send(tx, yours))
    const blind = await liar.envelope(xincai, {
      matter: id,
      recipients: [xixian, wuzhi],
      seen: { [xixian]: { sequence: 1, hash: first.hash } },
      event: 'PASS',
      body: { text: 'done', to: wuzhi },
    })
    const knowing = (await honest.receive([blind.jws], xincai)).map(saidIn)
    const unknowing = (await nodeOf(wuzhi).receive([first.jws, blind.jws, pass.jws], xixian)).map(saidIn)
    const refused = { outcome: 'REFUSED', code: 'NOT_YOUR_TURN' }
    expect(knowing).toMatchObject([refused])
    expect(unknowing).toMatchObject([{ outcome: 'ACCEPTED' }, refused, { outcome: 'ACCEPTED' }])
    for (const each of [xixian, wuzhi]) expect((await matter(each, id))?.pen).toBe(xincai)
  })

  it('cannot meddle in a matter that it is no party to, nor open one in another’s name', async () => {
    const first = await liar.envelope(xixian)
    await receive(xincai, first)
    const { matter: id } = first.payload
    const seen = { [xixian]: { sequence: 1, hash: first.hash } }
    const meddling = await liar.envelope(wuzhi, {
      matter: id,
      recipients: [xixian, xincai],
      seen,
      event: 'NOTE',
      body: { text: 'x' },
    })
    expect(saidIn((await receive(xincai, meddling))[0])).toMatchObject({ outcome: 'REFUSED', code: 'NOT_PARTY' })
    const other = await liar.envelope(xixian)
    const before = await liar.envelope(wuzhi, { matter: other.payload.matter, recipients: [xincai] })
    expect(saidIn((await receive(xincai, before))[0])).toMatchObject({ outcome: 'REFUSED', code: 'NOT_PARTY' })
    expect(saidIn((await receive(xincai, other))[0])?.outcome).toBe('ACCEPTED')
  })

  it('cannot bring in whom it likes', async () => {
    const first = await liar.envelope(xixian)
    const inviting = await liar.after(first, {
      recipients: [xincai, wuzhi],
      event: 'PASS',
      body: { text: 'x', to: xixian },
    })
    expect((await receive(xincai, first, inviting)).map((each) => saidIn(each)?.code)).toEqual([
      undefined,
      'STRANGER_NAMED',
    ])
    expect((await matter(xincai, first.payload.matter))?.parties).toEqual([xixian, xincai])
  })

  it('cannot hand over what is not for this county: it is noted, and not taken in', async () => {
    const elsewhere = await liar.envelope(xixian, { recipients: [wuzhi] })
    expect(await receive(xincai, elsewhere)).toEqual([null])
    expect(await incidents(xincai)).toEqual([{ code: 'NOT_ADDRESSED', county: xixian }])
    expect(await history(xincai, elsewhere.payload.matter)).toEqual([])
  })

  it.each([
    ['a kind that nobody knows', 'KIND_UNKNOWN', { kind: 'GOSSIP' }],
    ['an event that nobody knows', 'NOT_OPENING', { event: 'SHOUT' }],
    ['a body that does not fit', 'BODY_INVALID', { body: { text: 'x', first: xixian, more: 1 } }],
    ['a rule of the kind that is broken', 'RULE_BROKEN', { body: { text: 'unspeakable', first: xixian } }],
    ['a first envelope that does not open', 'NOT_OPENING', { event: 'NOTE', body: { text: 'x' } }],
    ['a county that is named twice', 'MALFORMED', { recipients: [xincai, xincai] }],
    ['a field too many', 'MALFORMED', { more: 1 }],
  ])('is refused for %s: %s', async (_, code, content) => {
    const envelope = await liar.envelope(xixian, content as Partial<EnvelopePayload>)
    const [answer] = await receive(xincai, envelope)
    expect(saidIn(answer)).toMatchObject({ outcome: 'REFUSED', code, hash: envelope.hash })
    expect(await lines(xincai)).toBe(0)
    expect(await receive(xincai, envelope)).toEqual([answer])
  })

  it('cannot use an id again', async () => {
    const first = await liar.envelope(xixian)
    const second = await liar.after(first, { id: first.payload.id })
    expect((await receive(xincai, first, second)).map((each) => saidIn(each)?.code)).toEqual([undefined, 'ID_REUSED'])
  })

  it('must wait when its clock is ahead', async () => {
    const at = new Date(world.now + 3_600_000).toISOString()
    const envelope = await liar.envelope(xixian, { at })
    expect(await receive(xincai, envelope)).toEqual([null])
    expect(await incidents(xincai)).toEqual([{ code: 'FROM_THE_FUTURE', county: xixian }])
    await world.run(3_600_000)
    expect(saidIn((await receive(xincai, envelope))[0])?.outcome).toBe('ACCEPTED')
  })

  it.each([
    [
      'for something else',
      (hash: string) => ({ hash: hash.replace(/^./, (digit) => (digit === '0' ? '1' : '0')) }),
      xincai,
    ],
    ['by another county', (hash: string) => ({ hash }), wuzhi],
  ])(
    'settles nothing by an acknowledgement %s; it is noted and the envelope is sent again',
    async (_, content, signedBy) => {
      const at = nodeOf(xincai)
      const honest = at.receive.bind(at)
      const opened = await nodeOf(xixian).act((tx) =>
        nodeOf(xixian).open(tx, {
          kind: 'PARLEY',
          event: 'OPEN',
          body: { text: 'a', first: xixian },
          recipients: [xincai],
          actor,
        }),
      )
      const { id, matter: about, sender } = opened.payload
      const lie = await liar.acknowledgement(
        xincai,
        { envelope: id, matter: about, sender, ...content(opened.hash) },
        signedBy,
      )
      at.receive = async (envelopes) => envelopes.map(() => lie)
      await world.run(20_000)
      expect(await incidents(xixian)).toEqual([{ code: 'ACKNOWLEDGEMENT_INVALID', county: xincai }])
      expect(await db(xixian).select({ state: outgoing.state }).from(outgoing)).toEqual([{ state: 'PENDING' }])
      at.receive = honest
      await world.run(600_000)
      expect(await db(xixian).select({ state: outgoing.state }).from(outgoing)).toEqual([{ state: 'ACCEPTED' }])
    },
  )

  it('is shown at both ends when it refuses what another did: the sender’s copy is frozen, a note’s is not', async () => {
    const open = (text: string) =>
      nodeOf(xixian).act((tx) =>
        nodeOf(xixian).open(tx, {
          kind: 'PARLEY',
          event: 'OPEN',
          body: { text, first: xixian },
          recipients: [xincai],
          actor,
        }),
      )
    const at = nodeOf(xincai)
    const honest = at.receive.bind(at)
    const { payload, hash } = await open('refused')
    // Signed beforehand: the world does not wait for what a test computes.
    const answer = await liar.acknowledgement(xincai, {
      envelope: payload.id,
      matter: payload.matter,
      sender: xixian,
      hash,
      outcome: 'REFUSED',
      code: 'RULE_BROKEN',
      reason: 'No.',
    })
    at.receive = (envelopes) => Promise.resolve(envelopes.map(() => answer))
    await world.run(20_000)
    expect(await matter(xixian, payload.matter)).toMatchObject({ frozenReason: 'REFUSED', frozenBy: xincai })
    const [entry] = await nodeOf(xixian).history(db(xixian), payload.matter)
    expect(entry?.acknowledgements).toMatchObject([{ recipient: xincai, state: 'REFUSED' }])
    at.receive = honest
    const second = await open('fine')
    await world.run(20_000)
    expect(await matter(xixian, second.payload.matter)).toMatchObject({ frozenReason: null })
    expect(await db(xixian).select().from(outgoing).where(eq(outgoing.envelope, second.hash))).toMatchObject([
      { state: 'ACCEPTED' },
    ])
  })
})
