import { describe, expect, test } from 'vitest'
import { decodeCursor, encodeCursor } from '../../services/platform/cursor.ts'
import { elementsOf } from './json.ts'
import { coded, thing } from './testing/memory-county.ts'
import { requests, rewriting, run, threeCounties } from './testing/memory-exchange.ts'

const A = '100001'
const B = '200002'
const C = '300003'

/** Turns the order of a page's cursors around. */
function reverseCursors(text: string): string {
  return text.replace(
    /"c_":(\[.*?\])/,
    (_, list: string) => `"c_":${JSON.stringify([...elementsOf(JSON.parse(list))].toReversed())}`,
  )
}

/** Turns each cursor into one of another county's row. */
function cursorsOfB(text: string): string {
  return text.replace(/"cursor":"([^"]*)"/g, (_, cursor: string) => {
    const { question, key } = decodeCursor(cursor)
    return JSON.stringify({ cursor: encodeCursor({ question, key: key.map((part) => part.replace(A, B)) }) }).slice(
      1,
      -1,
    )
  })
}

describe('failures', () => {
  const page =
    'things(first: 4) { nodes { id } pageInfo { hasNextPage } coverage { complete unanswered { county { code } reason } } }'

  test('a county that fails costs its own fields and entities, never those of others', async () => {
    const x = threeCounties()
    x.behaviours.set(B, 'TIMEOUT')
    const { data, errors } = await run(x, `{ a: thing(id: "${A}:thing:1") { id } b: thing(id: "${B}:thing:1") { id } }`)
    expect(data).toEqual({ a: { id: `${A}:thing:1` }, b: null })
    expect(errors).toMatchObject([
      { path: ['b'], extensions: { code: 'COUNTY_UNANSWERED', county: B, reason: 'TIMEOUT' } },
    ])
  })

  test('a list without coverage is all or nothing, and the error names who is missing and why', async () => {
    const x = threeCounties()
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
    const x = threeCounties()
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
      const x = threeCounties()
      x.behaviours.set(B, 'TIMEOUT')
      const document = `query ($no: Boolean = false) { things { nodes { id } ${selection} } mine @include(if: $no) }`
      const { data } = await run(x, document)
      expect([selection, data?.['things'] !== null]).toEqual([selection, selected])
    }
  })

  test('when every county fails, a page that selects coverage is empty and covers nothing', async () => {
    const x = threeCounties()
    for (const code of [A, B, C]) x.behaviours.set(code, 'TIMEOUT')
    const { data } = await run(x, `{ ${page} }`)
    expect(data).toMatchObject({ things: { nodes: [], coverage: { complete: false, unanswered: [{}, {}, {}] } } })
  })

  test('a county that calls itself unanswered is unanswered for the reason it gives', async () => {
    const x = threeCounties()
    x.behaviours.set(
      A,
      rewriting((text) =>
        text
          .replace('"complete":true', '"complete":false')
          .replace(
            /"answered":\[.*?\],"unanswered":\[\]/,
            `"answered":[],"unanswered":[{"county":{"code":"${A}"},"reason":"STALE"}]`,
          ),
      ),
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
      const x = threeCounties()
      x.behaviours.set(
        A,
        rewriting((text) => {
          const broken = text.replace(from, to)
          return what === 'an object for a list' ? broken.replace(/\],"c_"/, ']},"c_"') : broken
        }),
      )
      const { data, errors } = await run(
        x,
        '{ things(first: 4) { nodes { id name size } coverage { complete unanswered { county { code } reason } } } }',
      )
      expect(data).toMatchObject({
        things: { coverage: { complete: false, unanswered: [{ county: { code: A }, reason: 'FAULT' }] } },
      })
      expect(errors).toHaveLength(1)
      expect(x.faults).toHaveLength(1)
      expect(x.faults[0]).not.toMatch(/thing 3|HUGE|soon/)
    }
  })

  test('a page out of order, longer than asked for, not after the cursor, or with nothing but a promise is a FAULT', async () => {
    // What the county would answer to another window: the fault of one that ignores the arguments.
    const x = threeCounties()
    const kept: Record<string, unknown>[] = []
    x.behaviours.set(A, (body) => {
      kept.push(structuredClone(body))
      return body
    })
    const onlyA = `counties: ["${A}"]`
    await run(x, `{ things(${onlyA}, first: 4) { nodes { id } } }`)
    const [whole = {}] = kept
    const after = encodeCursor({ question: 'any', key: ['2026-01-02T00', `${A}:thing:1`] })
    for (const [given, change, fault] of [
      ['first: 2', (text: string) => text, 'more rows than asked for'],
      [`after: "${after}"`, (text: string) => text, 'rows not after the cursor'],
      [
        `last: 9, before: "${encodeCursor({ question: 'any', key: ['2026-01-03', `${A}:thing:1`] })}"`,
        (text: string) => text,
        'rows not before the cursor',
      ],
      ['first: 4', reverseCursors, 'rows out of order'],
      ['first: 4', cursorsOfB, 'a cursor of a row of another county'],
      ['first: 4', (text: string) => text.replace(/"nodes":\[.*?\]/, '"nodes":[]'), 'nodes without cursors'],
      [
        'first: 4',
        (text: string) =>
          text.replace(/"(nodes|c_)":\[.*?\]/g, '"$1":[]').replace('"hasNextPage":false', '"hasNextPage":true'),
        'no rows, but more to come',
      ],
    ] as const) {
      const y = threeCounties()
      const text = change(JSON.stringify(whole))
      y.behaviours.set(
        A,
        rewriting(() => text),
      )
      const { errors } = await run(y, `{ things(${onlyA}, ${given}) { nodes { id } } }`)
      expect(errors[0]?.extensions).toEqual({ code: 'COVERAGE_INCOMPLETE', missing: [{ county: A, reason: 'FAULT' }] })
      expect(y.faults).toEqual([`things: ${fault}`])
    }
  })

  test('errors about the question pass on as themselves, once, without what else the county wrote', async () => {
    const x = threeCounties()
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
    const x = threeCounties()
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
      ['TOKEN_EXPIRED', 'REFUSED'],
      ['AGENCY_UNKNOWN', 'REFUSED'],
      ['JOURNAL_UNAVAILABLE', 'REFUSED'],
      ['DEADLINE_EXCEEDED', 'TIMEOUT'],
      ['INTERNAL', 'FAULT'],
      ['WHATEVER', 'FAULT'],
    ]) {
      const x = threeCounties()
      x.behaviours.set(A, () => ({ errors: [{ message: 'secret text', extensions: { code } }] }))
      const { errors } = await run(x, '{ mine }')
      expect(errors[0]?.extensions).toEqual({ code: 'COUNTY_UNANSWERED', county: A, reason })
      expect(JSON.stringify([errors, x.faults])).not.toContain('secret text')
    }
  })

  test('a county without an agreement says so, in our words, on a routed field and on a page', async () => {
    const x = threeCounties()
    x.behaviours.set(A, () => ({ errors: [{ message: 'secret text', extensions: { code: 'AGREEMENT_MISSING' } }] }))
    const refusal = { code: 'AGREEMENT_MISSING', county: A, reason: 'REFUSED' }
    const mine = await run(x, '{ mine }')
    expect(mine.errors.map(({ extensions }) => extensions)).toEqual([refusal])
    const paged = await run(x, `{ ${page} }`)
    expect(paged.data).toMatchObject({
      things: { coverage: { unanswered: [{ county: { code: A }, reason: 'REFUSED' }] } },
    })
    expect(paged.errors.map(({ extensions }) => extensions)).toEqual([refusal])
    expect(JSON.stringify([mine.errors, paged.errors])).not.toContain('secret text')
  })

  test('an error about one row stands at that row of the merged page, and at none if the row is not shown', async () => {
    const x = threeCounties()
    x.counties.get(B)?.things.push(thing(B, 9, '2026-01-03T05'))
    const { data, errors } = await run(x, '{ things(first: 5) { nodes { id weight } } }')
    expect(data).toHaveProperty('things.nodes.3', { id: `${B}:thing:9`, weight: null })
    expect(errors).toMatchObject([
      { path: ['things', 'nodes', 3, 'weight'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE', county: B } },
    ])
    expect((await run(x, '{ things(first: 2) { nodes { id weight } } }')).errors).toEqual([])
  })

  test('an answer with thousands of errors is a FAULT, and not thousands of errors', async () => {
    const x = threeCounties()
    const errors = Array.from({ length: 2_000 }, () => ({
      message: 'no',
      path: ['p0_f', 0],
      extensions: { code: 'NOT_FOUND' },
    }))
    x.behaviours.set(A, (body) => ({ ...body, errors }))
    const answer = await run(x, `{ notes(counties: ["${A}"]) { text } }`)
    expect(answer.errors.map(({ extensions }) => extensions['code'])).toEqual(['COVERAGE_INCOMPLETE'])
  })

  test('an error whose path is no path is a FAULT, and goes nowhere', async () => {
    for (const path of [['p0_f', 'not a name'], ['p0_f', 1.5], Array.from({ length: 60 }, () => 'p0_f')]) {
      const x = threeCounties()
      x.behaviours.set(A, () => ({ errors: [{ message: 'no', path, extensions: { code: 'NOT_FOUND' } }] }))
      expect((await run(x, '{ mine }')).errors[0]?.extensions).toMatchObject({ county: A, reason: 'FAULT' })
    }
  })

  test('what a county writes into an error is cut to a length that can be shown', async () => {
    const x = threeCounties()
    const error = { message: 'x'.repeat(10_000), extensions: { code: 'CONFLICT', argument: 'y'.repeat(10_000) } }
    x.behaviours.set(A, () => ({ errors: [error] }))
    expect(JSON.stringify((await run(x, '{ mine }')).errors).length).toBeLessThan(1_000)
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
      const x = threeCounties()
      const { data, errors } = await run(x, `{ things(${given}) { nodes { id } } }`)
      expect(data).toEqual({ things: null })
      expect([given, errors[0]?.extensions['code']]).toEqual([given, 'BAD_USER_INPUT'])
      expect(requests(x)).toEqual([0, 0, 0])
    }
  })

  test('a registry that throws is the answer to each field', async () => {
    const x = threeCounties()
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
