import { composeServices } from '@apollo/composition'
import { ApolloGateway } from '@apollo/gateway'
import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { type FormattedExecutionResult, type GraphQLFormattedError, parse } from 'graphql'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createScopePlugin } from './scope-plugin.ts'
import { readScopeTable } from './scope-table.ts'
import { stripSecurity } from './strip-security.ts'

const link = (imports: string) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", import: [${imports}])`

const recordsSdl = `
  ${link('"@key", "@requiresScopes", "@shareable"')}
  type Query {
    check: String @requiresScopes(scopes: [["check"]])
    listings: [Listing!]!
    cases: [Case] @requiresScopes(scopes: [["case"]])
    records: [Record]
    things: [Thing]
    open: Open
  }
  type Mutation { file(note: String): Case @requiresScopes(scopes: [["write"]]) }
  type Listing implements Record @key(fields: "id") @requiresScopes(scopes: [["check"], ["read"]]) {
    id: ID!
    reason: String @requiresScopes(scopes: [["read"]])
    subject: String! @requiresScopes(scopes: [["read"]])
  }
  type Case implements Record @key(fields: "id") @requiresScopes(scopes: [["case"]]) { id: ID! reason: String }
  interface Record { id: ID! reason: String }
  type Open { word: String }
  union Thing = Listing | Case | Open
`
const notesSdl = `
  ${link('"@key", "@requiresScopes"')}
  type Listing @key(fields: "id") { id: ID! remark: String remarkOfOfficer: String @requiresScopes(scopes: [["read"]]) }
  type Case @key(fields: "id") { id: ID! clue: String }
`

/** What the subgraphs were asked since the test began, one line each. */
const asked: string[] = []
const mutated: string[] = []
const servers: ApolloServer[] = []
const listing = (id: string) => ({ __typename: 'Listing', id, reason: `reason ${id}`, subject: `subject ${id}` })
const aCase = { __typename: 'Case', id: 'c1', reason: 'reason c1' }

const recordResolvers = {
  Query: {
    check: () => 'clear',
    listings: () => [listing('l1'), listing('l2')],
    cases: () => [aCase],
    records: () => [listing('l1'), aCase],
    things: () => [listing('l1'), aCase, { __typename: 'Open', word: 'free' }],
    open: () => ({ word: 'free' }),
  },
  Mutation: {
    file: () => {
      mutated.push('file')
      return aCase
    },
  },
  Listing: { __resolveReference: ({ id }: { id: string }) => listing(id) },
  Case: { __resolveReference: () => aCase },
}
const noteResolvers = {
  Listing: {
    __resolveReference: ({ id }: { id: string }) => ({ id }),
    remark: ({ id }: { id: string }) => `remark ${id}`,
    remarkOfOfficer: ({ id }: { id: string }) => `secret ${id}`,
  },
  Case: { __resolveReference: ({ id }: { id: string }) => ({ id }), clue: () => 'clue' },
}

async function subgraph(sdl: string, resolvers: typeof recordResolvers | typeof noteResolvers): Promise<string> {
  const server = new ApolloServer({
    schema: buildSubgraphSchema({ typeDefs: parse(sdl), resolvers }),
    plugins: [
      { requestDidStart: async ({ request }) => void asked.push((request.query ?? '').replaceAll(/\s+/g, ' ')) },
    ],
  })
  const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } })
  servers.push(server)
  return url
}

interface Caller {
  scopes: ReadonlySet<string>
}

let gateway: ApolloServer<Caller>
let county: ApolloServer<Caller>

beforeAll(async () => {
  const urls = [await subgraph(recordsSdl, recordResolvers), await subgraph(notesSdl, noteResolvers)]
  const { supergraphSdl = '' } = composeServices([
    { name: 'records', typeDefs: parse(recordsSdl), url: urls[0] ?? '' },
    { name: 'notes', typeDefs: parse(notesSdl), url: urls[1] ?? '' },
  ])
  const scopesOf = ({ scopes }: Caller) => scopes
  gateway = new ApolloServer<Caller>({
    gateway: new ApolloGateway({ supergraphSdl: stripSecurity(supergraphSdl) }),
    plugins: [createScopePlugin({ table: readScopeTable(supergraphSdl), scopesOf })],
  })
  county = new ApolloServer<Caller>({
    schema: buildSubgraphSchema({ typeDefs: parse(recordsSdl), resolvers: recordResolvers }),
    plugins: [createScopePlugin({ table: readScopeTable(recordsSdl), scopesOf })],
  })
  await gateway.start()
  await county.start()
})

afterAll(async () => {
  await gateway.stop()
  await county.stop()
  for (const server of servers) await server.stop()
})

beforeEach(() => {
  asked.length = 0
  mutated.length = 0
})

/** Sends a document with the scopes, separated by spaces. */
async function ask(
  server: ApolloServer<Caller>,
  scopes: string,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<FormattedExecutionResult> {
  const contextValue = { scopes: new Set(scopes.split(' ')) }
  const { body } = await server.executeOperation({ query, variables }, { contextValue })
  if (body.kind !== 'single') throw new Error('incremental')
  // As the caller receives it.
  const received: FormattedExecutionResult = JSON.parse(JSON.stringify(body.singleResult))
  return received
}

const paths = (errors: readonly GraphQLFormattedError[] | undefined) => errors?.map(({ path }) => path?.join('.'))

describe.each([
  ['a gateway', () => gateway],
  ['a subgraph', () => county],
])('the scope plugin in %s', (_, serverOf) => {
  it('lets everything through that the scopes cover', async () => {
    const result = await ask(serverOf(), 'read case', '{ listings { id reason subject } cases { id } }')
    expect(result).toEqual({
      data: {
        listings: [
          { id: 'l1', reason: 'reason l1', subject: 'subject l1' },
          { id: 'l2', reason: 'reason l2', subject: 'subject l2' },
        ],
        cases: [{ id: 'c1' }],
      },
    })
  })

  it('puts null and one error with the scopes needed in place of each refused field', async () => {
    const result = await ask(serverOf(), 'check', '{ listings { id why: reason } cases { id } }')
    expect(result.data).toEqual({
      listings: [
        { id: 'l1', why: null },
        { id: 'l2', why: null },
      ],
      cases: null,
    })
    expect(paths(result.errors)).toEqual(['listings.@.why', 'cases'])
    expect(result.errors?.map(({ extensions }) => extensions)).toEqual([
      { code: 'UNAUTHORIZED_FIELD_OR_TYPE', requiredScopes: [['read']] },
      { code: 'UNAUTHORIZED_FIELD_OR_TYPE', requiredScopes: [['case']] },
    ])
  })

  it('lets a null bubble up where the schema says non-null', async () => {
    const result = await ask(serverOf(), 'check', '{ open { word } listings { id subject } }')
    expect(result.data).toBeNull()
    expect(paths(result.errors)).toEqual(['listings.@.subject'])
  })

  it('keeps fragments on allowed types and completes the others by their runtime type', async () => {
    const query = '{ things { ... on Listing { id reason } ... on Case { reason } ...O } } fragment O on Open { word }'
    const result = await ask(serverOf(), 'read', query)
    expect(result.data).toEqual({ things: [{ id: 'l1', reason: 'reason l1' }, { reason: null }, { word: 'free' }] })
    expect(paths(result.errors)).toEqual(['things.@.reason'])
  })

  it('refuses fields on an interface while one type behind it is refused', async () => {
    expect(await ask(serverOf(), 'read', '{ records { id reason } }')).toMatchObject({ data: { records: null } })
    expect(await ask(serverOf(), 'read case', '{ records { reason } }')).toEqual({
      data: { records: [{ reason: 'reason l1' }, { reason: 'reason c1' }] },
    })
    expect(await ask(serverOf(), 'read', '{ records { __typename ... on Listing { id } } }')).toEqual({
      data: { records: [{ __typename: 'Listing', id: 'l1' }, { __typename: 'Case' }] },
    })
  })

  it('gives no error for a refused field that the caller skips', async () => {
    const query = 'query ($yes: Boolean = true) { open { word } cases @skip(if: $yes) { id } }'
    expect(await ask(serverOf(), 'check', query)).toEqual({ data: { open: { word: 'free' } } })
    const result = await ask(serverOf(), 'check', query, { yes: false })
    expect(result).toMatchObject({ data: { open: { word: 'free' }, cases: null } })
    expect(paths(result.errors)).toEqual(['cases'])
  })

  it('executes nothing when nothing is left', async () => {
    const query = 'mutation { file { id } }'
    const result = await ask(serverOf(), 'read', query)
    expect(result.data).toEqual({ file: null })
    expect(paths(result.errors)).toEqual(['file'])
    expect([asked, mutated]).toEqual([[], []])
    // Allowed to file but to see nothing of the case: nothing may change either.
    expect(await ask(serverOf(), 'write', query)).toMatchObject({ data: { file: null } })
    expect(mutated).toEqual([])
    expect(await ask(serverOf(), 'write case', query)).toEqual({ data: { file: { id: 'c1' } } })
    expect(mutated).toEqual(['file'])
  })

  it('leaves introspection and __typename alone', async () => {
    const result = await ask(
      serverOf(),
      '',
      '{ __typename __schema { queryType { name } } __type(name: "Case") { name } }',
    )
    expect(result).toEqual({
      data: { __typename: 'Query', __schema: { queryType: { name: 'Query' } }, __type: { name: 'Case' } },
    })
  })

  it.each([
    ['an empty name', { query: 'mutation A { file { id } }', operationName: '' }],
    ['an unknown name', { query: 'mutation A { file { id } }', operationName: 'B' }],
    ['no name for several', { query: 'mutation A { file { id } } query B { open { word } }' }],
  ])('runs nothing when it cannot tell the operation: %s', async (__, request) => {
    const { body } = await serverOf().executeOperation(request, { contextValue: { scopes: new Set<string>() } })
    expect(body).toMatchObject({ singleResult: { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] } })
    expect([asked, mutated]).toEqual([[], []])
  })

  it('adds nothing to a request that fails as a whole', async () => {
    const result = await ask(serverOf(), '', 'query ($no: Boolean!) { open { word @skip(if: $no) } cases { id } }')
    expect(result.data).toBeUndefined()
    expect(result.errors).toEqual([expect.objectContaining({ message: expect.stringContaining('"$no"') })])
  })
})

const whole = (id: string) => ({
  id,
  reason: `reason ${id}`,
  remark: `remark ${id}`,
  remarkOfOfficer: `secret ${id}`,
})
const part = (id: string) => ({ id, reason: null, remark: `remark ${id}`, remarkOfOfficer: null })

describe('the scope plugin in a gateway over HTTP', () => {
  const query = '{ listings { id reason remark remarkOfOfficer } cases { id clue } }'
  const forbidden = /reason|remarkOfOfficer|cases|clue/

  it.each([
    ['the privileged caller first', ['read case', 'check', 'read case', 'check']],
    ['the unprivileged caller first', ['check', 'read case', 'check', 'read case']],
  ] as const)('never sends a forbidden field to a subgraph, with plans cached and %s', async (title, callers) => {
    // A document of its own for each order, so that the first caller is the one who fills the caches.
    const document = `# ${title}\n${query}`
    const seen = []
    for (const scopes of callers) {
      asked.length = 0
      const { data, errors } = await ask(gateway, scopes, document)
      seen.push({ scopes, data, failed: paths(errors), leaked: asked.some((text) => forbidden.test(text)) })
    }
    const refused = ['listings.@.reason', 'listings.@.remarkOfOfficer', 'cases']
    const expected = {
      'read case': {
        data: { listings: [whole('l1'), whole('l2')], cases: [{ id: 'c1', clue: 'clue' }] },
        failed: undefined,
        leaked: true,
      },
      check: { data: { listings: [part('l1'), part('l2')], cases: null }, failed: refused, leaked: false },
    }
    expect(seen).toEqual(callers.map((scopes) => ({ scopes, ...expected[scopes] })))
  })
})
