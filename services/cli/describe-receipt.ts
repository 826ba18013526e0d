import type { Snapshot } from '../platform/directory/snapshot.ts'
import { localTime } from './local-time.ts'
import { textTable } from './text-table.ts'
import type { Receipt } from './verify-receipt.ts'

const meanings: Record<Receipt['verdict'], string> = {
  CLEAR: 'every county of the exchange had answered, and none listed the applicant',
  CONSIDER: 'every county had answered, and the listings below had effect: an important consideration, no bar',
  BARRED: 'a statutory bar for this matter was in force',
  INCONCLUSIVE: 'some county had not answered, so that nothing was cleared',
}

/** What a verified receipt proves, and what it does not, in plain words; names from the directory snapshot. */
export function describeReceipt(receipt: Receipt, snapshot: Snapshot): string {
  const nameOf = (code: string): string =>
    `${code} ${snapshot.counties.find((county) => county.code === code)?.name ?? ''}`.trim()
  const agency = snapshot.agencies.find(({ id }) => id === receipt.agency)
  const matter = snapshot.matters.find(({ code }) => code === receipt.question.matter)
  const { answered, unanswered } = receipt.coverage
  let text = `凭证真实有效。 The receipt is genuine: gateway ${receipt.iss} signed it, and nothing in it was changed.\n\n`
  text += 'It proves that\n'
  text += textTable(
    [
      ['at', `${localTime(receipt.iat * 1_000)} (Asia/Shanghai)`],
      ['agency', `${agency?.name ?? ''} ${receipt.agency}, ${nameOf(receipt.county)}`.trim()],
      ['asked about', receipt.question.subject],
      ['for', `${matter?.label ?? ''} ${receipt.question.matter}`.trim()],
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
  text += `\nCounties: ${answered.length} of ${answered.length + unanswered.length} had answered\n`
  text += textTable(
    [
      ...answered.map(({ county, asOf, listVersion }) => [
        nameOf(county),
        'answered',
        `as of ${localTime(asOf)}`,
        `list version ${listVersion ?? '-'}`,
      ]),
      ...unanswered.map(({ county, reason }) => [nameOf(county), 'NO ANSWER', reason]),
    ],
    '  ',
  )
  text += `\nJudged with directory serial ${receipt.directory.serial}, measure catalogue ${receipt.directory.measuresVersion}.\n`
  text += 'It does not prove that the counties’ records were right, nor anything about a later moment.\n'
  return text
}
