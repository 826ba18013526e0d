import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { fixedDirectory } from '../../services/platform/directory/directory.ts'
import { sampleSnapshot } from '../../services/platform/directory/sample-snapshot.ts'
import { indexStatement } from '../../services/platform/hit-index/coverage-statement.ts'
import type { CoverageStatement } from '../../services/platform/hit-index/coverage-statement.ts'
import type { PurposeKind, RequestContext } from '../../services/platform/viewer.ts'
import type { CoverageState, HitIndex, IndexQuestion } from '../hit-index/contract.ts'
import type { CountyQuestions, CountyReply } from './county-questions.ts'
import type { CreditCheckDeps } from './credit-check.ts'
import type { CreditQuestion } from './standing.ts'

/** The moment at which the sample check is made. */
export const sampleNow = new Date('2026-03-01T08:00:00.000Z')

/** A county's answer to some questions: what it lists by subject, its version, its clock. */
export function standingsReply(
  county: string,
  questions: readonly CreditQuestion[],
  listed: ReadonlyMap<string, object[]> = new Map(),
  over: { asOf?: Date; listVersion?: string } = {},
): CountyReply {
  const standings = questions.map((question) => ({ ...question, listings: listed.get(question.subject) ?? [] }))
  const { asOf = sampleNow, listVersion = '9' } = over
  const element = { county: { code: county }, asOf: asOf.toISOString(), listVersion, standings }
  return { data: { creditStandings: [element] } }
}

/** A listing as a county reports it. */
export function sampleListing(county: string, subject: string): Record<string, unknown> {
  return {
    id: `${county}:listing:1`,
    relation: 'LISTED_SUBJECT',
    documentNumber: '示例列字〔2026〕1号',
    subjectCode: subject,
    subjectName: '虚构示例食品有限公司',
    category: 'FOOD_SAFETY',
    categoryLabel: '食品安全领域',
    state: 'PUBLISHED',
    stateLabel: '已公示',
    facts: '示例事由',
    basis: '第五条',
    organ: '示例县市场监督管理局',
    listedOn: '2026-01-01',
    effectUntil: '2029-01-01',
    imposedMeasures: [],
    restrictionUntil: null,
  }
}

/** A coverage state of these counties, each read so many milliseconds before {@link sampleNow}. */
export function sampleState(counties: readonly string[], ageMs = 20_000): CoverageState {
  const asOf = new Date(sampleNow.getTime() - ageMs)
  const vouching = counties.map((county) => ({ county, listVersion: '9', asOf }))
  return { counties: vouching, ...indexStatement(vouching) }
}

/** A check over fakes that note what they were asked. */
export interface SampleCheck {
  deps: CreditCheckDeps
  /** Requests to counties, in order. */
  asked: { counties: readonly string[]; questions: readonly CreditQuestion[] }[]
  looked: IndexQuestion[]
  kept: CoverageStatement[]
}

/** Makes a check over `targets`; `look` and `reply` say what index and counties answer. */
export function sampleCheck(options: {
  targets: readonly string[]
  look?: HitIndex['look']
  floor?: HitIndex['floor']
  reply?: (county: string, questions: readonly CreditQuestion[]) => CountyReply
  keep?: (statements: readonly CoverageStatement[]) => Promise<void>
  alg?: 'EdDSA' | 'ES256'
}): SampleCheck {
  const clock = { now: () => sampleNow, uuid: () => '00000000-0000-4000-8000-000000000000' }
  const sample: Omit<SampleCheck, 'deps'> = { asked: [], looked: [], kept: [] }
  const counties: CountyQuestions = {
    targets: () => options.targets,
    ask: ({ variables, counties: codes = options.targets }) => {
      const questions = variables['questions'] as CreditQuestion[]
      sample.asked.push({ counties: codes, questions })
      const reply = options.reply ?? ((county) => standingsReply(county, questions))
      return Promise.resolve(new Map(codes.map((county) => [county, reply(county, questions)])))
    },
    execute: () => Promise.reject(new Error('not asked here')),
  }
  const alg = options.alg ?? 'EdDSA'
  const pair = alg === 'EdDSA' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const deps: CreditCheckDeps = {
    directory: fixedDirectory(sampleSnapshot(), clock),
    counties,
    hitIndex: {
      look: (question) => {
        sample.looked.push(question)
        return options.look?.(question) ?? { state: undefined, ask: question.targets }
      },
      floor: options.floor ?? (() => 0),
    },
    statements: {
      keep: async (statements) => {
        await options.keep?.(statements)
        sample.kept.push(...statements)
      },
    },
    clock,
    gatewayId: 'gateway-1',
    signer: { key: createPrivateKey(pair.privateKey.export({ type: 'pkcs8', format: 'pem' })), kid: 'key-1', alg },
  }
  return { deps, ...sample }
}

/** The context of a request by an agency of 411528. */
export function sampleContext(purpose?: PurposeKind): RequestContext {
  return {
    viewer: { agency: 'xixian-approval', county: '411528', scopes: new Set(['credit:check']) },
    transaction: {
      id: '3d1c5b1e-0000-4000-8000-000000000001',
      deadline: sampleNow.getTime() + 2_000,
      ...(purpose && { purpose: { kind: purpose, number: '1' } }),
    },
    signal: new AbortController().signal,
    shown: new Set(),
  }
}

/** The contents of a receipt, unverified. */
export function receiptPayload(receipt: string): {
  verdict: string
  question: Record<string, unknown>
  coverage: {
    complete: boolean
    index: { statement: string; counties: number } | null
    asked?: { statement: string; live: number; unanswered: number }
    live: { county: string }[]
    unanswered: { county: string; reason: string }[]
  }
} {
  return JSON.parse(Buffer.from(receipt.split('.')[1] ?? '', 'base64url').toString()) as never
}
