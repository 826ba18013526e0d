import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPage } from '../connection/page.ts'
import { type Exchange, startExchange } from '../matters/testing/exchange.ts'
import { Forge } from '../matters/testing/forge.ts'
import type { ConsultationAction, ConsultationSaying } from './consultation.service.ts'
import {
  ConsultationSteps,
  sampleOpening,
  sampleStandard,
  sampleTier,
  sampleView,
} from './testing/consultation-steps.ts'

const [xixian, xincai, wuzhi] = ['411528', '411729', '410823'] as const
const all = [xixian, xincai, wuzhi]
let exchange: Exchange
let steps: ConsultationSteps

beforeAll(async () => {
  exchange = await startExchange(all)
  steps = new ConsultationSteps(exchange)
})
afterAll(() => exchange.close())

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work
    return 'OK'
  } catch (error) {
    return (error as { code?: unknown }).code ?? error
  }
}

/** The code with which a county's action is refused, or OK. */
const refusal = (county: string, id: string, action: ConsultationAction, said: Partial<ConsultationSaying> = {}) =>
  codeOf(steps.settled(county, id, action, said))

/** A consultation in which every county has entered its standard. */
async function compared(): Promise<string> {
  const id = await steps.opened()
  await exchange.settled()
  for (const county of [xincai, wuzhi])
    await steps.settled(county, id, 'ENTER_STANDARD', { standard: sampleStandard() })
  return id
}

async function expectEqualFacts(id: string): Promise<void> {
  const ours = await steps.facts(xixian, id)
  expect(await steps.facts(xincai, id)).toEqual(ours)
  expect(await steps.facts(wuzhi, id)).toEqual(ours)
  const told = async (county: string) =>
    (await steps.history(county, id)).map(({ at, county: by, text, status }) => ({ at, by, text, status }))
  const lines = await told(xixian)
  for (const county of [xincai, wuzhi]) expect(await told(county)).toEqual(lines)
}

describe('a consultation on a major case [A11]', () => {
  it('gathers every county’s standard, and ends in a common view that all have signed', async () => {
    const originCase = await exchange.at(xixian).fileCase('息示例立〔2026〕11号')
    const id = await steps.opened({ originCase })
    await exchange.settled()
    await Promise.all(
      [xincai, wuzhi].map((county) => steps.act(county, id, 'ENTER_STANDARD', { standard: sampleStandard('700000') })),
    )
    await exchange.settled()
    await steps.settled(xixian, id, 'PROPOSE', { view: sampleView() })
    await Promise.all([xincai, wuzhi].map((county) => steps.act(county, id, 'AGREE', { proposal: 1 })))
    await exchange.settled()
    await steps.settled(xixian, id, 'CONCLUDE', { proposal: 1 })
    await expectEqualFacts(id)
    const record = await steps.find(wuzhi, id)
    expect(record).toMatchObject({ state: 'CONCLUDED', originCase, parties: all, proposal: 1 })
    expect(record?.standards.map(({ county }) => county)).toEqual(all)
    expect(record?.proposals).toMatchObject([{ number: 1, county: xixian, officer: '41152801', officerName: '虚构甲' }])
    expect(record?.answers).toMatchObject([
      { county: xincai, agreed: true, officer: '41172901' },
      { county: wuzhi, agreed: true, officer: '41082301' },
    ])
    const lines = await steps.history(xincai, id)
    expect(lines.map(({ event }) => event).toSorted()).toEqual(
      ['OPEN', 'ENTER_STANDARD', 'ENTER_STANDARD', 'PROPOSE', 'AGREE', 'AGREE', 'CONCLUDE'].toSorted(),
    )
    expect(lines[0]).toMatchObject({ event: 'OPEN', label: '发起会商 (息双办〔2022〕6号 二.4)' })
    expect(lines[0]?.text).toContain('一般处罚 《中华人民共和国广告法》第五十五条，罚款200000元以上440000元以下')
    expect(lines.at(-1)).toMatchObject({ text: '各方同意第1稿，达成共同意见', label: '确认达成共同意见' })
    expect(JSON.stringify(lines)).not.toContain('91411528MADE000117')
  })

  it('waits in the inbox of every county that owes something, of all of them at once, and then of the chair', async () => {
    const where = async (id: string) => {
      const found = await Promise.all(all.map((county) => steps.inbox(county, 'WAITING')))
      return all.filter((_, index) => found[index]?.includes(id))
    }
    const id = await steps.opened()
    await exchange.settled()
    expect(await where(id)).toEqual([xincai, wuzhi])
    expect(await steps.inbox(xixian, 'WAITING_FOR_OTHERS')).toContain(id)
    await steps.settled(wuzhi, id, 'ENTER_STANDARD', { standard: sampleStandard() })
    expect(await where(id)).toEqual([xincai])
    expect(await steps.inbox(wuzhi, 'WAITING_FOR_OTHERS')).toContain(id)
    await steps.settled(xincai, id, 'ENTER_STANDARD', { standard: sampleStandard() })
    expect(await where(id)).toEqual([xixian])
    await steps.settled(xixian, id, 'PROPOSE', { view: sampleView() })
    expect(await where(id)).toEqual([xincai, wuzhi])
    await steps.settled(xincai, id, 'OBJECT', { proposal: 1, text: '罚款幅度过低' })
    await steps.settled(wuzhi, id, 'AGREE', { proposal: 1 })
    expect(await where(id)).toEqual([xixian])
    await steps.settled(xixian, id, 'CLOSE', { text: '罚款幅度未能一致' })
    expect(await where(id)).toEqual([])
    for (const county of all) expect(await steps.inbox(county, 'ENDED')).toContain(id)
  })

  it('goes through objections to another proposal; an objection may be given up, an agreement not', async () => {
    const id = await compared()
    await steps.settled(xixian, id, 'PROPOSE', { view: sampleView('300000') })
    await steps.settled(xincai, id, 'OBJECT', { proposal: 1, text: '罚款幅度过低' })
    expect(await refusal(xixian, id, 'CONCLUDE', { proposal: 1 })).toBe('TRANSITION_REFUSED')
    await steps.settled(xixian, id, 'PROPOSE', { view: sampleView('600000') })
    expect(await refusal(xincai, id, 'AGREE', { proposal: 1 })).toBe('BAD_USER_INPUT')
    await steps.settled(xincai, id, 'OBJECT', { proposal: 2, text: '请再斟酌' })
    await steps.settled(xincai, id, 'AGREE', { proposal: 2, text: '经研究同意' })
    expect(await refusal(xincai, id, 'OBJECT', { proposal: 2, text: '反悔' })).toBe('TRANSITION_REFUSED')
    expect(await refusal(xixian, id, 'AGREE', { proposal: 2 })).toBe('TRANSITION_REFUSED')
    await steps.settled(wuzhi, id, 'AGREE', { proposal: 2 })
    expect(await refusal(xixian, id, 'CONCLUDE', { proposal: 1 })).toBe('TRANSITION_REFUSED')
    await steps.settled(xixian, id, 'CONCLUDE', { proposal: 2 })
    expect(await steps.find(wuzhi, id)).toMatchObject({ state: 'CONCLUDED', proposal: 2 })
    await expectEqualFacts(id)
  })

  it('is led by whoever has the chair, which can be handed over', async () => {
    const id = await compared()
    expect(await refusal(wuzhi, id, 'PROPOSE', { view: sampleView() })).toBe('TRANSITION_REFUSED')
    expect(await refusal(xixian, id, 'HAND_OVER', { to: xixian })).toBe('TRANSITION_REFUSED')
    expect(await refusal(xixian, id, 'HAND_OVER', { to: '410000' })).toBe('TRANSITION_REFUSED')
    await steps.settled(xixian, id, 'HAND_OVER', { to: wuzhi })
    expect(await refusal(xixian, id, 'CLOSE', { text: '迟了' })).toBe('TRANSITION_REFUSED')
    await steps.settled(wuzhi, id, 'PROPOSE', { view: sampleView() })
    for (const county of [xixian, xincai]) await steps.settled(county, id, 'AGREE', { proposal: 1 })
    await steps.settled(wuzhi, id, 'CONCLUDE', { proposal: 1 })
    expect(await steps.find(xixian, id)).toMatchObject({ state: 'CONCLUDED', chair: wuzhi })
    await expectEqualFacts(id)
  })

  it('can be closed without agreement, with the differences recorded, and takes comments after its end only', async () => {
    const id = await steps.opened()
    await exchange.settled()
    expect(await refusal(xixian, id, 'PROPOSE', { view: sampleView() })).toBe('TRANSITION_REFUSED')
    expect(await refusal(xixian, id, 'CLOSE')).toBe('BAD_USER_INPUT')
    await steps.settled(xixian, id, 'CLOSE', { text: '新蔡县按货值倍数、息县按固定金额处罚' })
    expect(await refusal(xincai, id, 'ENTER_STANDARD', { standard: sampleStandard() })).toBe('TRANSITION_REFUSED')
    expect(await refusal(xixian, id, 'PROPOSE', { view: sampleView() })).toBe('TRANSITION_REFUSED')
    await steps.settled(xincai, id, 'COMMENT', { text: '待省局统一基准后再议' })
    expect(await steps.find(wuzhi, id)).toMatchObject({
      state: 'CLOSED',
      differences: '新蔡县按货值倍数、息县按固定金额处罚',
    })
    expect((await steps.history(wuzhi, id)).at(-1)).toMatchObject({ event: 'COMMENT', county: xincai })
    await expectEqualFacts(id)
  })

  it('goes on without a county that enters no standard and gives no answer, and says so everywhere', async () => {
    exchange.clock.set('2026-03-02T02:00:00.000Z')
    const id = await steps.opened()
    await exchange.settled()
    const deadline = async (county: string) => {
      const { matters, context } = exchange.at(county)
      return (await matters.standing(context(), id))?.deadline
    }
    for (const county of all) expect(await deadline(county)).toMatchObject({ dueOn: '2026-04-01', state: 'RUNNING' })
    await steps.settled(xincai, id, 'ENTER_STANDARD', { standard: sampleStandard('700000') })
    exchange.clock.set('2026-04-02T02:00:00.000Z')
    for (const county of all) expect(await steps.inbox(county, 'OVERDUE')).toContain(id)
    expect(await refusal(xixian, id, 'PROPOSE', { view: sampleView() })).toBe('TRANSITION_REFUSED')
    exchange.clock.set('2026-04-12T02:00:00.000Z')
    await steps.settled(xixian, id, 'PROPOSE', { view: sampleView() })
    expect(await deadline(wuzhi)).toMatchObject({ from: new Date('2026-04-12T02:00:00.000Z'), state: 'RUNNING' })
    await steps.settled(xincai, id, 'AGREE', { proposal: 1 })
    expect(await refusal(xixian, id, 'CONCLUDE', { proposal: 1 })).toBe('TRANSITION_REFUSED')
    exchange.clock.set('2026-05-23T02:00:00.000Z')
    await steps.settled(xixian, id, 'CONCLUDE', { proposal: 1 })
    const lines = await steps.history(wuzhi, id)
    expect(lines.at(-3)?.text).toContain('提出共同意见（410823逾期未填报裁量标准）：')
    expect(lines.at(-1)).toMatchObject({
      text: '第1稿成为已同意各方的共同意见，410823逾期未答复',
      textEn: 'concluded proposal 1 as the common view of those that agreed; 410823 did not answer in time',
    })
    const shown = (await steps.shown(wuzhi, id)) ?? undefined
    expect(shown?.withoutAgreement).toEqual([{ code: wuzhi }])
    expect(shown?.signatures.map(({ county }) => county.code)).toEqual([xixian, xincai])
    const cells = shown?.comparison[0]?.cells.map((cell) => [cell.enteredLabel, cell.enteredLabelEn])
    expect(cells).toEqual([
      ['已填报', 'entered'],
      ['已填报', 'entered'],
      ['未填报', 'not entered'],
    ])
    await expectEqualFacts(id)
  })

  it('whose chair goes on without a county names it, and no other, or all refuse the envelope', async () => {
    exchange.clock.set('2026-06-01T02:00:00.000Z')
    const id = await steps.opened()
    await exchange.settled()
    exchange.clock.set('2026-07-12T02:00:00.000Z')
    const forge = new Forge(exchange)
    const proposed = (without: string[]) =>
      forge.next(xixian, wuzhi, { matter: id, event: 'PROPOSE', body: { ...sampleView(), without } })
    expect(await forge.handTo(wuzhi, await proposed([xincai]))).toBe('RULE_BROKEN')
  })

  it('keeps of each county the standard that it entered last', async () => {
    const id = await compared()
    await steps.settled(wuzhi, id, 'ENTER_STANDARD', { standard: sampleStandard('900000') })
    const [, , third] = (await steps.find(xincai, id))?.standards ?? []
    expect(third).toMatchObject({ county: wuzhi, revision: 2, tiers: [sampleTier('900000')] })
    await expectEqualFacts(id)
  })

  it('is found by its act among those concluded, so that a decision can cite it', async () => {
    const id = await compared()
    await steps.settled(xixian, id, 'PROPOSE', { view: sampleView() })
    for (const county of [xincai, wuzhi]) await steps.settled(county, id, 'AGREE', { proposal: 1 })
    const context = exchange.at(wuzhi).context()
    const concluded = async (act: string) => {
      const request = readPage({ first: 200 }, 'consultations', {})
      const page = await steps.service(wuzhi).page(context, { act, state: 'CONCLUDED' }, request)
      return page.rows.map((record) => record.id)
    }
    expect(await concluded('FALSE_ADVERTISING')).not.toContain(id)
    await steps.settled(xixian, id, 'CONCLUDE', { proposal: 1 })
    expect(await concluded('FALSE_ADVERTISING')).toContain(id)
    expect(await concluded('UNSAFE_FOOD')).toEqual([])
    expect([...context.shown]).toEqual(['91411528MADE000117'])
  })

  it('is refused with the argument named when it cannot be opened so', async () => {
    const open = (opening: ReturnType<typeof sampleOpening>) =>
      codeOf(steps.service(xixian).open(exchange.at(xixian).context(), opening))
    expect(await open(sampleOpening({}, []))).toBe('BAD_USER_INPUT')
    expect(await open(sampleOpening({}, [xincai, xixian]))).toBe('BAD_USER_INPUT')
    expect(await open(sampleOpening({ act: 'NO_SUCH_ACT' }))).toBe('BAD_USER_INPUT')
    expect(await open(sampleOpening({ subjectName: null }))).toBe('BAD_USER_INPUT')
    const missing = `${xixian}:case:00000000-0000-4000-8000-000000000000`
    expect(await open(sampleOpening({ originCase: missing }))).toBe('NOT_FOUND')
    const tier = sampleTier('100000')
    expect(await open({ ...sampleOpening(), standard: { document: null, tiers: [tier] } })).toBe('BAD_USER_INPUT')
    const twice = { document: null, tiers: [sampleTier(), sampleTier('500000')] }
    expect(await open({ ...sampleOpening(), standard: twice })).toBe('BAD_USER_INPUT')
  })

  it('is nobody’s but its parties’, and only agencies of the own county see it', async () => {
    const opening = sampleOpening({}, [xincai])
    const { id } = await steps.service(xixian).open(exchange.at(xixian).context(), opening)
    await exchange.settled()
    expect(await steps.find(wuzhi, id)).toBeUndefined()
    expect(await refusal(wuzhi, id, 'COMMENT', { text: '旁观' })).toBe('NOT_FOUND')
    const stranger = exchange.at(xincai).context(wuzhi)
    expect(await codeOf(steps.service(xincai).find(stranger, id))).toBe('AGREEMENT_MISSING')
    expect(await codeOf(steps.service(xincai).page(stranger, {}, readPage({}, 'consultations', {})))).toBe(
      'AGREEMENT_MISSING',
    )
  })
})
