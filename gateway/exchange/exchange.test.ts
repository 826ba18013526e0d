import { execute, parse } from 'graphql'
import { expect, it } from 'vitest'
import { fixedDirectory } from '../../services/platform/directory/directory.ts'
import { sampleSnapshot } from '../../services/platform/directory/sample-snapshot.ts'
import type { CountyQuestions, CountyReply } from './county-questions.ts'
import { noHitIndex } from '../hit-index/contract.ts'
import { createExchange } from './exchange.ts'

const code = '91110000600037341L'
const clock = { now: () => new Date('2026-03-01T08:00:00Z'), uuid: () => '00000000-0000-4000-8000-000000000000' }
const found = { cursor: 'c', node: { id: '411528:case:1', filedAt: null } }
const partial = {
  edges: [found],
  pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: 'c', endCursor: 'c' },
  coverage: { complete: false, answered: [], unanswered: [{ county: { code: '411729' }, reason: 'TIMEOUT' }] },
}

/** An exchange over two counties of which 411729 does not answer. */
function exchangeWith(known: CountyReply) {
  const counties: CountyQuestions = {
    targets: () => ['411528', '411729'],
    ask: () =>
      Promise.resolve(
        new Map<string, CountyReply>([
          ['411528', known],
          ['411729', { outage: 'TIMEOUT' }],
        ]),
      ),
    execute: ({ document }) => {
      const field = /(creditListings|penalties|enforcementCases)\(/.exec(document)?.[1] ?? ''
      return Promise.resolve({ data: { [field]: structuredClone(partial) }, errors: [] })
    },
  }
  return createExchange({
    directory: fixedDirectory(sampleSnapshot(), clock),
    counties,
    hitIndex: noHitIndex,
    statements: { keep: () => Promise.resolve(), find: () => Promise.resolve(undefined) },
    clock,
    gatewayId: 'gateway-1',
    signer: undefined as never,
    isAnswering: () => true,
  })
}

const nobodyKnows = { data: { registeredSubjects: [] } }

async function ask(source: string, known: CountyReply = nobodyKnows, variableValues: Record<string, unknown> = {}) {
  const schema = exchangeWith(known)
  const { data, errors = [] } = await execute({ schema, document: parse(source), variableValues, contextValue: {} })
  return { data: JSON.parse(JSON.stringify(data)) as unknown, errors: errors.map(({ extensions }) => extensions) }
}

const refused = { code: 'COVERAGE_INCOMPLETE', missing: [{ county: '411729', reason: 'TIMEOUT' }] }

it.each(['listings', 'penalties', 'cases'])(
  'a subject’s %s are null while a county is missing and nobody asks which',
  async (field) => {
    const plain = await ask(`{ subject(code: "${code}") { ${field} { edges { cursor } } } }`)
    expect(plain).toEqual({ data: { subject: { [field]: null } }, errors: [refused] })
    const withCoverage = await ask(`{ subject(code: "${code}") { ${field} { edges { cursor } ...F } } }
    fragment F on ${field === 'listings' ? 'CreditListing' : field === 'cases' ? 'EnforcementCase' : 'Penalty'}Connection { c: coverage { complete } }`)
    expect(withCoverage).toEqual({
      data: { subject: { [field]: { edges: [{ cursor: 'c' }], c: { complete: false } } } },
      errors: [],
    })
  },
)

it('a coverage that is left out is none', async () => {
  const document = `query ($with: Boolean!) {
    subject(code: "${code}") { cases { edges { cursor } coverage @include(if: $with) { complete } } } }`
  expect((await ask(document, nobodyKnows, { with: false })).errors).toEqual([refused])
  expect((await ask(document, nobodyKnows, { with: true })).errors).toEqual([])
})

it('duplicates are null while a county is missing and nobody asks which', async () => {
  const document = (selection: string) => `{ _entities(representations: [{ __typename: "EnforcementCase",
    id: "411528:case:2", act: "A", subject: { code: "${code}" } }]) { ... on EnforcementCase { duplicates { ${selection} } } } }`
  expect(await ask(document('cases { id }'))).toEqual({
    data: { _entities: [{ duplicates: null }] },
    errors: [refused],
  })
  expect(await ask(document('cases { id } coverage { complete }'))).toEqual({
    data: { _entities: [{ duplicates: { cases: [{ id: '411528:case:1' }], coverage: { complete: false } } }] },
    errors: [],
  })
})

it('a subject that no county knows has no name only when all have answered', async () => {
  const document = `{ subject(code: "${code}") { name } }`
  expect(await ask(document)).toEqual({ data: { subject: { name: null } }, errors: [refused] })
  const known = { data: { registeredSubjects: [{ name: '虚构示例有限公司' }] } }
  expect(await ask(document, known)).toEqual({ data: { subject: { name: '虚构示例有限公司' } }, errors: [] })
})
