import { describe, expect, test } from 'vitest'
import { encodeCursor } from '../../services/platform/cursor.ts'
import { coded, MemoryCounty, thing } from './testing/memory-county.ts'
import { asker, memoryExchange, type MemoryExchange } from './testing/memory-exchange.ts'

const A = '100001'
const B = '200002'
const C = '300003'

function exchange(): MemoryExchange {
  const counties = [A, B, C].map(
    (code, hour) =>
      new MemoryCounty(
        code,
        [0, 1, 2, 3].map((n) => thing(code, n, `2026-01-0${n + 1}T0${hour}`)),
      ),
  )
  return memoryExchange(counties)
}

interface PlainError {
  message: string
  path?: (string | number)[]
  extensions: Record<string, unknown>
}

async function run(x: MemoryExchange, document: string, variables: Record<string, unknown> = {}, context = asker()) {
  const { data, errors } = await x.scatter.execute({ document, variables, context })
  return { data, errors: JSON.parse(JSON.stringify(errors)) as PlainError[] }
}

/** How many requests each county was sent. */
function requests(x: MemoryExchange): number[] {
  return [...x.counties.values()].map((county) => county.requests.length)
}

describe('routing', () => {
  test('a field routed by id goes to the county of the id and to no other', async () => {
    const x = exchange()
    const { data, errors } = await run(x, `{ thing(id: "${B}:thing:1") { id name } }`)
    expect(errors).toEqual([])
    expect(data).toEqual({ thing: { id: `${B}:thing:1`, name: 'thing 1' } })
    expect(requests(x)).toEqual([0, 1, 0])
  })

  test('fields that go to one county travel in one request, each county getting its own fields only', async () => {
    const x = exchange()
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
      const x = exchange()
      const { data, errors } = await run(x, `{ it: ${field} }`)
      expect(data, field).toEqual({ it: null })
      expect(errors.map(({ extensions, path }) => [extensions['code'], path])).toEqual([['BAD_USER_INPUT', ['it']]])
      expect(requests(x)).toEqual([0, 0, 0])
    }
  })

  test('an asker whose own county has left is BAD_USER_INPUT for fields of that county', async () => {
    const x = exchange()
    x.registry.splice(0, 3, { code: A, url: 'http://a.invalid', status: 'LEFT' })
    const { data, errors } = await run(x, '{ mine }')
    expect(data).toEqual({ mine: null })
    expect(errors[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', argument: 'viewer' })
  })

  test('counties named twice are asked once, and one that is named as a single value is asked', async () => {
    const x = exchange()
    const { data } = await run(x, `{ a: words(counties: ["${B}", "${B}"]) b: words(counties: "${C}") }`)
    expect(data).toEqual({ a: [`${B} a`, `${B} b`], b: [`${C} a`, `${C} b`] })
    expect(requests(x)).toEqual([0, 1, 1])
  })

  test('no county learns which others are asked', async () => {
    const x = exchange()
    await run(x, 'query ($c: [CountyCode!]) { words(counties: $c) things(counties: $c) { nodes { id } } }', {
      c: [A, B],
    })
    expect(JSON.stringify(x.counties.get(A)?.requests)).not.toContain(B)
  })

  test('a suspended county is unanswered without being asked, and one that has left is no part of anything', async () => {
    const x = exchange()
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
    const x = exchange()
    x.registry.length = 0
    const { data, errors } = await run(x, '{ words }')
    expect(data).toEqual({ words: null })
    expect(errors[0]?.extensions['code']).toBe('DIRECTORY_UNAVAILABLE')
  })
})

describe('documents', () => {
  test('aliases, fragments, variables, defaults and conditions keep the shape that was asked for', async () => {
    const x = exchange()
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
        pageInfo: { end: expect.any(String) as string },
      },
    })
  })

  test('__typename and _service are answered without any county', async () => {
    const x = exchange()
    const { data } = await run(x, '{ __typename s: _service { text: sdl } }')
    expect(data?.['__typename']).toBe('Query')
    expect(JSON.stringify(data?.['s'])).toContain('@scatter(merge: PAGE)')
    expect(requests(x)).toEqual([0, 0, 0])
  })

  test('a document that is not GraphQL, or not of the county schema, is refused with its code', async () => {
    const x = exchange()
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
    const x = exchange()
    const document = `{ thing(id: "${A}:thing:1") { described { text } } }`
    expect((await run(x, document)).data).toMatchObject({ thing: { described: [{ text: 'a note' }] } })
    x.behaviours.set(A, (body) => JSON.parse(JSON.stringify(body).replace('"Note"', '"Coverage"')) as typeof body)
    expect((await run(x, document)).errors[0]?.extensions).toMatchObject({ reason: 'FAULT' })
  })
})

describe('failures', () => {
  const page =
    'things(first: 4) { nodes { id } pageInfo { hasNextPage } coverage { complete unanswered { county { code } reason } } }'

  test('a county that fails costs its own fields and entities, never those of others', async () => {
    const x = exchange()
    x.behaviours.set(B, 'TIMEOUT')
    const { data, errors } = await run(x, `{ a: thing(id: "${A}:thing:1") { id } b: thing(id: "${B}:thing:1") { id } }`)
    expect(data).toEqual({ a: { id: `${A}:thing:1` }, b: null })
    expect(errors).toMatchObject([
      { path: ['b'], extensions: { code: 'COUNTY_UNANSWERED', county: B, reason: 'TIMEOUT' } },
    ])
  })

  test('a list without coverage is all or nothing, and the error names who is missing and why', async () => {
    const x = exchange()
    x.behaviours.set(A, 'UNREACHABLE').set(C, 'FAULT')
    const { data, errors } = await run(x, '{ words notes { text } t: things { nodes { id } } }')
    expect(data).toEqual({ words: null, notes: null, t: null })
    const missing = [
      { county: A, reason: 'UNREACHABLE' },
      { county: C, reason: 'FAULT' },
    ]
    expect(errors.map(({ path, extensions }) => ({ path, ...extensions }))).toEqual(
      ['words', 'notes', 't'].map((key) => ({ path: [key], code: 'COVERAGE_INCOMPLETE', missing })),
    )
  })

  test('a page that selects coverage is partial, and says so in the data and in the errors', async () => {
    const x = exchange()
    x.behaviours.set(B, 'STALE')
    const { data, errors } = await run(x, `{ ${page} }`)
    expect(data).toEqual({
      things: {
        nodes: [`${C}:thing:3`, `${A}:thing:3`, `${C}:thing:2`, `${A}:thing:2`].map((id) => ({ id })),
        pageInfo: { hasNextPage: true },
        coverage: { complete: false, unanswered: [{ county: { code: B }, reason: 'STALE' }] },
      },
    })
    expect(errors).toMatchObject([{ extensions: { code: 'COUNTY_UNANSWERED', county: B, reason: 'STALE' } }])
  })

  test('coverage under an alias, in a fragment, or of a single field counts as selected; excluded, it does not', async () => {
    for (const [selection, selected] of [
      ['c: coverage { ok: complete }', true],
      ['... on ThingConnection { ... { coverage { __typename } } }', true],
      ['coverage @include(if: $no) { complete }', false],
      ['coverage @skip(if: true) { complete }', false],
    ] as const) {
      const x = exchange()
      x.behaviours.set(B, 'TIMEOUT')
      const document = `query ($no: Boolean = false) { things { nodes { id } ${selection} } mine @include(if: $no) }`
      const { data } = await run(x, document)
      expect(data?.['things'] !== null, selection).toBe(selected)
    }
  })

  test('when every county fails, a page that selects coverage is empty and covers nothing', async () => {
    const x = exchange()
    for (const code of [A, B, C]) x.behaviours.set(code, 'TIMEOUT')
    const { data } = await run(x, `{ ${page} }`)
    expect(data).toMatchObject({ things: { nodes: [], coverage: { complete: false, unanswered: [{}, {}, {}] } } })
  })

  test('a county that calls itself unanswered is unanswered for the reason it gives', async () => {
    const x = exchange()
    x.behaviours.set(
      A,
      (body) =>
        JSON.parse(
          JSON.stringify(body)
            .replace('"complete":true', '"complete":false')
            .replace(
              /"answered":\[.*?\],"unanswered":\[\]/,
              `"answered":[],"unanswered":[{"county":{"code":"${A}"},"reason":"STALE"}]`,
            ),
        ) as typeof body,
    )
    const { data } = await run(x, `{ ${page} }`)
    expect(data).toMatchObject({
      things: { coverage: { complete: false, unanswered: [{ county: { code: A }, reason: 'STALE' }] } },
    })
  })

  test("an answer that breaks the schema or speaks for another county is that county's FAULT, noted without values", async () => {
    const breaks: [string, string | RegExp, string][] = [
      ['null for a name', '"thing 3"', 'null'],
      ['a number for a name', '"thing 3"', '3'],
      ['another county in an id', `"${A}:thing:3"`, `"${B}:thing:3"`],
      ['an enum value that is none', '"LARGE"', '"HUGE"'],
      ['a field left out', '"name":"thing 3"', '"other":1'],
      ['coverage of another county', new RegExp(`"county":{"code":"${A}"}`), `"county":{"code":"${B}"}`],
      ['coverage of no county', /"answered":\[[^\]]*\]/, '"answered":[]'],
      ['a cursor that is none', /"cursor":"[^"]*"/, '"cursor":"x"'],
      ['a time that is none', '"2026-01-01T00:00:00Z"', '"soon"'],
      ['an object for a list', /"nodes":\[/, '"nodes":{"a":['],
    ]
    for (const [what, from, to] of breaks) {
      const x = exchange()
      x.behaviours.set(A, (body) => {
        const text = JSON.stringify(body).replace(from, to)
        return JSON.parse(what === 'an object for a list' ? text.replace(/\],"c_"/, ']},"c_"') : text) as typeof body
      })
      const { data, errors } = await run(
        x,
        '{ things(first: 4) { nodes { id name size } coverage { complete unanswered { county { code } reason } } } }',
      )
      expect(data, what).toMatchObject({
        things: { coverage: { complete: false, unanswered: [{ county: { code: A }, reason: 'FAULT' }] } },
      })
      expect(errors).toHaveLength(1)
      expect(x.faults).toHaveLength(1)
      expect(x.faults[0]).not.toMatch(/thing 3|HUGE|soon/)
    }
  })

  test('a page out of order, longer than asked for, or not after the cursor is a FAULT', async () => {
    const swap = (a: number, b: number) => (body: Record<string, unknown>) => {
      const copy = structuredClone(body) as { data: { p0_f: { nodes: unknown[]; c_: unknown[] } } }
      for (const rows of [copy.data.p0_f.nodes, copy.data.p0_f.c_]) {
        const [x, y] = [rows[a], rows[b]]
        rows[a] = y
        rows[b] = x
      }
      return copy
    }
    const x = exchange()
    x.behaviours.set(A, swap(0, 1))
    expect((await run(x, `{ ${page} }`)).data).toMatchObject({ things: { coverage: { complete: false } } })
    const after = encodeCursor({ question: 'another', key: ['2026-01-02T0', `${A}:thing:1`] })
    const ignoring = exchange()
    const county = ignoring.counties.get(A)
    ignoring.behaviours.set(A, () => ({ data: null }))
    const stolen = await county?.answer({
      ...{
        query:
          '{ p0_f: things(first: 4) { nodes { id } c_: edges { cursor } i_: pageInfo { hasNextPage hasPreviousPage } v_: coverage { complete answered { county { code } asOf listVersion } unanswered { county { code } reason } } } }',
      },
      variables: {},
      mutation: false,
    })
    ignoring.behaviours.set(A, () => structuredClone(stolen ?? {}))
    const { errors } = await run(
      ignoring,
      `query ($a: String) { things(counties: ["${A}"], after: $a) { nodes { id } } }`,
      { a: after },
    )
    expect(errors[0]?.extensions).toEqual({ code: 'COVERAGE_INCOMPLETE', missing: [{ county: A, reason: 'FAULT' }] })
    expect(ignoring.faults).toEqual(['things: rows not after the cursor'])
    const long = exchange()
    long.behaviours.set(A, () => structuredClone(stolen ?? {}))
    await run(long, `{ things(counties: ["${A}"], first: 2) { nodes { id } } }`)
    expect(long.faults).toEqual(['things: more rows than asked for'])
  })

  test('errors about the question pass on as themselves, once, without what else the county wrote', async () => {
    const x = exchange()
    const cursor = encodeCursor({ question: 'of another', key: ['2026-01-02', `${A}:thing:1`] })
    const { data, errors } = await run(
      x,
      'query ($a: String) { things(after: $a) { nodes { id } coverage { complete } } }',
      { a: cursor },
    )
    expect(data).toEqual({ things: null })
    expect(errors).toHaveLength(1)
    expect(errors[0]).toMatchObject({
      message: 'The cursor in "after" is of another query.',
      extensions: { code: 'BAD_USER_INPUT' },
    })
    expect(JSON.stringify(errors)).not.toContain('secret')
  })

  test("a county that alone calls the question wrong is unanswered, and cannot void the others' answers", async () => {
    const x = exchange()
    x.behaviours.set(B, () => ({
      data: { p0_f: null },
      errors: [{ message: 'no', path: ['p0_f'], extensions: { code: 'BAD_USER_INPUT' } }],
    }))
    const { data, errors } = await run(x, `{ ${page} }`)
    expect(data).toMatchObject({ things: { coverage: { unanswered: [{ county: { code: B }, reason: 'REFUSED' }] } } })
    expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['BAD_USER_INPUT', 'COUNTY_UNANSWERED'])
  })

  test('an error code says whether a county refused, was late, or is at fault', async () => {
    for (const [code, reason] of [
      ['AGREEMENT_MISSING', 'REFUSED'],
      ['TOKEN_EXPIRED', 'REFUSED'],
      ['AGENCY_UNKNOWN', 'REFUSED'],
      ['JOURNAL_UNAVAILABLE', 'REFUSED'],
      ['DEADLINE_EXCEEDED', 'TIMEOUT'],
      ['INTERNAL', 'FAULT'],
      ['WHATEVER', 'FAULT'],
    ]) {
      const x = exchange()
      x.behaviours.set(A, () => ({ errors: [{ message: 'secret text', extensions: { code } }] }))
      const { errors } = await run(x, '{ mine }')
      expect(errors[0]?.extensions, code).toEqual({ code: 'COUNTY_UNANSWERED', county: A, reason })
      expect(JSON.stringify([errors, x.faults])).not.toContain('secret text')
    }
  })

  test('an error about one row stands at that row of the merged page, and at none if the row is not shown', async () => {
    const x = exchange()
    x.counties.get(B)?.things.push(thing(B, 9, '2026-01-03T05'))
    const { data, errors } = await run(x, '{ things(first: 5) { nodes { id weight } } }')
    expect((data as { things: { nodes: unknown[] } }).things.nodes[3]).toEqual({ id: `${B}:thing:9`, weight: null })
    expect(errors).toMatchObject([
      { path: ['things', 'nodes', 3, 'weight'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE', county: B } },
    ])
    expect((await run(x, '{ things(first: 2) { nodes { id weight } } }')).errors).toEqual([])
  })

  test('paging arguments without sense are BAD_USER_INPUT, and nobody is asked', async () => {
    for (const given of [
      'first: 0',
      'first: 201',
      'last: -1',
      'first: 1, last: 1',
      'after: "x"',
      'before: "bm9wZQ"',
      'first: 100000',
    ]) {
      const x = exchange()
      const { data, errors } = await run(x, `{ things(${given}) { nodes { id } } }`)
      expect(data).toEqual({ things: null })
      expect(errors[0]?.extensions['code'], given).toBe('BAD_USER_INPUT')
      expect(requests(x)).toEqual([0, 0, 0])
    }
  })

  test('a registry that throws is the answer to each field', async () => {
    const x = exchange()
    Object.defineProperty(x.registry, 'filter', {
      value: () => {
        throw coded('X', 'boom')
      },
    })
    const { data, errors } = await run(x, '{ words mine }')
    expect(data).toEqual({ words: null, mine: null })
    expect(errors.map(({ extensions, message }) => [extensions['code'], message.includes('boom')])).toEqual([
      ['INTERNAL', false],
      ['INTERNAL', false],
    ])
  })
})

describe('mutations', () => {
  test('are sent one after the other, each once, to the county they are routed to', async () => {
    const x = exchange()
    const { data, errors } = await run(
      x,
      `mutation { a: rename(id: "${B}:thing:1", name: "new") { name } b: add(name: "other") { name } c: rename(id: "${B}:thing:1", name: "newer") { name } }`,
    )
    expect(errors).toEqual([])
    expect(data).toEqual({ a: { name: 'new' }, b: { name: 'other' }, c: { name: 'newer' } })
    expect(requests(x)).toEqual([1, 2, 0])
  })

  test('one that fails leaves the others their answers, and says that the outcome is not known', async () => {
    const x = exchange()
    x.behaviours.set(B, 'TIMEOUT')
    const { data, errors } = await run(
      x,
      `mutation { a: rename(id: "${B}:thing:1", name: "n") { name } b: rename(id: "${A}:thing:9", name: "n") { name } c: add(name: "c") { name } }`,
    )
    expect(data).toEqual({ a: null, b: null, c: { name: 'c' } })
    expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['COUNTY_UNANSWERED', 'NOT_FOUND'])
    expect(errors[0]?.message).toContain('not known whether')
    expect(requests(x)).toEqual([2, 1, 0])
  })

  test('a query field that is never null travels alone, so that its error takes no other field with it', async () => {
    const x = exchange()
    const { data, errors } = await run(x, `{ mine surely(id: "${A}:thing:77") { id } }`)
    expect(data).toEqual({ mine: `mine of ${A}`, surely: null })
    expect(errors[0]?.extensions['code']).toBe('NOT_FOUND')
  })
})

describe('ask', () => {
  test('keeps the answers of the counties apart, in the order of the directory', async () => {
    const x = exchange()
    x.behaviours.set(B, 'TIMEOUT')
    const answers = await x.scatter.ask({
      document: 'query ($a: String) { notes(about: $a) { about text } things(first: 1) { nodes { id } } }',
      variables: { a: 'it' },
      context: asker(),
    })
    expect([...answers]).toEqual([
      [
        A,
        {
          data: {
            notes: [
              { about: 'it', text: `first of ${A}` },
              { about: 'it', text: null },
            ],
            things: { nodes: [{ id: `${A}:thing:3` }] },
          },
        },
      ],
      [B, { outage: 'TIMEOUT' }],
      [
        C,
        {
          data: {
            notes: [
              { about: 'it', text: `first of ${C}` },
              { about: 'it', text: null },
            ],
            things: { nodes: [{ id: `${C}:thing:3` }] },
          },
        },
      ],
    ])
    expect(requests(x)).toEqual([1, 1, 1])
  })

  test('an answer with any error in it is an outage, with what the county said', async () => {
    const x = exchange()
    x.behaviours.set(A, () => ({
      data: { p0_f: ['half'] },
      errors: [{ message: 'no purpose', path: ['p0_f', 0], extensions: { code: 'PURPOSE_MISSING' } }],
    }))
    const answers = await x.scatter.ask({ document: '{ words }', variables: {}, context: asker(), counties: [A] })
    expect(answers.get(A)).toMatchObject({ outage: 'REFUSED', errors: [{ extensions: { code: 'PURPOSE_MISSING' } }] })
    x.behaviours.set(A, () => ({ data: { p0_f: null } }))
    expect(
      (await x.scatter.ask({ document: '{ words }', variables: {}, context: asker(), counties: [A] })).get(A),
    ).toEqual({ outage: 'FAULT' })
  })

  test('asks only the counties it is given, and refuses one nobody knows and fields of a single county', async () => {
    const x = exchange()
    expect([
      ...(await x.scatter.ask({ document: '{ words }', variables: {}, context: asker(), counties: [C] })).keys(),
    ]).toEqual([C])
    expect(requests(x)).toEqual([0, 0, 1])
    const bad = { variables: {}, context: asker() }
    await expect(x.scatter.ask({ ...bad, document: '{ words }', counties: ['999999'] })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    })
    await expect(x.scatter.ask({ ...bad, document: '{ words }', counties: [] })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    })
    await expect(x.scatter.ask({ ...bad, document: '{ mine }' })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' })
  })
})
