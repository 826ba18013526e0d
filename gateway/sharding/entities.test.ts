import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { OutageReason } from './contract.ts'
import { elementsOf, membersOf } from './json.ts'
import { MemoryCounty, thing } from './testing/memory-county.ts'
import { asker, memoryExchange, requests, rewriting, run, threeCounties } from './testing/memory-exchange.ts'

const A = '100001'
const B = '200002'
const C = '300003'
const document = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Thing { name } } }'

function things(...ids: string[]) {
  return ids.map((id) => ({ __typename: 'Thing', id }))
}

describe('_entities', () => {
  test('come back in the order of the representations, from one request to each county', async () => {
    const x = threeCounties()
    const { data, errors } = await run(x, document, {
      r: things(`${B}:thing:1`, `${A}:thing:3`, `${B}:thing:0`, `${B}:thing:77`),
    })
    expect(errors).toEqual([])
    expect(data).toEqual({ _entities: [{ name: 'thing 1' }, { name: 'thing 3' }, { name: 'thing 0' }, null] })
    expect(requests(x)).toEqual([1, 1, 0])
  })

  test('that are the same are asked once, and come back as objects of their own', async () => {
    const x = threeCounties()
    const { data } = await run(x, document, {
      r: things(`${A}:thing:1`, `${A}:thing:1`, `${B}:thing:1`, `${A}:thing:1`),
    })
    const [one, two] = elementsOf(data?.['_entities'])
    expect(one).toEqual(two)
    expect(one).not.toBe(two)
    expect(x.counties.get(A)?.requests[0]?.variables).toEqual({ ep0_: things(`${A}:thing:1`) })
  })

  test('that differ in what they bring along are not the same', async () => {
    const x = threeCounties()
    const r = [1, 2].map((extra) => ({ __typename: 'Thing', id: `${A}:thing:1`, extra }))
    const sum = document.replace('name', 'sum')
    expect((await run(x, sum, { r })).data).toEqual({ _entities: [{ sum: 2 }, { sum: 3 }] })
  })

  test('of a county that fails are null, with an error that names county, reason and key', async () => {
    const x = threeCounties()
    x.behaviours.set(B, 'TIMEOUT')
    const { data, errors } = await run(x, document, { r: things(`${B}:thing:1`, `${A}:thing:1`, `${B}:thing:1`) })
    expect(data).toEqual({ _entities: [null, { name: 'thing 1' }, null] })
    expect(errors.map(({ path, extensions }) => ({ path, extensions }))).toEqual([
      {
        path: ['_entities', 0],
        extensions: { code: 'COUNTY_UNANSWERED', county: B, reason: 'TIMEOUT', key: `${B}:thing:1` },
      },
    ])
  })

  test('that a county refuses or fails at cost themselves only', async () => {
    const x = threeCounties()
    const ids = [`${A}:secret`, `${A}:thing:1`, `${A}:crash`]
    const { data, errors } = await run(x, document, { r: things(...ids) })
    expect(data).toEqual({ _entities: [null, { name: 'thing 1' }, null] })
    expect(errors.map(({ extensions }) => [extensions['key'], extensions['reason']])).toEqual([
      [ids[0], 'REFUSED'],
      [ids[2], 'FAULT'],
    ])
  })

  test('whose key names no county that is known are BAD_USER_INPUT, and go to nobody', async () => {
    const x = threeCounties()
    const r = [
      ...things('999999:thing:1', 'thing', ''),
      { __typename: 'County', code: A },
      { id: `${A}:thing:1` },
      { __typename: 'Thing', id: 7 },
    ]
    const { data, errors } = await run(x, document, { r })
    expect(data).toEqual({ _entities: r.map(() => null) })
    expect(errors.map(({ extensions }) => extensions['code'])).toEqual(r.map(() => 'BAD_USER_INPUT'))
    expect(requests(x)).toEqual([0, 0, 0])
  })

  test('of a reference type may name records of other counties, which a record itself may not', async () => {
    const x = threeCounties()
    const [first] = x.counties.get(A)?.things ?? []
    if (first) first.elsewhere = [`${B}:thing:1`]
    const query = (type: string, fields: string) =>
      run(x, `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${type} { ${fields} } } }`, {
        r: [{ __typename: type, id: `${A}:thing:0` }],
      })
    expect((await query('Thing', 'elsewhere { id county { code } }')).data).toEqual({
      _entities: [{ elsewhere: [{ id: `${B}:thing:1`, county: { code: B } }] }],
    })
    expect((await query('ThingReference', 'id')).data).toEqual({ _entities: [{ id: `${A}:thing:0` }] })
    x.behaviours.set(
      A,
      rewriting((text) => text.replaceAll(`${A}:thing:0`, `${B}:thing:0`)),
    )
    expect((await query('Thing', 'id')).errors[0]?.extensions).toMatchObject({ county: A, reason: 'FAULT' })
  })

  test('that a county answers in another order, or with others, are its FAULT though nobody selected an id', async () => {
    const x = threeCounties()
    x.behaviours.set(A, (body) => {
      return { data: { p0_f: elementsOf(membersOf(body['data'])['p0_f']).toReversed() } }
    })
    const { data, errors } = await run(x, document, { r: things(`${A}:thing:0`, `${A}:thing:1`, `${A}:thing:2`) })
    expect(data).toEqual({ _entities: [null, { name: 'thing 1' }, null] })
    expect(errors.map(({ extensions }) => extensions['reason'])).toEqual(['FAULT', 'FAULT'])
  })

  test('are checked however their fields are selected', async () => {
    const x = threeCounties()
    const r = [...things(`${A}:thing:0`), { __typename: 'ThingReference', id: `${A}:thing:1` }]
    const { data, errors } = await run(
      x,
      `query ($r: [_Any!]!, $no: Boolean = false) {
        it: _entities(representations: $r) { __typename ... on Described { text } ...All ... on Thing @include(if: $no) { name } }
      }
      fragment All on _Entity { ... on Thing { size } ... on ThingReference { id } }`,
      { r },
    )
    expect(errors).toEqual([])
    expect(data).toEqual({
      it: [
        { __typename: 'Thing', text: null, size: 'SMALL' },
        { __typename: 'ThingReference', id: `${A}:thing:1` },
      ],
    })
  })

  test.each([
    ['too few', (list: readonly unknown[]) => list.slice(1)],
    ['too many', (list: readonly unknown[]) => [...list, null]],
    ['none', () => []],
  ])('of which a county sends %s are all its FAULT', async (_, change) => {
    const x = threeCounties()
    x.behaviours.set(A, (body) => ({ data: { p0_f: change(elementsOf(membersOf(body['data'])['p0_f'])) } }))
    const { data, errors } = await run(x, document, { r: things(`${A}:thing:0`, `${A}:thing:1`) })
    expect(data).toEqual({ _entities: [null, null] })
    expect(errors).toHaveLength(2)
  })
})

describe('fetches of one request', () => {
  test('to one county in one turn travel together, what they share being asked once', async () => {
    const x = threeCounties()
    const context = asker()
    const [one, two, three, four] = await Promise.all([
      run(x, document, { r: things(`${A}:thing:0`, `${A}:thing:1`) }, context),
      run(x, document.replace('query', 'query Other'), { r: things(`${A}:thing:1`, `${B}:thing:1`) }, context),
      run(x, document.replace('name', 'size'), { r: things(`${A}:thing:1`) }, context),
      run(x, '{ staff(county: "100001") again: staff(county: "100001") }', {}, context),
    ])
    expect(one?.data).toEqual({ _entities: [{ name: 'thing 0' }, { name: 'thing 1' }] })
    expect(two?.data).toEqual({ _entities: [{ name: 'thing 1' }, { name: 'thing 1' }] })
    expect(three?.data).toEqual({ _entities: [{ size: 'LARGE' }] })
    expect(four?.data).toEqual({ staff: [`staff of ${A}`], again: [`staff of ${A}`] })
    expect(four?.data?.['staff']).not.toBe(four?.data?.['again'])
    expect(requests(x)).toEqual([1, 1, 0])
    expect(x.counties.get(A)?.requests[0]?.variables).toEqual({
      ep0_: things(`${A}:thing:0`, `${A}:thing:1`),
      ep1_: things(`${A}:thing:1`),
    })
  })

  test('of different requests share nothing, even if they ask the same', async () => {
    const x = threeCounties()
    await Promise.all([1, 2].map(() => run(x, document, { r: things(`${A}:thing:0`) })))
    expect(requests(x)).toEqual([2, 0, 0])
  })
})

test('whatever is asked and whoever fails, entities equal what asking each county for each one gives, and no other county is asked', async () => {
  const codes = [A, B, C, '400004']
  const reasons: OutageReason[] = ['TIMEOUT', 'UNREACHABLE', 'REFUSED', 'FAULT']
  const representation = fc.record({
    county: fc.constantFrom(...codes, '999999'),
    number: fc.nat({ max: 6 }),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(representation, { maxLength: 40 }),
      fc.dictionary(fc.constantFrom(...codes), fc.constantFrom(...reasons)),
      async (wanted, failing) => {
        const x = memoryExchange(
          codes.map(
            (code) =>
              new MemoryCounty(
                code,
                [0, 1, 2, 3].map((n) => thing(code, n)),
              ),
          ),
        )
        for (const [code, reason] of Object.entries(failing)) x.behaviours.set(code, reason)
        const r = things(...wanted.map(({ county, number }) => `${county}:thing:${number}`))
        const { data, errors } = await run(x, document, { r })
        expect(data).toEqual({
          _entities: wanted.map(({ county, number }) =>
            codes.includes(county) && failing[county] === undefined && number < 4 ? { name: `thing ${number}` } : null,
          ),
        })
        const missing = new Map(
          r.map(({ id }) => [id, id.startsWith('999999') ? 'BAD_USER_INPUT' : failing[id.slice(0, 6)]]),
        )
        const named = errors.map(({ extensions: e }): [unknown, unknown] => [e['key'], e['reason'] ?? e['code']])
        expect(new Map(named)).toEqual(new Map([...missing].filter(([, why]) => why !== undefined)))
        expect(requests(x)).toEqual(codes.map((code) => (wanted.some(({ county }) => county === code) ? 1 : 0)))
      },
    ),
  )
})
