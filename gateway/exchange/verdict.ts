import type { Measure } from '../../services/platform/directory/snapshot.ts'
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

/** Everything a verdict rests on. */
export interface Judgement {
  verdict: CreditVerdict
  consequences: Consequence[]
  /** The applicant's own listings, and those of others that have a consequence for it. */
  listings: StandingListing[]
  answered: CountyStanding[]
  unanswered: { county: string; reason: OutageReason }[]
}

/**
 * Judges what the counties answered. `targets` are the counties of the directory that must be covered; one that is
 * missing from `outcomes` counts as not answered, so CLEAR needs every one of them. `measuresFor` gives the rows of the
 * measure catalogue that follow from a listing for the matter; those whose term has run out on `today` (Asia/Shanghai,
 * `YYYY-MM-DD`) are left out. `isKnown` says whether the catalogue has a measure: a listing that imposes one it does not
 * have may be a bar, so its county counts as unanswered (FAULT), whatever else the listing shows.
 */
export function judge(
  targets: readonly string[],
  outcomes: readonly StandingOutcome[],
  measuresFor: (listing: StandingListing) => readonly Measure[],
  today: string,
  isKnown: (measure: string) => boolean,
): Judgement {
  const byCounty = new Map(outcomes.map((outcome) => [outcome.county, outcome]))
  const answered: CountyStanding[] = []
  const unanswered: { county: string; reason: OutageReason }[] = []
  const reported: StandingListing[] = []
  for (const county of targets) {
    const outcome = byCounty.get(county)
    if (outcome === undefined) unanswered.push({ county, reason: 'FAULT' })
    else if ('outage' in outcome) unanswered.push({ county, reason: outcome.outage })
    else {
      reported.push(...outcome.listings)
      if (outcome.listings.every(({ imposedMeasures }) => imposedMeasures.every(isKnown))) answered.push(outcome)
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
  return {
    verdict: verdictOf(consequences, listings, answered.length > 0 && unanswered.length === 0),
    consequences,
    listings,
    answered,
    unanswered,
  }
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
