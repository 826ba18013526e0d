import { ApolloServer } from '@apollo/server'
import { buildSchema, getOperationAST, parse, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import { createLimitsPlugin, defaultLimits } from './limits.ts'
import { type CountiesReached, measureOperation } from './operation-figures.ts'

const schema = buildSchema(`
  type Query {
    listings(counties: [String!], first: Int, last: Int): Connection
    county: County
    counties: [County!]!
    grid: [[County]]
    anything: Anything
  }
  type Connection { nodes: [Listing!]! coverage: Coverage! }
  type Coverage { answered: [County!]! }
  type Listing { id: ID! county: County! links: [Listing!]! }
  type County { code: String name: String neighbour: County listings(first: Int): Connection }
  union Anything = County | Listing
`)
const counties = ['411528', '411729', '410823']
const countiesReached: CountiesReached = (field, args) => {
  if (field !== 'listings') return 1
  return Array.isArray(args['counties']) ? args['counties'].length : counties.length
}

const nested = (depth: number) => `{ county ${'{ neighbour '.repeat(depth - 2)}{ code }${' }'.repeat(depth - 2)} }`
const many = (count: number) => Array.from({ length: count }, (_, i) => `a${i}: code`).join(' ')
const roots = (count: number) => Array.from({ length: count }, (_, i) => `r${i}: county { code }`).join(' ')

function measure(text: string, variables: Record<string, unknown> = {}) {
  const document = parse(text)
  expect(validate(schema, document)).toEqual([])
  const operation = getOperationAST(document)
  if (!operation) throw new Error('no operation')
  return measureOperation({ schema, document, operation, variables, countiesReached })
}

describe('the figures of an operation', () => {
  it('count one for each field of each row of each county', () => {
    expect(measure('{ county { code name } }')).toMatchObject({ cost: 3, depth: 2, rootFields: 1, aliases: 0 })
    // nodes: 50 rows of itself and id, then the connection, three times.
    expect(measure('{ listings(first: 50) { nodes { id } } }').cost).toBe(3 * (1 + 50 * 2))
    expect(measure('{ listings(last: 50, counties: ["411528"]) { nodes { id } } }').cost).toBe(1 + 50 * 2)
  })

  it('take a list for 20 rows when nothing says how long it is, and a list of lists for 400', () => {
    expect(measure('{ counties { code } }').cost).toBe(20 * 2)
    expect(measure('{ grid { code } }').cost).toBe(400 * 2)
    expect(measure('{ listings { nodes { id } } }').cost).toBe(3 * (1 + 20 * 2))
    // The page is the connection's own: what hangs further below is not 200 long.
    expect(measure('{ listings(first: 200) { coverage { answered { code } } } }').cost).toBe(3 * (1 + 1 + 20 * 2))
  })

  it('read page sizes and counties from variables and refuse a page that no connection gives', () => {
    const text = 'query ($n: Int, $c: [String!]) { listings(first: $n, counties: $c) { nodes { id } } }'
    expect(measure(text, { n: 10, c: ['411528', '411729'] }).cost).toBe(2 * (1 + 10 * 2))
    for (const n of [100_000, 201, 0, -1]) {
      expect(() => measure(text, { n })).toThrow(
        expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringContaining(String(n)) }),
      )
    }
  })

  it('leave out what @skip and @include leave out', () => {
    const text = 'query ($all: Boolean!) { county { code name @include(if: $all) neighbour @skip(if: true) { code } } }'
    expect(measure(text, { all: false })).toMatchObject({ cost: 2, depth: 2 })
    expect(measure(text, { all: true })).toMatchObject({ cost: 3, depth: 2 })
  })

  it('count a fragment wherever it is spread, also on a union', () => {
    const text =
      '{ a: county { ...F } b: county { ...F ...F } anything { ...F __typename } } fragment F on County { c: code }'
    expect(measure(text)).toMatchObject({ cost: 2 + 3 + 3, aliases: 2 + 4, rootFields: 3, depth: 2 })
  })

  it('name the root field that costs most', () => {
    expect(measure('{ counties { code } listings { nodes { id } } }').costliest).toEqual({
      name: 'listings',
      cost: 123,
    })
  })

  it('take introspection for cheap, however deep', () => {
    const { cost, depth } = measure(
      '{ __schema { types { fields { type { name ofType { name ofType { name } } } } } } }',
    )
    expect({ cost, depth }).toEqual({ cost: 9, depth: 1 })
  })

  it('do not run over when fragments and lists multiply', () => {
    const fragments = Array.from(
      { length: 200 },
      (_, i) => `fragment F${i} on Listing { a${i}: links { ...F${i + 1} } b${i}: links { ...F${i + 1} } }`,
    )
    const text = `{ listings(first: 200) { nodes { ...F0 } } } ${fragments.join('\n')} fragment F200 on Listing { id }`
    expect(measure(text)).toMatchObject({
      cost: Number.MAX_SAFE_INTEGER,
      aliases: Number.MAX_SAFE_INTEGER,
      depth: 203,
    })
  })
})

describe('the limits', () => {
  const server = new ApolloServer({
    schema,
    plugins: [createLimitsPlugin({ countiesReached })],
    parseOptions: { maxTokens: 4_000 },
  })
  const refusal = async (query: string, variables: Record<string, unknown> = {}) => {
    const { body } = await server.executeOperation({ query, variables })
    const error = body.kind === 'single' ? body.singleResult.errors?.[0] : undefined
    return error && `${String(error.extensions?.['code'])}: ${error.message}`
  }

  it('let an operation at the limit pass and refuse the next', async () => {
    expect(await refusal(nested(defaultLimits.depth))).toBeUndefined()
    expect(await refusal(nested(defaultLimits.depth + 1))).toMatch(
      /^OPERATION_TOO_COMPLEX: .* 15 fields deep.* limit is 14/,
    )
    expect(await refusal(`{ county { ${many(60)} } }`)).toBeUndefined()
    expect(await refusal(`{ county { ${many(61)} } }`)).toMatch(/^OPERATION_TOO_COMPLEX: .*61 aliases.*limit is 60/)
    expect(await refusal(`{ ${roots(20)} }`)).toBeUndefined()
    expect(await refusal(`{ ${roots(21)} }`)).toMatch(/^OPERATION_TOO_COMPLEX: .*21 root fields.*limit is 20/)
  })

  it('say what an operation costs, the limit, and which field costs most', async () => {
    const text = 'query ($n: Int) { county { code } listings(first: $n) { nodes { links { links { id } } } } }'
    expect(await refusal(text, { n: 20 })).toBeUndefined()
    expect(await refusal(text, { n: 200 })).toBe(
      'OPERATION_TOO_COMPLEX: The operation costs 492,605; the limit is 200,000. Most of it is "listings" with 492,603: ' +
        'rows × fields × counties. Ask for fewer rows (first), counties or fields.',
    )
  })

  it('refuse 10,000 aliases while parsing, and 3,000 tokens of nested or multiplied fragments without choking', async () => {
    const aliases = Array.from({ length: 10_000 }, (_, i) => `a${i}: code`).join(' ')
    expect(await refusal(`{ county { ${aliases} } }`)).toMatch(/4000 tokens/)
    expect(await refusal(nested(1_000))).toMatch(/1,000 fields deep/)
    const doubled = Array.from(
      { length: 60 },
      (_, i) => `fragment F${i} on County { neighbour { ...F${i + 1} } x${i}: neighbour { ...F${i + 1} } }`,
    )
    expect(await refusal(`{ county { ...F0 } } ${doubled.join(' ')} fragment F60 on County { code }`)).toMatch(
      /fields deep/,
    )
  })

  it('measure an operation once for the same page sizes, conditions and directory, and anew for others', async () => {
    let serial = 1
    let asked = 0
    const reached: CountiesReached = (...question) => {
      asked++
      return countiesReached(...question) * serial
    }
    const plugin = createLimitsPlugin({ countiesReached: reached, serial: () => serial, limits: { cost: 1_000 } })
    const counting = new ApolloServer({ schema, plugins: [plugin] })
    const query = `query ($n: Int, $c: [String!], $less: Boolean = true) {
      listings(first: $n, counties: $c) { nodes { id county @skip(if: $less) { code name } } }
    }`
    const passes = async (variables: Record<string, unknown>) => {
      asked = 0
      const { body } = await counting.executeOperation({ query, variables })
      const code = body.kind === 'single' ? body.singleResult.errors?.[0]?.extensions?.['code'] : undefined
      return { passes: code !== 'OPERATION_TOO_COMPLEX', measured: asked > 0 }
    }
    expect(await passes({ n: 100 })).toEqual({ passes: true, measured: true })
    expect(await passes({ n: 100 })).toEqual({ passes: true, measured: false })
    expect(await passes({ n: 100, less: false })).toEqual({ passes: false, measured: true })
    expect(await passes({ n: 100, less: false })).toEqual({ passes: false, measured: false })
    expect(await passes({ n: 100, less: true, c: counties.slice(1) })).toEqual({ passes: true, measured: true })
    expect(await passes({ n: 100, c: Array.from({ length: 600 }, () => '411528') })).toMatchObject({ passes: false })
    expect(await passes({ n: 200 })).toEqual({ passes: false, measured: true })
    serial = 2
    expect(await passes({ n: 100 })).toEqual({ passes: false, measured: true })
  })

  it('leave wrong variables and unknown operations to the executor', async () => {
    const text = 'query A ($n: Int!) { listings(first: $n) { nodes { id } } }'
    expect(await refusal(text, { n: 'many' })).toMatch(/Variable "\$n" got invalid value/)
    const { body } = await server.executeOperation({ query: text, operationName: 'B' })
    expect(body).toMatchObject({ singleResult: { errors: [{ message: 'Unknown operation named "B".' }] } })
  })
})
