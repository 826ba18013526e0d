import { caseId, casesPerCounty } from '../world/cases.ts'

/** What a good answer holds. */
export type Expectation =
  /** Ours with every county: `source` INDEX or LIVE for all of them. */
  | { kind: 'CHECK'; counties: string[]; source: 'INDEX' | 'LIVE'; listedAt?: string[] }
  /** Ours with the small selection. */
  | { kind: 'VERDICT' }
  /** The peers': a standing of every county. */
  | { kind: 'STANDINGS'; counties: string[]; listedAt?: string[] }
  /** Our page of cases. */
  | { kind: 'CASES'; counties: string[] }
  /** The peers' cases. */
  | { kind: 'PEER_CASES'; counties: string[] }

interface Answer {
  data?: Record<string, unknown> | null
  errors?: { message: string }[]
}

/** What is wrong with an answer to a question about this subject, or undefined. */
export function faultOf(text: string, expected: Expectation, subject: string): string | undefined {
  let answer: Answer
  try {
    answer = JSON.parse(text) as Answer
  } catch {
    return `no JSON: ${text.slice(0, 100)}`
  }
  if (answer.errors?.length) return `error: ${answer.errors[0]?.message.slice(0, 200)}`
  if (!answer.data) return 'no data'
  try {
    return check(answer.data, expected, subject)
  } catch (error) {
    return `unexpected shape: ${error instanceof Error ? error.message : String(error)}`
  }
}

function check(data: Record<string, unknown>, expected: Expectation, subject: string): string | undefined {
  switch (expected.kind) {
    case 'CHECK':
      return checkFault(data['creditCheck'] as CreditCheck, expected)
    case 'VERDICT': {
      const { verdict, receipt, coverage } = data['creditCheck'] as CreditCheck
      if (verdict !== 'CLEAR') return `verdict ${verdict}`
      if (!coverage.complete || coverage.unanswered.length > 0) return 'coverage is not complete'
      return receipt.split('.').length === 3 ? undefined : 'no receipt'
    }
    case 'STANDINGS':
      return standingsFault(data, expected)
    case 'CASES':
      return casesFault(
        (data['enforcementCases'] as { nodes: Case[] }).nodes,
        wantedCases(expected, subject),
        (link) => ('case' in link.target ? link.target.case : undefined),
      )
    case 'PEER_CASES': {
      const cases = expected.counties.flatMap((code) => data[`c${code}`] as Case[])
      return casesFault(cases, wantedCases(expected, subject), (link) => link.target as LinkedCase)
    }
    default:
      return 'nothing is expected'
  }
}

interface CreditCheck {
  verdict: string
  receipt: string
  listings: { county: { code: string } }[]
  coverage: {
    complete: boolean
    answered: { county: { code: string }; asOf: string; listVersion: string; source: string }[]
    unanswered: unknown[]
  }
}

function checkFault(
  { verdict, receipt, coverage, listings }: CreditCheck,
  { counties, source, listedAt = [] }: Extract<Expectation, { kind: 'CHECK' }>,
): string | undefined {
  const wanted = listedAt.length > 0 ? 'CONSIDER' : 'CLEAR'
  if (verdict !== wanted) return `verdict ${verdict}`
  if (!coverage.complete || coverage.unanswered.length > 0) return 'coverage is not complete'
  const answered = coverage.answered.map(({ county }) => county.code)
  if (!sameSet(answered, counties)) return `answered: ${answered.length} of ${counties.length} counties`
  const bad = coverage.answered.find((county) => {
    const live = source === 'LIVE' || listedAt.includes(county.county.code)
    return county.source !== (live ? 'LIVE' : 'INDEX') || !county.asOf || !/^\d+$/.test(county.listVersion)
  })
  if (bad) return `answered: ${JSON.stringify(bad)}`
  const found = listings.map(({ county }) => county.code)
  if (!sameSet(found, listedAt)) return `listings of ${found.join()}`
  return receipt.split('.').length === 3 ? undefined : 'no receipt'
}

interface Standings {
  asOf: string
  listVersion: string
  standings: { listings: unknown[] }[]
}

function standingsFault(
  data: Record<string, unknown>,
  { counties, listedAt = [] }: Extract<Expectation, { kind: 'STANDINGS' }>,
): string | undefined {
  for (const code of counties) {
    const [given] = data[`c${code}`] as [Standings]
    if (!given.asOf || !/^\d+$/.test(given.listVersion)) return `no standing of ${code}`
    const found = given.standings[0]?.listings.length
    if (found !== (listedAt.includes(code) ? 1 : 0)) return `${found} listings of ${code}`
  }
  return undefined
}

interface LinkedCase {
  id: string
  number: string
  title: string
  stage: string
}
interface Link {
  target: LinkedCase | { id: string; case: LinkedCase }
}
interface Case extends LinkedCase {
  registeredAt: string
  links: Link[]
}

function wantedCases({ counties }: { counties: string[] }, subject: string): string[] {
  return counties.flatMap((code) =>
    Array.from({ length: casesPerCounty }, (_, number) => caseId(code, subject, number)),
  )
}

function casesFault(
  cases: readonly Case[],
  wanted: readonly string[],
  linked: (link: Link) => LinkedCase | undefined,
): string | undefined {
  const ids = cases.map(({ id }) => id)
  if (!sameSet(ids, wanted)) return `${ids.length} cases of ${wanted.length}`
  const targets = cases.flatMap(({ links }) => links.map(linked))
  const missing = targets.filter((target) => !target?.number || !target.title || target.stage !== 'INVESTIGATION')
  if (missing.length > 0) return `${missing.length} linked cases are missing`
  const eachTwice = [...wanted, ...wanted]
  return sameSet(
    targets.map((target) => target?.id ?? ''),
    eachTwice,
  )
    ? undefined
    : `${targets.length} linked cases of ${eachTwice.length}`
}

function sameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.toSorted().join() === b.toSorted().join()
}
