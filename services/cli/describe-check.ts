import type { CreditCheckAnswer } from './credit-check-answer.ts'
import { localTime } from './local-time.ts'
import { textTable } from './text-table.ts'

const reasons: Record<string, string> = {
  TIMEOUT: '超时 no answer in time',
  UNREACHABLE: '无法连接 cannot be reached',
  REFUSED: '拒绝 refused',
  FAULT: '应答有误 answered with something invalid',
  STALE: '数据过期 its data are too old',
}

const sources = { LIVE: '实时答复 answered live', INDEX: '索引未列 not on its digest' }

/** A credit check for people: verdict, consequences, listings, and county by county who answered. */
export function describeCheck(answer: CreditCheckAnswer): string {
  const { coverage, consequences, listings } = answer
  const total = coverage.answered.length + coverage.unanswered.length
  let text = textTable([
    ['申请人 Applicant', answer.subject],
    ['事项 Matter', `${answer.matterLabel} ${answer.matter}`],
    ['时间 Time', localTime(answer.checkedAt)],
    ['结论 Verdict', `${answer.verdict} ${answer.verdictLabel}`],
  ])
  if (consequences.length > 0) {
    text += '\n后果 Consequences\n'
    for (const { measure, legalBasis, until, listing } of consequences) {
      const basis = legalBasis.map(({ law, article }) => `《${law}》${article}`).join('、')
      text += `  ${measure.label} (${measure.effect})${until === null ? '' : `，至 until ${until}`}\n`
      text += `    依据 basis: ${basis}\n    名单 listing: ${listing.id}\n`
    }
  }
  if (listings.length > 0) {
    text += '\n名单 Listings\n'
    text += textTable(
      listings.map(({ county, subject, documentNumber, categoryLabel, listedOn, effectUntil }) => [
        `${county.code} ${county.name}`,
        subject.name ?? subject.code,
        documentNumber,
        categoryLabel,
        `${listedOn ?? '?'} – ${effectUntil ?? '?'}`,
      ]),
      '  ',
    )
  }
  text += `\n各县答复 Counties: ${coverage.answered.length} of ${total} covered\n`
  text += textTable(
    [
      ...coverage.answered.map(({ county, asOf, listVersion, source }) => ({
        county,
        cells: [sources[source], `截至 as of ${localTime(asOf)}`, `名单版本 list version ${listVersion}`],
      })),
      ...coverage.unanswered.map(({ county, reason }) => ({
        county,
        cells: ['未答复 NO ANSWER', reasons[reason] ?? reason],
      })),
    ].map(({ county, cells }) => [`${county.code} ${county.name}`, ...cells]),
    '  ',
  )
  if (answer.verdict === 'INCONCLUSIVE') {
    text += '\n未能查清，不得据此作出决定。 Do not decide on this: ask again when every county answers.\n'
  }
  return text
}
