import { describe, expect, test } from 'vitest'
import { asker, requests, run, threeCounties } from './testing/memory-exchange.ts'

const A = '100001'
const B = '200002'
const C = '300003'

describe('mutations', () => {
  test('are sent one after the other, each once, to the county they are routed to', async () => {
    const x = threeCounties()
    const { data, errors } = await run(
      x,
      `mutation { a: rename(id: "${B}:thing:1", name: "new") { name } b: add(name: "other") { name } c: rename(id: "${B}:thing:1", name: "newer") { name } }`,
    )
    expect(errors).toEqual([])
    expect(data).toEqual({ a: { name: 'new' }, b: { name: 'other' }, c: { name: 'newer' } })
    expect(requests(x)).toEqual([1, 2, 0])
  })

  test('wait for the answer to the one before', async () => {
    const x = threeCounties()
    const askedMeanwhile: number[] = []
    x.behaviours.set(B, (body) => {
      askedMeanwhile.push(x.counties.get(A)?.requests.length ?? 0)
      return body
    })
    await run(
      x,
      `mutation { first: rename(id: "${B}:thing:1", name: "new") { name } second: add(name: "other") { name } }`,
    )
    expect(askedMeanwhile).toEqual([0])
    expect(requests(x)).toEqual([1, 1, 0])
  })

  test('one that fails leaves the others their answers, and says that the outcome is not known', async () => {
    const x = threeCounties()
    x.behaviours.set(B, 'TIMEOUT')
    const { data, errors } = await run(
      x,
      `mutation { a: rename(id: "${B}:thing:1", name: "n") { name } b: rename(id: "${A}:thing:9", name: "n") { name } c: add(name: "c") { name } }`,
    )
    expect(data).toEqual({ a: null, b: null, c: { name: 'c' } })
    expect(errors.map(({ extensions }) => extensions['code'])).toEqual(['COUNTY_UNANSWERED', 'NOT_FOUND'])
    expect(errors[0]?.message).toContain('not known whether')
    expect(requests(x)).toEqual([2, 1, 0])
    x.behaviours.set(B, 'UNREACHABLE')
    const unsent = await run(x, `mutation { a: rename(id: "${B}:thing:1", name: "n") { name } }`)
    expect(unsent.errors[0]?.message).toBe(`County ${B} could not be reached.`)
  })

  test('a query field that is never null travels alone, so that its error takes no other field with it', async () => {
    const x = threeCounties()
    const { data, errors } = await run(x, `{ mine surely(id: "${A}:thing:77") { id } }`)
    expect(data).toEqual({ mine: `mine of ${A}`, surely: null })
    expect(errors[0]?.extensions['code']).toBe('NOT_FOUND')
  })
})

describe('ask', () => {
  test('keeps the answers of the counties apart, in the order of the directory', async () => {
    const x = threeCounties()
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
    const x = threeCounties()
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
    const x = threeCounties()
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
