import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { GraphQLDataSource } from '@apollo/gateway'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { parse } from 'graphql'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { systemClock } from '../../services/platform/clock.ts'
import type { JournalEntry } from '../../services/platform/journal/journal.ts'
import { packageRoot } from '../../services/platform/package-root.ts'
import { createPurposePlugin } from '../access/purpose-plugin.ts'
import { createSafelistPlugin, readSafelist } from '../access/safelist.ts'
import { createGraphqlServer, type GraphqlServer } from '../graphql.ts'
import type { GatewayMetrics } from '../metrics.ts'
import { loadOperations } from '../playground/playground.operations.ts'
import { InProcessDataSource } from './in-process-data-source.ts'

const read = (name: string) => readFileSync(join(packageRoot(), 'schema', `${name}.graphql`), 'utf8')
const operations = loadOperations()
const everything = ['credit:check', 'credit:read', 'case:read', 'case:write', 'matter:read', 'matter:write']

let fetched: string[] = []
let journalled: JournalEntry[] = []
let counted: string[] = []
let gateway: GraphqlServer

beforeEach(async () => {
  fetched = []
  journalled = []
  counted = []
  const noting = (name: string): GraphQLDataSource => ({
    process: async () => {
      fetched.push(name)
      return { data: null }
    },
  })
  const schema = buildSubgraphSchema(parse(read('exchange')))
  const field = schema.getQueryType()?.getFields()['creditCheck']
  if (field) field.resolve = () => ({ verdict: 'CLEAR', receipt: 'r' })
  const exchange = new InProcessDataSource(schema)
  const process = exchange.process.bind(exchange)
  exchange.process = (options) => {
    fetched.push('exchange')
    return process(options)
  }
  gateway = createGraphqlServer({
    supergraphSdl: read('supergraph'),
    dataSources: { county: noting('county'), coordination: noting('coordination'), exchange },
    plugins: [
      createSafelistPlugin({
        mode: 'safelist',
        safelist: readSafelist([...operations.map(({ document }) => document), short]),
        scopesOf: ({ viewer }) => viewer.scopes,
      }),
      createPurposePlugin({ transactionOf: ({ transaction }) => transaction }),
    ],
    maxTokens: 4_000,
    journal: {
      append: async (entry) => void journalled.push(entry),
      status: async () => ({ ok: true, detail: '' }),
    },
    pepper: 'a pepper that only tests use',
    clock: systemClock,
    logger: pino({ level: 'silent' }),
    metrics: { operation: (name: string) => void counted.push(name) } as unknown as GatewayMetrics,
    operationNames: new Set(['Short']),
  })
  await gateway.server.start()
})
afterEach(() => gateway.server.stop())

const short = 'query Short($s: SubjectCode!) { creditCheck(subject: $s, matter: "M") { verdict receipt } }'
const variables = { s: '91411528MADE000117' }

it('plans registered operations for each set of scopes; nobody is asked, nothing is journalled or counted', async () => {
  const all = new Set(everything)
  const plans = await gateway.warmUp(operations, [all, new Set(['credit:check'])], new AbortController().signal)
  // Each with its name and without, for those with everything; for the others what their scopes leave.
  expect(plans).toBeGreaterThanOrEqual(2 * operations.length)
  expect(plans).toBeLessThan(4 * operations.length)
  expect({ fetched, journalled, counted }).toEqual({ fetched: [], journalled: [], counted: [] })
})

it('makes the first question as quick as the second: it runs in place, is journalled and counted', async () => {
  const samples = JSON.stringify(variables)
  await gateway.warmUp([{ document: short, variables: samples }], [new Set(everything)], new AbortController().signal)
  for (const operationName of [undefined, 'Short']) {
    const contextValue = {
      viewer: { agency: 'a', county: '411528', scopes: new Set(['credit:check']) },
      transaction: { id: 't', deadline: Date.now() + 1_000 },
      signal: new AbortController().signal,
      shown: new Set<string>(),
    }
    const { body } = await gateway.server.executeOperation(
      { query: short, variables, ...(operationName && { operationName }) },
      { contextValue },
    )
    expect(body).toMatchObject({ singleResult: { data: { creditCheck: { verdict: 'CLEAR', receipt: 'r' } } } })
  }
  expect({ fetched, counted }).toEqual({ fetched: [], counted: ['Short', 'Short'] })
  expect(journalled.map(({ subjects }) => subjects)).toEqual([[variables.s], [variables.s]])
})

it('stops when it is told to, and leaves what is refused to those who ask it', async () => {
  const stopped = new AbortController()
  stopped.abort()
  expect(await gateway.warmUp(operations, [new Set(everything)], stopped.signal)).toBe(0)
  const { signal } = new AbortController()
  const unregistered = { document: 'query Other { counties { code } }' }
  const wrong = { document: short, variables: '{"s":"not a code"}' }
  expect(await gateway.warmUp([unregistered, wrong], [new Set(everything)], signal)).toBe(0)
  expect({ fetched, journalled, counted }).toEqual({ fetched: [], journalled: [], counted: [] })
})
