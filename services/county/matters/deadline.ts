import { type Pause, type WorkingDays, addDays } from '../../platform/calendar/working-days.ts'
import { shanghaiDay } from '../../platform/directory/snapshot-lookups.ts'
import { endOfDay, startOfDay } from '../connection/day.ts'
import type { Limit } from './limits.ts'

/**
 * DUE_SOON from the third working day before the last one on, and on the last one. PAUSED while the law stops the clock.
 * NOT_YET_COMPUTABLE past the horizon of the directory's calendars. MET also when it was met late.
 */
export const deadlineStates = ['RUNNING', 'DUE_SOON', 'OVERDUE', 'MET', 'PAUSED', 'NOT_YET_COMPUTABLE'] as const
/** Where a deadline stands. */
export type DeadlineState = (typeof deadlineStates)[number]

/** What a deadline is computed from: dates that both counties hold. */
export interface DeadlineFacts {
  limit: Limit
  /** When it began: the receipt that its recipient acknowledged. Its day does not count. */
  from: Date
  /** What was added to the limit, and when; one that came after the last day changes nothing. */
  extension?: { limit: Limit; at: Date } | undefined
  /**
   * New last days that were told, oldest first: when by the clock of who told it, and when it was received by the other
   * county's acknowledgement, null before. One told after the last day, or received later than the working day after it,
   * or that names no later day, changes nothing.
   */
  postponements?: readonly { until: string; at: Date; receivedAt: Date | null }[]
  /** Times that do not count; the last one may still go on. */
  pauses?: readonly { from: Date; until: Date | null }[]
  /** When it was met, null while it is open. */
  metAt: Date | null
}

/** A deadline as it stands at a moment. */
export interface Deadline {
  limit: Limit
  from: Date
  /** The last day, extension included, `YYYY-MM-DD`; null while it cannot be computed or the clock is stopped. */
  dueOn: string | null
  /** The first moment after the last day. */
  due: Date | null
  /** The last day without the extension; null when there is none. */
  firstDueOn: string | null
  /** The last day with the extension; null when there is none. */
  extendedTo: string | null
  state: DeadlineState
  /** It was met, or still is open, after its last day. */
  late: boolean
  metAt: Date | null
}

/** What is said about a deadline without anybody watching it: before, on and after the last day. */
export const deadlineReminders = ['DUE_SOON', 'DUE_TODAY', 'OVERDUE'] as const
/** A reminder that the dates themselves give. */
export type DeadlineReminder = (typeof deadlineReminders)[number]

const soonWorkingDays = 3
/** How long what was told in time may be under way: a line may be cut, but a clock may also be set back. */
const underWay = { days: 1, unit: 'WORKING_DAYS' } as const

/** The deadline at `now`. Both counties compute the same one, since they hold the same dates and calendars. */
export function deadlineAt(facts: DeadlineFacts, calendar: WorkingDays, now: Date): Deadline {
  const { limit, from, metAt } = facts
  const pauses = facts.pauses ?? []
  const paused = metAt === null && pauses.some(({ until }) => until === null)
  const over = pauses.flatMap(({ from: begin, until }): Pause[] =>
    until === null ? [] : [{ after: shanghaiDay(begin), until: shanghaiDay(until) }],
  )
  const start = shanghaiDay(from)
  const firstDueOn = calendar.lastDay(start, limit, over)
  const extension = inTime(facts.extension, firstDueOn)
  const counted = extension ? extend(calendar, start, limit, extension, over) : firstDueOn
  const last = postponed(calendar, counted, facts.postponements ?? [])
  const extended = extension !== undefined || last !== counted
  const dueOn = paused ? null : last
  const due = dueOn === null ? null : endOfDay(dueOn)
  const late = due !== null && (metAt ?? now).getTime() >= due.getTime()
  const state = ((): DeadlineState => {
    if (metAt) return 'MET'
    if (paused) return 'PAUSED'
    if (dueOn === null) return 'NOT_YET_COMPUTABLE'
    if (late) return 'OVERDUE'
    return shanghaiDay(now) >= soonFrom(calendar, dueOn) ? 'DUE_SOON' : 'RUNNING'
  })()
  const days = extended ? { firstDueOn, extendedTo: last } : { firstDueOn: null, extendedTo: null }
  return { limit, from, dueOn, due, ...days, state, late, metAt }
}

/** The reminders that the dates have given by `now`, with the moment of each, oldest first. */
export function remindersOf(
  deadline: Deadline,
  calendar: WorkingDays,
  now: Date,
): { kind: DeadlineReminder; at: Date }[] {
  const { dueOn, due, from } = deadline
  if (dueOn === null || due === null) return []
  const end = deadline.metAt ?? now
  return [
    { kind: 'DUE_SOON' as const, at: startOfDay(soonFrom(calendar, dueOn)) },
    { kind: 'DUE_TODAY' as const, at: startOfDay(dueOn) },
    { kind: 'OVERDUE' as const, at: due },
  ].filter(({ at }) => at.getTime() > from.getTime() && at.getTime() <= end.getTime())
}

/** The days between which an open deadline is due; both null when none runs or it cannot be computed. */
export function dueDays(
  deadline: Deadline | undefined,
  calendar: WorkingDays,
): { soonOn: string | null; dueOn: string | null } {
  const dueOn = deadline?.metAt === null ? deadline.dueOn : null
  return { soonOn: dueOn === null ? null : soonFrom(calendar, dueOn), dueOn }
}

/** The first day on which a deadline is due soon. */
function soonFrom(calendar: WorkingDays, dueOn: string): string {
  return calendar.before(dueOn, soonWorkingDays) ?? addDays(dueOn, -soonWorkingDays)
}

/** What was added before the limit was over; unknown days are in its favour. */
function inTime(extension: DeadlineFacts['extension'], dueOn: string | null): Limit | undefined {
  if (!extension) return undefined
  return dueOn === null || extension.at < endOfDay(dueOn) ? extension.limit : undefined
}

/** The last day after each of these was told in time; unknown days are in their favour. */
function postponed(
  calendar: WorkingDays,
  dueOn: string | null,
  told: NonNullable<DeadlineFacts['postponements']>,
): string | null {
  return told.reduce((last, { until, at, receivedAt }) => {
    if (last === null) return until
    const lastReceipt = calendar.lastDay(last, underWay)
    const arrived = receivedAt === null || lastReceipt === null || receivedAt < endOfDay(lastReceipt)
    return arrived && at < endOfDay(last) && until > last ? until : last
  }, dueOn)
}

function extend(
  calendar: WorkingDays,
  start: string,
  limit: Limit,
  extension: Limit,
  pauses: readonly Pause[],
): string | null {
  if (extension.unit === limit.unit) {
    return calendar.lastDay(start, { days: limit.days + extension.days, unit: limit.unit }, pauses)
  }
  const first = calendar.lastDay(start, limit, pauses)
  return first === null ? null : calendar.lastDay(first, extension, pauses)
}
