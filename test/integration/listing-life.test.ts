import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadOperations } from '../../gateway/playground/playground.operations.ts'
import { samplePerson } from '../../services/county/sample-records.ts'
import { type TestCounties, shiftedClock, startCounties } from '../support/counties.ts'
import { type GatewayAnswer, type TestGateway, startGateway } from '../support/test-gateway.ts'
import { type Trust, agencyOf, allScopes, createTrust } from '../support/trust.ts'

const [A, B] = ['411528', '411729'] as const
const organisation = '91110000600037341L'
const person = samplePerson(7)
const day = 86_400_000
const documents = new Map(loadOperations().map(({ name, document }) => [name.slice(3), document]))

const clock = shiftedClock()
let trust: Trust
let counties: TestCounties
let gateway: TestGateway

beforeAll(async () => {
  trust = await createTrust([A, B])
  counties = await startCounties(trust, [A, B], { clock, changes: { expiresAt: '2099-01-01T00:00:00Z' } })
  gateway = await startGateway({ trust, snapshot: counties.snapshot, clock, env: { DEADLINE_MS: '20000' } })
})
afterAll(async () => {
  await gateway?.close()
  await counties?.close()
  await trust?.close()
})

/** Asks the gateway in the name of the county's agency. */
async function ask(
  county: string,
  query: string,
  variables: Record<string, unknown> = {},
  more: Record<string, string> = {},
): Promise<GatewayAnswer> {
  const now = Math.floor(clock.now().getTime() / 1_000)
  const token = await trust.token(agencyOf(county), allScopes, { iat: now, exp: now + 600 })
  return gateway.ask(token, query, variables, more)
}

/** The data of an answer without errors. */
async function get<Data>(county: string, query: string, variables: Record<string, unknown> = {}): Promise<Data> {
  const { body } = await ask(county, query, variables)
  expect(body.errors).toBeUndefined()
  return body.data as Data
}

function operation(name: string): string {
  const document = documents.get(name)
  if (document === undefined) throw new Error(`schema/operations has no ${name}.`)
  return document
}

const verdictOf = async (subject: string) => {
  const { creditCheck } = await get<{
    creditCheck: { verdict: string; consequences: { measure: { code: string } }[]; listings: { id: string }[] }
  }>(B, operation('credit-check'), { subject, matter: 'FOOD_BUSINESS_LICENCE' })
  return [creditCheck.verdict, ...creditCheck.consequences.map(({ measure }) => measure.code)]
}
const enter = async (serial: number, changes: Record<string, unknown> = {}) => {
  const input = {
    documentNumber: `示例列〔2026〕${serial}号`,
    subject: organisation,
    subjectName: '虚构示例有限公司',
    category: 'FOOD_SAFETY',
    facts: '示例事由',
    basis: '第五条',
    organ: '示例县市场监督管理局',
    heavyPenalty: 'HEAVY_FINE',
    penaltyDocument: '示例罚〔2026〕1号',
    ...changes,
  }
  const data = await get<{ enterListing: { id: string } }>(A, operation('enter-listing'), { input })
  return data.enterListing.id
}
const advance = (id: string, event: string, details: Record<string, unknown> = {}) =>
  get<{ advanceListing: { state: string } }>(A, operation('advance-listing'), { id, event, details })
const clear = ['CLEAR']
const consider = ['CONSIDER', 'IMPORTANT_CONSIDERATION']

describe('a listing through its life', () => {
  it('turns the check to CONSIDER from the decision on, and to CLEAR once it is removed early', async () => {
    const id = await enter(1)
    expect(await verdictOf(organisation)).toEqual(clear)
    await advance(id, 'NOTIFY')
    await advance(id, 'REQUEST_CONSENT')
    expect(await verdictOf(organisation)).toEqual(clear)
    await advance(id, 'LIST', { superiorConsent: '示例同意〔2026〕1号' })
    expect(await verdictOf(organisation)).toEqual(consider)
    await advance(id, 'PUBLISH')
    expect(await verdictOf(organisation)).toEqual(consider)
    const early = await ask(A, operation('advance-listing'), { id, event: 'APPLY_REPAIR' })
    expect(early.body.errors).toMatchObject([{ extensions: { code: 'TRANSITION_REFUSED' } }])
    clock.advance(366 * day)
    await advance(id, 'APPLY_REPAIR')
    await advance(id, 'ACCEPT_REPAIR')
    expect(await verdictOf(organisation)).toEqual(consider)
    const conditions = { obligationsFulfilled: true, harmRemoved: true, noNewPenalty: true }
    expect(await advance(id, 'REMOVE_EARLY', conditions)).toMatchObject({ advanceListing: { state: 'REMOVED_EARLY' } })
    expect(await verdictOf(organisation)).toEqual(clear)
  })

  it('bars its legal representative where the decision says so, until it is revoked', async () => {
    const id = await enter(2, { legalRepresentative: '虚构某', legalRepresentativeCode: person })
    await advance(id, 'NOTIFY')
    await advance(id, 'REQUEST_CONSENT')
    expect(await verdictOf(person)).toEqual(clear)
    const details = { superiorConsent: '示例同意〔2027〕2号', imposedMeasures: ['FOOD_FIVE_YEAR_BAR'] }
    await advance(id, 'LIST', details)
    expect(await verdictOf(person)).toEqual(['BARRED', 'FOOD_FIVE_YEAR_BAR'])
    expect(await verdictOf(organisation)).toEqual(consider)
    await advance(id, 'PUBLISH')
    expect(await verdictOf(person)).toEqual(['BARRED', 'FOOD_FIVE_YEAR_BAR'])
    await advance(id, 'REVOKE', { document: '示例撤〔2027〕1号' })
    expect(await verdictOf(person)).toEqual(clear)
    expect(await verdictOf(organisation)).toEqual(clear)
  })
})
