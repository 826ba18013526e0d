import { z } from 'zod'
import { listingCategories } from '../../services/platform/directory/snapshot.ts'

/** A listing as a county reports it for one question. */
const listingSchema = z.object({
  id: z.string().min(8),
  documentNumber: z.string(),
  subjectCode: z.string(),
  subjectName: z.string(),
  category: z.enum(listingCategories),
  categoryLabel: z.string(),
  state: z.string(),
  stateLabel: z.string(),
  facts: z.string(),
  basis: z.string(),
  organ: z.string(),
  listedOn: z.iso.date().nullable(),
  /** Whether the applicant is listed itself, or is the legal representative of a listed subject. */
  relation: z.enum(['LISTED_SUBJECT', 'LEGAL_REPRESENTATIVE']),
  /** First day without effect; null when the decision sets none. */
  effectUntil: z.iso.date().nullable(),
  imposedMeasures: z.array(z.string()),
  restrictionUntil: z.iso.date().nullable(),
})

const standingSchema = z.object({
  county: z.object({ code: z.string() }),
  subject: z.string(),
  matter: z.string(),
  asOf: z.iso.datetime({ offset: true }),
  listVersion: z.string(),
  listings: z.array(listingSchema).max(1_000),
})

/** A listing that has effect, as its county reports it. */
export type StandingListing = z.infer<typeof listingSchema>

/** Why a county's answer is missing. */
export type OutageReason = 'TIMEOUT' | 'UNREACHABLE' | 'REFUSED' | 'FAULT' | 'STALE'

/** One county's answer to one question. */
export interface CountyStanding {
  county: string
  /** When the county read its list. */
  asOf: Date
  listVersion: string
  listings: StandingListing[]
}

/** What became of one county's part. */
export type StandingOutcome = CountyStanding | { county: string; outage: OutageReason }

/** An answer read by the county's clock further from ours than this is stale, or its clock cannot be trusted. */
export const staleAfterMs = 60_000

/**
 * Reads what a county answered to `creditStanding`. Only an answer to this very question counts: one element, of this
 * county, about this subject and matter, of this minute, with listings of its own. Anything else is a FAULT, or STALE.
 */
export function readStanding(
  county: string,
  question: { subject: string; matter: string },
  answer: unknown,
  now: Date,
): StandingOutcome {
  const parsed = z.array(standingSchema).length(1).safeParse(answer)
  const [standing] = parsed.success ? parsed.data : []
  if (
    standing === undefined ||
    standing.county.code !== county ||
    standing.subject !== question.subject ||
    standing.matter !== question.matter ||
    standing.listings.some((listing) => !listing.id.startsWith(`${county}:`))
  ) {
    return { county, outage: 'FAULT' }
  }
  const asOf = new Date(standing.asOf)
  if (Math.abs(now.getTime() - asOf.getTime()) > staleAfterMs) return { county, outage: 'STALE' }
  return { county, asOf, listVersion: standing.listVersion, listings: standing.listings }
}
