import type { z } from 'zod'
import { askedStatementSchema, indexStatementSchema, statementHash } from '../platform/hit-index/coverage-statement.ts'
import type { Snapshot } from '../platform/directory/snapshot.ts'
import { type Receipt, ReceiptRefused } from './verify-receipt.ts'

/** What a receipt's verdict rests on, county by county. */
export interface ProvenCoverage {
  answered: { county: string; source: 'LIVE' | 'INDEX'; asOf: string; listVersion: string }[]
  unanswered: { county: string; reason: string }[]
  /** Hashes of statements that are not at hand, with the number of counties that each is about. */
  missing: { statement: string; counties: number }[]
  /** PROVEN: each county of the directory is covered, or named as unanswered. Else why that cannot be said. */
  completeness: 'PROVEN' | 'STATEMENT_MISSING' | 'OTHER_DIRECTORY'
}

/** Hashes of the coverage statements that a receipt names. */
export function namedStatements({ coverage: { index, asked } }: Receipt): string[] {
  return [...(index ? [index.statement] : []), ...(asked ? [asked.statement] : [])]
}

/**
 * Reads what a verified receipt rests on, from the statements at hand, and checks it against the counties of the
 * directory. Throws {@link ReceiptRefused} when it contradicts itself, a statement of its, or the directory that it names.
 */
export function proveCoverage(receipt: Receipt, statements: readonly string[], snapshot: Snapshot): ProvenCoverage {
  const { complete, index, asked } = receipt.coverage
  const byHash = new Map(statements.map((text) => [statementHash(text), text]))
  const missing = [
    ...(index ? [index] : []),
    ...(asked ? [{ statement: asked.statement, counties: asked.live + asked.unanswered }] : []),
  ].filter(({ statement }) => !byHash.has(statement))
  const stated = index && parseStatement(indexStatementSchema, byHash.get(index.statement))
  const separate = asked && parseStatement(askedStatementSchema, byHash.get(asked.statement))
  const { live, unanswered } = separate ?? receipt.coverage
  // Without the statement about those asked live nobody can say for whom the index's statement stands.
  const vouched = asked && !separate ? [] : (stated ?? [])

  const overridden = new Set([...live, ...unanswered].map(({ county }) => county))
  const fromIndex = vouched.filter(({ county }) => !overridden.has(county))
  const answered = [
    ...fromIndex.map((answer) => ({ ...answer, source: 'INDEX' as const })),
    ...live.map((answer) => ({ ...answer, source: 'LIVE' as const })),
  ]
  if (separate && asked && (separate.live.length !== asked.live || separate.unanswered.length !== asked.unanswered)) {
    throw new ReceiptRefused('The statement about the counties asked live does not have the counties it should.')
  }
  if (complete && (unanswered.length > 0 || (asked?.unanswered ?? 0) > 0)) {
    throw new ReceiptRefused('It says that every county was covered, and names some that were not.')
  }
  if (!complete && (receipt.verdict === 'CLEAR' || receipt.verdict === 'CONSIDER')) {
    throw new ReceiptRefused(`It says ${receipt.verdict} although not every county was covered.`)
  }
  const coverage = { answered, unanswered: [...unanswered], missing }
  if (missing.length > 0) return { ...coverage, completeness: 'STATEMENT_MISSING' }
  if (snapshot.serial !== receipt.directory.serial) return { ...coverage, completeness: 'OTHER_DIRECTORY' }
  checkAgainst(snapshot, coverage, index?.counties ?? 0)
  return { ...coverage, completeness: 'PROVEN' }
}

/** Each county of the directory is in the coverage, and the index stands for as many as the receipt says. */
function checkAgainst(
  snapshot: Snapshot,
  { answered, unanswered }: Pick<ProvenCoverage, 'answered' | 'unanswered'>,
  indexed: number,
): void {
  const counties = snapshot.counties.filter(({ status }) => status !== 'LEFT').map(({ code }) => code)
  const named = new Map([...answered, ...unanswered].map((entry) => [entry.county, entry]))
  const forgotten = counties.filter((county) => !named.has(county))
  if (forgotten.length > 0) {
    throw new ReceiptRefused(`It says nothing of ${forgotten.join(', ')}, which the directory names.`)
  }
  const byIndex = counties.filter((county) => {
    const entry = named.get(county)
    return entry !== undefined && 'source' in entry && entry.source === 'INDEX'
  })
  if (byIndex.length !== indexed) {
    throw new ReceiptRefused(`The index stood for ${byIndex.length} counties, not for ${indexed} as it says.`)
  }
}

/** The contents of a statement whose hash the receipt names; undefined when it is not at hand. */
function parseStatement<T>(schema: z.ZodType<T>, text: string | undefined): T | undefined {
  if (text === undefined) return undefined
  try {
    return schema.parse(JSON.parse(text))
  } catch {
    throw new ReceiptRefused('A statement that it names by its hash is no coverage statement.')
  }
}
