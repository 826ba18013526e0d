import { expect, it } from 'vitest'
import { readRange } from './byte-range.ts'

it.each([
  [undefined, undefined],
  ['bytes=0-', { start: 0, end: 100 }],
  ['bytes=40-49', { start: 40, end: 50 }],
  ['bytes=90-1000', { start: 90, end: 100 }],
  ['bytes=-10', { start: 90, end: 100 }],
  ['bytes=-1000', { start: 0, end: 100 }],
  ['bytes=100-', 'UNSATISFIABLE'],
  ['bytes=-0', 'UNSATISFIABLE'],
  ['bytes=50-40', undefined],
  ['bytes=0-1,5-6', undefined],
  ['bytes=-', undefined],
  ['lines=1-2', undefined],
])('of 100 bytes, %s asks for %j', (range, expected) => {
  expect(readRange({ range, ifRange: undefined }, '"v"', 100)).toEqual(expected)
  expect(readRange({ range, ifRange: '"v"' }, '"v"', 100)).toEqual(expected)
  expect(readRange({ range, ifRange: '"older"' }, '"v"', 100)).toBeUndefined()
})
