import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AskerContext, CountyRequest, Delivery } from './contract.ts'
import { elementsOf } from './json.ts'
import { readRoutingTable } from './routing-table.ts'
import { createScatter } from './scatter.ts'
import { MemoryCounty, thing } from './testing/memory-county.ts'
import { asker } from './testing/memory-exchange.ts'
import { testSdl } from './testing/schema.ts'

const A = '100001'
const B = '200002'
const table = readRoutingTable(testSdl)

/** Two counties whose answers wait until they are released. */
function patientCounties() {
  const codes = [A, B]
  const counties = new Map(
    codes.map((code) => [
      code,
      new MemoryCounty(
        code,
        [0, 1, 2].map((n) => thing(code, n)),
      ),
    ]),
  )
  const underWay: (() => void)[] = []
  const sent: { county: string; request: CountyRequest; context: AskerContext }[] = []
  const scatter = createScatter<AskerContext>({
    table,
    counties: { list: () => registry },
    transport: {
      async send({ code }, request, context): Promise<Delivery> {
        sent.push({ county: code, request, context })
        await new Promise<void>((resolve) => underWay.push(resolve))
        const body = await counties.get(code)?.answer(request)
        return body === undefined ? { outage: 'UNREACHABLE', detail: 'nobody' } : { body }
      },
    },
    limits: { documents: 100, listLength: 1_000 },
    logger: { warn: () => {}, error: () => {} },
  })
  return {
    scatter,
    sent,
    ask: (document: string, context: AskerContext, variables = {}) => scatter.execute({ document, variables, context }),
    /** Answers what has been sent so far. */
    release: async (): Promise<void> => {
      for (const answer of underWay.splice(0)) answer()
      await turn()
    },
  }
}

const registry = [A, B].map((code) => ({ code, url: `http://${code}.invalid/`, status: 'ACTIVE' as const }))

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

const entities = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Thing { name } } }'
const things = (...ids: string[]) => ({ r: ids.map((id) => ({ __typename: 'Thing', id })) })

describe('what one request asks a county while the same is under way', () => {
  test('is asked once, and each who asks gets an answer of its own', async () => {
    const { ask, sent, release } = patientCounties()
    const context = asker()
    const first = ask(`{ thing(id: "${A}:thing:1") { id name } }`, context)
    await turn()
    const second = ask(`query Again { other: thing(id: "${A}:thing:1") { id name } }`, context)
    await turn()
    await release()
    const answers = [(await first).data?.['thing'], (await second).data?.['other']]
    expect(answers).toEqual([1, 2].map(() => ({ id: `${A}:thing:1`, name: 'thing 1' })))
    expect(answers[0]).not.toBe(answers[1])
    expect(sent).toHaveLength(1)
  })

  test('is asked again when the variables differ, and when the answer has come', async () => {
    const { ask, sent, release } = patientCounties()
    const context = asker()
    const document = 'query ($a: String) { notes(about: $a) { about } }'
    const asked = [ask(document, context, { a: 'x' })]
    await turn()
    asked.push(ask(document, context, { a: 'y' }))
    await turn()
    expect(sent).toHaveLength(4)
    await release()
    await Promise.all(asked)
    const again = ask(document, context, { a: 'x' })
    await turn()
    expect(sent).toHaveLength(6)
    await release()
    expect((await again).errors).toEqual([])
  })

  test('is asked once for entities that are all under way, and whole when one is not', async () => {
    const { ask, sent, release } = patientCounties()
    const context = asker()
    const first = ask(entities, context, things(`${A}:thing:0`, `${A}:thing:1`, `${B}:thing:2`))
    await turn()
    const inPart = ask(entities, context, things(`${A}:thing:1`, `${B}:thing:2`, `${A}:thing:1`))
    const more = ask(entities, context, things(`${A}:thing:1`, `${A}:thing:2`))
    await turn()
    await release()
    const names = async (answer: typeof first) => elementsOf((await answer).data?.['_entities'])
    expect(await names(first)).toEqual(['thing 0', 'thing 1', 'thing 2'].map((name) => ({ name })))
    expect(await names(inPart)).toEqual(['thing 1', 'thing 2', 'thing 1'].map((name) => ({ name })))
    expect(await names(more)).toEqual(['thing 1', 'thing 2'].map((name) => ({ name })))
    expect(sent.map(({ county }) => county)).toEqual([A, B, A])
  })

  test('is asked again after a change: what left before it knows nothing of it', async () => {
    const { ask, sent, release } = patientCounties()
    const context = asker()
    const before = ask(`{ thing(id: "${A}:thing:1") { name } }`, context)
    await turn()
    const change = ask(`mutation { rename(id: "${A}:thing:1", name: "new") { name } }`, context)
    const after = ask(`{ thing(id: "${A}:thing:1") { name } }`, context)
    await turn()
    expect(sent).toHaveLength(3)
    await release()
    await Promise.all([before, change])
    expect((await after).data).toEqual({ thing: { name: 'new' } })
  })
})

test('nothing is shared between requests, whoever asks, and within one nothing is under way twice', async () => {
  const questions = [`{ thing(id: "${A}:thing:1") { name } }`, `{ thing(id: "${A}:thing:2") { name } }`, '{ mine }']
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ asker: fc.nat(2), question: fc.nat(questions.length - 1) }) },
    { weight: 1, arbitrary: fc.constant('turn' as const) },
    { weight: 1, arbitrary: fc.constant('release' as const) },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const { ask, sent, release } = patientCounties()
      // The same agency each time: sharing goes by request, not by who asks.
      const askers = [asker(A), asker(A), asker(A)]
      const asked: { question: number; answer: ReturnType<typeof ask> }[] = []
      const underWay = new Set<string>()
      let texts = 0
      for (const each of steps) {
        if (each === 'turn') await turn()
        else if (each === 'release') {
          await turn()
          await release()
          underWay.clear()
        } else {
          const key = `${each.asker} ${each.question}`
          if (!underWay.has(key)) texts += 1
          underWay.add(key)
          const context = askers[each.asker] ?? asker()
          asked.push({ question: each.question, answer: ask(questions[each.question] ?? '', context) })
        }
      }
      await turn()
      await release()
      const expected = [{ thing: { name: 'thing 1' } }, { thing: { name: 'thing 2' } }, { mine: `mine of ${A}` }]
      for (const { question, answer } of asked) expect((await answer).data).toEqual(expected[question])
      const places = sent.reduce((sum, { request }) => sum + (request.query.match(/p\d+_f:/g)?.length ?? 0), 0)
      expect(places).toBe(texts)
      for (const { context } of sent) expect(askers).toContain(context)
    }),
    { numRuns: 300 },
  )
})

test('counties that are asked the same are sent one text, written once', async () => {
  const { scatter, sent, release } = patientCounties()
  const answers = scatter.ask({ document: '{ words notes(about: "x") { text } }', variables: {}, context: asker() })
  await turn()
  expect(sent.map(({ county }) => county)).toEqual([A, B])
  expect(sent[0]?.request).toBe(sent[1]?.request)
  await release()
  expect((await answers).size).toBe(2)
})
