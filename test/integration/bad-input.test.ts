import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestCounties, officersOf, post, startCounties } from '../support/counties.ts'
import { type GatewayAnswer, type TestGateway, startGateway } from '../support/test-gateway.ts'
import { type Trust, agencyOf, createTrust } from '../support/trust.ts'

const [here, there] = ['411528', '411729'] as const
const uuid = '00000000-0000-4000-8000-000000000001'
const subject = '91110000600037341L'

let trust: Trust
let counties: TestCounties
let gateway: TestGateway
let authorization: string
/** A cursor that the exchange gave out for `creditListings` without a filter, and one of `enforcementCases`. */
const cursors = { cases: '', listings: '' }

beforeAll(async () => {
  trust = await createTrust([here, there])
  counties = await startCounties(trust, [here, there])
  gateway = await startGateway({ trust, snapshot: counties.snapshot, env: { DEADLINE_MS: '20000' } })
  authorization = `Bearer ${await trust.token(agencyOf(here))}`
  for (const serial of [1, 2, 3]) {
    const filed = await ask('mutation ($input: FileCaseInput!) { fileCase(input: $input) { id } }', {
      input: {
        number: `示例立〔2026〕${serial}号`,
        title: '涉嫌发布虚假广告案',
        subject,
        subjectName: '虚构示例有限公司',
        act: 'FALSE_ADVERTISING',
        field: 'FOOD_AND_DRUGS',
        officers: officersOf(here),
      },
    })
    if (filed.body.errors) throw new Error(JSON.stringify(filed.body.errors))
    const entered = await ask('mutation ($input: EnterListingInput!) { enterListing(input: $input) { id } }', {
      input: {
        documentNumber: `示例列〔2026〕${serial}号`,
        subject,
        subjectName: '虚构示例有限公司',
        category: 'REFUSAL_TO_PERFORM',
        facts: '示例事由',
        basis: '第十一条',
        organ: '示例县市场监督管理局',
      },
    })
    if (entered.body.errors) throw new Error(JSON.stringify(entered.body.errors))
  }
  const pages = await ask(
    '{ enforcementCases(first: 1) { pageInfo { endCursor } } creditListings(first: 1) { pageInfo { endCursor } } }',
  )
  const data = pages.body.data as Record<string, { pageInfo: { endCursor: string } }>
  cursors.cases = data['enforcementCases']?.pageInfo.endCursor ?? ''
  cursors.listings = data['creditListings']?.pageInfo.endCursor ?? ''
})
afterAll(async () => {
  await gateway?.close()
  await counties?.close()
  await trust?.close()
})

function ask(query: string, variables: Record<string, unknown> = {}): Promise<GatewayAnswer> {
  return post(`${gateway.url}/graphql`, authorization, { query, variables })
}

/** Requests to counties, as the gateway's own figures have it. */
async function requestsCounted(): Promise<number> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text()
  return [...text.matchAll(/^liandong_county_requests_total\{.*\} (\d+)$/gm)].reduce((sum, [, n]) => sum + Number(n), 0)
}

interface Bad {
  name: string
  query: string
  variables?: Record<string, unknown>
  code?: string
  /** What the message must say: what is wrong, and what is expected. */
  says: RegExp
  /** Counties that may be asked, where only the one that holds the record can tell: one, never all. */
  asks?: 0 | 1
}

const check = (code: string, matter = '"FOOD_BUSINESS_LICENCE"') =>
  `{ creditCheck(subject: ${code}, matter: ${matter}) { verdict coverage { complete } } }`
const checkVariable =
  'query ($s: SubjectCode!) { creditCheck(subject: $s, matter: "FOOD_BUSINESS_LICENCE") { verdict } }'
const listings = (given: string) =>
  `{ creditListings(${given}) { nodes { id } coverage { complete unanswered { reason } } } }`
const connections = ['creditListings', 'penalties', 'enforcementCases'] as const

const codes: Bad[] = [
  {
    name: 'a subject code with a wrong check character',
    query: check('"91110000600037341M"'),
    says: /check character/,
  },
  { name: 'a subject code too short', query: check('"9111000060003734"'), says: /has 16 characters and must have 18/ },
  { name: 'a subject code as a number', query: check('911100006000373410'), says: /string of 18 characters/ },
  { name: 'an empty subject code', query: check('""'), says: /empty/ },
  { name: 'no subject code', query: check('null'), code: 'GRAPHQL_VALIDATION_FAILED', says: /SubjectCode!/ },
  {
    name: 'a subject code with a wrong check character in a variable',
    query: checkVariable,
    variables: { s: '91110000600037341M' },
    says: /check character/,
  },
  { name: 'a number in a variable', query: checkVariable, variables: { s: 5 }, says: /string of 18 characters/ },
  { name: 'a list in a variable', query: checkVariable, variables: { s: [subject] }, says: /string of 18 characters/ },
  { name: 'a variable left out', query: checkVariable, says: /"\$s".*"SubjectCode!".*was not provided/ },
  { name: 'a mistyped code in a filter', query: listings('filter: {subject: "9111"}'), says: /has 4 characters/ },
  {
    name: 'a mistyped code in a filter in a variable',
    query: 'query ($f: CreditListingFilter) { creditListings(filter: $f) { nodes { id } } }',
    variables: { f: { subject: '9111' } },
    says: /has 4 characters/,
  },
  { name: 'a mistyped code of "subject"', query: '{ subject(code: "9111") { name } }', says: /has 4 characters/ },
  {
    name: 'a mistyped code in "accesses"',
    query: '{ accesses(subject: "9111") { nodes { at } } }',
    says: /has 4 characters/,
  },
  {
    name: 'a mistyped code in a case to be filed',
    query: 'mutation ($input: FileCaseInput!) { fileCase(input: $input) { id } }',
    variables: {
      input: { number: '1', title: 't', subject: '9111', subjectName: 'n', act: 'FALSE_ADVERTISING', field: 'OTHER' },
    },
    says: /has 4 characters/,
  },
  { name: 'an unknown matter', query: check(`"${subject}"`, '"GUESSING"'), says: /no approval matter.*FOOD_BUSINESS/s },
  { name: 'an empty matter', query: check(`"${subject}"`, '""'), says: /no approval matter/ },
]

const counted = connections.flatMap((field): Bad[] => {
  const page = (given: string) => `{ ${field}(${given}) { nodes { id } coverage { complete } } }`
  const variable = `query ($n: Int, $c: [CountyCode!]) { ${field}(first: $n, counties: $c) { nodes { id } } }`
  return [
    { name: `${field}(first: 100000)`, query: page('first: 100000'), says: /"first".*(from|between) 1 (to|and) 200/ },
    { name: `${field}(first: 201)`, query: page('first: 201'), says: /"first".*(from|between) 1 (to|and) 200/ },
    { name: `${field}(first: 0)`, query: page('first: 0'), says: /"first".*(from|between) 1 (to|and) 200/ },
    { name: `${field}(first: -1)`, query: page('first: -1'), says: /"first".*(from|between) 1 (to|and) 200/ },
    { name: `${field}(last: 100000)`, query: page('last: 100000'), says: /"last".*(from|between) 1 (to|and) 200/ },
    { name: `${field}(first:, last:)`, query: page('first: 5, last: 5'), says: /"first" and "last"/ },
    {
      name: `${field}(first: $n) of 0`,
      query: variable,
      variables: { n: 0 },
      says: /"first".*(from|between) 1 (to|and) 200/,
    },
    { name: `${field}(first: $n) of "5"`, query: variable, variables: { n: '5' }, says: /Int cannot represent/ },
    { name: `${field}(first: $n) of 2³²`, query: variable, variables: { n: 2 ** 32 }, says: /32-bit/ },
    { name: `${field}(after: "garbage")`, query: page('after: "garbage"'), says: /cursor in "after"/ },
    { name: `${field}(before: "")`, query: page('before: ""'), says: /cursor in "before"/ },
    { name: `${field}(counties: [])`, query: page('counties: []'), says: /"counties" is empty/ },
    { name: `${field}(counties: $c) of []`, query: variable, variables: { c: [] }, says: /"counties" is empty/ },
    {
      name: `${field} of an unknown county`,
      query: page('counties: ["410823"]'),
      says: /410823.*not in the directory/,
    },
    {
      name: `${field} of a known and an unknown county`,
      query: page('counties: ["411528", "410823"]'),
      says: /410823.*not in the directory/,
    },
    { name: `${field} of a county code too short`, query: page('counties: ["41152"]'), says: /six digits/ },
    { name: `${field} of a prefecture`, query: page('counties: ["411500"]'), says: /411500.*county's code/ },
    { name: `${field} of a county as number`, query: page('counties: [411528]'), says: /string of six digits/ },
    {
      name: `${field} of a mistyped county in a variable`,
      query: variable,
      variables: { c: ['99'] },
      says: /six digits/,
    },
  ]
})

const wrongIds: Bad[] = [
  ...(['creditListing', 'penalty', 'enforcementCase'] as const).flatMap((field): Bad[] => [
    { name: `${field} by text that is no id`, query: `{ ${field}(id: "x") { id } }`, says: /begins with its county/ },
    { name: `${field} by an empty id`, query: `{ ${field}(id: "") { id } }`, says: /begins with its county/ },
    {
      name: `${field} of an unknown county`,
      query: `{ ${field}(id: "410823:case:${uuid}") { id } }`,
      says: /410823.*not in the directory/,
    },
    {
      name: `${field} by an id of another kind`,
      query: `{ ${field}(id: "${here}:officer:${uuid}") { id } }`,
      says: /not the id of a .*expected <county>:/,
      asks: 1,
    },
    {
      name: `${field} by an id without a UUID`,
      query: `{ ${field}(id: "${here}:7") { id } }`,
      says: /not the id of a .*expected <county>:/,
      asks: 1,
    },
  ]),
  {
    name: 'confirmCaseLink of an unknown county',
    query: `mutation { confirmCaseLink(id: "410823:link:${uuid}") { id } }`,
    says: /410823.*not in the directory/,
  },
  {
    name: 'advanceCase by text that is no id',
    query: 'mutation { advanceCase(id: "x", event: INVESTIGATE) { id } }',
    says: /begins with its county/,
  },
  {
    name: 'proposeCaseLink to a county nobody knows',
    query: `mutation { proposeCaseLink(id: "${here}:case:${uuid}", target: "410823:case:${uuid}", kind: SAME_ACT) { id } }`,
    says: /no county 410823/,
    asks: 1,
  },
  {
    name: 'proposeCaseLink to text that is no id',
    query: `mutation { proposeCaseLink(id: "${here}:case:${uuid}", target: "x", kind: SAME_ACT) { id } }`,
    says: /"target" is not the id of a case/,
    asks: 1,
  },
  {
    name: 'agencies of an unknown county',
    query: '{ agencies(county: "410823") { id } }',
    says: /not in the directory/,
  },
]

const filters: Bad[] = [
  {
    name: 'a category that does not exist',
    query: listings('filter: {category: NONSENSE}'),
    code: 'GRAPHQL_VALIDATION_FAILED',
    says: /NONSENSE.*ListingCategory/,
  },
  {
    name: 'a category that does not exist in a variable',
    query: 'query ($f: CreditListingFilter) { creditListings(filter: $f) { nodes { id } } }',
    variables: { f: { category: 'NONSENSE' } },
    says: /"ListingCategory" enum/,
  },
  {
    name: 'a filter that does not exist',
    query: listings('filter: {colour: "red"}'),
    code: 'GRAPHQL_VALIDATION_FAILED',
    says: /"colour" is not defined by type "CreditListingFilter"/,
  },
  {
    name: 'a day that is none',
    query: listings('filter: {listedFrom: "yesterday"}'),
    code: 'GRAPHQL_VALIDATION_FAILED',
    says: /Date cannot represent.*yesterday/,
  },
  {
    name: 'a day that the calendar lacks',
    query: listings('filter: {listedTo: "2026-02-30"}'),
    code: 'GRAPHQL_VALIDATION_FAILED',
    says: /Date cannot represent.*2026-02-30/,
  },
  {
    name: 'a day that is none in a variable',
    query: 'query ($f: PenaltyFilter) { penalties(filter: $f) { nodes { id } } }',
    variables: { f: { decidedFrom: '1 March' } },
    says: /Date/,
  },
  {
    name: 'an act that the directory does not know',
    query: '{ enforcementCases(filter: {act: "GUESSING"}) { nodes { id } coverage { complete } } }',
    says: /"GUESSING" is no type of unlawful act/,
  },
]

const documents: Bad[] = [
  { name: 'text that is no document', query: '{ creditListings {', code: 'GRAPHQL_PARSE_FAILED', says: /Syntax Error/ },
  {
    name: 'an unknown field',
    query: '{ creditListings { nodes { colour } } }',
    code: 'GRAPHQL_VALIDATION_FAILED',
    says: /Cannot query field "colour" on type "CreditListing"/,
  },
  {
    name: 'a field that only the gateway asks',
    query: `{ creditStandings(questions: [{ subject: "${subject}", matter: "FOOD_BUSINESS_LICENCE" }]) { asOf } }`,
    code: 'GRAPHQL_VALIDATION_FAILED',
    says: /Cannot query field "creditStandings"/,
  },
  {
    name: 'an unknown argument',
    query: listings('colour: 5'),
    code: 'GRAPHQL_VALIDATION_FAILED',
    says: /Unknown argument "colour"/,
  },
  {
    name: 'a document of 5,000 tokens',
    query: `{ ${'counties { code } '.repeat(1_300)} }`,
    code: 'OPERATION_TOO_COMPLEX',
    says: /4000 tokens/,
  },
]

describe.each([
  ['codes', codes],
  ['pages and counties', counted],
  ['ids', wrongIds],
  ['filters', filters],
  ['documents', documents],
])('bad %s', (_, cases) => {
  it.each(cases)('$name', async ({ query, variables, code = 'BAD_USER_INPUT', says, asks = 0 }) => {
    const before = { asked: counties.asked(), counted: await requestsCounted() }
    const { status, body } = await ask(query, variables)
    expect(body.errors?.map(({ extensions }) => extensions.code)).toEqual([code])
    expect(body.errors?.[0]?.message).toMatch(says)
    // Either nothing was executed, or the one field is null: never an empty list.
    expect(Object.values(body.data ?? {})).toEqual(body.data ? [null] : [])
    expect(status).toBe(body.data === undefined ? 400 : 200)
    expect(counties.asked() - before.asked).toBe(asks)
    expect((await requestsCounted()) - before.counted).toBe(asks)
  })
})

describe('a cursor of another query', () => {
  const foreign: [string, string][] = [
    ['another field', '{ creditListings(after: "CASES") { nodes { id } coverage { complete } } }'],
    [
      'the same field with another filter',
      '{ creditListings(after: "LISTINGS", filter: {hasEffect: true}) { nodes { id } } }',
    ],
    ['another field, backwards', '{ creditListings(last: 5, before: "CASES") { nodes { id } } }'],
    ['a subject’s records', `{ subject(code: "${subject}") { listings(after: "LISTINGS") { nodes { id } } } }`],
  ]

  it.each(foreign)('is refused before any county is asked: %s', async (_, query) => {
    const before = counties.asked()
    const { body } = await ask(query.replace('CASES', cursors.cases).replace('LISTINGS', cursors.listings))
    expect(body.errors).toMatchObject([
      {
        message: expect.stringMatching(/cursor in "(after|before)".*another query/),
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ])
    expect(JSON.stringify(body.data ?? null)).not.toContain('[]')
    expect(counties.asked()).toBe(before)
  })

  it('is one that its own query takes', async () => {
    const { body } = await ask(`{ creditListings(after: "${cursors.listings}") { nodes { id } } }`)
    expect(body.errors).toBeUndefined()
    expect(body.data).toMatchObject({ creditListings: { nodes: [{}, {}] } })
  })
})

describe('a request that is no single GraphQL operation', () => {
  const operation = { query: '{ counties { code } }' }
  const requests: [string, RequestInit, number, RegExp][] = [
    ['a body that is not JSON', { body: '{ counties' }, 400, /JSON/],
    ['an empty body', { body: '' }, 400, /body|JSON/i],
    ['a JSON text', { body: '"counties"' }, 400, /./],
    ['a JSON null', { body: 'null' }, 400, /./],
    ['a body without a query', { body: '{"variables": {}}' }, 400, /quer(y|ies)/],
    ['a query that is no text', { body: '{"query": 5}' }, 400, /quer(y|ies)/],
    [
      'variables that are no object',
      { body: '{"query": "{ counties { code } }", "variables": "x"}' },
      400,
      /variables/,
    ],
    ['a batched array', { body: JSON.stringify([operation, operation]) }, 400, /batch/i],
    ['a batched array of one', { body: JSON.stringify([operation]) }, 400, /batch/i],
    [
      'two operations and no name',
      { body: JSON.stringify({ query: 'query A { counties { code } } query B { counties { code } }' }) },
      400,
      /operation/i,
    ],
    [
      'a body of more than one megabyte',
      { body: JSON.stringify({ ...operation, extensions: { x: 'x'.repeat(1_048_577) } }) },
      413,
      /large/,
    ],
    ['text sent as text', { body: JSON.stringify(operation), headers: { 'content-type': 'text/plain' } }, 400, /./],
  ]

  it.each(requests)('is refused with a code and a reason: %s', async (_, { body, headers = {} }, status, says) => {
    const before = counties.asked()
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization, ...(headers as Record<string, string>) },
      body: body as string,
    })
    const answer = (await response.json()) as GatewayAnswer['body']
    expect({ status: response.status, codes: answer.errors?.map(({ extensions }) => extensions.code) }).toEqual({
      status,
      codes: ['BAD_USER_INPUT'],
    })
    expect(answer.errors?.[0]?.message).toMatch(says)
    expect(answer.data).toBeUndefined()
    expect(counties.asked()).toBe(before)
  })

  it('is refused when it comes by GET, so that no query stands in a URL or in a proxy’s log', async () => {
    const before = counties.asked()
    const url = `${gateway.url}/graphql?query=${encodeURIComponent('{ creditListings { nodes { id } } }')}`
    const response = await fetch(url, { headers: { authorization, 'apollo-require-preflight': '1' } })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('POST')
    expect(await response.json()).toMatchObject({
      errors: [{ message: expect.stringContaining('POST'), extensions: { code: 'BAD_USER_INPUT' } }],
    })
    expect(counties.asked()).toBe(before)
  })
})
