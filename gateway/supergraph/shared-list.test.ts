import * as fc from 'fast-check'
import { buildSchema, execute, type ExecutionResult, GraphQLObjectType, type GraphQLSchema, parse } from 'graphql'
import { describe, expect, it } from 'vitest'
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
