import { shanghaiDay } from '../../platform/directory/snapshot-lookups.ts'

/** States in which a listing stands; whether it still has effect is a matter of dates. */
export const standingStates = ['LISTED', 'PUBLISHED', 'REPAIR_APPLIED', 'REPAIR_ACCEPTED', 'RESTORED'] as const

/** States of an entry that ended; it had effect until the day it did. */
export const endedStates: ReadonlySet<string> = new Set(['REMOVED_EARLY', 'EXPIRED', 'REVOKED'])
const standing: ReadonlySet<string> = new Set(standingStates)

/** What the effect of a listing depends on. Days are `YYYY-MM-DD` in Asia/Shanghai. */
export interface EffectDates {
  state: string
  listedOn: string | null
  restoredOn?: string | null
  effectUntil: string | null
  removedOn: string | null
}

/** Length of a listing in years (办法 art. 21). */
const termYears = 3

/**
 * The same day `years` later; 29 February becomes 1 March where there is none, the first day after the full term.
 * `day` is `YYYY-MM-DD`.
 */
export function yearsLater(day: string, years: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(Date.UTC(year + years, month - 1, date)).toISOString().slice(0, 10)
}

/**
 * First day without effect of a listing that began on `from`: three years later or, when it runs longer, the first day
 * after the statutory restriction (严重违法失信名单管理办法 art. 21).
 */
export function effectEnd(from: string, restrictionUntil: string | null): string {
  const end = yearsLater(from, termYears)
  return restrictionUntil !== null && restrictionUntil > end ? restrictionUntil : end
}

/**
 * Whether the listing has legal effect at the moment: from the day of listing (or of restoration) up to, but not
 * including, `effectUntil` or the day it was removed, by the calendar day in Asia/Shanghai. A proposal never has; an
 * entry that ended had effect until the day it did.
 */
export function hasEffect(listing: EffectDates, at: Date): boolean {
  const day = shanghaiDay(at)
  const from = listing.restoredOn ?? listing.listedOn
  if (from === null || listing.effectUntil === null || day < from || day >= listing.effectUntil) return false
  if (standing.has(listing.state)) return true
  return endedStates.has(listing.state) && listing.removedOn !== null && day < listing.removedOn
}
