import { createHash } from 'node:crypto'
import type { GraphQLDataSource } from '@apollo/gateway'
import { ApolloServer } from '@apollo/server'
import { composeServices } from '@apollo/composition'
import { buildSubgraphSchema } from '@apollo/subgraph'
import * as fc from 'fast-check'
import { type GraphQLResolveInfo, type GraphQLScalarType, parse } from 'graphql'
import { beforeAll, afterAll, describe, expect, test } from 'vitest'
import { ExchangeError } from '../../services/platform/errors.ts'
import { InProcessDataSource } from './in-process-data-source.ts'
import { createSupergraphGateway } from './supergraph.ts'

interface Context {
  seed: number
}

const head = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])`
const ownSdl = `${head}
type Query { one(n: Int! = 1, text: String): Part! maybe(n: Int): Part many(size: Int!): [Part!] word: String! place: Place named: Named }
type Part { id: ID! count: Int! note: String kind: Kind below: Part sure: Part! list: [Part!]! rare: [Part] at(zone: String): Stamp place: Place! named: Named }
type Place @key(fields: "code") { code: String! label: String }
interface Named { label: String }
type Tag implements Named { label: String }
enum Kind { GOOD BAD }
scalar Stamp
`
const otherSdl = `${head}
type Query { elsewhere: Place }
type Place @key(fields: "code") { code: String! size: Int }
`

/** A number from a place in an answer, the same each time for a seed. */
function dice({ path, fieldName }: GraphQLResolveInfo, seed: number): number {
  const steps: (string | number)[] = []
  for (let step: typeof path | undefined = path.prev; step !== undefined; step = step.prev) {
    // By field, not by alias: the planner's document may have others.
    steps.push(typeof step.key === 'number' ? step.key : (step.typename ?? ''))
  }
  return (
    createHash('sha256')
      .update(JSON.stringify([seed, fieldName, steps]))
      .digest()
      .readUInt32BE() % 1_000
  )
}

let resolved = 0

function chance<T>(
  make: (roll: number) => T,
): (a: unknown, b: unknown, context: Context, info: GraphQLResolveInfo) => T {
  return (_, __, { seed }, info) => {
    resolved += 1
    const roll = dice(info, seed)
    if (seed % 2 === 1 && roll < 40) throw new ExchangeError('CONFLICT', `no ${info.fieldName}`)
    if (seed % 2 === 1 && roll < 45) throw new Error('a bug')
    if (seed % 3 === 1 && roll < 80) return null as T
    return make(roll)
  }
}

const part = chance(() => ({}))
const parts = chance((roll) => Array.from({ length: roll % 3 }, () => ({})))
const exchange = buildSubgraphSchema([
  {
    typeDefs: parse(ownSdl),
    resolvers: {
      Query: {
        one: part,
        maybe: part,
        many: parts,
        word: chance((roll) => `w${roll}`),
        place: chance((roll) => ({ code: `c${roll}` })),
        named: chance(() => ({ __typename: 'Tag', label: 'tag' })),
      },
      Part: {
        id: chance((roll) => `id${roll}`),
        count: chance((roll) => roll),
        note: chance((roll) => (roll % 4 === 0 ? null : `note ${roll}`)),
        kind: chance((roll) => (roll % 2 ? 'GOOD' : 'BAD')),
        below: part,
        sure: part,
        list: parts,
        rare: parts,
        at: chance((roll) => new Date(roll * 1e9)),
        place: chance((roll) => ({ code: `c${roll}` })),
        named: chance(() => ({ __typename: 'Tag', label: 'tag' })),
      },
      Place: { __resolveReference: (reference: object) => reference, label: chance((roll) => `l${roll}`) },
    },
  },
])
const other = buildSubgraphSchema([
  {
    typeDefs: parse(otherSdl),
    resolvers: {
      Query: { elsewhere: () => ({ code: 'e' }) },
      Place: { __resolveReference: (reference: object) => reference, size: () => 3 },
    },
  },
])

/** Passes on to a source without being one that runs queries directly. */
class Through implements GraphQLDataSource {
  calls = 0
  constructor(private readonly source: GraphQLDataSource) {}
  process(options: Parameters<GraphQLDataSource['process']>[0]): ReturnType<GraphQLDataSource['process']> {
    this.calls += 1
    return this.source.process(options)
  }
}

const planned = new Through(new InProcessDataSource(exchange))
const source = new InProcessDataSource(exchange)
let viaPlan: ApolloServer<Context>
let direct: ApolloServer<Context>
let processed = 0

beforeAll(async () => {
  const { supergraphSdl, errors } = composeServices([
    { name: 'exchange', url: 'http://exchange.invalid', typeDefs: parse(ownSdl) },
    { name: 'other', url: 'http://other.invalid', typeDefs: parse(otherSdl) },
  ])
  if (supergraphSdl === undefined) throw new Error(String(errors))
  const start = async (of: GraphQLDataSource) => {
    const gateway = createSupergraphGateway({
      supergraphSdl,
      dataSources: { exchange: of, other: new Through(new InProcessDataSource(other)) },
      scalars: [] as GraphQLScalarType[],
      admit: async () => {},
    })
    const server = new ApolloServer<Context>({ gateway, includeStacktraceInErrorResponses: false, introspection: true })
    await server.start()
    return server
  }
  viaPlan = await start(planned)
  const process = source.process.bind(source)
  source.process = (options) => {
    processed += 1
    return process(options)
  }
  direct = await start(source)
})

afterAll(async () => {
  await Promise.all([viaPlan.stop(), direct.stop()])
})

async function ask(
  server: ApolloServer<Context>,
  query: string,
  variables: Record<string, unknown>,
  seed: number,
  operationName?: string,
): Promise<{ data?: unknown; errors?: unknown[] }> {
  const { body } = await server.executeOperation(
    { query, variables, ...(operationName && { operationName }) },
    { contextValue: { seed } },
  )
  if (body.kind !== 'single') throw new Error('one answer')
  const { data, errors, extensions } = body.singleResult
  return JSON.parse(
    JSON.stringify({ data, errors: errors?.map((each) => JSON.stringify(each)).toSorted(), extensions }),
  ) as object
}

const condition = fc.constantFrom(
  '',
  '',
  '',
  ' @skip(if: $yes)',
  ' @include(if: $yes)',
  ' @include(if: $no)',
  ' @skip(if: true)',
)
/** Documents with everything; or only with fields that may be null, where every error is told whatever the order. */
function documents(nullable: boolean): fc.Arbitrary<string> {
  const leaf = fc.constantFrom(
    'note',
    'kind',
    'at',
    'at(zone: $text)',
    '__typename',
    ...(nullable ? [] : ['id', 'count']),
  )
  const object = fc.constantFrom('below', 'rare', ...(nullable ? [] : ['sure', 'list']))
  const { part: selection } = fc.letrec<{ part: string; field: string }>((tie) => ({
    part: fc.array(tie('field'), { minLength: 1, maxLength: 5 }).map((fields) => `{ __typename ${fields.join(' ')} }`),
    field: fc.oneof(
      { depthSize: 'small' },
      fc.tuple(leaf, condition).map(([name, when]) => name + when),
      fc
        .tuple(fc.constantFrom('a', 'b', 'c'), leaf)
        .map(([alias, name]) => `${alias}${name.length}${name[0]}: ${name}`),
      nullable ? leaf : condition.map((when) => `place${when} { code label }`),
      fc.tuple(object, condition, tie('part')).map(([name, when, of]) => `${name}${when} ${of}`),
      fc.tuple(condition, tie('part')).map(([when, of]) => `... on Part${when} ${of}`),
      fc.constant('...Shared'),
    ),
  }))
  const root = fc.constantFrom(
    'maybe(n: $n)',
    'many(size: 2)',
    ...(nullable ? [] : ['one', 'one(n: 2)', 'one(text: $text)']),
  )
  return fc.array(fc.tuple(root, condition, selection), { minLength: 1, maxLength: 3 }).map((fields) => {
    const roots = fields.map(([name, when, of], index) => `r${index}: ${name}${when} ${of}`)
    const words = nullable ? '' : 'word @skip(if: $yes) w: word @include(if: $no)'
    return `query Q($yes: Boolean = true, $no: Boolean!, $n: Int, $text: String) {
      ${roots.join(' ')} ${words} ...Used @skip(if: $yes) x: maybe(n: $n) { at(zone: $text) }
    }
    fragment Used on Query { u: maybe(n: $n) { ...Shared } }
    fragment Shared on Part { sn: note ${nullable ? 'below' : 'sure'} { kind ... on Part { note } } }`
  })
}

describe('a query that the gateway answers alone', () => {
  test.each([
    ['errors and all', true],
    ['whatever may be null', false],
  ])('has the answer that the planner’s executor gives, %s', { timeout: 60_000 }, async (_, nullable) => {
    let ran = 0
    let failed = 0
    await fc.assert(
      fc.asyncProperty(documents(nullable), fc.nat(10_000), fc.boolean(), async (document, seed, no) => {
        const variables = { no, text: 'zone' }
        const expected = await ask(viaPlan, document, variables, seed)
        const check = (answer: typeof expected): void => {
          expect(answer.data).toEqual(expected.data)
          // Of several errors that make one object null, the first is told; the planner writes fields in its own order.
          if (nullable) expect(answer.errors).toEqual(expected.errors)
          else expect(answer.errors === undefined).toBe(expected.errors === undefined)
        }
        check(await ask(direct, document, variables, seed))
        const before = processed
        check(await ask(direct, document, variables, seed))
        if (expected.errors === undefined) ran += processed === before ? 1 : 0
        else failed += 1
      }),
      { numRuns: 200 },
    )
    expect(ran).toBeGreaterThan(20)
    expect(failed).toBeGreaterThan(50)
  })

  test('is resolved once, also when it fails', async () => {
    const text = '{ one { id count note sure { id count } list { id count } } word }'
    for (let seed = 1; seed < 60; seed += 2) {
      await ask(direct, text, {}, seed)
      const before = resolved
      await ask(viaPlan, text, {}, seed)
      const once = resolved - before
      await ask(direct, text, {}, seed)
      expect(resolved - before).toBe(2 * once)
    }
  })

  test('of several in a document is the one that is named', async () => {
    const text = 'query A { a: word } query B { b: word place { size } }'
    for (const name of ['A', 'B', 'A', 'B']) {
      expect(await ask(direct, text, {}, 0, name)).toEqual(await ask(viaPlan, text, {}, 0, name))
    }
  })

  test('is refused for variables that do not fit as it is by the planner’s executor, and nothing runs', async () => {
    const text = 'query ($n: Int!) { one(n: $n) { id } }'
    await ask(direct, text, { n: 1 }, 0)
    const before = resolved
    for (const variables of [{ n: 'x' }, {}, { n: null }]) {
      expect(await ask(direct, text, variables, 0)).toEqual(await ask(viaPlan, text, variables, 0))
    }
    expect(resolved).toBe(before)
  })
})

describe('the planner’s executor keeps', () => {
  test.each([
    ['what needs another subgraph', '{ place { code size } }'],
    ['what other subgraphs answer alone', '{ elsewhere { size } }'],
    ['what is of an abstract type', '{ one { named { label ... on Tag { label } } } }'],
    ['questions about the schema', '{ word __schema { queryType { fields { name } } } }'],
    ['questions about a type', '{ word __type(name: "Part") { fields { name } } }'],
    ['fragments on what is abstract', '{ one { named { ...N } } } fragment N on Named { label }'],
  ])('%s', async (_, text) => {
    const expected = await ask(viaPlan, text, {}, 0)
    expect(expected.errors).toBeUndefined()
    for (let i = 0; i < 2; i++) {
      const [calls, before] = [planned.calls, processed]
      expect(await ask(direct, text, {}, 0)).toEqual(expected)
      expect(planned.calls).toBe(calls)
      expect(processed - before).toBe(text.includes('elsewhere') ? 0 : 1)
    }
  })
})
