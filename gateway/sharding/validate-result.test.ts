import { Kind, parse } from 'graphql'
import { describe, expect, test } from 'vitest'
import { readRoutingTable } from './routing-table.ts'
import { testSdl } from './testing/schema.ts'
import { compileCheck } from './validate-result.ts'

const { schema, ownIdTypes } = readRoutingTable(testSdl)
const type = schema.getQueryType()?.getFields()['thing']?.type

function check(selection: string, value: unknown, variables: Record<string, unknown> = {}): string | undefined {
  const document = parse(`{ thing(id: "1") ${selection} } fragment F on Thing { name @include(if: $yes) }`)
  const [operation] = document.definitions
  const [node] = operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections : []
  const fragments = document.definitions.flatMap((each) =>
    each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [],
  )
  if (type === undefined || node?.kind !== Kind.FIELD) throw new Error('no field')
  const nodes = [{ node, conditions: [] }]
  return compileCheck(
    { schema, ownIdTypes, listLength: 3 },
    type,
    nodes,
    new Map(fragments),
  )(value, {
    county: '100001',
    variables,
  })
}

describe('an answer', () => {
  test('that fits what was asked is accepted, and null where it may be', () => {
    const value = {
      id: '100001:thing:1',
      n: 'x',
      size: 'SMALL',
      weight: null,
      elsewhere: [{ id: '200002:thing:1' }],
    }
    expect(check('{ id n: name size weight elsewhere { id } }', value)).toBeUndefined()
    expect(check('{ id }', null)).toBeUndefined()
  })

  test.each<[string, string, unknown, string]>([
    ['null for a value that is never null', '{ name }', { name: null }, '.name: null for String!'],
    ['a number for a string', '{ name }', { name: 1 }, '.name: no String'],
    ['an object for a string', '{ name }', { name: {} }, '.name: no String'],
    ['a fraction for an integer', '{ weight }', { weight: 1.5 }, '.weight: no Int'],
    ['an integer that is too large', '{ weight }', { weight: 2 ** 40 }, '.weight: no Int'],
    ['an unknown enum value', '{ size }', { size: 'HUGE' }, '.size: no Size'],
    ['a missing field', '{ n: name }', { name: 'x' }, '.n: missing'],
    ['a list for an object', '{ id }', [], ': no object for Thing'],
    ['an object for a list', '{ elsewhere { id } }', { elsewhere: {} }, '.elsewhere: no list for [ThingReference!]'],
    [
      'null in a list that has none',
      '{ elsewhere { id } }',
      { elsewhere: [null] },
      '.elsewhere.0: null for ThingReference!',
    ],
    [
      'a list that is too long',
      '{ elsewhere { __typename } }',
      { elsewhere: [1, 2, 3, 4] },
      '.elsewhere: 4 elements, 3 are allowed',
    ],
    ['what nobody asked for', '{ name }', { name: 'x', size: 'SMALL' }, ': more than was asked for'],
    ['another type name', '{ __typename }', { __typename: 'Other' }, '.__typename: not Thing'],
    ['the id of another county', '{ i: id }', { i: '200002:thing:1' }, '.i: the id of a record of another county'],
    ['an id that only begins alike', '{ id }', { id: '1000017:thing:1' }, '.id: the id of a record of another county'],
    [
      'an unknown concrete type',
      '{ described { __typename } }',
      { described: [{ __typename: 'Thong' }] },
      '.described.0.__typename: no Described',
    ],
    ['an object for a custom scalar', '{ county { code } }', { county: { code: {} } }, '.county.code: no CountyCode'],
  ])('with %s is refused, saying where', (_, selection, value, wrong) => {
    expect(check(selection, value)).toBe(wrong)
  })

  test('need not hold what a condition leaves out, but must hold what it lets in', () => {
    const selection = '{ ...F id @skip(if: $yes) ... @skip(if: $yes) { size } }'
    expect(check(selection, { name: 'x' }, { yes: true })).toBeUndefined()
    expect(check(selection, { id: '100001:x', size: 'LARGE' }, { yes: true })).toBe('.name: missing')
    expect(check(selection, { id: '100001:x', size: 'LARGE' }, { yes: false })).toBeUndefined()
    expect(check(selection, { id: '100001:x' }, { yes: false })).toBe('.size: missing')
  })
})
