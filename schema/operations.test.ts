import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { getOperationAST, getVariableValues, type GraphQLSchema, parse, validate } from 'graphql'
import { beforeAll, expect, test } from 'vitest'
import { loadOperations } from '../gateway/playground/playground.operations.ts'
import { scalars } from '../gateway/graphql.ts'
import { createSupergraphGateway } from '../gateway/supergraph/supergraph.ts'
import { importedId } from '../services/county/import/content-hash.ts'
import { demoCaseId, demoCaseNumbers } from '../services/local/demo-data/demo-cases.ts'
import { demoSubjects } from '../services/local/demo-data/demo-subjects.ts'
import { packageRoot } from '../services/platform/package-root.ts'
import { readScopeTable } from '../services/platform/scopes/scope-table.ts'
import { ScopeReference } from '../test/support/scope-reference.ts'

const operations = loadOperations()
const supergraphSdl = readFileSync(join(packageRoot(), 'schema', 'supergraph.graphql'), 'utf8')
const table = readScopeTable(supergraphSdl)
let schema: GraphQLSchema

/** The variables of a document as text. */
function text(name: string): string {
  return operations.find((each) => each.name === name)?.variables ?? ''
}

beforeAll(async () => {
  const nobody = { process: () => Promise.reject(new Error('nothing is asked')) }
  const gateway = createSupergraphGateway({
    supergraphSdl,
    dataSources: { county: nobody, coordination: nobody, exchange: nobody },
    scalars,
    admit: () => Promise.reject(new Error('nothing is admitted')),
  })
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => {
    schema = apiSchema
  })
  await gateway.load({ apollo: {} })
})

test.each(operations)(
  '$name is valid against the published schema, and so are its variables',
  ({ document, variables }) => {
    const parsed = parse(document)
    expect(validate(schema, parsed)).toEqual([])
    const operation = getOperationAST(parsed)
    const values: Record<string, unknown> = JSON.parse(variables ?? '{}')
    const result = getVariableValues(schema, operation?.variableDefinitions ?? [], values)
    expect(result.errors).toBeUndefined()
  },
)

test.each(operations)('$name explains itself in Chinese and English', ({ document }) => {
  const comment = document.split('\n').filter((line) => line.startsWith('#'))
  expect(comment.join('\n')).toMatch(/\p{Script=Han}/u)
  expect(comment.some((line) => /^# [A-Z][a-z ]/.test(line))).toBe(true)
})

test.each(operations.filter(({ name }) => Number(name.slice(0, 2)) >= 20))(
  '$name names the scopes with which nothing of it is refused',
  ({ document }) => {
    const [, named = ''] = /^# Scope: (.+)$/m.exec(document) ?? []
    const scopes = new Set(named.match(/[a-z]+:[a-z]+/g) ?? [])
    expect(scopes.size).toBeGreaterThan(0)
    expect([...new ScopeReference(schema, table, parse(document), scopes, {}).refusedPaths()]).toEqual([])
  },
)

test('the variables name records that the demo holds', () => {
  const [first, , third] = demoCaseNumbers.chain
  const [proposing, own] = demoCaseNumbers.duplicates
  expect(text('01-credit-check')).toContain(demoSubjects.clear.code)
  for (const name of ['clear', 'listedFood', 'barredFood'] as const) {
    expect(text('15-credit-checks')).toContain(demoSubjects[name].code)
  }
  expect(text('05-subject')).toContain(demoSubjects.listedTwice.code)
  expect(text('07-follow-case')).toContain(demoCaseId('411528', first))
  expect(text('08-file-case')).toContain(demoSubjects.clear.code)
  expect(text('09-advance-case')).toContain(demoCaseId('411528', own))
  expect(text('10-propose-link')).toContain(demoCaseId('410823', third))
  expect(text('12-confirm-link')).toContain(importedId('411729', 'link', `${proposing} SAME_ACT ${own}`))
})
