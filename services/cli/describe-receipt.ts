import type { Snapshot } from '../platform/directory/snapshot.ts'
import { localTime } from './local-time.ts'
import type { ProvenCoverage } from './receipt-coverage.ts'
import { textTable } from './text-table.ts'
import type { Receipt } from './verify-receipt.ts'

const meanings: Record<Receipt['verdict'], string> = {
  CLEAR: 'every county of the exchange was covered, and none listed the applicant',
  CONSIDER: 'every county was covered, and the listings below had effect: an important consideration, no bar',
  BARRED: 'a statutory bar for this matter was in force',
  INCONCLUSIVE: 'some county had not answered, so that nothing was cleared',
}

const completeness: Record<ProvenCoverage['completeness'], (receipt: Receipt) => string> = {
  PROVEN: ({ directory }) => `Nobody is left out: these are all the counties of directory serial ${directory.serial}.`,
  STATEMENT_MISSING: () =>
    'A statement that it names is not at hand, so that not every county is shown: get it with liandong receipt export.',
  OTHER_DIRECTORY: ({ directory }) =>
    `Whether these are all counties cannot be said: that needs the directory of serial ${directory.serial}.`,
}

/** What a verified receipt proves, and what it does not, in plain words; names from the directory snapshot. */
export function describeReceipt(receipt: Receipt, coverage: ProvenCoverage, snapshot: Snapshot): string {
  const nameOf = (code: string): string =>
    `${code} ${snapshot.counties.find((county) => county.code === code)?.name ?? ''}`.trim()
  const { maxStaleness } = receipt.question
  const agency = snapshot.agencies.find(({ id }) => id === receipt.agency)
  const matter = snapshot.matters.find(({ code }) => code === receipt.question.matter)
  const { answered, unanswered, missing } = coverage
  const total = answered.length + unanswered.length + missing.reduce((sum, { counties }) => sum + counties, 0)
  let text = `凭证真实有效。 The receipt is genuine: gateway ${receipt.iss} signed it, and nothing in it was changed.\n\n`
  text += 'It proves that\n'
  text += textTable(
    [
      ['at', `${localTime(receipt.iat * 1_000)} (Asia/Shanghai)`],
      ['agency', `${agency?.name ?? ''} ${receipt.agency}, ${nameOf(receipt.county)}`.trim()],
      ['asked about', receipt.question.subject],
      ['for', `${matter?.label ?? ''} ${receipt.question.matter}`.trim()],
      ...(maxStaleness === undefined
        ? []
        : [['not older than', `${maxStaleness} when the counties' digests were looked at`]]),
      ...(receipt.purpose ? [['purpose', `${receipt.purpose.kind} ${receipt.purpose.number}`.trim()]] : []),
      ['transaction', receipt.transaction],
      ['verdict', `${receipt.verdict}: ${meanings[receipt.verdict]}`],
    ],
    '  ',
  )
  if (receipt.consequences.length > 0) {
    text += '\nand that this followed\n'
    for (const { measure, legalBasis, until, listing } of receipt.consequences) {
      const label = snapshot.measures.find(({ code }) => code === measure)?.label ?? ''
      const basis = legalBasis.map(({ law, article }) => `《${law}》${article}`).join('、')
      text += `  ${`${measure} ${label}`.trim()}${until ? `, until ${until}` : ''}\n    ${basis}\n    ${listing}\n`
    }
  }
  text += `\nCounties: ${answered.length} of ${total} shown as covered\n`
  text += textTable(
    [
      ...answered.map(({ county, source, asOf, listVersion }) => [
        nameOf(county),
        source === 'LIVE' ? '实时 answered live' : '索引 not on its digest',
        `as of ${localTime(asOf)}`,
        `list version ${listVersion}`,
      ]),
      ...unanswered.map(({ county, reason }) => [nameOf(county), 'NO ANSWER', reason]),
    ],
    '  ',
  )
  for (const { statement, counties } of missing) text += `  ${counties} counties by the statement ${statement}\n`
  text += `${completeness[coverage.completeness](receipt)}\n`
  text += `\nJudged with directory serial ${receipt.directory.serial}, measure catalogue ${receipt.directory.measuresVersion}.\n`
  text += 'It does not prove that the counties’ records were right, nor anything about a later moment.\n'
  return text
}
