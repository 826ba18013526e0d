import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Forge } from '../matters/testing/forge.ts'
import { filedFirst } from './jurisdiction.facts.ts'
import {
  DisputeExchange,
  codeOf,
  material,
  province,
  provinceOver,
  scan,
  xincai,
  xixian,
} from './testing/dispute-exchange.ts'

let steps: DisputeExchange

beforeAll(async () => {
  steps = await DisputeExchange.start([provinceOver()])
})
beforeEach(() => steps.exchange.clock.set('2026-03-02T02:00:00.000Z'))
afterAll(() => steps.exchange.close())

const notice = { number: '豫市监指定〔2026〕1号', date: '2026-03-09', text: '最先立案' }

/** A dispute that 息县 has raised and in which 新蔡县 has asked the province. */
async function escalated() {
  const raised = await steps.raised()
  await steps.step(xincai, raised.id, 'ESCALATE', { text: '协商不成' })
  return raised
}

describe('a dispute between two counties (B05, B06)', () => {
  it('shows both filing times as each county has signed them, and who filed first', async () => {
    const { id, own, other } = await steps.raised()
    expect(await steps.dispute(xincai, id)).toMatchObject({
      state: 'RAISED',
      raiserCase: own,
      raiserFiledAt: new Date('2026-03-02T02:00:00.000Z'),
      respondentCase: other,
      respondentFiledAt: null,
    })
    expect(filedFirst((await steps.dispute(xixian, id)) as never)).toBeNull()
    await steps.note(xincai, id, 'STATE_CLAIM', null)
    for (const county of [xixian, xincai]) {
      const row = await steps.dispute(county, id)
      expect(row).toMatchObject({ respondentFiledAt: new Date('2026-03-03T02:00:00.000Z') })
      expect(row && filedFirst(row)).toBe(xixian)
      const { context } = steps.exchange.at(county)
      const documents = await Promise.all(
        [row?.raiserClaim, row?.respondentClaim].map((hash) => steps.disputes(county).document(context(), hash ?? '')),
      )
      const senders = documents.map((jws) => {
        const payload: unknown = JSON.parse(Buffer.from(jws?.split('.')[1] ?? '', 'base64url').toString())
        return (payload as { sender: string }).sender
      })
      expect(senders).toEqual([xixian, xincai])
    }
    expect(await codeOf(steps.note(xincai, id, 'STATE_CLAIM', null))).toBe('TRANSITION_REFUSED')
  })

  it('says of nobody that it filed first when both filed on one day', async () => {
    const { id } = await steps.raised({ daysBetween: 0 })
    await steps.step(xincai, id, 'PROPOSE', { county: xincai })
    const row = await steps.dispute(xixian, id)
    expect(row?.respondentFiledAt).not.toBeNull()
    expect(row && filedFirst(row)).toBeNull()
  })

  it('is consulted about for seven working days from its receipt, one side at a time', async () => {
    const { id } = await steps.raised()
    expect(await steps.deadline(xixian, id)).toMatchObject({
      limit: { days: 7, article: '第十三条' },
      dueOn: '2026-03-12',
      state: 'RUNNING',
    })
    expect(await steps.deadline(xincai, id)).toEqual(await steps.deadline(xixian, id))
    expect(await steps.pen(xixian, id)).toBe(xincai)
    expect(await codeOf(steps.step(xixian, id, 'PROPOSE'))).toBe('TRANSITION_REFUSED')
    await steps.step(xincai, id, 'PROPOSE', { county: xincai, text: '违法行为发生地在新蔡' })
    expect(await steps.pen(xixian, id)).toBe(xixian)
    expect(await codeOf(steps.step(xincai, id, 'AGREE'))).toBe('TRANSITION_REFUSED')
    await steps.step(xixian, id, 'AGREE')
    expect(await steps.dispute(xincai, id)).toMatchObject({ state: 'AGREED', outcome: xincai })
    expect(await steps.deadline(xixian, id)).toMatchObject({ state: 'MET', late: false })
    expect(await steps.facts(xincai)).toEqual(await steps.facts(xixian))
  })

  it('moves the case and its material, links both cases with both signatures, and binds both', async () => {
    const { id, own, other } = await steps.raised()
    await steps.step(xincai, id, 'AGREE')
    expect(await codeOf(steps.handOver(xixian, id))).toBe('TRANSITION_REFUSED')
    expect(await codeOf(steps.takeOver(xixian, id))).toBe('TRANSITION_REFUSED')
    await steps.handOver(xincai, id)
    expect(await steps.case(xincai, other)).toMatchObject({ stage: 'DECIDED', decision: 'TRANSFER_ADMINISTRATIVE' })
    const { cases, context } = steps.exchange.at(xincai)
    expect((await cases.history(context(), other)).at(-1)).toMatchObject({ event: 'HAND_OVER', toStage: 'DECIDED' })
    await steps.takeOver(xixian, id)
    expect(await steps.case(xixian, own)).toMatchObject({ stage: 'FILED', decision: null })
    expect(await steps.dispute(xincai, id)).toMatchObject({ state: 'SETTLED', movedCase: other, continuedCase: own })
    expect((await steps.facts(xixian)).items.filter(({ dispute }) => dispute === id)).toMatchObject([
      { ...material[0], asListed: true },
    ])
    expect(await steps.facts(xincai)).toEqual(await steps.facts(xixian))
    const [outbound] = (await steps.links(xincai)).filter(({ caseId }) => caseId === other)
    const [inbound] = (await steps.links(xixian)).filter(({ caseId }) => caseId === own)
    expect(outbound).toMatchObject({ kind: 'TRANSFER', direction: 'OUTBOUND', target: own, state: 'CONFIRMED' })
    expect(inbound).toMatchObject({ kind: 'TRANSFER', direction: 'INBOUND', target: other, origin: outbound?.id })
    expect([inbound?.proposal, inbound?.confirmation]).toEqual([outbound?.proposal, outbound?.confirmation])
    expect(await steps.pen(xixian, id)).toBeNull()
  })

  it('is raised once about two cases, by a county about a filed and open case of its own', async () => {
    const { own, other } = await steps.raised()
    const { context } = steps.exchange.at(xixian)
    const draft = { county: null, facts: '同一行为', reason: '最先立案', directly: false, attachments: [] }
    const raise = (given: { case: string; otherCase: string }) =>
      codeOf(steps.disputes(xixian).raise(context(), { ...draft, ...given }))
    expect(await raise({ case: own, otherCase: other })).toBe('CONFLICT')
    expect(await raise({ case: other, otherCase: own })).toBe('BAD_USER_INPUT')
    expect(await raise({ case: own.replace(/.$/, (last) => (last === '0' ? '1' : '0')), otherCase: other })).toBe(
      'NOT_FOUND',
    )
    expect(await codeOf(steps.disputes(xincai).find(context(), 'x'))).toBe('AGREEMENT_MISSING')
  })
})

describe('the common superior (B06, 处罚法 art. 25, 程序规定 art. 16)', () => {
  it('comes in with the whole history, says when it received the request, and designates within seven working days', async () => {
    const { id } = await escalated()
    expect(await steps.dispute(province, id)).toMatchObject({ state: 'ESCALATED', superiorNode: province })
    expect((await steps.history(province, id)).map(({ event }) => event)).toEqual(['RAISE', 'ESCALATE'])
    expect(await steps.pen(xixian, id)).toBe(province)
    expect(await codeOf(steps.step(xixian, id, 'DESIGNATE', { ...notice, county: xixian }))).toBe('TRANSITION_REFUSED')
    await steps.step(province, id, 'RECEIVE', { text: null })
    for (const node of [xixian, xincai, province]) {
      expect(await steps.deadline(node, id)).toMatchObject({
        limit: { days: 7, article: '第十六条' },
        dueOn: '2026-03-12',
      })
    }
    await steps.step(province, id, 'DESIGNATE', { ...notice, county: xixian })
    for (const node of [xincai, province])
      expect(await steps.factsOf(node, id)).toEqual(await steps.factsOf(xixian, id))
    expect(await steps.dispute(xixian, id)).toMatchObject({
      state: 'DESIGNATED',
      outcome: xixian,
      noticeNumber: notice.number,
      noticeDate: '2026-03-09',
      recordedBy: null,
    })
    await steps.handOver(xincai, id)
    await steps.takeOver(xixian, id)
    for (const node of [xincai, province])
      expect(await steps.factsOf(node, id)).toEqual(await steps.factsOf(xixian, id))
    expect(await steps.dispute(province, id)).toMatchObject({ state: 'SETTLED' })
  })

  it('is asked directly when the dispute is raised, and both counties still state their filings', async () => {
    const { id } = await steps.raised({ directly: true })
    expect(await steps.dispute(xincai, id)).toMatchObject({ state: 'ESCALATED', escalatedBy: xixian })
    await steps.note(xincai, id, 'STATE_CLAIM', null)
    const row = await steps.dispute(province, id)
    expect(row && filedFirst(row)).toBe(xixian)
    await steps.step(province, id, 'DESIGNATE', { ...notice, county: xincai })
    await steps.handOver(xixian, id)
    expect(await steps.pen(province, id)).toBe(xincai)
  })

  it('is asked directly by a county that the other one owes an answer, in a dispute that follows', async () => {
    const { id } = await steps.raised()
    const direct = await steps.step(xixian, id, 'ESCALATE', { text: '对方逾期未答复' })
    expect(direct).toMatchObject({ state: 'ESCALATED', follows: id, raiser: xixian })
    expect(direct.id).not.toBe(id)
    expect(await codeOf(steps.step(xincai, id, 'AGREE'))).toBe('TRANSITION_REFUSED')
    expect(await codeOf(steps.step(xixian, id, 'ESCALATE'))).toBe('TRANSITION_REFUSED')
    await steps.step(xincai, id, 'END_CONSULTATION')
    expect(await steps.dispute(xixian, id)).toMatchObject({ state: 'ENDED' })
    await steps.step(province, direct.id, 'DESIGNATE', { ...notice, county: xincai })
    expect(await steps.dispute(xixian, direct.id)).toMatchObject({ outcome: xincai })
  })

  it('designates one of the two and nobody else', async () => {
    const { id } = await escalated()
    expect(await codeOf(steps.step(province, id, 'DESIGNATE', { ...notice, county: '410823' }))).toBe(
      'TRANSITION_REFUSED',
    )
    expect(await codeOf(steps.step(province, id, 'DESIGNATE', { county: xixian }))).toBe('BAD_USER_INPUT')
  })
})

describe('a superior that decides on paper (B06)', () => {
  let paper: DisputeExchange
  beforeAll(async () => {
    paper = await DisputeExchange.start([provinceOver({ node: false })])
  })
  afterAll(() => paper.exchange.close())

  it('has its notice recorded by the county that asked, with a scan, and the other confirms or contests it', async () => {
    const { id } = await paper.raised()
    await paper.step(xincai, id, 'ESCALATE')
    expect(await paper.pen(xixian, id)).toBe(xincai)
    expect(await paper.deadline(xixian, id)).toBeUndefined()
    expect(await codeOf(paper.step(xincai, id, 'RECEIVE'))).toBe('BAD_USER_INPUT')
    // It is the 3rd of March at both counties until midnight in Shanghai, four in the afternoon by UTC.
    paper.exchange.clock.set('2026-03-03T15:50:00.000Z')
    expect(await codeOf(paper.step(xincai, id, 'RECEIVE', { receivedOn: '2026-03-04' }))).toBe('BAD_USER_INPUT')
    const early = { county: xixian, number: '号', date: '2026-03-03', text: '理由', attachments: [scan] }
    const recording = paper.step(xincai, id, 'RECORD_DESIGNATION', { ...early, receivedOn: '2026-03-04' })
    expect(await codeOf(recording)).toBe('BAD_USER_INPUT')
    paper.exchange.clock.set('2026-03-03T16:00:00.000Z')
    await paper.step(xincai, id, 'RECEIVE', { receivedOn: '2026-03-04' })
    expect(await paper.deadline(xixian, id)).toMatchObject({ dueOn: '2026-03-13' })
    const recorded = { ...notice, county: xixian }
    expect(await codeOf(paper.step(xincai, id, 'DESIGNATE', recorded))).toBe('TRANSITION_REFUSED')
    expect(await codeOf(paper.step(xincai, id, 'RECORD_DESIGNATION', recorded))).toBe('TRANSITION_REFUSED')
    await paper.step(xincai, id, 'RECORD_DESIGNATION', { ...recorded, attachments: [scan] })
    expect(await paper.dispute(xixian, id)).toMatchObject({ state: 'DESIGNATED', outcome: xixian, recordedBy: xincai })
    expect(await codeOf(paper.note(xincai, id, 'CONFIRM_DESIGNATION'))).toBe('TRANSITION_REFUSED')
    await paper.note(xixian, id, 'CONTEST_DESIGNATION', '与收到的通知书不符')
    expect((await paper.dispute(xincai, id))?.contestedAt).not.toBeNull()
    expect(await paper.facts(xincai)).toEqual(await paper.facts(xixian))
  })

  const stated = async (event: string, receivedAt: string) => {
    const { id } = await paper.raised({ daysBetween: 0 })
    await paper.step(xincai, id, 'ESCALATE')
    const body =
      event === 'RECEIVE' ? { note: null } : { number: '号', date: '2026-03-02', county: xixian, reason: '理由' }
    const attachments = event === 'RECEIVE' ? [] : [scan]
    const forge = new Forge(paper.exchange)
    const said = { matter: id, event, body: { ...body, receivedAt }, attachments }
    return forge.handTo(xixian, await forge.next(xincai, xixian, said))
  }

  it.each(['RECEIVE', 'RECORD_DESIGNATION'])(
    'cannot name a day that is still to come, by the envelope of its %s',
    async (event) => {
      paper.exchange.clock.set('2026-03-02T02:00:00.000Z')
      expect(await stated(event, '2026-03-02T16:00:00.000Z')).toBe('RULE_BROKEN')
      // The whole day on which it writes is one day: nobody knows the hour of a paper.
      expect(await stated(event, '2026-03-02T15:59:59.999Z')).toBe('ACCEPTED')
      expect(await stated(event, '2026-03-01T16:00:00.000Z')).toBe('ACCEPTED')
    },
  )
})

describe('what the directory says on the day (B06)', () => {
  it('decides who is asked: the superior of the day on which the dispute goes up, not of that on which it was raised', async () => {
    const until = '2026-03-04'
    const city = { ...provinceOver({ node: false, from: until }), id: 'city', name: '示例市市场监督管理局' }
    const dated = await DisputeExchange.start([provinceOver({ node: false, until }), city])
    const before = await dated.raised({ daysBetween: 0 })
    await dated.step(xincai, before.id, 'ESCALATE')
    expect(await dated.dispute(xixian, before.id)).toMatchObject({ superiorId: 'province' })
    const after = await dated.raised({ daysBetween: 0 })
    dated.exchange.clock.set('2026-03-04T02:00:00.000Z')
    await dated.step(xincai, after.id, 'ESCALATE')
    expect(await dated.dispute(xixian, after.id)).toMatchObject({ superiorId: 'city' })
    await dated.exchange.close()
  })

  it('gives no limit to departments whose system it does not know, and asks nobody where it names nobody', async () => {
    const unknown = await DisputeExchange.start([provinceOver({ node: false })], false)
    const { id } = await unknown.raised()
    expect(await unknown.deadline(xincai, id)).toBeUndefined()
    expect(await codeOf(unknown.step(xincai, id, 'ESCALATE'))).toBe('TRANSITION_REFUSED')
    expect(await unknown.dispute(xixian, id)).toMatchObject({ state: 'RAISED' })
    await unknown.exchange.close()
  })
})
