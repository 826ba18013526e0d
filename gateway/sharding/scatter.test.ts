import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { requests, rewriting, run, threeCounties } from './testing/memory-exchange.ts'

const A = '100001'
const B = '200002'
const C = '300003'

describe('a node that stands apart (B06)', () => {
  const apart = () => {
    const x = threeCounties()
    x.registry.splice(2, 1, { code: C, url: `http://${C}.invalid/`, status: 'ACTIVE', apart: true })
    return x
  }

  test('is never asked by a scattered field and is no target, while every county is', async () => {
    const x = apart()
    const { data, errors } = await run(x, '{ notes(about: "x") { about } }')
    expect(errors).toEqual([])
    expect(data).toEqual({ notes: Array.from({ length: 4 }, () => ({ about: 'x' })) })
    expect(requests(x)).toEqual([1, 1, 0])
    expect(x.scatter.targets()).toEqual([A, B])
  })

  test('is reached by a field that names it or a record of it', async () => {
    const x = apart()
    const { data } = await run(x, `{ staff(county: "${C}") thing(id: "${C}:thing:1") { name } }`)
    expect(data).toEqual({ staff: [`staff of ${C}`], thing: { name: 'thing 1' } })
    expect(requests(x)).toEqual([0, 0, 1])
  })

  test('is refused where a scattered field is to ask it by name', async () => {
    const x = apart()
    const { errors } = await run(x, `{ notes(about: "x", counties: ["${A}", "${C}"]) { about } }`)
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
    expect(requests(x)).toEqual([0, 0, 0])
  })
})

describe('routing', () => {
  test('a field routed by id goes to the county of the id and to no other', async () => {
    const x = threeCounties()
    const { data, errors } = await run(x, `{ thing(id: "${B}:thing:1") { id name } }`)
    expect(errors).toEqual([])
    expect(data).toEqual({ thing: { id: `${B}:thing:1`, name: 'thing 1' } })
    expect(requests(x)).toEqual([0, 1, 0])
  })

  test('fields that go to one county travel in one request, each county getting its own fields only', async () => {
    const x = threeCounties()
    const { data, errors } = await run(
      x,
      `query ($b: ID!, $n: String) {
        a: thing(id: "${A}:thing:1") { name }
        mine
        staff(county: "${B}")
        b: thing(id: $b) { name }
        notes(about: $n) { about }
      }`,
      { b: `${B}:thing:2`, n: 'x' },
    )
    expect(errors).toEqual([])
    expect(data).toEqual({
      a: { name: 'thing 1' },
      mine: `mine of ${A}`,
      staff: [`staff of ${B}`],
      b: { name: 'thing 2' },
      notes: Array.from({ length: 6 }, () => ({ about: 'x' })),
    })
    expect(requests(x)).toEqual([1, 1, 1])
    expect(x.counties.get(C)?.requests[0]?.query).not.toContain('thing')
  })

  test('a county nobody knows is BAD_USER_INPUT for its field, and nobody is asked', async () => {
    for (const field of [
      'thing(id: "999999:thing:1") { id }',
      'thing(id: "thing") { id }',
      'staff(county: "999999")',
      'words(counties: ["999999"])',
      `words(counties: ["${A}", "999999"])`,
      'words(counties: [])',
      'things(counties: []) { nodes { id } }',
    ]) {
      const x = threeCounties()
      const { data, errors } = await run(x, `{ it: ${field} }`)
      expect(data).toEqual({ it: null })
      expect(errors.map(({ extensions, path }) => [extensions['code'], path])).toEqual([['BAD_USER_INPUT', ['it']]])
      expect(requests(x)).toEqual([0, 0, 0])
    }
  })

  test('an asker whose own county has left is BAD_USER_INPUT for fields of that county', async () => {
    const x = threeCounties()
    x.registry.splice(0, 3, { code: A, url: 'http://a.invalid', status: 'LEFT' })
    const { data, errors } = await run(x, '{ mine }')
    expect(data).toEqual({ mine: null })
    expect(errors[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', argument: 'viewer' })
  })

  test('counties named twice are asked once, and one that is named as a single value is asked', async () => {
    const x = threeCounties()
    const { data } = await run(x, `{ a: words(counties: ["${B}", "${B}"]) b: words(counties: "${C}") }`)
    expect(data).toEqual({ a: [`${B} a`, `${B} b`], b: [`${C} a`, `${C} b`] })
    expect(requests(x)).toEqual([0, 1, 1])
  })

  test('whatever is asked together, each county gets exactly the fields that are meant for it', async () => {
    const codes: string[] = [A, B, C]
    const nobody: string[] = []
    const field = fc.oneof(
      fc.constantFrom(...codes).map((code) => ({ text: `thing(id: "${code}:thing:1") { id }`, targets: [code] })),
      fc.constantFrom(...codes).map((code) => ({ text: `staff(county: "${code}")`, targets: [code] })),
      fc.constant({ text: 'mine', targets: codes.slice(0, 1) }),
      fc
        .uniqueArray(fc.constantFrom(...codes), { minLength: 1 })
        .chain((named) =>
          fc.constantFrom(
            { text: `words(counties: ${JSON.stringify(named)})`, targets: named },
            { text: `things(first: 1, counties: ${JSON.stringify(named)}) { nodes { id } }`, targets: named },
          ),
        ),
      fc.constant({ text: 'words(counties: ["999999"])', targets: nobody }),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(field, { minLength: 1, maxLength: 8 }), async (fields) => {
        const x = threeCounties()
        await run(x, `{ ${fields.map(({ text }, i) => `f${i}: ${text}`).join(' ')} }`)
        for (const county of x.counties.values()) {
          const meant = new Set(
            fields
              .filter(({ targets }) => targets.includes(county.code))
              .map(({ text }) => text.replace(/counties: \[.*?\]/, '')),
          )
          expect(county.requests.length).toBe(meant.size === 0 ? 0 : 1)
          expect((county.requests[0]?.query ?? '').match(/p\d+_f:/g)?.length ?? 0).toBe(meant.size)
        }
      }),
    )
  })

  test('no county learns which others are asked', async () => {
    const x = threeCounties()
    await run(x, 'query ($c: [CountyCode!]) { words(counties: $c) things(counties: $c) { nodes { id } } }', {
      c: [A, B],
    })
    expect(JSON.stringify(x.counties.get(A)?.requests)).not.toContain(B)
  })

  test('a suspended county is unanswered without being asked, and one that has left is no part of anything', async () => {
    const x = threeCounties()
    x.registry.splice(
      0,
      3,
      ...x.registry.map((county, i) => ({
        ...county,
        status: (['SUSPENDED', 'LEFT', 'ACTIVE'] as const)[i] ?? 'LEFT',
      })),
    )
    const { errors } = await run(x, `{ words thing(id: "${A}:thing:1") { id } }`)
    expect(errors.map(({ extensions }) => extensions)).toEqual([
      { code: 'COVERAGE_INCOMPLETE', missing: [{ county: A, reason: 'REFUSED' }] },
      { code: 'COUNTY_UNANSWERED', county: A, reason: 'REFUSED' },
    ])
    expect(requests(x)).toEqual([0, 0, 1])
  })

  test('a directory without counties is an error and no empty success', async () => {
    const x = threeCounties()
    x.registry.length = 0
    const { data, errors } = await run(x, '{ words }')
    expect(data).toEqual({ words: null })
    expect(errors[0]?.extensions['code']).toBe('DIRECTORY_UNAVAILABLE')
  })
})

describe('documents', () => {
  test('aliases, fragments, variables, defaults and conditions keep the shape that was asked for', async () => {
    const x = threeCounties()
    const { data, errors } = await run(
      x,
      `query ($id: ID! = "${A}:thing:1", $yes: Boolean!, $no: Boolean = false, $first: Int) {
        ...Root
        gone: mine @include(if: $no)
        one: things(first: $first, counties: ["${A}"]) { ...Page }
        two: things(first: 1, counties: ["${B}"], filter: { size: LARGE }) {
          c_: __typename
          list: nodes { n: name @skip(if: $yes) t: __typename }
          list: nodes { size }
          ... @include(if: $no) { pageInfo { hasNextPage } }
          pageInfo { end: endCursor }
        }
      }
      fragment Root on Query { it: thing(id: $id) { ...Name } it: thing(id: $id) { size @include(if: $yes) } }
      fragment Name on Thing { called: name }
      fragment Page on ThingConnection {
        edges { node { ...Name } }
        nodes { weight @include(if: $no) id }
        coverage { ok: complete answered { county { __typename code } version: listVersion } }
      }`,
      { yes: true, first: 1 },
    )
    expect(errors).toEqual([])
    expect(data).toEqual({
      it: { called: 'thing 1', size: 'LARGE' },
      one: {
        edges: [{ node: { called: 'thing 3' } }],
        nodes: [{ id: `${A}:thing:3` }],
        coverage: { ok: true, answered: [{ county: { __typename: 'County', code: A }, version: `v-${A}` }] },
      },
      two: {
        c_: 'ThingConnection',
        list: [{ t: 'Thing', size: 'LARGE' }],
        pageInfo: { end: expect.stringMatching(/./) },
      },
    })
  })

  test('a field that is there twice, once under a condition, asks for no more than the conditions let in', async () => {
    const document = `query ($yes: Boolean!) {
      it: thing(id: "${A}:thing:1") @include(if: $yes) { size }
      it: thing(id: "${A}:thing:1") { name }
      things(first: 1, counties: ["${A}"]) @skip(if: $yes) { nodes { size } }
      things(first: 1, counties: ["${A}"]) { nodes { name } }
    }`
    const thing = { name: 'thing 1' }
    const last = { name: 'thing 3' }
    expect((await run(threeCounties(), document, { yes: true })).data).toEqual({
      it: { ...thing, size: 'LARGE' },
      things: { nodes: [last] },
    })
    expect((await run(threeCounties(), document, { yes: false })).data).toEqual({
      it: thing,
      things: { nodes: [{ ...last, size: 'LARGE' }] },
    })
  })

  test('__typename and _service are answered without any county', async () => {
    const x = threeCounties()
    const { data } = await run(x, '{ __typename s: _service { text: sdl } }')
    expect(data?.['__typename']).toBe('Query')
    expect(JSON.stringify(data?.['s'])).toContain('@scatter(merge: PAGE)')
    expect(requests(x)).toEqual([0, 0, 0])
  })

  test('a document that is not GraphQL, or not of the county schema, is refused with its code', async () => {
    const x = threeCounties()
    const codes = await Promise.all(
      [
        '{',
        '{ nothing }',
        '{ __proto__: mine }',
        'query A { mine } query B { mine }',
        '{ __schema { description } }',
      ].map(async (document) => (await run(x, document)).errors[0]?.extensions['code']),
    )
    expect(codes).toEqual(['GRAPHQL_PARSE_FAILED', ...Array.from({ length: 4 }, () => 'GRAPHQL_VALIDATION_FAILED')])
  })

  test('values of an abstract type are checked by the __typename that is asked for behind the scenes', async () => {
    const x = threeCounties()
    const document = `{ thing(id: "${A}:thing:1") { described { text } } }`
    expect((await run(x, document)).data).toMatchObject({ thing: { described: [{ text: 'a note' }] } })
    x.behaviours.set(
      A,
      rewriting((text) => text.replace('"Note"', '"Coverage"')),
    )
    expect((await run(x, document)).errors[0]?.extensions).toMatchObject({ reason: 'FAULT' })
  })
})
