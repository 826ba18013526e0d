import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { snapshotSchema } from '../directory/snapshot.ts'
import { packageRoot } from '../package-root.ts'
import { type DayTable, addDays, workingDays } from './working-days.ts'

const tables = snapshotSchema.shape.calendars.parse(
  JSON.parse(readFileSync(join(packageRoot(), 'services/coordination/catalogue/calendars.json'), 'utf8')),
)
const days = workingDays(tables)
const working = (limit: number) => ({ days: limit, unit: 'WORKING_DAYS' }) as const
const calendar = (limit: number) => ({ days: limit, unit: 'CALENDAR_DAYS' }) as const

/** The working days of a year, counted from the tables of the State Council by hand. */
const yearly = { '2025': 248, '2026': 248 }

describe('the tables of 2025 and 2026', () => {
  it.each(['2025-01-26', '2025-02-08', '2025-04-27', '2025-09-28', '2025-10-11'])(
    'know the make-up day %s of 国办发明电〔2024〕12号 as a working day',
    (day) => expect(days.isWorkingDay(day)).toBe(true),
  )

  it.each(['2026-01-04', '2026-02-14', '2026-02-28', '2026-05-09', '2026-09-20', '2026-10-10'])(
    'know the make-up day %s of 2026 as a working day',
    (day) => expect(days.isWorkingDay(day)).toBe(true),
  )

  it.each([
    ['元旦 2025', '2025-01-01', '2025-01-01'],
    ['春节 2025', '2025-01-28', '2025-02-04'],
    ['清明 2025', '2025-04-04', '2025-04-06'],
    ['劳动节 2025', '2025-05-01', '2025-05-05'],
    ['端午 2025', '2025-05-31', '2025-06-02'],
    ['国庆、中秋 2025', '2025-10-01', '2025-10-08'],
    ['元旦 2026', '2026-01-01', '2026-01-03'],
    ['春节 2026', '2026-02-15', '2026-02-23'],
    ['清明 2026', '2026-04-04', '2026-04-06'],
    ['劳动节 2026', '2026-05-01', '2026-05-05'],
    ['端午 2026', '2026-06-19', '2026-06-21'],
    ['中秋 2026', '2026-09-25', '2026-09-27'],
    ['国庆 2026', '2026-10-01', '2026-10-07'],
  ])('have no working day in %s', (_name, first, last) => {
    for (let day = first; day <= last; day = addDays(day, 1))
      expect([day, days.isWorkingDay(day)]).toEqual([day, false])
  })

  it.each(Object.entries(yearly))('have in %s as many working days as the State Council gave: %i', (year, count) => {
    expect(days.count(`${Number(year) - 1}-12-31`, `${year}-12-31`)).toBe(count)
  })
})

describe('the last day of a limit', () => {
  it.each([
    // The start day does not count, also when it is a working day.
    ['2026-03-02', working(1), '2026-03-03'],
    ['2026-03-02', working(15), '2026-03-23'],
    // Over the Spring Festival with both make-up days: 02-14 and 02-28 count.
    ['2026-02-12', working(2), '2026-02-14'],
    ['2026-02-12', working(7), '2026-02-28'],
    // A Saturday on which one works rolls no further; 行政处罚法 art. 85 counts it.
    ['2026-10-09', working(1), '2026-10-10'],
    // Calendar days end on the day itself, or on the first working day after it.
    ['2026-03-02', calendar(15), '2026-03-17'],
    ['2026-09-16', calendar(15), '2026-10-08'],
    ['2026-02-01', calendar(15), '2026-02-24'],
    ['2026-01-30', calendar(15), '2026-02-14'],
    ['2026-03-02', working(0), '2026-03-02'],
    ['2026-03-01', working(0), '2026-03-02'],
  ])('that begins after %s is, for %o, %s (程序规定 art. 80)', (from, limit, last) => {
    expect(days.lastDay(from, limit)).toBe(last)
  })

  it('is not yet computable past the horizon of the tables, and is never guessed', () => {
    expect(days.lastDay('2026-12-10', working(15))).toBe('2026-12-31')
    expect(days.lastDay('2026-12-11', working(15))).toBeNull()
    expect(days.lastDay('2026-12-30', calendar(1))).toBe('2026-12-31')
    expect(days.lastDay('2026-12-30', calendar(2))).toBeNull()
    expect(days.lastDay('2024-12-01', working(3))).toBeNull()
    expect(days.isWorkingDay('2027-01-01')).toBeUndefined()
  })

  it('may begin on the day before the tables do, since that day does not count', () => {
    expect(days.lastDay('2024-12-31', working(1))).toBe('2025-01-02')
  })

  it('is not known where two tables contradict each other', () => {
    const [table] = tables
    if (!table) throw new Error('There is no table.')
    const other: DayTable = { ...table, holidays: [...table.holidays, '2025-03-05'] }
    expect(workingDays([table, table]).lastDay('2025-03-03', working(5))).toBe('2025-03-10')
    expect(workingDays([table, other]).lastDay('2025-03-03', working(1))).toBe('2025-03-04')
    expect(workingDays([table, other]).lastDay('2025-03-03', working(5))).toBeNull()
  })

  it('moves on by the days that do not count', () => {
    expect(days.lastDay('2026-03-02', working(15), [{ after: '2026-03-04', until: '2026-03-09' }])).toBe('2026-03-26')
    expect(days.lastDay('2026-03-02', calendar(15), [{ after: '2026-03-04', until: '2026-03-09' }])).toBe('2026-03-23')
  })

  it('counts the day after which a pause begins, and not the day on which it ends', () => {
    expect(days.lastDay('2026-03-02', working(1), [{ after: '2026-03-02', until: '2026-03-03' }])).toBe('2026-03-04')
    expect(days.lastDay('2026-03-02', working(1), [{ after: '2026-03-03', until: '2026-03-04' }])).toBe('2026-03-03')
  })

  it('refuses what is no day and no number of days', () => {
    expect(() => days.lastDay('2026-02-30', working(1))).toThrow(RangeError)
    expect(() => days.lastDay('2026-2-3', working(1))).toThrow(RangeError)
    expect(() => days.lastDay('2026-03-02', working(-1))).toThrow(RangeError)
    expect(() => days.lastDay('2026-03-02', working(1.5))).toThrow(RangeError)
  })
})

const day = fc.integer({ min: 0, max: 640 }).map((offset) => addDays('2025-01-01', offset))
const limit = fc.integer({ min: 1, max: 40 })

describe('working days, whatever the day and the limit', () => {
  it('end on a working day, with exactly as many working days behind the start', () => {
    fc.assert(
      fc.property(day, limit, (from, count) => {
        const last = days.lastDay(from, working(count))
        if (last === null) return false
        return days.isWorkingDay(last) === true && days.count(from, last) === count
      }),
    )
  })

  it('add up: a limit and then another is the limit of both', () => {
    fc.assert(
      fc.property(day, limit, limit, (from, one, other) => {
        const middle = days.lastDay(from, working(one))
        return middle !== null && days.lastDay(middle, working(other)) === days.lastDay(from, working(one + other))
      }),
    )
  })

  it('never end earlier for a later start, a longer limit or a pause', () => {
    fc.assert(
      fc.property(
        day,
        fc.integer({ min: 0, max: 30 }),
        limit,
        fc.constantFrom('WORKING_DAYS', 'CALENDAR_DAYS'),
        day,
        (from, later, count, unit, paused) => {
          const last = days.lastDay(from, { days: count, unit })
          const moved = days.lastDay(addDays(from, later), { days: count, unit })
          const longer = days.lastDay(from, { days: count + 1, unit })
          const pause = { after: paused, until: addDays(paused, later) }
          const resumed = days.lastDay(from, { days: count, unit }, [pause])
          if (last === null) return false
          return [moved, longer, resumed].every((each) => each === null || each >= last)
        },
      ),
    )
  })

  it('lie calendar limits at the day itself or at the first working day behind it', () => {
    fc.assert(
      fc.property(day, limit, (from, count) => {
        const plain = addDays(from, count)
        const last = days.lastDay(from, calendar(count))
        return last !== null && last >= plain && (days.count(addDays(plain, -1), last) ?? 0) === 1
      }),
    )
  })

  it('are walked back as they are walked on', () => {
    fc.assert(
      fc.property(day, limit, (from, count) => {
        const start = days.lastDay(from, working(0))
        const last = start === null ? null : days.lastDay(start, working(count))
        return last !== null && days.before(last, count) === start
      }),
    )
  })
})
