import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSchema, getOperationAST, parse } from 'graphql'
import { expect, it } from 'vitest'
import { packageRoot } from '../../services/platform/package-root.ts'
import { checkWeights } from './check-weights.ts'
import { defaultLimits } from './limits.ts'
import { measureOperation } from './operation-figures.ts'

const read = (name: string) => readFileSync(join(packageRoot(), 'schema', name), 'utf8')
const schema = buildSchema(read('exchange.graphql').replace(/^extend schema.*$/m, ''), { assumeValidSDL: true })
const batch = read('operations/15-credit-checks.graphql')
const inputs = (count: number) => Array.from({ length: count }, () => ({ subject: 'S', matter: 'M' }))

function cost(text: string, counties: number, variables: Record<string, unknown> = {}): number {
  const document = parse(text)
  const operation = getOperationAST(document)
  if (!operation) throw new Error('no operation')
  const weigh = checkWeights(() => counties)
  return measureOperation({ schema, document, operation, variables, countiesReached: () => 1, weigh }).cost
}

it('lets the registered batch of 500 pass with 500 counties', () => {
  expect(cost(batch, 500, { inputs: inputs(500) })).toBeLessThan(defaultLimits.cost)
})

it('makes a batch cost by its inputs, written or in a variable, and what it may have to ask by the counties', () => {
  expect(cost(batch, 0, { inputs: inputs(500) })).toBe(500 * cost(batch, 0, { inputs: inputs(1) }))
  const plain = '($inputs: [CreditCheckInput!]!) { creditChecks(inputs: $inputs) { verdict } }'
  expect(cost(`query ${plain}`, 200, { inputs: inputs(500) })).toBe(500 * 2 + (500 * 200) / 4)
  const written = '{ creditChecks(inputs: [{ subject: "S", matter: "M" }, { subject: "T", matter: "M" }]) { verdict } }'
  expect(cost(written, 200)).toBe(2 * 2 + (2 * 200) / 4)
})

it('refuses many full batches in one operation, and a full batch that shows each of many counties', () => {
  const several = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `a${n}: creditChecks(inputs: $inputs) { verdict }`).join(' ')
  const text = `query ($inputs: [CreditCheckInput!]!) { ${several} }`
  expect(cost(text, 200, { inputs: inputs(500) })).toBeGreaterThan(defaultLimits.cost)
  const shown = `query ($inputs: [CreditCheckInput!]!) { creditChecks(inputs: $inputs) {
    coverage { answered { asOf source county { code } } } } }`
  expect(cost(shown, 200, { inputs: inputs(500) })).toBeGreaterThan(defaultLimits.cost)
  expect(cost(shown, 10, { inputs: inputs(500) })).toBeLessThan(defaultLimits.cost)
})
