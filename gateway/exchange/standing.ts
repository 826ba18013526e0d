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

const standingsSchema = z.object({
  county: z.object({ code: z.string() }),
  asOf: z.iso.datetime({ offset: true }),
  listVersion: z.string().regex(/^\d{1,15}$/),
  standings: z.array(
    z.object({ subject: z.string(), matter: z.string(), listings: z.array(listingSchema).max(1_000) }),
  ),
})

/** One subject and the approval matter it applies for. */
export interface CreditQuestion {
  subject: string
  matter: string
}

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
 * Reads what a county answered to `creditStandings`, as one outcome for each question. Only an answer to exactly these
 * questions, in their order, counts: one element, of this county, of this minute, with listings of its own. Anything
 * else is a FAULT for all of them. STALE is one of another minute, and one from a list older than `floor`, the highest
 * version ever seen of this county.
 */
export function readStandings(
  county: string,
  questions: readonly CreditQuestion[],
  answer: unknown,
  now: Date,
  floor: number,
): readonly StandingOutcome[] {
  const given = nobodyListed(answer) ?? z.tuple([standingsSchema]).safeParse(answer).data?.[0]
  const out = (outage: OutageReason): StandingOutcome[] => questions.map(() => ({ county, outage }))
  if (
    given === undefined ||
    given.county.code !== county ||
    given.standings.length !== questions.length ||
    !given.standings.every(
      ({ subject, matter, listings }, index) =>
        subject === questions[index]?.subject &&
        matter === questions[index].matter &&
        listings.every(({ id }) => id.startsWith(`${county}:`)),
    )
  ) {
    return out('FAULT')
  }
  const asOf = new Date(given.asOf)
  const { listVersion } = given
  if (Math.abs(now.getTime() - asOf.getTime()) > staleAfterMs || Number(listVersion) < floor) return out('STALE')
  return given.standings.map(({ listings }) => ({ county, asOf, listVersion, listings }))
}

const isoDateTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/

/**
 * The answer of a county that lists none of the subjects, as nearly all are: read without the schema, which would cost
 * more than the rest of the check. Undefined for any other answer: the schema has the word on those.
 */
function nobodyListed(answer: unknown): z.infer<typeof standingsSchema> | undefined {
  if (!Array.isArray(answer) || answer.length !== 1) return undefined
  const given = answer[0] as Partial<z.infer<typeof standingsSchema>> | null | undefined
  const code = given?.county?.code
  const { asOf, listVersion, standings } = given ?? {}
  if (typeof code !== 'string' || typeof asOf !== 'string' || typeof listVersion !== 'string') return undefined
  if (!isoDateTime.test(asOf) || Number.isNaN(Date.parse(asOf)) || !/^\d{1,15}$/.test(listVersion)) return undefined
  if (!Array.isArray(standings)) return undefined
  for (const each of standings as (Partial<z.infer<typeof standingsSchema>['standings'][number]> | null)[]) {
    if (typeof each?.subject !== 'string' || typeof each.matter !== 'string') return undefined
    if (!Array.isArray(each.listings) || each.listings.length !== 0) return undefined
  }
  return { county: { code }, asOf, listVersion, standings }
}
