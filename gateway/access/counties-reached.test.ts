import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSchema, getOperationAST, parse } from 'graphql'
import { expect, it } from 'vitest'
import { packageRoot } from '../../services/platform/package-root.ts'
import { readRoutingTable } from '../sharding/routing-table.ts'
import { countiesReached } from './counties-reached.ts'
import { defaultLimits } from './limits.ts'
import { measureOperation } from './operation-figures.ts'

const read = (name: string) => readFileSync(join(packageRoot(), 'schema', name), 'utf8')

it('lets the registered credit check pass however many counties there are: it asks each one fixed question', () => {
  const schema = buildSchema(read('exchange.graphql').replace(/^extend schema.*$/m, ''), { assumeValidSDL: true })
  const document = parse(read('operations/01-credit-check.graphql'))
  const operation = getOperationAST(document)
  if (!operation) throw new Error('no operation')
  const cost = (counties: number) => {
    const reached = countiesReached(readRoutingTable(read('county.graphql')), () => counties)
    return measureOperation({ schema, document, operation, variables: {}, countiesReached: reached }).cost
  }
  expect(cost(2_000)).toBeLessThan(defaultLimits.cost)
})
