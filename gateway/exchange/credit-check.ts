import type { Clock } from '../../services/platform/clock.ts'
import type { Directory } from '../../services/platform/directory/directory.ts'
import { shanghaiDay } from '../../services/platform/directory/snapshot-lookups.ts'
import { badInput } from '../../services/platform/errors.ts'
import type { RequestContext } from '../../services/platform/viewer.ts'
import type { CountyQuestions } from './county-questions.ts'
import { type SigningKey, signReceipt } from './receipt.ts'
import { type StandingOutcome, readStandings } from './standing.ts'
import { type CreditVerdict, type Judgement, judge } from './verdict.ts'

/** What a credit check needs. */
export interface CreditCheckDeps {
  directory: Directory
  counties: CountyQuestions
  clock: Clock
  gatewayId: string
  signer: SigningKey
  /** Told of each verdict, for figures. */
  onVerdict?(verdict: CreditVerdict): void
}

/** The result of a credit check, before it is shaped as GraphQL. */
export interface CreditCheckResult {
  question: { subject: string; matter: string; matterLabel: string }
  checkedAt: Date
  judgement: Judgement
  receipt: string
}

const standingDocument = /* GraphQL */ `
  query Standings($questions: [CreditQuestion!]!) {
    creditStandings(questions: $questions) {
      county {
        code
      }
      asOf
      listVersion
      standings {
        subject
        matter
        listings {
          id
          relation
          documentNumber
          subjectCode
          subjectName
          category
          categoryLabel
          state
          stateLabel
          facts
          basis
          organ
          listedOn
          effectUntil
          imposedMeasures
          restrictionUntil
        }
      }
    }
  }
`

/**
 * 信用核查. Asks every county of the directory and judges what they answered. BAD_USER_INPUT for a matter the directory
 * does not list.
 */
export async function checkCredit(
  deps: CreditCheckDeps,
  question: { subject: string; matter: string },
  context: RequestContext,
): Promise<CreditCheckResult> {
  const { directory, counties, clock } = deps
  const snapshot = directory.snapshot()
  const matter = directory.matter(question.matter)
  if (matter === undefined) {
    const known = snapshot.matters.map(({ code }) => code).join(', ')
    throw badInput(
      `"${question.matter.slice(0, 64)}" is no approval matter of the directory. Known are: ${known}.`,
      'matter',
    )
  }
  // Taken now, so that the verdict rests on the directory that its receipt names.
  const targets = counties.targets()
  const replies = await counties.ask({ document: standingDocument, variables: { questions: [question] }, context })
  const checkedAt = clock.now()
  const outcomes = [...replies].flatMap(([county, reply]): readonly StandingOutcome[] =>
    'outage' in reply
      ? [{ county, outage: reply.outage }]
      : readStandings(county, [question], reply.data['creditStandings'], checkedAt, 0),
  )
  const judgement = judge(
    targets,
    outcomes,
    (listing) =>
      directory.measuresFor({
        matter: question.matter,
        category: listing.category,
        relation: listing.relation,
        imposed: listing.imposedMeasures,
        on: checkedAt,
      }),
    shanghaiDay(checkedAt),
    (code) => snapshot.measures.some((measure) => measure.code === code),
  )
  deps.onVerdict?.(judgement.verdict)
  const receipt = await signReceipt(
    {
      gateway: deps.gatewayId,
      at: checkedAt,
      transaction: context.transaction.id,
      agency: context.viewer.agency,
      county: context.viewer.county,
      purpose: context.transaction.purpose,
      question,
      directory: { serial: snapshot.serial, measuresVersion: snapshot.measuresVersion },
    },
    judgement,
    deps.signer,
  )
  return { question: { ...question, matterLabel: matter.label }, checkedAt, judgement, receipt }
}
