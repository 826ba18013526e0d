import { generateKeyPairSync, verify } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { directoryOver, hold } from '../../services/platform/directory/directory.ts'
import { sampleSnapshot } from '../../services/platform/directory/sample-snapshot.ts'
import { statementHash } from '../../services/platform/hit-index/coverage-statement.ts'
import type { OutageReason } from './standing.ts'
import {
  receiptPayload,
  sampleCheck,
  sampleContext,
  sampleListing,
  sampleNow,
  sampleState,
  standingsReply,
} from './check-fixture.ts'
import { checkCredit, checkCredits } from './credit-check.ts'
import { presentCheck } from './present-check.ts'

const subject = '91110000600037341L'
const other = '91411528MAX00004X0'
const matter = 'FOOD_BUSINESS_LICENCE'
const question = { subject, matter }
const three = ['411528', '411729', '410823']
const many = (n: number) => Array.from({ length: n }, (_, index) => String(410_000 + index))

describe('a credit check by the hit index', () => {
  it('is CLEAR without asking anybody when the index vouches for every county', async () => {
    const state = sampleState(three)
    const sample = sampleCheck({ targets: three, look: () => ({ state, ask: [] }) })
    const { judgement, plan, receipt } = await checkCredit(sample.deps, question, sampleContext('CASE'))
    expect(judgement).toMatchObject({ verdict: 'CLEAR', complete: true, unanswered: [] })
    expect(plan.state).toBe(state)
    expect(sample.asked).toEqual([])
    expect(sample.looked).toEqual([
      { subject, asker: '411528', purpose: 'CASE', targets: three, maxStalenessMs: undefined },
    ])
    expect(sample.kept).toEqual([state])
    expect(receiptPayload(receipt).coverage).toEqual({
      complete: true,
      index: { statement: state.hash, counties: 3 },
      live: [],
      unanswered: [],
    })
  })

  it('shows the same array of answers to every check that rests on one state', async () => {
    const state = sampleState(three)
    const sample = sampleCheck({ targets: three, look: () => ({ state, ask: [] }) })
    const answered = async () =>
      (presentCheck(await checkCredit(sample.deps, question, sampleContext())) as { coverage: { answered: object[] } })
        .coverage.answered
    const first = await answered()
    expect(first).toHaveLength(3)
    expect(await answered()).toBe(first)
  })

  it('asks live exactly where the index says so, and says of each county which it was', async () => {
    const sample = sampleCheck({ targets: three, look: () => ({ state: sampleState(three), ask: ['411729'] }) })
    const result = await checkCredit(sample.deps, question, sampleContext())
    expect(sample.asked).toEqual([{ counties: ['411729'], questions: [question] }])
    const { coverage } = presentCheck(result) as { coverage: { answered: { county: object; source: string }[] } }
    expect(coverage.answered.map(({ county, source }) => [county, source])).toEqual([
      [{ code: '411528' }, 'INDEX'],
      [{ code: '410823' }, 'INDEX'],
      [{ code: '411729' }, 'LIVE'],
    ])
    expect(receiptPayload(result.receipt).coverage.index?.counties).toBe(2)
  })

  it('is judged by the directory that its receipt names, also when another comes while counties are asked', async () => {
    const [before, after] = [sampleSnapshot(), sampleSnapshot({ serial: 99, measures: [] })]
    let held = hold(before)
    const sample = sampleCheck({
      targets: three,
      reply: (county, questions) => {
        held = hold(after)
        return standingsReply(county, questions, new Map([[subject, [sampleListing(county, subject)]]]))
      },
    })
    const directory = { ...sample.deps.directory, ...directoryOver(() => held, sample.deps.clock) }
    const deps = { ...sample.deps, directory }
    const { judgement, receipt } = await checkCredit(deps, question, sampleContext())
    expect(judgement.consequences.length).toBeGreaterThan(0)
    expect(receiptPayload(receipt)).toMatchObject({ directory: { serial: before.serial } })
  })

  it('takes an answer for one of a list set back only by what was known when it was asked for', async () => {
    let floor = 9
    const sample = sampleCheck({
      targets: three,
      floor: () => floor,
      reply: (county, questions) => {
        // The list changes, and its digest is here before the answer that was read just before.
        floor = 10
        return standingsReply(county, questions)
      },
    })
    expect((await checkCredit(sample.deps, question, sampleContext())).judgement.verdict).toBe('CLEAR')
    expect((await checkCredit(sample.deps, question, sampleContext())).judgement.unanswered).toHaveLength(3)
  })

  it('counts a county that it asks and that fails as unanswered, although the state names it', async () => {
    const sample = sampleCheck({
      targets: three,
      look: () => ({ state: sampleState(three), ask: ['411729'] }),
      reply: () => ({ outage: 'TIMEOUT' }),
    })
    const { judgement, receipt } = await checkCredit(sample.deps, question, sampleContext())
    expect(judgement.verdict).toBe('INCONCLUSIVE')
    expect(receiptPayload(receipt).coverage).toMatchObject({
      complete: false,
      unanswered: [{ county: '411729', reason: 'TIMEOUT' }],
    })
  })

  it('asks a county that the index neither vouches for nor wants asked', async () => {
    const sample = sampleCheck({ targets: three, look: () => ({ state: sampleState(['411528']), ask: [] }) })
    expect((await checkCredit(sample.deps, question, sampleContext())).judgement.verdict).toBe('CLEAR')
    expect(sample.asked[0]?.counties).toEqual(['411729', '410823'])
    const nobody = sampleCheck({ targets: three, look: () => ({ state: undefined, ask: [] }) })
    expect((await checkCredit(nobody.deps, question, sampleContext())).plan.state).toBeUndefined()
    expect(nobody.asked[0]?.counties).toEqual(three)
  })

  it('is CLEAR only when each county is covered by the state or by an answer without listings', async () => {
    const part = fc.constantFrom('INDEX', 'EMPTY', 'LISTED', 'STALE', 'OLD_VERSION', 'OUTAGE', 'NOBODY')
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 6 }), async (parts) => {
        const targets = many(parts.length)
        const of = (county: string) => parts[targets.indexOf(county)]
        const sample = sampleCheck({
          targets,
          look: () => ({
            state: sampleState(targets.filter((county) => of(county) !== 'NOBODY')),
            ask: targets.filter((county) => of(county) !== 'INDEX' && of(county) !== 'NOBODY'),
          }),
          floor: () => 9,
          reply: (county, questions) => {
            const kind = of(county)
            if (kind === 'OUTAGE' || kind === 'NOBODY') return { outage: 'UNREACHABLE' }
            const listed = new Map(kind === 'LISTED' ? [[subject, [sampleListing(county, subject)]]] : [])
            return standingsReply(county, questions, listed, {
              ...(kind === 'STALE' && { asOf: new Date(sampleNow.getTime() - 61_000) }),
              ...(kind === 'OLD_VERSION' && { listVersion: '8' }),
            })
          },
        })
        const { judgement } = await checkCredit(sample.deps, question, sampleContext())
        const failed = targets.filter((county) => !['INDEX', 'EMPTY', 'LISTED'].includes(of(county) ?? ''))
        expect(judgement.unanswered.map(({ county }) => county)).toEqual(failed)
        const listed = parts.includes('LISTED')
        expect(judgement.verdict).toBe(failed.length > 0 ? 'INCONCLUSIVE' : listed ? 'CONSIDER' : 'CLEAR')
      }),
      { numRuns: 500 },
    )
  })

  it('is INCONCLUSIVE (STALE) when a county answers from a list older than one that was seen', async () => {
    const sample = sampleCheck({ targets: three, floor: (county) => (county === '410823' ? 10 : 9) })
    const { judgement } = await checkCredit(sample.deps, question, sampleContext())
    expect(judgement).toMatchObject({
      verdict: 'INCONCLUSIVE',
      unanswered: [{ county: '410823', reason: 'STALE' satisfies OutageReason }],
    })
  })
})

describe('maxStaleness', () => {
  it('of PT0S has every county asked, and the index not even looked at', async () => {
    const sample = sampleCheck({ targets: three, look: () => ({ state: sampleState(three, 0), ask: [] }) })
    const result = await checkCredit(sample.deps, { ...question, maxStaleness: 'PT0S' }, sampleContext())
    expect([sample.looked, sample.asked[0]?.counties, sample.kept]).toEqual([[], three, []])
    expect(receiptPayload(result.receipt)).toMatchObject({
      question: { subject, matter, maxStaleness: 'PT0S' },
      coverage: { index: null, live: three.map((county) => ({ county })) },
    })
  })

  it('is handed to the index, and what the statement says is older is asked all the same', async () => {
    const sample = sampleCheck({ targets: three, look: () => ({ state: sampleState(three, 31_000), ask: [] }) })
    await checkCredit(sample.deps, { ...question, maxStaleness: 'PT31S' }, sampleContext())
    expect([sample.looked[0]?.maxStalenessMs, sample.asked]).toEqual([31_000, []])
    await checkCredit(sample.deps, { ...question, maxStaleness: 'PT30S' }, sampleContext())
    expect(sample.asked[0]?.counties).toEqual(three)
  })

  it('that is none is BAD_USER_INPUT, and nobody is asked', async () => {
    const sample = sampleCheck({ targets: three })
    const asked = checkCredit(sample.deps, { ...question, maxStaleness: 'P1M' }, sampleContext())
    await expect(asked).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
    expect(sample.asked).toEqual([])
  })
})

describe('a batch of credit checks', () => {
  it('answers in the order of the inputs, asks each county once, and judges inputs that are alike once', async () => {
    const state = sampleState(three)
    const sample = sampleCheck({
      targets: three,
      look: (asked) => ({ state, ask: asked.subject === other ? ['411729'] : ['411729', '410823'] }),
      reply: (county, questions) =>
        standingsReply(county, questions, new Map([[other, [sampleListing(county, other)]]])),
    })
    const inputs = [
      { subject: other, matter },
      question,
      { subject: other, matter },
      { ...question, matter: 'DRUG_RETAIL_LICENCE' },
    ]
    const results = await checkCredits(sample.deps, { inputs }, sampleContext())
    expect(
      results.map(({ question: { subject: code, matter: of }, judgement }) => [code, of, judgement.verdict]),
    ).toEqual([
      [other, matter, 'CONSIDER'],
      [subject, matter, 'CLEAR'],
      [other, matter, 'CONSIDER'],
      [subject, 'DRUG_RETAIL_LICENCE', 'CLEAR'],
    ])
    expect(results[2]?.receipt).toBe(results[0]?.receipt)
    expect(new Set(results.map(({ receipt }) => receipt)).size).toBe(3)
    const requests = sample.asked.flatMap(({ counties, questions }) =>
      counties.map((county) => [county, questions.length]),
    )
    expect(new Map(requests as [string, number][])).toEqual(
      new Map([
        ['410823', 2],
        ['411729', 3],
      ]),
    )
    expect(requests).toHaveLength(2)
  })

  it('lets no failure of one input become the other’s CLEAR, nor one county’s answers stand for too few questions', async () => {
    const outcome = fc.constantFrom('EMPTY', 'SHORT', 'LONG', 'SWAPPED', 'OUTAGE')
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(outcome, outcome),
        fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
        async (kinds, asks) => {
          const targets = ['411528', '411729']
          const inputs = [question, { subject: other, matter }]
          const asksOf = (code: string) => targets.filter((_, place) => asks[place * 2 + (code === subject ? 0 : 1)])
          const sample = sampleCheck({
            targets,
            look: (asked) => ({ state: sampleState(targets), ask: asksOf(asked.subject) }),
            reply: (county, questions) => {
              const kind = kinds[targets.indexOf(county)]
              if (kind === 'OUTAGE') return { outage: 'TIMEOUT' }
              if (kind === 'SHORT') return standingsReply(county, questions.slice(0, -1))
              if (kind === 'LONG') return standingsReply(county, [...questions, question])
              return standingsReply(county, kind === 'SWAPPED' ? questions.toReversed() : questions)
            },
          })
          const results = await checkCredits(sample.deps, { inputs }, sampleContext())
          for (const {
            question: { subject: code },
            judgement,
          } of results) {
            const both = (county: string) => asksOf(subject).includes(county) && asksOf(other).includes(county)
            const failing = asksOf(code).filter((county) => {
              const kind = kinds[targets.indexOf(county)]
              return kind === 'OUTAGE' || kind === 'SHORT' || kind === 'LONG' || (kind === 'SWAPPED' && both(county))
            })
            expect(judgement.unanswered.map(({ county }) => county)).toEqual(failing)
            expect(judgement.verdict).toBe(failing.length > 0 ? 'INCONCLUSIVE' : 'CLEAR')
          }
        },
      ),
    )
  })

  it('names the position of a matter that the directory does not have, and asks nobody', async () => {
    const sample = sampleCheck({ targets: three })
    const inputs = [question, { subject, matter: 'HAIRCUT' }]
    await expect(checkCredits(sample.deps, { inputs }, sampleContext())).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringMatching(/^Input 2: "HAIRCUT" is no approval matter/) as string,
      extensions: { argument: 'inputs[1].matter' },
    })
    expect(sample.asked).toEqual([])
  })

  it('takes 500 inputs and no more, and gives an empty list for an empty one', async () => {
    const state = sampleState(three)
    const sample = sampleCheck({ targets: three, look: () => ({ state, ask: [] }) })
    const inputs = Array.from({ length: 501 }, () => question)
    await expect(checkCredits(sample.deps, { inputs }, sampleContext())).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringMatching(/at most 500 inputs, not 501: send them in several requests/) as string,
    })
    expect(await checkCredits(sample.deps, { inputs: inputs.slice(1) }, sampleContext())).toHaveLength(500)
    expect(await checkCredits(sample.deps, { inputs: [] }, sampleContext())).toEqual([])
  })
})

describe('a receipt', () => {
  const sizes = async (n: number, ask: readonly string[]) => {
    const targets = many(n)
    const sample = sampleCheck({ targets, look: () => ({ state: sampleState(targets), ask }) })
    const result = await checkCredit(sample.deps, question, sampleContext())
    return { bytes: result.receipt.length, coverage: receiptPayload(result.receipt).coverage, kept: sample.kept }
  }

  it('is small with three counties and no bigger with 200, from the index and all live', async () => {
    const [few, most] = [await sizes(3, []), await sizes(200, [])]
    expect(few.bytes).toBeLessThan(1_000)
    expect(most.bytes).toBeLessThanOrEqual(few.bytes + 4)
    const live = await sizes(200, many(200))
    expect(live.bytes).toBeLessThan(1_100)
    expect(live.coverage).toMatchObject({ index: null, asked: { live: 200, unanswered: 0 }, live: [] })
    expect(live.coverage.asked?.statement).toBe(statementHash(live.kept[0]?.text ?? ''))
    // The most that stand in the receipt itself.
    expect((await sizes(200, many(20))).bytes).toBeLessThan(3_500)
    expect((await sizes(200, many(21))).coverage.asked).toMatchObject({ live: 21 })
  })

  it('does not leave before what it names is kept; when that fails the check is refused', async () => {
    const refusal = new Error('not kept')
    const sample = sampleCheck({
      targets: three,
      look: () => ({ state: sampleState(three), ask: [] }),
      keep: () => Promise.reject(refusal),
    })
    await expect(checkCredit(sample.deps, question, sampleContext())).rejects.toBe(refusal)
  })

  it.each(['EdDSA', 'ES256'] as const)('is a compact JWS by the gateway’s key, %s', async (alg) => {
    const pair = alg === 'EdDSA' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const sample = sampleCheck({ targets: three })
    const signer = { key: pair.privateKey, kid: 'key-1', alg }
    const { receipt } = await checkCredit({ ...sample.deps, signer }, question, sampleContext())
    const [header = '', payload = '', signature = ''] = receipt.split('.')
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({ alg, kid: 'key-1', typ: 'receipt+jws' })
    const key = alg === 'EdDSA' ? pair.publicKey : { key: pair.publicKey, dsaEncoding: 'ieee-p1363' as const }
    const data = Buffer.from(`${header}.${payload}`)
    expect(verify(alg === 'EdDSA' ? null : 'sha256', data, key, Buffer.from(signature, 'base64url'))).toBe(true)
  })
})
