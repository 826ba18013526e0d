import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { CoverageState, IndexQuestion } from '../../gateway/hit-index/contract.ts'
import { proveCoverage } from '../../services/cli/receipt-coverage.ts'
import { verifyReceipt } from '../../services/cli/verify-receipt.ts'
import { creditListings } from '../../services/county/credit/credit-listing.table.ts'
import { listingRow, sampleOrganisation, samplePerson } from '../../services/county/sample-records.ts'
import { rows } from '../../services/platform/database.ts'
import { indexStatement } from '../../services/platform/hit-index/coverage-statement.ts'
import { type TestCounties, startCounties } from '../support/counties.ts'
import { type TestGateway, startGateway } from '../support/test-gateway.ts'
import { type Trust, agencyOf, createTrust } from '../support/trust.ts'

const codes = ['411528', '411729', '410823'] as const
const [here, there, third] = codes
const matter = 'FOOD_BUSINESS_LICENCE'
const listed = sampleOrganisation(1)
const clean = sampleOrganisation(2)
const selection = `{ subject verdict receipt
  coverage { complete statement answered { county { code name } asOf listVersion source } unanswered { county { code } reason } } }`
const one = `query ($subject: SubjectCode!, $maxStaleness: Duration) {
  creditCheck(subject: $subject, matter: "${matter}", maxStaleness: $maxStaleness) ${selection} }`
const batch = `query ($inputs: [CreditCheckInput!]!, $maxStaleness: Duration) {
  creditChecks(inputs: $inputs, maxStaleness: $maxStaleness) ${selection} }`

interface Check {
  subject: string
  verdict: string
  receipt: string
  coverage: {
    complete: boolean
    statement: string | null
    answered: { county: { code: string }; source: string }[]
    unanswered: { county: { code: string }; reason: string }[]
  }
}

let trust: Trust
let counties: TestCounties
let gateway: TestGateway
let token: string
/** What the index says in a test; it knows of nobody unless the test says so. */
let look: (question: IndexQuestion) => { state: CoverageState | undefined; ask: readonly string[] }

/** A state for these counties, as of now. */
function vouching(...names: string[]): CoverageState {
  const asOf = new Date()
  const entries = names.map((county) => ({ county, listVersion: '1', asOf }))
  return { counties: entries, ...indexStatement(entries) }
}

const input = (subject: string) => ({ subject, matter })
const sourcesOf = ({ coverage }: Check) => coverage.answered.map(({ county, source }) => [county.code, source])

async function ask(query: string, variables: Record<string, unknown>) {
  return gateway.ask(token, query, variables, { 'exchange-purpose': 'approval/T-1' })
}

async function check(subject: string, maxStaleness?: string): Promise<Check> {
  const { body } = await ask(one, { subject, maxStaleness })
  expect(body.errors).toBeUndefined()
  return body.data?.['creditCheck'] as Check
}

async function checks(subjects: readonly string[]): Promise<Check[]> {
  const { body } = await ask(batch, { inputs: subjects.map(input) })
  expect(body.errors).toBeUndefined()
  return body.data?.['creditChecks'] as Check[]
}

beforeAll(async () => {
  trust = await createTrust(codes)
  counties = await startCounties(trust, codes)
  gateway = await startGateway({
    trust,
    snapshot: counties.snapshot,
    env: { DEADLINE_MS: '20000' },
    hitIndex: { look: (question) => look(question), floor: () => 0 },
  })
  token = await trust.token(agencyOf(here), ['credit:check'])
  const row = listingRow(1, { id: `${there}:listing:1`, subjectCode: listed, legalRepresentativeCode: samplePerson(1) })
  await counties.at(there).database.db.insert(creditListings).values(row)
})
afterAll(async () => {
  await gateway?.close()
  await counties?.close()
  await trust?.close()
})
beforeEach(() => {
  look = ({ targets }) => ({ state: undefined, ask: targets })
})

describe('a credit check', () => {
  it('asks no county when the index vouches for all, says so county by county, and proves it', async () => {
    const state = vouching(...codes)
    look = () => ({ state, ask: [] })
    const before = counties.asked()
    const answer = await check(clean)
    expect([answer.verdict, answer.coverage.statement, counties.asked() - before]).toEqual(['CLEAR', state.hash, 0])
    expect(sourcesOf(answer)).toEqual(codes.map((code) => [code, 'INDEX']))
    const { body } = await ask(`query ($hash: String!) { coverageStatement(hash: $hash) { hash text } }`, {
      hash: state.hash,
    })
    expect(body.data?.['coverageStatement']).toEqual({ hash: state.hash, text: state.text })
    const receipt = await verifyReceipt(answer.receipt, counties.snapshot)
    expect(proveCoverage(receipt, [state.text], counties.snapshot)).toMatchObject({ completeness: 'PROVEN' })
    expect(proveCoverage(receipt, [], counties.snapshot)).toMatchObject({ completeness: 'STATEMENT_MISSING' })
  })

  it('asks all live that demands it, and its receipt needs no statement', async () => {
    look = () => ({ state: vouching(...codes), ask: [] })
    const answer = await check(clean, 'PT0S')
    expect(answer.coverage.statement).toBeNull()
    expect(sourcesOf(answer)).toEqual(codes.map((code) => [code, 'LIVE']))
    const receipt = await verifyReceipt(answer.receipt, counties.snapshot)
    expect(receipt.question.maxStaleness).toBe('PT0S')
    expect(proveCoverage(receipt, [], counties.snapshot).completeness).toBe('PROVEN')
  })

  it('is CLEAR while a county is down that the index vouches for, and INCONCLUSIVE when it must be asked', async () => {
    const state = vouching(...codes)
    await counties.at(third).stop()
    try {
      look = () => ({ state, ask: [] })
      expect((await check(clean)).verdict).toBe('CLEAR')
      look = () => ({ state, ask: [third] })
      const answer = await check(clean)
      expect(answer).toMatchObject({
        verdict: 'INCONCLUSIVE',
        coverage: { complete: false, unanswered: [{ county: { code: third }, reason: 'UNREACHABLE' }] },
      })
      const receipt = await verifyReceipt(answer.receipt, counties.snapshot)
      expect(proveCoverage(receipt, [state.text], counties.snapshot).unanswered).toHaveLength(1)
    } finally {
      await counties.at(third).start()
    }
  })

  it('takes a listing from the county alone, which is asked where the index has a hit', async () => {
    look = ({ subject }) => ({ state: vouching(...codes), ask: subject === listed ? [there] : [] })
    const answer = await check(listed)
    expect(answer.verdict).toBe('CONSIDER')
    expect(sourcesOf(answer)).toEqual([
      [here, 'INDEX'],
      [third, 'INDEX'],
      [there, 'LIVE'],
    ])
  })

  it('is refused when what it rests on cannot be kept', async () => {
    const { db } = gateway.database
    await db.execute(sql`alter table coverage_statement rename to away`)
    try {
      look = () => ({ state: vouching(here, there, third), ask: [] })
      const { body } = await ask(one, { subject: clean })
      expect(body.data).toEqual({ creditCheck: null })
      expect(body.errors?.map(({ extensions }) => extensions.code)).toEqual(['JOURNAL_UNAVAILABLE'])
    } finally {
      await db.execute(sql`alter table away rename to coverage_statement`)
    }
    expect((await check(clean)).verdict).toBe('CLEAR')
  })

  it.each([
    ['a duration of months', one, { subject: clean, maxStaleness: 'P1M' }, /no fixed length/],
    ['a negative duration', one, { subject: clean, maxStaleness: '-PT1S' }, /not negative/],
    [
      'a hash that is none',
      'query ($h: String!) { coverageStatement(hash: $h) { text } }',
      { h: 'x' },
      /64 hexadecimal/,
    ],
    ['501 inputs', batch, { inputs: Array.from({ length: 501 }, () => input(clean)) }, /at most 500 inputs, not 501/],
    ['an unknown matter', batch, { inputs: [input(clean), { subject: clean, matter: 'X' }] }, /^Input 2: "X" is no/],
  ])('refuses %s with BAD_USER_INPUT and says what is wrong', async (_, query, variables, says) => {
    const before = counties.asked()
    const { body } = await ask(query, variables)
    expect(body.errors).toMatchObject([
      { message: expect.stringMatching(says), extensions: { code: 'BAD_USER_INPUT' } },
    ])
    expect(counties.asked()).toBe(before)
  })

  it('answers a statement that nobody kept with NOT_FOUND', async () => {
    const { body } = await ask('query ($h: String!) { coverageStatement(hash: $h) { text } }', { h: 'a'.repeat(64) })
    expect(body).toMatchObject({ data: { coverageStatement: null }, errors: [{ extensions: { code: 'NOT_FOUND' } }] })
  })
})

describe('a batch of credit checks', () => {
  it('asks each county once for all of it and answers in the order of the inputs', async () => {
    const before = counties.asked()
    const person = samplePerson(1)
    const answers = await checks([clean, listed, clean, person])
    expect(counties.asked() - before).toBe(codes.length)
    expect(answers.map(({ subject, verdict }) => [subject, verdict])).toEqual([
      [clean, 'CLEAR'],
      [listed, 'CONSIDER'],
      [clean, 'CLEAR'],
      [person, 'CLEAR'],
    ])
    expect(answers[2]?.receipt).toBe(answers[0]?.receipt)
    for (const { receipt } of answers) await verifyReceipt(receipt, counties.snapshot)
  })

  it('stands with all its subjects in the journals of the gateway and of each county, a person by a reference', async () => {
    const person = samplePerson(1)
    await checks([clean, listed, person])
    const journals = [gateway.database, ...counties.list.map(({ database }) => database)]
    for (const { db } of journals) {
      const [entry] = await rows<{ fields: string[]; subjects: string[] }>(
        db,
        sql`select fields, subjects from journal_entry order by sequence desc limit 1`,
      )
      expect(entry?.fields.join()).toMatch(/^credit(Checks|Standings)$/)
      expect(entry?.subjects).toEqual(expect.arrayContaining([clean, listed]))
      expect(entry?.subjects).toHaveLength(3)
      expect(JSON.stringify(entry)).not.toContain(person)
    }
  })

  it('makes only those inputs INCONCLUSIVE that needed the county that is down', async () => {
    const state = vouching(...codes)
    look = ({ subject }) => ({ state, ask: subject === listed ? [there] : [] })
    await counties.at(there).stop()
    try {
      const verdicts = (await checks([clean, listed, clean])).map(({ verdict }) => verdict)
      expect(verdicts).toEqual(['CLEAR', 'INCONCLUSIVE', 'CLEAR'])
    } finally {
      await counties.at(there).start()
    }
  })

  it('takes 500 inputs in one request', async () => {
    const subjects = Array.from({ length: 500 }, (_, serial) => sampleOrganisation(serial + 1))
    const answers = await checks(subjects)
    expect(answers.map(({ subject }) => subject)).toEqual(subjects)
    expect(answers.map(({ verdict }) => verdict)).toEqual(
      subjects.map((code) => (code === listed ? 'CONSIDER' : 'CLEAR')),
    )
    expect(new Set(answers.map(({ receipt }) => receipt)).size).toBe(500)
  })
})
