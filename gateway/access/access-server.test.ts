import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'
import { buildSchema, type FormattedExecutionResult, GraphQLScalarType, Kind } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { badInput, ExchangeError } from '../../services/platform/errors.ts'
import { createScopePlugin } from '../../services/platform/scopes/scope-plugin.ts'
import { readScopeTable } from '../../services/platform/scopes/scope-table.ts'
import type { Purpose } from '../../services/platform/viewer.ts'
import { formatError, internalMessage } from './format-error.ts'
import { createHttpStatusPlugin, statusOf, withHttpStatus } from './http-status.ts'
import { createInternalErrorsPlugin } from './internal-errors.ts'
import { createLimitsPlugin } from './limits.ts'
import { createPurposePlugin } from './purpose-plugin.ts'
import { createSafelistPlugin, readSafelist } from './safelist.ts'

const sdl = `
  directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT
  scalar Code
  type Query {
    creditCheck(code: Code): String @requiresScopes(scopes: [["credit:check"]])
    counties: [String!] @requiresScopes(scopes: [["credit:check"], ["case:read"]])
    cases: [Case!] @requiresScopes(scopes: [["case:read"]])
    faulty: String
    free: String!
  }
  type Case { id: ID! secret: String @requiresScopes(scopes: [["case:write"]]) }
`
interface Caller {
  scopes: ReadonlySet<string>
  transaction: { id: string; purpose?: Purpose; officer?: string }
}

const logged: unknown[] = []
const executed: string[] = []
let url = ''

const schema = buildSchema(sdl)
const code = schema.getType('Code')
if (code instanceof GraphQLScalarType) {
  code.parseValue = (value) => {
    if (value !== 'good') throw badInput('The check digit is wrong.', 'code')
    return value
  }
  code.parseLiteral = (node) => code.parseValue(node.kind === Kind.STRING ? node.value : undefined)
}
const transactionOf = ({ transaction }: Caller) => transaction
const scopesOf = ({ scopes }: Caller) => scopes
const server = new ApolloServer<Caller>({
  schema,
  rootValue: new Proxy(
    {
      creditCheck: 'CLEAR',
      counties: ['411528'],
      cases: [{ id: '1', secret: 'x' }],
      free: 'yes',
      get faulty(): string {
        throw new Error('relation "cases" of 110101199003074514 does not exist')
      },
    },
    {
      get: (target, name) => {
        if (typeof name === 'string' && name in target) executed.push(name)
        const value: unknown = Reflect.get(target, name)
        return value
      },
    },
  ),
  plugins: [
    createSafelistPlugin<Caller>({ mode: 'open', safelist: readSafelist([]), scopesOf }),
    createLimitsPlugin<Caller>({ countiesReached: () => 1 }),
    createScopePlugin<Caller>({ table: readScopeTable(sdl), scopesOf }),
    createPurposePlugin<Caller>({ transactionOf }),
    createInternalErrorsPlugin<Caller>({
      transactionOf,
      logger: { error: (...entry: unknown[]) => void logged.push(entry) },
    }),
    createHttpStatusPlugin<Caller>(),
  ],
  formatError,
  parseOptions: { maxTokens: 1_000 },
  includeStacktraceInErrorResponses: false,
  persistedQueries: false,
})

beforeAll(async () => {
  const started = await startStandaloneServer(server, {
    listen: { port: 0, host: '127.0.0.1' },
    context: async ({ req: { headers } }) => {
      if (headers.authorization === undefined) throw withHttpStatus(new ExchangeError('TOKEN_MISSING', 'Send a token.'))
      return {
        scopes: new Set(headers.authorization.split(' ')),
        transaction: {
          id: 't-1',
          ...(headers['exchange-purpose'] ? { purpose: { kind: 'CASE' as const, number: '1' } } : {}),
          ...(typeof headers['exchange-officer'] === 'string' ? { officer: headers['exchange-officer'] } : {}),
        },
      }
    },
  })
  url = started.url
})

afterAll(() => server.stop())

async function post(body: unknown, headers: Record<string, string> = { authorization: 'credit:check case:read' }) {
  executed.length = 0
  logged.length = 0
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const result: FormattedExecutionResult = JSON.parse(await response.text())
  return { status: response.status, codes: result.errors?.map(({ extensions }) => extensions?.['code']), ...result }
}

describe('purpose and officer', () => {
  const authorization = 'credit:check case:read'

  it('are not asked of a caller who could do with credit:check alone', async () => {
    expect(await post({ query: '{ creditCheck counties __typename }' })).toMatchObject({
      status: 200,
      codes: undefined,
    })
    expect(await post({ query: '{ counties }' }, { authorization: 'case:read' })).toMatchObject({ status: 200 })
  })

  it('are asked, one after the other, of an operation that needs any other scope, before anything runs', async () => {
    const query = '{ creditCheck cases { id } }'
    expect(await post({ query })).toMatchObject({ status: 403, codes: ['PURPOSE_MISSING'] })
    expect(executed).toEqual([])
    const purpose = { authorization, 'exchange-purpose': 'case/1' }
    expect(await post({ query }, purpose)).toMatchObject({ status: 403, codes: ['OFFICER_MISSING'] })
    expect(await post({ query }, { ...purpose, 'exchange-officer': 'A1' })).toMatchObject({
      status: 200,
      data: { cases: [{ id: '1' }] },
    })
  })

  it('are not asked for fields that the scopes have removed already', async () => {
    const result = await post({ query: '{ creditCheck cases { id } }' }, { authorization: 'credit:check' })
    expect(result).toMatchObject({ status: 200, codes: ['UNAUTHORIZED_FIELD_OR_TYPE'], data: { cases: null } })
  })
})

describe('what leaves when something fails', () => {
  it('has the status of its code when the whole request fails', async () => {
    expect(await post({ query: '{' })).toMatchObject({ status: 400, codes: ['GRAPHQL_PARSE_FAILED'] })
    expect(await post({ query: '{ nothing }' })).toMatchObject({ status: 400, codes: ['GRAPHQL_VALIDATION_FAILED'] })
    expect(await post({ query: '{ free }' }, {})).toMatchObject({ status: 401, codes: ['TOKEN_MISSING'] })
    const variable = { query: 'query ($c: Code) { creditCheck(code: $c) }', variables: { c: 'bad' } }
    expect(await post(variable)).toMatchObject({ status: 400, codes: ['BAD_USER_INPUT'] })
    expect(await post({ query: '{ creditCheck(code: "bad") }' })).toMatchObject({
      status: 400,
      codes: ['BAD_USER_INPUT'],
      errors: [{ message: 'The check digit is wrong.', extensions: { argument: 'code' } }],
    })
    expect(statusOf('DIRECTORY_EXPIRED')).toBe(503)
    expect(statusOf('toString')).toBe(500)
  })

  it('stays 200 with partial data', async () => {
    expect(await post({ query: '{ free faulty }' })).toMatchObject({
      status: 200,
      codes: ['INTERNAL'],
      data: { free: 'yes' },
    })
  })

  it('tells a caller no more of a fault than the transaction, under which the log has the rest', async () => {
    const { errors } = await post({ query: '{ faulty }' })
    expect(errors).toMatchObject([
      { message: internalMessage, path: ['faulty'], extensions: { code: 'INTERNAL', transaction: 't-1' } },
    ])
    const text = JSON.stringify(logged)
    expect(text).toContain('t-1')
    expect(text).toContain('does not exist')
    expect(text).not.toContain('110101199003074514')
  })

  it('refuses batched arrays, documents with too many tokens, and persisted queries', async () => {
    expect(await post([{ query: '{ free }' }, { query: '{ free }' }])).toMatchObject({
      status: 400,
      codes: ['BAD_USER_INPUT'],
      errors: [{ message: 'Operation batching disabled.' }],
    })
    expect(executed).toEqual([])
    expect(await post({ query: `{ ${'free '.repeat(1_000)} }` })).toMatchObject({
      status: 400,
      codes: ['OPERATION_TOO_COMPLEX'],
      errors: [{ message: expect.stringContaining('1000 tokens') }],
    })
    const extensions = { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } }
    expect(await post({ extensions })).toMatchObject({ status: 400, codes: ['BAD_USER_INPUT'] })
  })
})
