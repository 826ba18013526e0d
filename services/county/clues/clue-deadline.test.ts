import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { InboxState } from '../matters/inbox-state.ts'
import { type ClueExchange, sampleClue, startClueExchange } from './testing/clue-exchange.ts'
import { ClueSteps, codeOf, nothing } from './testing/clue-steps.ts'

const [xixian, xincai] = ['411528', '411729'] as const
const both = [xixian, xincai]
let exchange: ClueExchange
let steps: ClueSteps

beforeAll(async () => {
  exchange = await startClueExchange(both)
  steps = new ClueSteps(exchange)
})
afterAll(() => exchange.close())
afterEach(() => steps.clear(both))

describe('the limit of verification (A04, 程序规定 art. 18)', () => {
  it('runs from the receipt that the recipient’s node acknowledged, on both sides alike', async () => {
    exchange.cut.add(xincai)
    const id = await steps.sent()
    expect(await steps.deadline(xixian, id)).toBeUndefined()
    exchange.clock.set('2026-03-04T02:00:00.000Z')
    exchange.cut.delete(xincai)
    await exchange.settled()
    expect(await steps.deadline(xixian, id)).toMatchObject({
      from: new Date('2026-03-04T02:00:00.000Z'),
      dueOn: '2026-03-25',
      limit: { days: 15, unit: 'WORKING_DAYS', law: '市场监督管理行政处罚程序规定', article: '第十八条' },
    })
    expect(await steps.deadline(xincai, id)).toEqual(await steps.deadline(xixian, id))
  })

  it('is known to the sender also when the acknowledgement is lost, from what the recipient signs with the goods', async () => {
    const { clues, context } = exchange.at(xixian)
    const draft = await clues.draft(context(), undefined, sampleClue())
    exchange.deaf.add(xixian)
    await clues.send(context(), draft.id, { number: '息移8号', certificate: null, attachments: [] })
    await expect.poll(async () => (await steps.facts(xincai)).clues[0]?.state).toBe('SENT')
    exchange.clock.set('2026-03-03T02:00:00.000Z')
    const there = exchange.at(xincai)
    await there.clues.advance(there.context(), draft.id, 'RECEIVE', nothing)
    await expect.poll(async () => (await steps.facts(xixian)).clues[0]?.state).toBe('RECEIVED')
    expect((await steps.deadline(xixian, draft.id))?.from).toEqual(new Date('2026-03-02T02:00:00.000Z'))
    exchange.deaf.delete(xixian)
    await exchange.settled()
    expect(await steps.facts(xixian)).toEqual(await steps.facts(xincai))
  })

  it('is extended once by fifteen working days with an approval, before it ends and never after', async () => {
    const id = await steps.verifying()
    expect(await codeOf(steps.step(xincai, id, 'EXTEND', { text: '案情复杂' }))).toBe('BAD_USER_INPUT')
    exchange.clock.set('2026-03-23T15:59:59.000Z')
    await steps.step(xincai, id, 'EXTEND', { text: '案情复杂', approvedBy: '虚构局长' })
    expect(await steps.deadline(xixian, id)).toMatchObject({ firstDueOn: '2026-03-23', extendedTo: '2026-04-14' })
    expect(await codeOf(steps.step(xincai, id, 'EXTEND', { text: '再延', approvedBy: '虚构局长' }))).toBe(
      'TRANSITION_REFUSED',
    )
    const late = await steps.verifying({ subject: '91110000600037341L' })
    exchange.clock.set('2026-04-20T16:00:00.000Z')
    expect(await codeOf(steps.step(xincai, late, 'EXTEND', { text: '已过期', approvedBy: '虚构局长' }))).toBe(
      'TRANSITION_REFUSED',
    )
  })

  it('does not count the time of a test', async () => {
    const id = await steps.verifying()
    exchange.clock.set('2026-03-04T02:00:00.000Z')
    await steps.step(xincai, id, 'BEGIN_TESTING', { testing: 'INSPECTION', text: '送检宣传册所称产品' })
    expect((await steps.deadline(xixian, id))?.state).toBe('PAUSED')
    exchange.clock.set('2026-03-09T09:00:00.000Z')
    await steps.step(xincai, id, 'END_TESTING', { text: '不合格' })
    expect(await steps.deadline(xixian, id)).toMatchObject({ dueOn: '2026-03-26', state: 'RUNNING' })
    expect(await steps.facts(xincai)).toEqual(await steps.facts(xixian))
  })

  it('shows itself before, on and after the last day in both inboxes and histories, without anybody watching', async () => {
    const id = await steps.sent()
    const seen = async (state: InboxState) => [await steps.inbox(xixian, state), await steps.inbox(xincai, state)]
    const reminders = async (county: string) =>
      (await steps.history(county, id)).filter(({ status }) => status === 'REMINDER').map(({ event }) => event)
    expect(await seen('DUE_SOON')).toEqual([[], []])
    exchange.clock.set('2026-03-18T00:00:00.000Z')
    expect(await seen('DUE_SOON')).toEqual([[id], [id]])
    exchange.clock.set('2026-03-23T00:00:00.000Z')
    expect(await seen('DUE_SOON')).toEqual([[id], [id]])
    expect(await reminders(xixian)).toEqual(['DUE_SOON', 'DUE_TODAY'])
    exchange.clock.set('2026-03-23T16:00:00.000Z')
    expect(await seen('DUE_SOON')).toEqual([[], []])
    expect(await seen('OVERDUE')).toEqual([[id], [id]])
    expect(await reminders(xincai)).toEqual(['DUE_SOON', 'DUE_TODAY', 'OVERDUE'])
    expect(await steps.history(xincai, id)).toEqual(await steps.history(xixian, id))
    expect((await steps.history(xixian, id)).at(-1)?.textEn).toContain('its last day is 2026-03-23')
  })

  it('is not yet computable when it would end past the calendars, and is in no late list then', async () => {
    exchange.clock.set('2026-12-20T02:00:00.000Z')
    const id = await steps.sent()
    expect(await steps.deadline(xincai, id)).toMatchObject({ state: 'NOT_YET_COMPUTABLE', dueOn: null })
    exchange.clock.set('2027-06-01T02:00:00.000Z')
    expect(await steps.inbox(xincai, 'OVERDUE')).toEqual([])
    // The next year's table comes with the directory, and everything is computed anew.
    const table = { id: 'CN-2027', from: '2027-01-01', to: '2027-12-31', holidays: ['2027-01-01'], makeUpDays: [] }
    const { calendars } = exchange.snapshot
    exchange.snapshot.calendars = [...calendars, table]
    expect(await steps.inbox(xincai, 'OVERDUE')).toEqual([id])
    exchange.snapshot.calendars = calendars
  })
})
