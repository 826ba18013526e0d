import type { Measure } from '../../services/platform/directory/snapshot.ts'
import type { CoveragePlan } from './coverage-plan.ts'
import type { CountyStanding, OutageReason, StandingListing, StandingOutcome } from './standing.ts'

/** The outcome of a credit check. */
export type CreditVerdict = 'CLEAR' | 'CONSIDER' | 'BARRED' | 'INCONCLUSIVE'

/** What follows from one listing for the matter asked about. */
export interface Consequence {
  measure: Measure
  /** First day on which it no longer applies; null when it has no end. */
  until: string | null
  listing: StandingListing
}

/** Everything a verdict rests on, besides the counties that the index vouches for: these list nobody. */
export interface Judgement {
  verdict: CreditVerdict
  /** Whether every target is covered. */
  complete: boolean
  consequences: Consequence[]
  /** The applicant's own listings, and those of others that have a consequence for it. */
  listings: StandingListing[]
  /** Live answers, in the order of the directory. */
  live: CountyStanding[]
  unanswered: { county: string; reason: OutageReason }[]
}

/**
 * Judges what was found out. Of the plan's targets, those in `ask` are covered by a live answer among `outcomes` and
 * nothing else: one that is missing there counts as not answered, also when the state names it. The others are covered by
 * the state, which says that the applicant is on no list of theirs. So CLEAR needs every target. `measuresFor` gives the
 * rows of the measure catalogue that follow from a listing for the matter; those whose term has run out on `today`
 * (Asia/Shanghai, `YYYY-MM-DD`) are left out. `isKnown` says whether the catalogue has a measure: a listing that imposes
 * one it does not have may be a bar, so its county counts as unanswered (FAULT), whatever else the listing shows.
 */
export function judge(
  { targets, ask }: Pick<CoveragePlan, 'targets' | 'ask'>,
  outcomes: readonly StandingOutcome[],
  measuresFor: (listing: StandingListing) => readonly Measure[],
  today: string,
  isKnown: (measure: string) => boolean,
): Judgement {
  const byCounty = new Map(outcomes.map((outcome) => [outcome.county, outcome]))
  const live: CountyStanding[] = []
  const unanswered: { county: string; reason: OutageReason }[] = []
  const reported: StandingListing[] = []
  for (const county of ask) {
    const outcome = byCounty.get(county)
    if (outcome === undefined) unanswered.push({ county, reason: 'FAULT' })
    else if ('outage' in outcome) unanswered.push({ county, reason: outcome.outage })
    else {
      reported.push(...outcome.listings)
      if (outcome.listings.every(({ imposedMeasures }) => imposedMeasures.every(isKnown))) live.push(outcome)
      else unanswered.push({ county, reason: 'FAULT' })
    }
  }

  const consequences: Consequence[] = []
  const listings: StandingListing[] = []
  for (const listing of reported) {
    const following = measuresFor(listing)
      .map((measure) => ({ measure, until: endOf(measure, listing), listing }))
      .filter(({ until }) => until === null || today < until)
    consequences.push(...following)
    if (listing.relation === 'LISTED_SUBJECT' || following.length > 0) listings.push(listing)
  }
  const complete = targets.length > 0 && unanswered.length === 0
  return { verdict: verdictOf(consequences, listings, complete), complete, consequences, listings, live, unanswered }
}

function verdictOf(consequences: Consequence[], listings: StandingListing[], complete: boolean): CreditVerdict {
  // A statutory bar stands whatever the others would say.
  if (consequences.some((consequence) => consequence.measure.effect === 'BAR')) return 'BARRED'
  if (!complete) return 'INCONCLUSIVE'
  return listings.length > 0 ? 'CONSIDER' : 'CLEAR'
}

function endOf(measure: Measure, listing: StandingListing): string | null {
  return measure.application === 'IMPOSED' ? (listing.restrictionUntil ?? listing.effectUntil) : listing.effectUntil
}
