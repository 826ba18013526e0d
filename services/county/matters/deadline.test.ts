import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addDays, workingDays } from '../../platform/calendar/working-days.ts'
import { snapshotSchema } from '../../platform/directory/snapshot.ts'
import { packageRoot } from '../../platform/package-root.ts'
import { type DeadlineFacts, deadlineAt, remindersOf } from './deadline.ts'
import { penaltyLawUnit, verificationExtension, verificationLimit } from './limits.ts'

const calendar = workingDays(
  snapshotSchema.shape.calendars.parse(
    JSON.parse(readFileSync(join(packageRoot(), 'services/coordination/catalogue/calendars.json'), 'utf8')),
  ),
)
const at = (moment: string): Date => new Date(`${moment}+08:00`)
/** Received on Monday 2026-03-02: the last day is Monday 2026-03-23. */
const facts: DeadlineFacts = { limit: verificationLimit, from: at('2026-03-02T23:59'), metAt: null }
const extended = (moment: string) => ({ limit: verificationExtension, at: at(moment) })
const stateAt = (moment: string, changes: Partial<DeadlineFacts> = {}) =>
  deadlineAt({ ...facts, ...changes }, calendar, at(moment)).state

describe('a deadline (A04, A07)', () => {
  it('runs from the day of receipt, which does not count, to the end of its last day in Shanghai', () => {
    expect(deadlineAt(facts, calendar, at('2026-03-03T10:00'))).toEqual({
      limit: verificationLimit,
      from: facts.from,
      dueOn: '2026-03-23',
      due: at('2026-03-24T00:00'),
      firstDueOn: null,
      extendedTo: null,
      state: 'RUNNING',
      late: false,
      metAt: null,
    })
  })

  it('is due soon from the third working day before its last one, and overdue from the midnight after it', () => {
    expect(stateAt('2026-03-17T23:59:59.999')).toBe('RUNNING')
    expect(stateAt('2026-03-18T00:00')).toBe('DUE_SOON')
    expect(stateAt('2026-03-23T23:59:59.999')).toBe('DUE_SOON')
    expect(stateAt('2026-03-24T00:00')).toBe('OVERDUE')
  })

  it('that was met says so for good, and whether it was late', () => {
    const met = (metAt: string) => deadlineAt({ ...facts, metAt: at(metAt) }, calendar, at('2026-06-01T00:00'))
    expect(met('2026-03-23T23:59:59.999')).toMatchObject({ state: 'MET', late: false })
    expect(met('2026-03-24T00:00')).toMatchObject({ state: 'MET', late: true })
  })

  it('that was extended shows both days and goes by the later one', () => {
    const deadline = deadlineAt({ ...facts, extension: extended('2026-03-23T23:00') }, calendar, at('2026-03-25T00:00'))
    expect(deadline).toMatchObject({
      firstDueOn: '2026-03-23',
      extendedTo: '2026-04-14',
      dueOn: '2026-04-14',
      state: 'RUNNING',
    })
  })

  it('that was extended only after its last day stays as it was', () => {
    const late = { ...facts, extension: extended('2026-03-24T00:00') }
    expect(deadlineAt(late, calendar, at('2026-03-25T00:00'))).toMatchObject({
      dueOn: '2026-03-23',
      extendedTo: null,
      state: 'OVERDUE',
    })
  })

  it('stands still while a test goes on, and moves on by the working days of it', () => {
    const from = at('2026-03-04T09:00')
    expect(stateAt('2026-05-01T00:00', { pauses: [{ from, until: null }] })).toBe('PAUSED')
    const paused = { ...facts, pauses: [{ from, until: at('2026-03-09T17:00') }] }
    expect(deadlineAt(paused, calendar, at('2026-03-10T00:00')).dueOn).toBe('2026-03-26')
  })

  it('is not yet computable past the horizon, has no reminders then, and is computed once the table is there', () => {
    const late = { ...facts, from: at('2026-12-20T10:00') }
    const deadline = deadlineAt(late, calendar, at('2027-06-01T00:00'))
    expect(deadline).toMatchObject({ state: 'NOT_YET_COMPUTABLE', dueOn: null, due: null, late: false })
    expect(remindersOf(deadline, calendar, at('2027-06-01T00:00'))).toEqual([])
  })

  it('gives its reminders before, on and after the last day by the dates alone, and none once it was met', () => {
    const kinds = (moment: string, metAt: string | null = null) => {
      const deadline = deadlineAt({ ...facts, metAt: metAt === null ? null : at(metAt) }, calendar, at(moment))
      return remindersOf(deadline, calendar, at(moment)).map((each) => [each.kind, each.at.toISOString()])
    }
    const soon = ['DUE_SOON', '2026-03-17T16:00:00.000Z']
    const today = ['DUE_TODAY', '2026-03-22T16:00:00.000Z']
    const over = ['OVERDUE', '2026-03-23T16:00:00.000Z']
    expect(kinds('2026-03-17T23:59')).toEqual([])
    expect(kinds('2026-03-18T00:00')).toEqual([soon])
    expect(kinds('2026-03-23T12:00')).toEqual([soon, today])
    expect(kinds('2026-03-24T00:00')).toEqual([soon, today, over])
    expect(kinds('2026-06-01T00:00', '2026-03-19T08:00')).toEqual([soon])
  })

  it('never loses a reminder as time passes, and is overdue exactly when the last one was given', () => {
    const day = fc.integer({ min: 0, max: 300 }).map((offset) => addDays('2026-01-01', offset))
    fc.assert(
      fc.property(day, fc.integer({ min: 0, max: 60 }), (start, later) => {
        const open = { ...facts, from: at(`${start}T12:00`) }
        const now = at(`${addDays(start, later)}T18:00`)
        const next = new Date(now.getTime() + 86_400_000)
        const deadline = deadlineAt(open, calendar, now)
        const given = remindersOf(deadline, calendar, now).map((each) => each.kind)
        const then = remindersOf(deadlineAt(open, calendar, next), calendar, next).map((each) => each.kind)
        return then.join().startsWith(given.join()) && given.includes('OVERDUE') === (deadline.state === 'OVERDUE')
      }),
    )
  })
})

describe('the days of 《行政处罚法》 (art. 85)', () => {
  it.each([2, 3, 5, 7])('%i days are working days', (days) => expect(penaltyLawUnit(days)).toBe('WORKING_DAYS'))
  it.each([1, 4, 6, 10, 15, 90])('%i days are days of the calendar', (days) =>
    expect(penaltyLawUnit(days)).toBe('CALENDAR_DAYS'),
  )
})
