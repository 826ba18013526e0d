import { ApolloServer, HeaderMap } from '@apollo/server'
import type { GatewayInterface } from '@apollo/server-gateway-interface'
import * as fc from 'fast-check'
import { buildSchema, execute, type ExecutionResult, GraphQLObjectType, type GraphQLSchema, parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { createScopePlugin } from '../../services/platform/scopes/scope-plugin.ts'
import { readScopeTable } from '../../services/platform/scopes/scope-table.ts'
import { DirectExecution } from './direct-execution.ts'
import { SharedList } from './shared-list.ts'
import { stringifyAnswer, WrittenList } from './written-list.ts'

const base = buildSchema(`
  type Query { check(n: Int): Check other: County }
  type Check { coverage: Coverage! receipt: String! }
  type Coverage { complete: Boolean! answered: [Answer!]! }
  type Answer { county: County! asOf: String! note: String }
  type County { code: String! name: String! status: String! label(in: String): String }
`)

let names = { value: 'name' }
let completed = 0

/** The schema with resolvers that count, and whose names come from `names`; a name of "bad" is an error. */
function schema(): GraphQLSchema {
  const county = base.getType('County')
  if (!(county instanceof GraphQLObjectType)) throw new Error('no county')
  const fields = county.getFields()
  if (fields['name']) {
    fields['name'].resolve = ({ code }: { code: string }) => {
      completed++
      if (names.value === 'bad' && code.endsWith('2')) throw new Error('no name')
      return `${names.value} ${code} "quoted" 县`
    }
  }
  return base
}

const lasting = ['Answer.county', 'Answer.asOf', 'Answer.note', 'County.code', 'County.name']
const plain = schema()
const makeShared = () =>
  new SharedList(plain, { type: 'Coverage', field: 'answered', lasting: new Set(lasting), version: () => names })

const answers = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    county: { code: `41000${i}` },
    asOf: `day ${i}`,
    note: i % 2 ? 'x' : null,
  }))
const rootValue = (answered: readonly unknown[]) => ({
  check: () => ({ coverage: { complete: true, answered }, receipt: 'r' }),
  other: { code: '1' },
})

const told = ({ data, errors }: ExecutionResult) => ({
  data: JSON.parse(stringifyAnswer(data)) as unknown,
  errors: errors?.map(({ message, path }) => ({ message, path })),
})

const selection = fc
  .array(
    fc.constantFrom(
      'asOf',
      'note',
      'n: note',
      '__typename',
      'county { code }',
      'county { name }',
      'c: county { x: name code ...C }',
      '... on Answer { asOf county { __typename } }',
      '...A',
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((fields) => `{ ${fields.join(' ')} }`)
const documents = fc
  .tuple(selection, selection, selection, fc.boolean())
  .map(
    ([one, two, three, twice]) => `{
    check(n: 1) { coverage { complete answered ${one} ${twice ? `answered ${two}` : ''} } receipt }
    again: check { coverage { a: answered ${two} ...V } }
  }
  fragment V on Coverage { answered ${three} }
  fragment A on Answer { note county { ...C } }
  fragment C on County { code name }
  query Unused { check { coverage { answered { ...A } } } }`,
  )
  .map((text) => text.replace(/^\{/, 'query Asked {'))

describe('a shared list', () => {
  it('gives what graphql-js gives of it, for any selection, shared or not, whole or with errors', () => {
    const shared = makeShared()
    fc.assert(
      fc.property(
        documents,
        fc.nat(4),
        fc.boolean(),
        fc.constantFrom('name', 'bad', 'other'),
        (text, n, frozen, name) => {
          names = { value: name }
          const list = frozen ? Object.freeze(answers(n)) : answers(n)
          const ask = (on: GraphQLSchema) =>
            told(
              execute({
                schema: on,
                document: parse(text),
                operationName: 'Asked',
                rootValue: rootValue(list),
              }) as ExecutionResult,
            )
          expect(shared.suits(parse(text))).toBe(true)
          const expected = ask(plain)
          expect(ask(shared.schema)).toEqual(expected)
          expect(ask(shared.schema)).toEqual(expected)
        },
      ),
      { numRuns: 300 },
    )
  })

  it('is not taken for written where a second selection of the same list joins the first', () => {
    names = { value: 'name' }
    const text = `{ a: check { coverage { ...V } } b: check { coverage { ...V answered { note } } } }
      fragment V on Coverage { answered { asOf } }`
    const list = Object.freeze(answers(2))
    const ask = (on: GraphQLSchema) => execute({ schema: on, document: parse(text), rootValue: rootValue(list) })
    expect(told(ask(makeShared().schema) as ExecutionResult)).toEqual(told(ask(plain) as ExecutionResult))
  })

  it('is completed once for each selection, until the list or what it rests on changes', () => {
    names = { value: 'first' }
    const shared = makeShared()
    const document = parse('{ check { coverage { answered { county { name } } } } }')
    const ask = (list: readonly unknown[]) => {
      completed = 0
      const { data } = execute({ schema: shared.schema, document, rootValue: rootValue(list) }) as ExecutionResult
      return { completed, text: stringifyAnswer(data) }
    }
    const list = Object.freeze(answers(3))
    const first = ask(list)
    expect(first.completed).toBe(3)
    expect(ask(list)).toEqual({ ...first, completed: 0 })
    names = { value: 'second' }
    expect(ask(list)).toEqual({ completed: 3, text: first.text.replaceAll('first', 'second') })
    expect(ask(Object.freeze(answers(2))).completed).toBe(2)
    const open = answers(2)
    expect([ask(open).completed, ask(open).completed]).toEqual([2, 2])
  })

  it.each([
    ['what does not last', '{ check { coverage { answered { county { status } } } } }'],
    ['conditions', 'query ($yes: Boolean!) { check { coverage { answered { asOf @skip(if: $yes) } } } }'],
    ['conditions above it', 'query ($yes: Boolean!) { check { coverage @skip(if: $yes) { answered { asOf } } } }'],
    ['arguments below the root', '{ check { coverage { answered { county { label(in: "en") } } } } }'],
    ['no such list', '{ check { receipt } }'],
  ])('is not for documents with %s', (_, text) => {
    expect(makeShared().suits(parse(text))).toBe(false)
  })

  it('is not for a field that the schema has not', () => {
    const field = { type: 'Coverage', field: 'asked', lasting: new Set<string>(), version: () => names }
    expect(() => new SharedList(plain, field)).toThrow('Coverage.asked')
  })
})

describe('an answer', () => {
  it('has written lists as they are written, wherever they stand, and all else as JSON has it', () => {
    const list = new WrittenList('[1,"a"]')
    const answer = { data: { a: list, b: [list, { c: new WrittenList('[]') }], d: '$& "[1]"', e: undefined } }
    expect(stringifyAnswer(answer)).toBe('{"data":{"a":[1,"a"],"b":[[1,"a"],{"c":[]}],"d":"$& \\"[1]\\""}}')
    expect(stringifyAnswer({ errors: [] })).toBe('{"errors":[]}')
  })

  it('that repeats the mark of a written list is refused, not mixed up', () => {
    const mark = new WrittenList('').toJSON()
    expect(() => stringifyAnswer({ a: mark, b: new WrittenList('[]') })).toThrow('mark')
  })
})

it('is not written in an answer that the scope plugin completes: there it has to be read', async () => {
  const sdl = `
    directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION
    type Query { check(n: Int): Check }
    type Check { coverage: Coverage! receipt: String! }
    type Coverage { answered: [Answer!]! }
    type Answer { asOf: String! note: String @requiresScopes(scopes: [["more"]]) }
  `
  const checks = buildSchema(sdl)
  const field = {
    type: 'Coverage',
    field: 'answered',
    lasting: new Set(['Answer.asOf', 'Answer.note']),
    version: () => names,
  }
  const list = Object.freeze([{ asOf: 'day 1', note: 'x' }])
  const root = checks.getQueryType()?.getFields()['check']
  if (root) root.resolve = () => ({ coverage: { answered: list }, receipt: 'r' })
  const direct = new DirectExecution(checks, field)
  let written = false
  const gateway: GatewayInterface = {
    onSchemaLoadOrUpdate(callback) {
      callback({ apiSchema: checks, coreSupergraphSdl: sdl })
      return () => {}
    },
    load: async () => ({
      executor: async (request) => {
        direct.learn('own', {
          queryPlan: { kind: 'QueryPlan', node: fetchOf('own') },
          requestContext: request,
        } as never)
        const result = await direct.run(request)
        written = result?.data?.['check']?.coverage.answered instanceof WrittenList
        return result ?? { data: null }
      },
    }),
    stop: async () => {},
  }
  const scopesOf = ({ scopes }: { scopes: ReadonlySet<string> }) => scopes
  const server = new ApolloServer<{ scopes: ReadonlySet<string> }>({
    gateway,
    plugins: [createScopePlugin({ table: readScopeTable(sdl), scopesOf })],
  })
  await server.start()
  const ask = async (...scopes: string[]) => {
    const query = '{ check { coverage { answered { asOf note } } receipt } }'
    const http = { method: 'POST', headers: new HeaderMap(), search: '', body: null }
    const { body } = await server.executeOperation({ query, http }, { contextValue: { scopes: new Set(scopes) } })
    const answer = body.kind === 'single' ? body.singleResult.data : undefined
    return { written, answered: JSON.parse(stringifyAnswer(answer)).check.coverage.answered as unknown }
  }
  expect(await ask('more')).toEqual({ written: true, answered: [{ asOf: 'day 1', note: 'x' }] })
  expect(await ask()).toEqual({ written: false, answered: [{ asOf: 'day 1', note: null }] })
  await server.stop()
})

const fetchOf = (serviceName: string) => ({ kind: 'Fetch', serviceName })
