import { sql } from 'drizzle-orm'
import { exportJWK, generateKeyPair, SignJWT, importJWK } from 'jose'
import { asc } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type StoredEntry, verifyChain } from '../platform/journal/journal.ts'
import { journalEntries } from '../platform/journal/journal.table.ts'
import { headers } from '../platform/viewer.ts'
import { penalties } from './credit/penalty.table.ts'
import { type SampleExchange, type SampleNode, sampleCounties, startSampleExchange, part } from './sample-node.ts'
import { penaltyRow, sampleOrganisation, samplePerson } from './sample-records.ts'

const { xixian, xincai } = sampleCounties
const standing = (subject: string) =>
  `{ creditStandings(questions: [{ subject: "${subject}", matter: "FOOD_BUSINESS_LICENCE" }]) {
    county { code } standings { subject matter listings { id } } } }`
const check = { from: xincai, scopes: ['credit:check'], purpose: null, officer: null }

/** Status and first code of an answer. */
const codeOf = async (response: Response): Promise<unknown[]> => {
  const { errors } = (await response.json()) as { errors?: { extensions: { code: string } }[] }
  return [response.status, errors?.[0]?.extensions.code ?? 'OK']
}

describe('a county node', () => {
  let exchange: SampleExchange
  let node: SampleNode
  beforeAll(async () => {
    exchange = await startSampleExchange([xixian])
    node = exchange.at(xixian)
  })
  afterAll(() => exchange.close())
  beforeEach(async () => {
    await node.db.delete(journalEntries).where(sql`false`)
    await node.db.delete(penalties)
  })

  const journal = async () =>
    (await node.db.select().from(journalEntries).orderBy(asc(journalEntries.sequence))) as unknown as StoredEntry[]
  const post = (given: Record<string, string>, body = { query: standing(sampleOrganisation(1)) }) =>
    fetch(node.node.url ?? '', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...given },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    })
  const token = async (claims: Record<string, unknown>, lifetime = 60): Promise<string> => {
    const now = Math.floor(exchange.clock.now().getTime() / 1000)
    const { alg, kid } = exchange.gatewayKey
    return new SignJWT({
      iss: 'gateway',
      aud: xixian,
      sub: 'xincai-enforcement',
      county: xincai,
      scope: 'credit:check',
      act: { sub: 'gateway' },
      client_id: 'xincai-enforcement',
      jti: 'one',
      iat: now,
      exp: now + lifetime,
      ...claims,
    })
      .setProtectedHeader({ alg, kid, typ: 'at+jwt' })
      .sign(await importJWK(exchange.gatewayKey, alg))
  }

  const bearer = async (claims: Record<string, unknown>) => ({ authorization: `Bearer ${await token(claims)}` })

  it('answers a credit check about an unknown subject with an empty standing of its own', async () => {
    const answer = await node.ask(check, standing(sampleOrganisation(1)))
    expect(answer).toMatchObject({ status: 200, errors: [] })
    expect(answer.data).toEqual({
      creditStandings: [
        {
          county: { code: xixian },
          standings: [{ subject: sampleOrganisation(1), matter: 'FOOD_BUSINESS_LICENCE', listings: [] }],
        },
      ],
    })
  })

  it('names itself and repeats the request’s id on every answer, also on a refusal', async () => {
    const good = await node.ask(
      { ...check, headers: { [headers.request]: 'request-7' } },
      standing(sampleOrganisation(1)),
    )
    expect([good.headers.get(headers.county), good.headers.get(headers.request)]).toEqual([xixian, 'request-7'])
    const bad = await post({ [headers.request]: 'request-8' })
    expect([bad.headers.get(headers.county), bad.headers.get(headers.request)]).toEqual([xixian, 'request-8'])
  })

  it('refuses tokens that are missing, for another county, by nobody, expired or of an unknown agency', async () => {
    const now = Math.floor(exchange.clock.now().getTime() / 1000)
    expect(await codeOf(await post({}))).toEqual([401, 'TOKEN_MISSING'])
    expect(await codeOf(await post(await bearer({})))).toEqual([200, 'OK'])
    expect(await codeOf(await post(await bearer({ aud: xincai })))).toEqual([401, 'TOKEN_WRONG_AUDIENCE'])
    expect(await codeOf(await post(await bearer({ iss: 'http://issuer' })))).toEqual([401, 'TOKEN_WRONG_ISSUER'])
    expect(await codeOf(await post(await bearer({ exp: now - 10, iat: now - 60 })))).toEqual([401, 'TOKEN_EXPIRED'])
    expect(await codeOf(await post(await bearer({ sub: 'nobody', client_id: 'nobody' })))).toEqual([
      403,
      'AGENCY_UNKNOWN',
    ])
    const { privateKey } = await generateKeyPair('EdDSA', { extractable: true })
    const { alg, kid } = exchange.gatewayKey
    const forged = await new SignJWT({ iss: 'gateway' })
      .setProtectedHeader({ alg, kid, typ: 'at+jwt' })
      .sign(await importJWK(await exportJWK(privateKey), alg))
    expect(await codeOf(await post({ authorization: `Bearer ${forged}` }))).toEqual([401, 'TOKEN_SIGNATURE_INVALID'])
  })

  it('refuses headers that are malformed', async () => {
    const authorization = `Bearer ${await token({})}`
    for (const [name, value] of [
      [headers.purpose, 'holiday/1'],
      [headers.officer, '%E4%'],
      [headers.deadline, 'soon'],
      [headers.transaction, 'x'],
    ] as const) {
      expect([name, ...(await codeOf(await post({ authorization, [name]: value })))]).toEqual([
        name,
        400,
        'BAD_USER_INPUT',
      ])
    }
  })

  it('demands purpose and officer for whatever goes beyond the credit check, also of its own agencies', async () => {
    for (const from of [xixian, xincai]) {
      const query = '{ penalties { nodes { id } } }'
      const nothing = await node.ask({ from, purpose: null, officer: null }, query)
      expect(nothing.errors[0]?.extensions['code']).toBe('PURPOSE_MISSING')
      const nobody = await node.ask({ from, officer: null }, query)
      expect(nobody.errors[0]?.extensions['code']).toBe('OFFICER_MISSING')
    }
  })

  it('takes out the fields that the token’s scopes do not cover, and asks the database for none of them', async () => {
    const { data, errors } = await node.ask(
      { ...check, purpose: 'approval/1', officer: '1' },
      `{ penalties { nodes { id } } enforcementCases { nodes { id } } ${standing(sampleOrganisation(1)).slice(1)}`,
    )
    expect(data).toMatchObject({ penalties: null, enforcementCases: null, creditStandings: [{}] })
    expect(errors.map((error) => [error.path?.[0], error.extensions['code']])).toEqual([
      ['penalties', 'UNAUTHORIZED_FIELD_OR_TYPE'],
      ['enforcementCases', 'UNAUTHORIZED_FIELD_OR_TYPE'],
    ])
    expect((await journal()).at(-1)?.fields).toEqual(['creditStandings'])
  })

  it('tells of a malformed code what is wrong without repeating it', async () => {
    const person = samplePerson(1)
    const mistyped = `${person.slice(0, 17)}${person.endsWith('1') ? '2' : '1'}`
    for (const wrong of [mistyped, person.slice(0, 17), 'NOT-A-CODE-18-CHAR']) {
      const literal = await node.ask(check, standing(wrong))
      const variable = await node.ask(
        check,
        `query ($questions: [CreditQuestion!]!) { creditStandings(questions: $questions) { asOf } }`,
        { questions: [{ subject: wrong, matter: 'FOOD_BUSINESS_LICENCE' }] },
      )
      for (const answer of [literal, variable]) {
        expect(answer.errors[0]?.extensions['code']).toBe('BAD_USER_INPUT')
        expect(JSON.stringify(answer.errors)).not.toContain(wrong)
      }
    }
    const matter = await node.ask(
      check,
      `{ creditStandings(questions: [{ subject: "${sampleOrganisation(1)}", matter: "X" }]) { asOf } }`,
    )
    expect(matter.errors[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', argument: 'matter' })
  })

  it('says of a question that GraphQL refuses what is wrong, and of its own failure nothing but that it failed', async () => {
    const syntax = await node.ask(check, '{ creditStandings(')
    expect([syntax.status, syntax.errors[0]?.extensions['code']]).toEqual([400, 'GRAPHQL_PARSE_FAILED'])
    const unknown = await node.ask(check, '{ nonsense }')
    expect([unknown.status, unknown.errors[0]?.extensions['code']]).toEqual([400, 'GRAPHQL_VALIDATION_FAILED'])
    await node.db.execute(sql`alter table penalty rename to penalty_away`)
    try {
      const broken = await node.ask({ from: xincai }, '{ penalties { nodes { id } } }')
      expect(broken.errors).toEqual([
        expect.objectContaining({
          message: 'The county’s node failed to answer.',
          path: ['penalties'],
          extensions: { code: 'INTERNAL' },
        }),
      ])
    } finally {
      await node.db.execute(sql`alter table penalty_away rename to penalty`)
    }
  })

  it('writes each access into its chained journal, with the subjects that were asked about and shown', async () => {
    await node.db.insert(penalties).values([penaltyRow(1), penaltyRow(2, { subjectCode: samplePerson(5) })])
    const transaction = '00000000-0000-4000-8000-00000000abcd'
    const asker = { from: xincai, headers: { [headers.transaction]: transaction } }
    await node.ask(asker, '{ penalties { nodes { id } } __typename }')
    const entries = await journal()
    expect(entries.at(-1)).toMatchObject({
      chain: xixian,
      transaction,
      agency: 'xincai-enforcement',
      county: xincai,
      actor: 'gateway',
      officer: '41152801',
      purposeKind: 'CASE',
      purposeNumber: '息市监立〔2026〕1号',
      fields: ['penalties'],
    })
    expect(entries.at(-1)?.subjects).toHaveLength(2)
    expect(entries.at(-1)?.subjects).toContain(sampleOrganisation(1))
    expect(verifyChain(entries)).toBeUndefined()
    expect(JSON.stringify(entries)).not.toContain(samplePerson(5))
    expect(JSON.stringify(entries)).toContain(`:${samplePerson(5).slice(-4)}`)
    await node.ask(check, '{ __schema { queryType { name } } }')
    expect(await journal()).toHaveLength(entries.length)
  })

  it('shows its own agencies, and nobody else, who looked at a subject', async () => {
    await node.ask(check, standing(samplePerson(6)))
    await node.ask({ ...check, from: xixian }, standing(samplePerson(6)))
    await node.ask(check, standing(sampleOrganisation(9)))
    const accesses = `query ($s: SubjectCode, $first: Int, $after: String) {
      accesses(subject: $s, first: $first, after: $after) {
        nodes { agency agencyCounty purpose fields subjects } pageInfo { hasNextPage endCursor } coverage { complete }
      }
    }`
    const { data, errors } = await node.ask({ from: xixian }, accesses, { s: samplePerson(6) })
    expect(errors).toEqual([])
    const { nodes } = part<{ nodes: Record<string, unknown>[] }>(data, 'accesses')
    expect(nodes.map((each) => each['agency'])).toEqual(['xixian-enforcement', 'xincai-enforcement'])
    expect(JSON.stringify(data)).not.toContain(samplePerson(6))
    const refused = await node.ask({ from: xincai }, accesses, { s: samplePerson(6) })
    expect(refused.errors[0]?.extensions['code']).toBe('AGREEMENT_MISSING')

    const all: unknown[] = []
    let after: string | null = null
    const held = (await journal()).length
    for (let more = true; more;) {
      const page = await node.ask({ from: xixian }, accesses, { first: 7, after })
      const connection = part<{
        nodes: unknown[]
        pageInfo: { hasNextPage: boolean; endCursor: string }
      }>(page.data, 'accesses')
      all.push(...connection.nodes)
      after = connection.pageInfo.endCursor
      more = connection.pageInfo.hasNextPage
    }
    // Reading the journal is journalled too, but comes before the cursor and so does not disturb the paging.
    expect(all).toHaveLength(held)
  })

  it('answers nothing and changes nothing while its journal cannot be written', async () => {
    await node.db.insert(penalties).values(penaltyRow(1))
    await node.db.execute(sql`alter table journal_entry rename to journal_away`)
    try {
      const question = await node.ask({ from: xincai }, '{ penalties { nodes { id } } }')
      expect([question.status, question.data ?? null]).toEqual([503, null])
      expect(question.errors[0]?.extensions['code']).toBe('JOURNAL_UNAVAILABLE')
      const change = await node.ask(
        { from: xixian },
        `mutation { registerOfficer(input: { name: "张示例", certificate: "9" }) { id } }`,
      )
      expect(change.errors[0]?.extensions['code']).toBe('JOURNAL_UNAVAILABLE')
      const ready = await fetch(`${new URL(node.node.url ?? '').origin}/health/ready`)
      expect(ready.status).toBe(503)
    } finally {
      await node.db.execute(sql`alter table journal_away rename to journal_entry`)
    }
    const officers = await node.ask({ from: xixian }, `{ officers(county: "${xixian}") { certificate } }`)
    expect(officers.data).toEqual({ officers: [] })
  })

  it('is ready with a directory, a database and a journal, and shows figures without subjects', async () => {
    await node.ask(check, standing(samplePerson(8)))
    const origin = new URL(node.node.url ?? '').origin
    const ready = await fetch(`${origin}/health/ready`)
    expect(await ready.json()).toMatchObject({
      status: 'ready',
      checks: [{ name: 'directory' }, { name: 'database' }, { name: 'journal' }],
    })
    const figures = await (await fetch(`${origin}/metrics`)).text()
    expect(figures).toContain('liandong_question_seconds_count{status="200"}')
    expect(figures).toContain('liandong_directory_expires_in_seconds')
    expect(figures).not.toContain(samplePerson(8))
  })
})
