/** A dated table of working days: it says nothing of a day before `from` or after `to`. Days are `YYYY-MM-DD`. */
export interface DayTable {
  from: string
  to: string
  /** Weekdays that are no working days. */
  holidays: readonly string[]
  /** Weekend days that are working days. */
  makeUpDays: readonly string[]
}

/** Days that do not count towards a limit: those after `after`, up to and including `until`. */
export interface Pause {
  after: string
  until: string
}

/** How a limit is counted: 工作日, or 自然日 of the calendar. */
export type DayUnit = 'WORKING_DAYS' | 'CALENDAR_DAYS'

/** Arithmetic of working days over dated tables. What the tables do not reach is not known, and never guessed. */
export interface WorkingDays {
  /** Whether it is a working day; undefined where no table reaches, or where two tables say different things. */
  isWorkingDay(day: string): boolean | undefined
  /**
   * The last day of a limit that begins after `from` (期间开始之日不计算在内). A last day that is no working day rolls
   * forward to the next one. Null when the tables do not reach far enough.
   */
  lastDay(from: string, limit: { days: number; unit: DayUnit }, pauses?: readonly Pause[]): string | null
  /**
   * The working day that many working days before `day`, which need not be one itself; null when the tables do not
   * reach.
   */
  before(day: string, days: number): string | null
  /** Working days after `from` up to and including `to`, negative when `to` is earlier; null beyond the tables. */
  count(from: string, to: string): number | null
}

const mostDays = 3_660
const shape = /^\d{4}-\d{2}-\d{2}$/

/** The working days that the tables together describe. Pure: the same tables give the same days everywhere. */
export function workingDays(tables: readonly DayTable[]): WorkingDays {
  const read = tables.map((table) => ({
    from: table.from,
    to: table.to,
    holidays: new Set(table.holidays),
    makeUpDays: new Set(table.makeUpDays),
  }))

  function isWorkingDay(day: string): boolean | undefined {
    let known: boolean | undefined
    for (const { from, to, holidays, makeUpDays } of read) {
      if (day < from || day > to) continue
      const works = isWeekend(day) ? makeUpDays.has(day) : !holidays.has(day)
      if (known !== undefined && known !== works) return undefined
      known = works
    }
    return known
  }

  /** The first working day at `day` or, step by step, beyond it. */
  function nearest(day: string, step: 1 | -1): string | null {
    for (let at = day, left = mostDays; left > 0; at = addDays(at, step), left -= 1) {
      const works = isWorkingDay(at)
      if (works === undefined) return null
      if (works) return at
    }
    return null
  }

  return {
    isWorkingDay: (day) => isWorkingDay(demandDay(day)),
    lastDay(from, { days, unit }, pauses = []) {
      demandCount(days)
      let day = demandDay(from)
      for (let counted = 0; counted < days;) {
        day = addDays(day, 1)
        const works = unit === 'CALENDAR_DAYS' ? true : isWorkingDay(day)
        if (works === undefined) return null
        if (works && !pauses.some(({ after, until }) => after < day && day <= until)) counted += 1
      }
      return nearest(day, 1)
    },
    before(day, days) {
      demandCount(days)
      let at: string | null = demandDay(day)
      for (let counted = 0; counted < days && at !== null; counted += 1) at = nearest(addDays(at, -1), -1)
      return at
    },
    count(from, to) {
      const [first, last, sign] = demandDay(from) <= demandDay(to) ? [from, to, 1] : [to, from, -1]
      let counted = 0
      for (let day = first; day < last;) {
        day = addDays(day, 1)
        const works = isWorkingDay(day)
        if (works === undefined) return null
        if (works) counted += 1
      }
      return counted * sign
    },
  }
}

/** The calendar day so many days later, earlier for a negative number. */
export function addDays(day: string, days: number): string {
  const moment = new Date(`${day}T00:00:00Z`)
  moment.setUTCDate(moment.getUTCDate() + days)
  return moment.toISOString().slice(0, 10)
}

function isWeekend(day: string): boolean {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay()
  return weekday === 0 || weekday === 6
}

function demandDay(day: string): string {
  if (shape.test(day) && !Number.isNaN(Date.parse(day)) && addDays(day, 0) === day) return day
  throw new RangeError(`${day} is not a day.`)
}

function demandCount(days: number): void {
  if (Number.isInteger(days) && days >= 0 && days <= mostDays) return
  throw new RangeError(`${days} is not a number of days from 0 to ${mostDays}.`)
}
