import type { VouchingCounty } from '../hit-index/contract.ts'
import type { CreditCheckResult } from './credit-check.ts'
import type { StandingListing } from './standing.ts'
import type { CreditVerdict } from './verdict.ts'

const verdictLabels: Record<CreditVerdict, string> = {
  CLEAR: '未列入严重违法失信名单',
  CONSIDER: '已列入名单,应作为重要考量因素',
  BARRED: '存在法定限制,不得准予',
  INCONCLUSIVE: '未能查清,有县区未应答,不得据此作出决定',
}

interface PresentedAnswer {
  county: { code: string }
  asOf: Date
  listVersion: string
  source: 'LIVE' | 'INDEX'
}

/** What the index vouches for, shaped once for all checks that rest on it. */
const presentedVouched = new WeakMap<readonly VouchingCounty[], readonly PresentedAnswer[]>()

/** A result as GraphQL's `CreditCheck`. */
export function presentCheck({ question, checkedAt, plan, judgement, receipt }: CreditCheckResult): object {
  return {
    ...question,
    checkedAt,
    verdict: judgement.verdict,
    verdictLabel: verdictLabels[judgement.verdict],
    consequences: judgement.consequences.map(({ measure, until, listing }) => ({
      measure,
      legalBasis: measure.legalBasis,
      until,
      listing: presentListing(listing),
    })),
    listings: judgement.listings.map(presentListing),
    coverage: {
      complete: judgement.complete,
      statement: plan.state?.hash ?? null,
      answered: answered(plan, judgement),
      unanswered: judgement.unanswered.map(({ county, reason }) => ({ county: { code: county }, reason })),
    },
    receipt,
  }
}

/** Those of the index, then the live ones, each in the order of the directory. The same array for every check that asked nobody, while the index stays as it is. */
function answered(
  { vouched, ask }: CreditCheckResult['plan'],
  { live }: CreditCheckResult['judgement'],
): readonly PresentedAnswer[] {
  let shared = presentedVouched.get(vouched)
  if (shared === undefined) {
    const answers = vouched.map(({ county, asOf, listVersion }): PresentedAnswer => ({
      county: { code: county },
      asOf,
      listVersion,
      source: 'INDEX',
    }))
    // Frozen, so that the gateway may write it once for all answers.
    shared = Object.freeze(answers)
    presentedVouched.set(vouched, shared)
  }
  if (ask.length === 0) return shared
  const asked = new Set(ask)
  const fromIndex = shared.filter(({ county }) => !asked.has(county.code))
  const fresh = live.map(({ county, asOf, listVersion }): PresentedAnswer => ({
    county: { code: county },
    asOf,
    listVersion,
    source: 'LIVE',
  }))
  return fromIndex.length === 0 ? fresh : [...fromIndex, ...fresh]
}

/** What the county said of a listing in its answer, so that showing it needs no second request. */
function presentListing({ subjectCode: code, subjectName: name, ...listing }: StandingListing): object {
  return { ...listing, county: { code: listing.id.slice(0, 6) }, subject: { code, name } }
}
