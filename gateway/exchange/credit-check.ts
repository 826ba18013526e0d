import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../../services/platform/clock.ts'
import type { Directory } from '../../services/platform/directory/directory.ts'
import { measuresOf, shanghaiDay } from '../../services/platform/directory/snapshot-lookups.ts'
import { ExchangeError, badInput } from '../../services/platform/errors.ts'
import type { RequestContext } from '../../services/platform/viewer.ts'
import type { HitIndex } from '../hit-index/contract.ts'
import { askStandings } from './ask-standings.ts'
import type { CountyQuestions } from './county-questions.ts'
import { type CoveragePlan, planCoverage } from './coverage-plan.ts'
import { durationMs } from './duration.ts'
import { type SigningKey, receiptCoverage, signReceipt } from './receipt.ts'
import type { CreditQuestion } from './standing.ts'
import type { StatementStore } from './statement-store.ts'
import { type CreditVerdict, type Judgement, judge } from './verdict.ts'

/** What a credit check needs. */
export interface CreditCheckDeps {
  directory: Directory
  counties: CountyQuestions
  hitIndex: Pick<HitIndex, 'look' | 'floor'>
  /** Keeps the coverage statements that receipts name. */
  statements: Pick<StatementStore, 'keep'>
  clock: Clock
  gatewayId: string
  signer: SigningKey
  /** Told of each verdict, for figures. */
  onVerdict?(verdict: CreditVerdict): void
}

/** The result of a credit check, before it is shaped as GraphQL. */
export interface CreditCheckResult {
  question: CreditQuestion & { matterLabel: string }
  checkedAt: Date
  plan: CoveragePlan
  judgement: Judgement
  receipt: string
}

/** The most questions of one batch. */
export const mostInputs = 500

/** Receipts signed before others get their turn. */
const signedInOneTurn = 50

/**
 * 信用核查. Looks the applicant up in the hit index, asks the counties live that it does not vouch for or where the
 * applicant may be listed, and judges. `maxStaleness` (ISO 8601 duration) is the oldest statement of the index that will
 * do; `PT0S` has every county asked. BAD_USER_INPUT for a matter the directory does not list and for a bad duration;
 * JOURNAL_UNAVAILABLE when what the receipt rests on cannot be kept.
 */
export async function checkCredit(
  deps: CreditCheckDeps,
  { subject, matter, maxStaleness }: CreditQuestion & { maxStaleness?: string | null | undefined },
  context: RequestContext,
): Promise<CreditCheckResult> {
  const matterLabel = labelOf(deps.directory, matter, 'matter', '')
  const [result] = await check(deps, [{ subject, matter, matterLabel }], maxStaleness ?? undefined, context)
  if (result === undefined) throw new ExchangeError('INTERNAL', 'The check has no result.')
  deps.onVerdict?.(result.judgement.verdict)
  return result
}

/**
 * 批量信用核查: the result of each input, in their order. Inputs that ask the same are judged once and share one result
 * with one receipt. Each county is asked once for all inputs that concern it. BAD_USER_INPUT as {@link checkCredit}, and
 * for more than 500 inputs; then nothing is asked.
 */
export async function checkCredits(
  deps: CreditCheckDeps,
  { inputs, maxStaleness }: { inputs: readonly CreditQuestion[]; maxStaleness?: string | null | undefined },
  context: RequestContext,
): Promise<CreditCheckResult[]> {
  if (inputs.length > mostInputs) {
    throw badInput(
      `creditChecks takes at most ${mostInputs} inputs, not ${inputs.length}: send them in several requests.`,
      'inputs',
    )
  }
  const distinct = new Map<string, CreditCheckResult['question']>()
  const keys = inputs.map(({ subject, matter }, index) => {
    const key = `${subject} ${matter}`
    if (!distinct.has(key)) {
      const matterLabel = labelOf(deps.directory, matter, `inputs[${index}].matter`, `Input ${index + 1}: `)
      distinct.set(key, { subject, matter, matterLabel })
    }
    return key
  })
  if (inputs.length === 0) return []
  const results = await check(deps, [...distinct.values()], maxStaleness ?? undefined, context)
  const byKey = new Map([...distinct.keys()].map((key, index) => [key, results[index]]))
  const answers = keys.flatMap((key) => byKey.get(key) ?? [])
  for (const { judgement } of answers) deps.onVerdict?.(judgement.verdict)
  return answers
}

async function check(
  deps: CreditCheckDeps,
  questions: readonly CreditCheckResult['question'][],
  maxStaleness: string | undefined,
  context: RequestContext,
): Promise<CreditCheckResult[]> {
  const { directory, counties, hitIndex, clock } = deps
  const maxStalenessMs = maxStaleness === undefined ? undefined : durationMs(maxStaleness)
  // Taken now, so that the verdict rests on the directory that its receipt names.
  const snapshot = directory.snapshot()
  const targets = counties.targets()
  if (targets.length === 0) {
    throw new ExchangeError('DIRECTORY_UNAVAILABLE', 'The directory names no county, so there is nobody to ask.')
  }
  const asker = context.viewer.county
  const purpose = context.transaction.purpose?.kind ?? 'APPROVAL'
  const askedAt = clock.now().getTime()
  const planned = questions.map((question) => {
    // Who demands live answers gets them, whatever the index is like.
    const answer =
      maxStalenessMs === 0
        ? { state: undefined, ask: targets }
        : hitIndex.look({ subject: question.subject, asker, purpose, targets, maxStalenessMs })
    const oldest = maxStalenessMs === undefined ? undefined : askedAt - maxStalenessMs
    return { question, plan: planCoverage(targets, answer, oldest) }
  })
  const outcomes = await askStandings(
    { counties, floor: (county) => hitIndex.floor(county), now: () => clock.now() },
    planned.map(({ question: { subject, matter }, plan }) => ({ question: { subject, matter }, ask: plan.ask })),
    context,
  )
  const checkedAt = clock.now()
  const today = shanghaiDay(checkedAt)
  const judged = planned.map(({ question, plan }, index) => {
    const judgement = judge(
      plan,
      outcomes[index] ?? [],
      ({ category, relation, imposedMeasures: imposed }) =>
        measuresOf(snapshot, { matter: question.matter, category, relation, imposed, on: checkedAt }),
      today,
      (code) => snapshot.measures.some((measure) => measure.code === code),
    )
    return { question, plan, judgement, ...receiptCoverage(plan, judgement) }
  })
  await deps.statements.keep(judged.flatMap(({ statements }) => statements))
  const about = {
    gateway: deps.gatewayId,
    at: checkedAt,
    transaction: context.transaction.id,
    agency: context.viewer.agency,
    county: asker,
    purpose: context.transaction.purpose,
    directory: { serial: snapshot.serial, measuresVersion: snapshot.measuresVersion },
  }
  const results: CreditCheckResult[] = []
  for (const { question, plan, judgement, coverage } of judged) {
    if (results.length > 0 && results.length % signedInOneTurn === 0) await nextTurn()
    const { subject, matter } = question
    const asked = { subject, matter, ...(maxStaleness !== undefined && { maxStaleness }) }
    const receipt = signReceipt({ ...about, question: asked }, judgement, coverage, deps.signer)
    results.push({ question, checkedAt, plan, judgement, receipt })
  }
  return results
}

function labelOf(directory: Directory, code: string, argument: string, position: string): string {
  const matter = directory.matter(code)
  if (matter) return matter.label
  const known = directory
    .snapshot()
    .matters.map((each) => each.code)
    .join(', ')
  throw badInput(
    `${position}"${code.slice(0, 64)}" is no approval matter of the directory. Known are: ${known}.`,
    argument,
  )
}
