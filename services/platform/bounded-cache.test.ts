import { describe, expect, it } from 'vitest'
import { BoundedCache } from './bounded-cache.ts'

describe('the bounded cache', () => {
  it('forgets the entry that was used longest ago and never holds more than it may', () => {
    const cache = new BoundedCache<{ made: string }>(2)
    const get = (key: string, made = key) => cache.getOrMake(key, () => ({ made })).made
    get('a')
    get('b')
    expect(get('a', 'again')).toBe('a')
    get('c')
    expect(cache.size).toBe(2)
    expect(get('b', 'again')).toBe('again')
    expect(get('c', 'again')).toBe('c')
  })

  it('counts an entry that was looked up as used, and one that was replaced as new', () => {
    const cache = new BoundedCache<{ made: number }>(2)
    cache.set('a', { made: 1 })
    cache.set('b', { made: 2 })
    expect(cache.get('a')).toEqual({ made: 1 })
    cache.set('c', { made: 3 })
    expect(cache.get('b')).toBeUndefined()
    cache.set('a', { made: 4 })
    cache.set('d', { made: 5 })
    expect([cache.get('a'), cache.get('c'), cache.size]).toEqual([{ made: 4 }, undefined, 2])
  })

  it('keeps nothing when making fails, and wants a positive capacity', () => {
    const cache = new BoundedCache<object>(1)
    expect(() =>
      cache.getOrMake('a', () => {
        throw new Error('broken')
      }),
    ).toThrow('broken')
    expect(cache.size).toBe(0)
    expect(() => new BoundedCache(0)).toThrow(RangeError)
  })
})
