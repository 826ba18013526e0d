import { createServer } from 'node:http'
import { ApolloGateway, LocalGraphQLDataSource, RemoteGraphQLDataSource } from '@apollo/gateway'
import { GraphQLDataSourceRequestKind } from '@apollo/gateway/dist/datasources/types.js'
import { ApolloServer } from '@apollo/server'
import { composeServices } from '@apollo/composition'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { parse } from 'graphql'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { AskerContext } from './contract.ts'
import { membersOf } from './json.ts'
import { createSubgraphHandler } from './serve.ts'
import { createShardedDataSource, type ShardedDataSource } from './sharded-data-source.ts'
import { type HttpCounty, type Illness, startHttpCounty } from './testing/http-county.ts'
import { MemoryCounty, thing } from './testing/memory-county.ts'
import { testSdl } from './testing/schema.ts'

// Before the gateway is loaded: it would send telemetry.
vi.hoisted(() => {
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true'
})

const codes = ['100001', '200002', '300003']
const exchangeSdl = /* GraphQL */ `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query {
    counties: [County!]!
  }
  type County @key(fields: "code") {
    code: CountyCode!
    name: String!
  }
  scalar CountyCode
  type ThingReference @key(fields: "id") {
    id: ID!
    thing: Thing
  }
  type Thing @key(fields: "id") {
    id: ID!
    extra: Int
  }
`

const counties = new Map<string, HttpCounty>()
let source: ShardedDataSource<AskerContext>
let inProcess: ApolloServer<AskerContext>
let overHttp: ApolloServer<AskerContext>
const closing: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  for (const [hour, code] of codes.entries()) {
    const things = [0, 1, 2, 3].map((n) => thing(code, n, `2026-01-0${n + 1}T0${hour}`))
    const next = codes[(hour + 1) % codes.length] ?? ''
    for (const [n, each] of things.entries()) each.elsewhere = [`${next}:thing:${n}`, `${next}:thing:${n}`]
    const started = await startHttpCounty(new MemoryCounty(code, things))
    counties.set(code, started)
    closing.push(() => started.close())
  }
  const registry = codes.map((code) => ({ code, url: counties.get(code)?.url ?? '', status: 'ACTIVE' as const }))
  source = createShardedDataSource<AskerContext>({
    sdl: testSdl,
    counties: { list: () => registry },
    credentials: (code) => Promise.resolve({ authorization: `for ${code}` }),
    logger: { warn: () => {}, error: () => {} },
    limits: { breakerFailures: 1_000 },
  })
  closing.push(() => source.close())
  const { supergraphSdl, errors } = composeServices([
    { name: 'county', url: 'http://county.invalid', typeDefs: parse(testSdl) },
    { name: 'exchange', url: 'http://exchange.invalid', typeDefs: parse(exchangeSdl) },
  ])
  if (supergraphSdl === undefined) throw new Error(String(errors))
  const start = async (county: ShardedDataSource<AskerContext> | RemoteGraphQLDataSource<AskerContext>) => {
    const gateway = new ApolloGateway({
      supergraphSdl,
      buildService: ({ name }) => (name === 'county' ? county : new LocalGraphQLDataSource(exchangeSchema)),
    })
    const server = new ApolloServer<AskerContext>({ gateway, includeStacktraceInErrorResponses: false })
    await server.start()
    closing.push(() => server.stop())
    return server
  }
  inProcess = await start(source)
  overHttp = await start(new RemoteGraphQLDataSource({ url: await serveSubgraph() }))
})

afterAll(async () => {
  for (const close of closing.toReversed()) await close()
})

beforeEach(() => {
  for (const county of counties.values()) {
    county.illness = undefined
    county.seen.length = 0
  }
})

const exchangeSchema = buildSubgraphSchema([
  {
    typeDefs: parse(exchangeSdl),
    resolvers: {
      Query: { counties: () => codes.map((code) => ({ code })) },
      County: {
        __resolveReference: (reference: { code: string }) => reference,
        name: ({ code }: { code: string }) => `county ${code}`,
      },
      Thing: {
        __resolveReference: (reference: { id: string }) => reference,
        extra: ({ id }: { id: string }) => Number(id.split(':')[2]) * 10,
      },
      ThingReference: {
        __resolveReference: (reference: { id: string }) => reference,
        thing: ({ id }: { id: string }) => ({ __typename: 'Thing', id }),
      },
    },
  },
])

/** The counties as an ordinary HTTP subgraph; returns its URL. */
async function serveSubgraph(): Promise<string> {
  const handle = createSubgraphHandler(source.scatter)
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(Buffer.from(chunk))
      const answer = await handle(membersOf(JSON.parse(Buffer.concat(chunks).toString('utf8'))), context())
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body))
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => new Promise((resolve) => server.close(resolve)))
  const address = server.address()
  if (typeof address === 'string' || address === null) throw new Error('no port')
  return `http://127.0.0.1:${address.port}/`
}

function context(milliseconds = 10_000): AskerContext {
  return {
    viewer: { county: '100001' },
    transaction: { deadline: Date.now() + milliseconds },
    signal: new AbortController().signal,
  }
}

async function ask(server: ApolloServer<AskerContext>, query: string, milliseconds?: number) {
  const { body } = await server.executeOperation({ query }, { contextValue: context(milliseconds) })
  if (body.kind !== 'single') throw new Error('one answer')
  const { data, errors = [] } = body.singleResult
  return { data: membersOf(JSON.parse(JSON.stringify(data ?? {}))), errors }
}

const journey = `{
  thing(id: "100001:thing:1") {
    id name county { code name }
    elsewhere { id thing { name county { name } elsewhere { thing { id elsewhere { thing { id } } } } } }
  }
}`

describe.each([
  ['in the gateway', () => inProcess],
  ['as an HTTP subgraph', () => overHttp],
])('counties %s', (_, server) => {
  test('are walked from one into the next and back by one query', async () => {
    const { data, errors } = await ask(server(), journey)
    expect(errors).toEqual([])
    const third = {
      thing: { id: '300003:thing:1', elsewhere: [1, 2].map(() => ({ thing: { id: '100001:thing:1' } })) },
    }
    const second = { name: 'thing 1', county: { name: 'county 200002' }, elsewhere: [third, third] }
    expect(data).toEqual({
      thing: {
        id: '100001:thing:1',
        name: 'thing 1',
        county: { code: '100001', name: 'county 100001' },
        elsewhere: [
          { id: '200002:thing:1', thing: second },
          { id: '200002:thing:1', thing: second },
        ],
      },
    })
    expect(codes.map((code) => counties.get(code)?.seen.length)).toEqual([1, 1, 1])
  })

  test('are given what another subgraph knows of a record when they need it', async () => {
    const { data, errors } = await ask(server(), '{ things(first: 4) { nodes { sum } } }')
    expect(errors).toEqual([])
    expect(data).toEqual({ things: { nodes: [31, 31, 31, 21].map((sum) => ({ sum })) } })
  })

  test('that fail leave the rest of the walk standing, and are named with the key that is missing', async () => {
    const ill = counties.get('300003')
    if (ill) ill.illness = 'HTTP_500'
    const { data, errors } = await ask(server(), journey)
    expect(data).toMatchObject({
      thing: { elsewhere: [{ thing: { name: 'thing 1', elsewhere: [{ thing: null }, {}] } }, {}] },
    })
    expect(errors.map(({ extensions }) => extensions)).toMatchObject([
      { code: 'COUNTY_UNANSWERED', county: '300003', reason: 'FAULT', key: '300003:thing:1' },
    ])
  })

  test('give one page of all, each with its coverage', async () => {
    const { data, errors } = await ask(
      server(),
      '{ things(first: 2) { nodes { id county { name } } pageInfo { hasNextPage } coverage { complete answered { county { name } asOf } } } }',
    )
    expect(errors).toEqual([])
    expect(data).toEqual({
      things: {
        nodes: ['300003', '200002'].map((code) => ({ id: `${code}:thing:3`, county: { name: `county ${code}` } })),
        pageInfo: { hasNextPage: true },
        coverage: {
          complete: true,
          answered: codes.map((code) => ({ county: { name: `county ${code}` }, asOf: '2026-01-01T00:00:00Z' })),
        },
      },
    })
  })
})

describe('within the deadline', () => {
  test.each<[Illness, string]>([
    ['HANGS', 'TIMEOUT'],
    ['DRIPS', 'TIMEOUT'],
    ['HTTP_500', 'FAULT'],
    ['CLOSES_HALF_WAY', 'FAULT'],
    ['BROKEN_JSON', 'FAULT'],
    ['HTML', 'FAULT'],
    ['GRAPHQL_ERROR', 'FAULT'],
    ['HUGE', 'FAULT'],
    ['ANOTHER_REQUEST', 'FAULT'],
    ['HTTP_401', 'REFUSED'],
    ['HANGS_UP', 'UNREACHABLE'],
  ])('the others answer while one county %s, which is named with the reason %s', async (illness, reason) => {
    const ill = counties.get('200002')
    if (ill) ill.illness = illness
    const deadline = Date.now() + 1_500
    const { data, errors } = await ask(
      inProcess,
      '{ things(first: 2) { nodes { id } coverage { complete unanswered { county { code } reason } } } words }',
      1_500,
    )
    expect(Date.now()).toBeLessThan(deadline)
    expect(data).toEqual({
      things: {
        nodes: [{ id: '300003:thing:3' }, { id: '100001:thing:3' }],
        coverage: { complete: false, unanswered: [{ county: { code: '200002' }, reason }] },
      },
      words: null,
    })
    expect(JSON.stringify(errors)).not.toContain('a secret')
  })
})

test('parallel fetches of one query to one county travel in one request', async () => {
  await ask(
    inProcess,
    `{ a: thing(id: "100001:thing:0") { elsewhere { thing { name } } } b: thing(id: "300003:thing:1") { county { code } elsewhere { thing { size } } } }`,
  )
  expect(codes.map((code) => counties.get(code)?.seen.length)).toEqual([2, 1, 1])
})

test('a health check needs no county', async () => {
  const kind: GraphQLDataSourceRequestKind.HEALTH_CHECK = GraphQLDataSourceRequestKind.HEALTH_CHECK
  const answer = await source.process({ kind, request: { query: '{ __typename }' }, context: {} })
  expect(answer).toEqual({ data: { __typename: 'Query' } })
})

test('a body that is no GraphQL request is 400', async () => {
  const handle = createSubgraphHandler(source.scatter)
  expect((await handle({ query: 7 }, context())).status).toBe(400)
  expect((await handle({ query: '{ mine }', variables: [] }, context())).status).toBe(400)
  expect(await handle({ query: '{ mine }', variables: null }, context())).toEqual({
    status: 200,
    body: { data: { mine: 'mine of 100001' } },
  })
})
