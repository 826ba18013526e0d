import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OpenDatabase } from '../../services/platform/database.ts'
import { type Behaviour, type FaultyCounty, behaviours, startFaultyCounty } from '../support/faulty-county.ts'
import { type TestGateway, gatewayDatabase, startGateway } from '../support/test-gateway.ts'
import { type Trust, agencyOf, createTrust } from '../support/trust.ts'

const counties = ['411528', '411729', '410823', '410882']
const query = /* GraphQL */ `
  query Check($subject: SubjectCode!) {
    creditCheck(subject: $subject, matter: "FOOD_BUSINESS_LICENCE") {
      verdict
      listings {
        id
        documentNumber
      }
      coverage {
        complete
        answered {
          county {
            code
          }
        }
        unanswered {
          county {
            code
          }
          reason
        }
      }
    }
  }
`
const subject = '91110000600037341L'
const cases = 2_000
const atOnce = 24

interface CheckAnswer {
  verdict: string
  listings: { id: string }[]
  coverage: {
    complete: boolean
    answered: { county: { code: string } }[]
    unanswered: { county: { code: string }; reason: string }[]
  }
}

describe('a credit check while counties fail', () => {
  let trust: Trust
  let database: OpenDatabase
  let token: string
  const nodes = new Map<string, FaultyCounty>()
  const plans = new Map<string, Behaviour[]>()
  const gateways = new Map<string, Promise<TestGateway>>()

  beforeAll(async () => {
    trust = await createTrust(counties)
    database = await gatewayDatabase()
    token = await trust.token(agencyOf('411528'), ['credit:check'])
    for (const [index, code] of counties.entries()) {
      nodes.set(code, await startFaultyCounty(code, (number) => plans.get(number)?.[index] ?? 'STATUS_500'))
    }
  })
  afterAll(async () => {
    for (const gateway of gateways.values()) await (await gateway).close()
    for (const node of nodes.values()) await node.close()
    await database.close()
    await trust.close()
  })

  /** One gateway for each set of counties that refuse connections; a short deadline only where somebody hangs. */
  function gatewayFor(plan: readonly Behaviour[]): Promise<TestGateway> {
    const refusing = counties.filter((_, index) => plan[index] === 'REFUSES_CONNECTION')
    const deadline = plan.includes('HANGS') ? '600' : '30000'
    const key = `${refusing.join()} ${deadline}`
    let gateway = gateways.get(key)
    if (!gateway) {
      const urls = Object.fromEntries(
        counties.map((code) => [
          code,
          refusing.includes(code) ? 'http://127.0.0.1:1/graphql' : (nodes.get(code)?.url ?? ''),
        ]),
      )
      gateway = startGateway({
        trust,
        database,
        snapshot: trust.snapshot(urls),
        // Each gateway keeps a journal of its own.
        env: { DEADLINE_MS: deadline, GATEWAY_ID: `gateway-${gateways.size}` },
        // Each case stands alone: what one county did in another case must not open its breaker in this one.
        limits: { breakerFailures: 1_000_000 },
      })
      gateways.set(key, gateway)
    }
    return gateway
  }

  async function check(number: string, plan: Behaviour[]): Promise<CheckAnswer> {
    plans.set(number, plan)
    const gateway = await gatewayFor(plan)
    const { status, body } = await gateway.ask(token, query, { subject }, { 'exchange-purpose': `approval/${number}` })
    plans.delete(number)
    expect(status).toBe(200)
    expect(body.errors).toBeUndefined()
    return body.data?.['creditCheck'] as CheckAnswer
  }

  function expectTruth(plan: readonly Behaviour[], { verdict, listings, coverage }: CheckAnswer): void {
    const truly = counties.filter((_, index) => plan[index] === 'NOT_LISTED' || plan[index] === 'LISTED')
    const listed = counties.filter((_, index) => plan[index] === 'LISTED')
    const answered = coverage.answered.map(({ county }) => county.code)
    const unanswered = coverage.unanswered.map(({ county }) => county.code)
    expect([...answered, ...unanswered].toSorted()).toEqual(counties.toSorted())
    expect(coverage.complete).toBe(unanswered.length === 0)
    // Whoever failed is never counted as having answered.
    for (const code of answered) expect(truly).toContain(code)
    if (verdict === 'CLEAR') expect(plan.every((behaviour) => behaviour === 'NOT_LISTED')).toBe(true)
    // Where nobody hangs no deadline cuts in, so the others' parts are all there.
    if (plan.includes('HANGS')) return
    expect(answered.toSorted()).toEqual(truly.toSorted())
    expect(listings.map(({ id }) => id.slice(0, 6)).toSorted()).toEqual(listed.toSorted())
    const complete = truly.length === counties.length
    expect(verdict).toBe(complete ? (listed.length > 0 ? 'CONSIDER' : 'CLEAR') : 'INCONCLUSIVE')
  }

  it(`is CLEAR only when every county truly answered "not listed", in ${cases} random ways of failing`, async () => {
    // Each plan is biased towards counties that answer, so that CLEAR and CONSIDER come up too.
    const behaviour = fc.oneof(
      { weight: 3, arbitrary: fc.constant<Behaviour>('NOT_LISTED') },
      { weight: 2, arbitrary: fc.constantFrom<Behaviour>(...behaviours) },
    )
    const plan = fc.tuple(...counties.map(() => behaviour))
    const seed = Number(process.env['FC_SEED'] ?? Math.floor(Math.random() * 2 ** 31))
    process.stdout.write(`verdict under failure: seed ${seed} (FC_SEED repeats it)\n`)
    const queue = fc.sample(plan, { numRuns: cases, seed }).entries()
    const seen = new Map<string, number>()
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (const [index, each] of queue) {
          const answer = await check(`R${index}`, each)
          seen.set(answer.verdict, (seen.get(answer.verdict) ?? 0) + 1)
          try {
            expectTruth(each, answer)
          } catch (error) {
            throw new Error(`seed ${seed}, case ${index}: ${each.join(', ')} → ${JSON.stringify(answer)}`, {
              cause: error,
            })
          }
        }
      }),
    )
    expect([...seen.keys()].toSorted()).toEqual(['CLEAR', 'CONSIDER', 'INCONCLUSIVE'])
  }, 600_000)

  const failing = behaviours.filter((each) => each !== 'NOT_LISTED' && each !== 'LISTED')
  it.each(failing)('names the counties that fail, for each of the 15 subsets: %s', async (behaviour) => {
    await Promise.all(
      Array.from({ length: 15 }, async (_, index) => {
        const subset = index + 1
        const plan = counties.map((__, bit): Behaviour => (subset & (1 << bit) ? behaviour : 'NOT_LISTED'))
        const answer = await check(`S-${behaviour}-${subset}`, plan)
        expectTruth(plan, answer)
        expect(answer.verdict).toBe('INCONCLUSIVE')
        const failed = counties.filter((__, bit) => subset & (1 << bit))
        expect(answer.coverage.unanswered.map(({ county }) => county.code)).toEqual(expect.arrayContaining(failed))
      }),
    )
  })
})
