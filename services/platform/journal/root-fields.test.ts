import { getOperationAST, parse } from 'graphql'
import { expect, it } from 'vitest'
import { rootFields } from './root-fields.ts'

it('names the root fields of an operation through its fragments, each once', () => {
  const document = parse(
    'query A { x ... { y ...F } __typename } query B { b } fragment F on Query { z a: x { inner ...G } } fragment G on T { t }',
  )
  expect(rootFields(document, getOperationAST(document, 'A'))).toEqual(['x', 'y', 'z', '__typename'])
  expect(rootFields(document, getOperationAST(document, 'B'))).toEqual(['b'])
  expect(rootFields(document, undefined)).toEqual([])
})

it('reads each fragment once, however often fragments spread one another', () => {
  const levels = 23
  const chain = Array.from({ length: levels }, (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`)
  const document = parse(`{ x ...F0 } ${chain.join(' ')} fragment F${levels} on Query { y }`)
  const started = performance.now()
  expect(rootFields(document, getOperationAST(document))).toEqual(['x', 'y'])
  expect(performance.now() - started).toBeLessThan(100)
})
