import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ClueTransferService } from '../clues/clue-transfer.service.ts'
import { sampleClue } from '../clues/testing/clue-exchange.ts'
import { DisputeExchange, codeOf, province, provinceOver, xincai, xixian } from './testing/dispute-exchange.ts'

let steps: DisputeExchange

beforeAll(async () => {
  steps = await DisputeExchange.start([provinceOver()])
})
beforeEach(() => steps.exchange.clock.set('2026-03-02T02:00:00.000Z'))
afterAll(() => steps.exchange.close())

/** Each clue is about another act, so that one dispute says nothing of the next. */
const about = (subject: string | null, subjectName: string) => ({ subject, subjectName })
const notice = { number: '豫市监指定〔2026〕2号', date: '2026-03-09', text: '违法行为发生地' }

/** The clue's deadline as both counties show it. */
async function clueDeadline(clue: string) {
  const deadline = await steps.deadline(xixian, clue)
  expect(await steps.deadline(xincai, clue)).toEqual(deadline)
  return deadline
}

describe('an objection to a clue opens a dispute, never a re-transfer (A04, B06, 程序规定 art. 14)', () => {
  it('in which the sender has jurisdiction by designation: the clue goes back to it with its material', async () => {
    const { clue, id } = await steps.objected(about('91411528MADE000117', '虚构安心示例食品有限公司'))
    expect(await steps.dispute(xixian, id)).toMatchObject({ raiser: xincai, clue, proposedCounty: xixian })
    expect(await steps.pen(xincai, id)).toBe(xixian)
    expect((await clueDeadline(clue))?.state).toBe('PAUSED')
    expect(await codeOf(steps.step(xixian, id, 'END_CONSULTATION'))).toBe('TRANSITION_REFUSED')
    await steps.step(xixian, id, 'ESCALATE')
    await steps.step(province, id, 'DESIGNATE', { ...notice, county: xixian })
    expect(await steps.clue(xixian, clue)).toMatchObject({ state: 'OBJECTED' })
    await steps.handOver(xincai, id)
    for (const county of [xixian, xincai]) {
      expect(await steps.clue(county, clue)).toMatchObject({ state: 'RETURNED', dispute: id })
      expect(await steps.pen(county, clue)).toBeNull()
    }
    expect(await clueDeadline(clue)).toBeUndefined()
    await steps.takeOver(xixian, id)
    expect(await steps.dispute(xincai, id)).toMatchObject({ state: 'SETTLED' })
    const { parts, delivery, matters, context } = steps.exchange.at(xixian)
    const again = new ClueTransferService(parts, delivery, matters).draft(context(), undefined, sampleClue())
    expect(await codeOf(again)).toBe('TRANSITION_REFUSED')
  })

  it('in which the recipient has jurisdiction by designation: it takes the clue that lies with it, and the clock goes on', async () => {
    const { clue, id } = await steps.objected(about(null, '虚构示例商行甲'))
    await steps.step(xixian, id, 'ESCALATE')
    await steps.step(province, id, 'DESIGNATE', { ...notice, county: xincai })
    expect(await steps.pen(xixian, id)).toBe(xincai)
    expect(await codeOf(steps.handOver(xixian, id))).toBe('TRANSITION_REFUSED')
    steps.exchange.clock.set('2026-03-06T02:00:00.000Z')
    await steps.takeOver(xincai, id)
    expect(await steps.clue(xixian, clue)).toMatchObject({ state: 'ACCEPTED', dispute: id })
    expect(await steps.pen(xixian, clue)).toBe(xincai)
    expect(await clueDeadline(clue)).toMatchObject({ state: 'RUNNING', dueOn: '2026-03-27' })
    expect(await steps.facts(xincai)).toEqual(await steps.facts(xixian))
  })

  it('which both may settle by agreement', async () => {
    const { clue, id } = await steps.objected(about(null, '虚构示例商行乙'))
    await steps.step(xixian, id, 'PROPOSE', { county: xincai, text: '门店在新蔡' })
    await steps.step(xincai, id, 'AGREE')
    await steps.takeOver(xincai, id)
    expect(await steps.clue(xixian, clue)).toMatchObject({ state: 'ACCEPTED' })
  })

  it('which goes up directly where the sender does not answer, by whoever objected or by whoever sent it', async () => {
    const { clue, id } = await steps.objected(about(null, '虚构示例商行丙'))
    const direct = await steps.step(xincai, id, 'ESCALATE', { text: '对方逾期未答复' })
    expect(direct).toMatchObject({ follows: id, clue, state: 'ESCALATED', proposedCounty: xixian })
    await steps.step(xixian, id, 'END_CONSULTATION')
    await steps.step(province, direct.id, 'DESIGNATE', { ...notice, county: xincai })
    await steps.takeOver(xincai, direct.id)
    expect(await steps.clue(xixian, clue)).toMatchObject({ state: 'ACCEPTED', dispute: direct.id })
  })
})
