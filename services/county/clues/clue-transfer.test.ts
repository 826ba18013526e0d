import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { CaseLinkService } from '../cases/case-link.service.ts'
import { caseLinks } from '../cases/case-link.table.ts'
import { envelopes, matters, outgoing } from '../delivery/delivery.table.ts'
import { jurisdictionDisputes } from '../jurisdiction/jurisdiction.table.ts'
import { matterDues } from '../matters/matter-due.table.ts'
import { clueTransfers } from './clue-transfer.table.ts'
import { type ClueExchange, sampleClue, startClueExchange } from './testing/clue-exchange.ts'
import { ClueSteps, codeOf, nothing } from './testing/clue-steps.ts'

const [xixian, xincai, wuzhi] = ['411528', '411729', '410823'] as const
const all = [xixian, xincai, wuzhi]
let exchange: ClueExchange
let steps: ClueSteps
let serial = 0

beforeAll(async () => {
  exchange = await startClueExchange(all)
  steps = new ClueSteps(exchange)
})
afterAll(() => exchange.close())
afterEach(() => steps.clear(all))

describe('a clue transfer (A04)', () => {
  it('goes from one county to the other, is accepted, verified, filed and answered, and both hold the same', async () => {
    const id = await steps.verifying()
    const filed = await exchange.at(xincai).fileCase('新市监立〔2026〕1号')
    await steps.step(xincai, id, 'FILE', { case: filed })
    await steps.step(xincai, id, 'GIVE_FEEDBACK', { text: '已立案调查，将通报结果' })
    expect(await steps.facts(xincai)).toEqual(await steps.facts(xixian))
    const [clue] = (await steps.facts(xixian)).clues
    expect(clue).toMatchObject({
      id,
      state: 'FEEDBACK',
      sender: xixian,
      recipient: xincai,
      handedOverBy: '虚构甲',
      handedOverCertificate: '41152801',
      takenOverBy: '虚构甲',
      takenOverCertificate: '41172901',
      caseId: filed,
      caseNumber: '新市监立〔2026〕1号',
      feedback: '已立案调查，将通报结果',
    })
    const lines = await steps.history(xixian, id)
    expect(lines.map(({ event }) => event)).toEqual(['SEND', 'RECEIVE', 'ACCEPT', 'VERIFY', 'FILE', 'GIVE_FEEDBACK'])
    expect(await steps.history(xincai, id)).toEqual(lines)
    expect(lines[0]).toMatchObject({ county: xixian, officerName: '虚构甲', status: 'APPLIED' })
    expect(lines[0]?.text).toMatch(
      /移送线索“涉嫌发布虚假广告线索”，移送函息市监移.*移交清单2项（涉案物品1项、相关材料1项），移交人虚构甲（41152801）/,
    )
    expect(lines[0]?.textEn).toContain('2 lines on the handover list (1 of goods, 1 of papers)')
    expect(lines[4]).toMatchObject({ text: '立案，案号新市监立〔2026〕1号', label: '立案 (程序规定第十九条)' })
    expect(await steps.inbox(xixian, 'ENDED')).toContain(id)
  })

  it('is not seen by the other county before it is sent, and not by a third one ever', async () => {
    const { clues, context } = exchange.at(xixian)
    const draft = await clues.draft(context(), undefined, sampleClue())
    expect(draft.state).toBe('DRAFT')
    expect((await steps.facts(xincai)).clues).toEqual([])
    const again = await clues.draft(context(), draft.id, sampleClue({ title: '另一标题' }))
    expect([again.id, again.title]).toEqual([draft.id, '另一标题'])
    await clues.send(context(), draft.id, { number: '息市监移〔2026〕号', certificate: '41152802', attachments: [] })
    await exchange.settled()
    expect((await steps.facts(xincai)).clues[0]).toMatchObject({ title: '另一标题', handedOverBy: '虚构乙' })
    expect((await steps.facts(wuzhi)).clues).toEqual([])
    expect(await codeOf(clues.discard(context(), draft.id))).toBe('NOT_FOUND')
  })

  it('not filed says why and who approved it, and waits for the feedback', async () => {
    const id = await steps.verifying()
    await steps.step(xincai, id, 'DECLINE_FILING', { text: '违法行为轻微并及时改正', approvedBy: '虚构局长' })
    expect((await steps.facts(xixian)).clues[0]).toMatchObject({
      state: 'NOT_FILED',
      notFiledReason: '违法行为轻微并及时改正',
      notFiledApprovedBy: '虚构局长',
    })
    expect(await steps.inbox(xincai, 'WAITING')).toContain(id)
    expect((await steps.deadline(xixian, id))?.state).toBe('MET')
  })

  it('is filed only with a case of the recipient that has been filed itself', async () => {
    const id = await steps.verifying()
    const own = await exchange.at(xixian).fileCase(`息市监立〔2026〕${(serial += 1)}号`)
    expect(await codeOf(steps.step(xincai, id, 'FILE', { case: own }))).toBe('BAD_USER_INPUT')
    expect(await codeOf(steps.step(xincai, id, 'FILE'))).toBe('BAD_USER_INPUT')
    const { cases, context } = exchange.at(xincai)
    const about = { subject: '91411528MADE000117', subjectName: '虚构安心示例食品有限公司' }
    const number = `新市监线〔2026〕${(serial += 1)}号`
    const clue = await cases.register(
      context(),
      { number, title: '虚假广告案', act: 'FALSE_ADVERTISING', field: 'OTHER', ...about },
      false,
    )
    expect(await codeOf(steps.step(xincai, id, 'FILE', { case: clue.id }))).toBe('TRANSITION_REFUSED')
  })

  it('names at every step the one county whose turn it is, and nobody else can act', async () => {
    const id = await steps.sent()
    expect(await codeOf(steps.step(xixian, id, 'RECEIVE'))).toBe('TRANSITION_REFUSED')
    expect(await codeOf(steps.step(xincai, id, 'ACCEPT'))).toBe('TRANSITION_REFUSED')
    expect(await steps.inbox(xincai, 'WAITING')).toContain(id)
    expect(await steps.inbox(xixian, 'WAITING_FOR_OTHERS')).toContain(id)
    const { clues, context } = exchange.at(xincai)
    expect(await codeOf(clues.advance(context(xixian), id, 'RECEIVE', nothing))).toBe('AGREEMENT_MISSING')
    expect(await codeOf(steps.inbox(xincai, undefined, xixian))).toBe('AGREEMENT_MISSING')
    expect(await codeOf(exchange.at(wuzhi).clues.advance(exchange.at(wuzhi).context(), id, 'RECEIVE', nothing))).toBe(
      'NOT_FOUND',
    )
  })

  it('goes over with a handover list that two named officers sign, who say what was not as listed', async () => {
    const { clues, context } = exchange.at(xixian)
    const draft = await clues.draft(context(), undefined, sampleClue())
    const unknown = { number: '息移1号', certificate: '41999999', attachments: [] }
    expect(await codeOf(clues.send(context(), draft.id, unknown))).toBe('BAD_USER_INPUT')
    await clues.send(context(), draft.id, { ...unknown, certificate: null })
    await exchange.settled()
    const stray = { differences: [{ position: 3, remark: '没有' }] }
    expect(await codeOf(steps.step(xincai, draft.id, 'RECEIVE', stray))).toBe('TRANSITION_REFUSED')
    await steps.step(xincai, draft.id, 'RECEIVE', {
      certificate: '41172902',
      differences: [{ position: 1, remark: '实收2箱' }],
    })
    const { items } = await steps.facts(xixian)
    expect(items.map(({ position, asListed, remark }) => [position, asListed, remark])).toEqual([
      [1, false, '实收2箱'],
      [2, true, null],
    ])
    expect((await steps.facts(xincai)).items).toEqual(items)
    expect((await steps.history(xixian, draft.id)).at(-1)?.text).toBe(
      '签收，接收人虚构乙（41172902），与移交清单不符：第1项实收2箱',
    )
  })

  it('is refused when the directory does not know the act, the county or the case that it comes from', async () => {
    const { clues, context } = exchange.at(xixian)
    const drafted = (draft: ReturnType<typeof sampleClue>) => codeOf(clues.draft(context(), undefined, draft))
    expect(await drafted(sampleClue({ act: 'NO_SUCH_ACT' }))).toBe('BAD_USER_INPUT')
    expect(await drafted(sampleClue({}, '999999'))).toBe('BAD_USER_INPUT')
    expect(await drafted(sampleClue({}, xixian))).toBe('BAD_USER_INPUT')
    expect(await drafted(sampleClue({ title: ' ' }))).toBe('BAD_USER_INPUT')
    expect(await drafted(sampleClue({ subject: '91411528MADE000118' }))).toBe('BAD_USER_INPUT')
    const origin = `${xixian}:case:00000000-0000-4000-8000-000000000001`
    expect(await drafted(sampleClue({ originCase: origin }))).toBe('NOT_FOUND')
  })

  it('goes back to its sender only when the sender asked for it, and before it was accepted', async () => {
    const id = await steps.sent()
    expect(await codeOf(steps.step(xincai, id, 'RELEASE'))).toBe('TRANSITION_REFUSED')
    expect(await codeOf(steps.note(xincai, id, 'ASK_WITHDRAWAL'))).toBe('TRANSITION_REFUSED')
    await steps.note(xixian, id, 'ASK_WITHDRAWAL', '误送')
    await steps.step(xincai, id, 'RELEASE')
    expect((await steps.facts(xixian)).clues[0]).toMatchObject({ state: 'WITHDRAWN' })
    expect(await steps.facts(xincai)).toEqual(await steps.facts(xixian))
    expect(await steps.deadline(xixian, id)).toBeUndefined()
  })
})

describe('an objection to a clue (A04, 程序规定 art. 14)', () => {
  it('leaves it standing with its reason, stops the clock, and waits for the dispute that it opened', async () => {
    const id = await steps.sent()
    await steps.step(xincai, id, 'RECEIVE')
    await steps.step(xincai, id, 'OBJECT', { text: '违法行为发生地在息县' })
    expect((await steps.facts(xixian)).clues[0]).toMatchObject({
      state: 'OBJECTED',
      objectionReason: '违法行为发生地在息县',
    })
    expect((await steps.deadline(xixian, id))?.state).toBe('PAUSED')
    expect(await codeOf(steps.step(xincai, id, 'VERIFY'))).toBe('TRANSITION_REFUSED')
    expect(await codeOf(steps.step(xincai, id, 'ACCEPT'))).toBe('TRANSITION_REFUSED')
    const { dispute } = (await steps.facts(xixian)).clues[0] ?? {}
    expect(dispute).toMatch(/^411729:dispute:/)
    expect((await steps.inbox(xixian, 'WAITING')).includes(dispute ?? '')).toBe(true)
    expect(await steps.facts(xincai)).toEqual(await steps.facts(xixian))
  })

  it('is never followed by another transfer of the same clue: neither by who objected, nor by who sent it', async () => {
    const id = await steps.sent()
    await steps.step(xincai, id, 'RECEIVE')
    await steps.step(xincai, id, 'OBJECT', { text: '无管辖权' })
    const onward = exchange.at(xincai)
    expect(await codeOf(onward.clues.draft(onward.context(), undefined, sampleClue({}, wuzhi)))).toBe(
      'TRANSITION_REFUSED',
    )
    const home = exchange.at(xixian)
    expect(await codeOf(home.clues.draft(home.context(), undefined, sampleClue({}, wuzhi)))).toBe('TRANSITION_REFUSED')
    const other = sampleClue({ subject: '91110000600037341L' }, wuzhi)
    expect(await codeOf(onward.clues.draft(onward.context(), undefined, other))).toBe('OK')
  })

  it('is not gone round: a draft written before the objection is not sent after it, a received clue not passed on', async () => {
    const { clues, context } = exchange.at(xixian)
    const draft = await clues.draft(context(), undefined, sampleClue({}, wuzhi))
    const id = await steps.sent()
    const onward = exchange.at(xincai)
    expect(await codeOf(onward.clues.draft(onward.context(), undefined, sampleClue({}, wuzhi)))).toBe(
      'TRANSITION_REFUSED',
    )
    await steps.step(xincai, id, 'RECEIVE')
    await steps.step(xincai, id, 'OBJECT', { text: '无管辖权' })
    const letter = { number: '息移2号', certificate: null, attachments: [] }
    expect(await codeOf(clues.send(context(), draft.id, letter))).toBe('TRANSITION_REFUSED')
  })

  it('cannot be avoided by passing on the case that was filed from a clue', async () => {
    const id = await steps.verifying()
    const filed = await exchange.at(xincai).fileCase(`新市监立〔2026〕${(serial += 1)}乙号`)
    await steps.step(xincai, id, 'FILE', { case: filed })
    await steps.step(xincai, id, 'GIVE_FEEDBACK', { text: '已立案' })
    const { clues, context } = exchange.at(xincai)
    const onward = (content: Parameters<typeof sampleClue>[0]) =>
      codeOf(clues.draft(context(), undefined, sampleClue(content, wuzhi)))
    expect(await onward({ originCase: filed, subject: null })).toBe('TRANSITION_REFUSED')
    expect(await onward({ subject: '91110000600037341L' })).toBe('OK')
  })
})

describe('a notice beforehand (A05)', () => {
  it('goes to the counterpart at the same level, is confirmed, and the clue follows or is withdrawn', async () => {
    const { clues, context } = exchange.at(xixian)
    const draft = await clues.draft(context(), undefined, sampleClue())
    expect([draft.fromAgencyName, draft.toAgencyName]).toEqual(['息县市场监督管理局', '新蔡县市场监督管理局'])
    await clues.giveNotice(context(), draft.id, '请协助查看门店')
    await exchange.settled()
    expect((await steps.facts(xincai)).clues[0]).toMatchObject({
      state: 'NOTIFIED',
      noticeRequest: '请协助查看门店',
      number: null,
    })
    expect(await steps.deadline(xincai, draft.id)).toBeUndefined()
    expect(await steps.inbox(xixian, 'WAITING')).toContain(draft.id)
    expect(await codeOf(steps.note(xixian, draft.id, 'ACKNOWLEDGE_NOTICE'))).toBe('TRANSITION_REFUSED')
    exchange.clock.set('2026-03-03T02:00:00.000Z')
    await steps.note(xincai, draft.id, 'ACKNOWLEDGE_NOTICE', '已收到，予以配合')
    expect((await steps.facts(xixian)).clues[0]?.noticeAcknowledgedAt).toEqual(new Date('2026-03-03T02:00:00.000Z'))
    await clues.send(context(), draft.id, { number: '息移3号', certificate: null, attachments: [] })
    await exchange.settled()
    expect((await steps.facts(xincai)).clues[0]).toMatchObject({ state: 'SENT', number: '息移3号' })
    expect(await steps.facts(xincai)).toEqual(await steps.facts(xixian))
    expect((await steps.history(xincai, draft.id)).map(({ event }) => event)).toEqual([
      'GIVE_NOTICE',
      'ACKNOWLEDGE_NOTICE',
      'SEND_AFTER_NOTICE',
    ])
    const other = await clues.draft(context(), undefined, sampleClue())
    await clues.giveNotice(context(), other.id, '请协助')
    await steps.step(xixian, other.id, 'WITHDRAW', { text: '线索不实' })
    expect((await steps.facts(xincai)).clues.find(({ id }) => id === other.id)?.state).toBe('WITHDRAWN')
  })
})

describe('the fields, topics and priorities of a clue (A08, A17)', () => {
  it.each([
    'FOOD_AND_DRUGS',
    'PUBLIC_HEALTH',
    'NATURAL_RESOURCES',
    'ECOLOGY_AND_ENVIRONMENT',
    'WORK_SAFETY',
    'LABOUR_SECURITY',
    'URBAN_MANAGEMENT',
    'TRANSPORT',
    'FINANCIAL_SERVICES',
    'EDUCATION_AND_TRAINING',
    'OTHER',
  ] as const)('arrive as they were sent, in the field %s too', async (field) => {
    const priorities = ['PUBLIC_CONCERN', 'MEDIA_FOCUS', 'STRONG_COMPLAINTS', 'SOCIAL_STABILITY'] as const
    const topics = ['NEW_TECHNOLOGY', 'NEW_INDUSTRY', 'NEW_FORMAT', 'NEW_MODEL', 'LIVELIHOOD'] as const
    await steps.sent({ field, priorities: [...priorities], topics: [...topics], methodNote: '包容审慎监管' })
    expect((await steps.facts(xincai)).clues[0]).toMatchObject({
      field,
      priorities,
      topics,
      methodNote: '包容审慎监管',
    })
  })
})

describe('the case link of a clue (A04)', () => {
  it('comes with the filing, confirmed at both counties by the two signed envelopes', async () => {
    const origin = await exchange.at(xixian).fileCase(`息市监立〔2026〕${(serial += 1)}丙号`)
    const id = await steps.verifying({ originCase: origin })
    const filed = await exchange.at(xincai).fileCase(`新市监立〔2026〕${(serial += 1)}丙号`)
    await steps.step(xincai, id, 'FILE', { case: filed })
    const [ours] = await exchange.at(xixian).db.select().from(caseLinks)
    const [theirs] = await exchange.at(xincai).db.select().from(caseLinks)
    expect(ours).toMatchObject({
      caseId: origin,
      target: filed,
      kind: 'CLUE_SOURCE',
      direction: 'OUTBOUND',
      state: 'CONFIRMED',
    })
    expect(theirs).toMatchObject({ caseId: filed, target: origin, direction: 'INBOUND', origin: ours?.id })
    expect([theirs?.proposal, theirs?.confirmation]).toEqual([ours?.proposal, ours?.confirmation])
    const signed = await exchange.at(xixian).delivery.history(exchange.at(xixian).db, id)
    const jws = (event: string) => signed.find(({ payload }) => payload.event === event)?.jws
    expect([ours?.proposal, ours?.confirmation]).toEqual([jws('SEND'), jws('FILE')])
  })
})

describe('confirming a case link that a clue has made (A04)', () => {
  it('finds it confirmed, and changes nothing; a county that has no such link is told whose course confirms it', async () => {
    const origin = await exchange.at(xixian).fileCase(`息市监立〔2026〕${(serial += 1)}丁号`)
    const id = await steps.verifying({ originCase: origin })
    const filed = await exchange.at(xincai).fileCase(`新市监立〔2026〕${(serial += 1)}丁号`)
    await steps.step(xincai, id, 'FILE', { case: filed })
    const linkAt = async (county: string) =>
      (await exchange.at(county).db.select().from(caseLinks)).find((link) => [origin, filed].includes(link.caseId))
    const before = [await linkAt(xixian), await linkAt(xincai)]
    const link = before[0]?.id ?? ''
    // As the gateway does: the proposal from the one, the confirmation of the other, and back.
    const proposing = new CaseLinkService(exchange.at(xixian).parts)
    const confirming = new CaseLinkService(exchange.at(xincai).parts)
    const asked = exchange.at(xixian).context(xincai)
    const proposal = (await proposing.proposal(asked, link)) ?? ''
    const confirmation = await confirming.record(exchange.at(xincai).context(), proposal)
    expect(await proposing.settle(asked, link, confirmation)).toMatchObject({ id: link, state: 'CONFIRMED' })
    expect([await linkAt(xixian), await linkAt(xincai)]).toEqual(before)
    const stranger = new CaseLinkService(exchange.at(wuzhi).parts).record(exchange.at(wuzhi).context(), proposal)
    await expect(stranger).rejects.toMatchObject({ extensions: { code: 'TRANSITION_REFUSED', key: id } })
    await expect(stranger).rejects.toThrow('made by a document of the matter')
  })
})

describe('what a county may not say of a clue', () => {
  const opening = (changes: { recipients?: string[]; originCase?: string } = {}) => {
    const { content, items } = sampleClue()
    const agency = { id: 'xixian-enforcement', name: '息县市场监督管理局' }
    const clue = { ...content, originCase: changes.originCase ?? null, fromAgency: agency, toAgency: null }
    return {
      kind: 'CLUE_TRANSFER',
      recipients: changes.recipients ?? [xincai],
      event: 'SEND',
      body: { clue, number: '息移9号', items, handedOverBy: { name: '虚构甲', certificate: '41152801' } },
      actor: { agency: agency.id, officer: '41152801' },
    }
  }
  const opened = (changes: Parameters<typeof opening>[0], spoil: (body: object) => object = (body) => body) => {
    const { delivery } = exchange.at(xixian)
    const given = opening(changes)
    return codeOf(delivery.act((tx) => delivery.open(tx, { ...given, body: { ...spoil(given.body) } })))
  }

  it('is refused by the rules that both ends go by, whoever writes the envelope', async () => {
    expect(await opened({ recipients: [xincai, wuzhi] })).toBe('TRANSITION_REFUSED')
    const foreign = `${xincai}:case:00000000-0000-4000-8000-000000000001`
    expect(await opened({ originCase: foreign })).toBe('TRANSITION_REFUSED')
    expect(await opened({}, ({ ...body }) => ({ ...body, number: '' }))).toBe('BAD_USER_INPUT')
    expect(await opened({}, (body) => ({ ...body, more: 1 }))).toBe('BAD_USER_INPUT')
    expect(await opened({})).toBe('OK')
    await exchange.settled()
    const [clue] = (await steps.facts(xincai)).clues
    const { delivery } = exchange.at(xincai)
    const actor = { agency: 'xincai-enforcement', officer: '41172901' }
    const say = (event: string, body: Record<string, unknown>) =>
      codeOf(delivery.act((tx) => delivery.send(tx, { matter: clue?.id ?? '', event, body, actor })))
    const receivedAt = clue?.receivedAt?.toISOString()
    const takenOverBy = { name: '虚构甲', certificate: '41172901' }
    expect(await say('RECEIVE', { receivedAt, takenOverBy, differences: [] })).toBe('OK')
    expect(await say('ACCEPT', { note: null })).toBe('OK')
    expect(await say('VERIFY', { note: null })).toBe('OK')
    const ours = `${xixian}:case:00000000-0000-4000-8000-000000000001`
    expect(await say('FILE', { case: ours, caseNumber: '1', filedAt: receivedAt })).toBe('TRANSITION_REFUSED')
    expect(await say('NO_SUCH_EVENT', {})).toBe('BAD_USER_INPUT')
    await exchange.settled()
  })
})

describe('a county that was restored from a backup', () => {
  it('gets its clues back from the other with the same facts, and the same first day of the limit', async () => {
    const id = await steps.verifying()
    const factsOf = async (county: string) => {
      const { clues, items } = await steps.facts(county)
      return { clue: clues.find((row) => row.id === id), items: items.filter(({ clue }) => clue === id) }
    }
    const before = await factsOf(xixian)
    const { db, delivery } = exchange.at(xincai)
    for (const table of [outgoing, envelopes, matters, clueTransfers, jurisdictionDisputes, matterDues]) {
      await db.delete(table)
    }
    exchange.clock.set('2026-03-10T02:00:00.000Z')
    await delivery.compareWithAll()
    await expect.poll(async () => (await factsOf(xincai)).clue?.state, { timeout: 20_000 }).toBe('VERIFYING')
    expect(await factsOf(xincai)).toEqual(before)
    expect((await steps.deadline(xincai, id))?.from).toEqual(new Date('2026-03-02T02:00:00.000Z'))
    expect(await factsOf(xixian)).toEqual(before)
  })
})

describe('notes on a clue', () => {
  it('come from either county at any time, are in both histories, and change neither state nor turn', async () => {
    const id = await steps.sent()
    await steps.note(xixian, id, 'REMIND')
    await steps.note(xincai, id, 'COMMENT', '正在清点')
    await steps.note(xixian, id, 'FURTHER_MATERIAL', '补充照片')
    const lines = await steps.history(xincai, id)
    expect(lines.map(({ event, text }) => [event, text])).toEqual([
      ['SEND', lines[0]?.text],
      ['REMIND', '催办：请尽快办理'],
      ['COMMENT', '说明：正在清点'],
      ['FURTHER_MATERIAL', '补充材料：补充照片'],
    ])
    expect(await steps.history(xixian, id)).toEqual(lines)
    expect((await steps.facts(xixian)).clues[0]?.state).toBe('SENT')
    expect(await steps.inbox(xincai, 'WAITING')).toContain(id)
  })
})
