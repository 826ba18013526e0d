import { expect, test } from 'vitest'
import { BoundedCache } from './bounded-cache.ts'

test('a full cache forgets what was not used for the longest time, and makes nothing twice that it holds', () => {
  const cache = new BoundedCache<number>(2)
  const made: string[] = []
  const get = (key: string) => cache.get(key, () => made.push(key))
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) get(key)
  expect(made).toEqual(['a', 'b', 'c', 'b'])
})

test('what could not be made is tried again', () => {
  const cache = new BoundedCache<number>(2)
  expect(() =>
    cache.get('a', () => {
      throw new Error('no')
    }),
  ).toThrow('no')
  expect(cache.get('a', () => 1)).toBe(1)
})
