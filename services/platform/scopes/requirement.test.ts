import { describe, expect, it } from 'vitest'
import { BoundedCache } from './bounded-cache.ts'
import { both, describeRequirement, either, minimal, nothing, satisfied, smallestGrant } from './requirement.ts'

describe('a requirement', () => {
  it('is met by any one of its alternatives, whole', () => {
    const requirement = [['a', 'b'], ['c']]
    expect(satisfied(requirement, new Set(['a', 'b']))).toBe(true)
    expect(satisfied(requirement, new Set(['c', 'x']))).toBe(true)
    expect(satisfied(requirement, new Set(['a']))).toBe(false)
    expect(satisfied(nothing, new Set())).toBe(true)
    expect(satisfied([], new Set(['a']))).toBe(false)
  })

  it('combines as the federation documents do, without superfluous alternatives', () => {
    expect(both([['read:profile', 'read:users'], ['read:admin']], [['read:admin']])).toEqual([['read:admin']])
    expect(both([['read:users']], [['read:profiles']])).toEqual([['read:profiles', 'read:users']])
    expect(both(nothing, [['b'], ['a']])).toEqual([['a'], ['b']])
    expect(either([['a', 'b']], [['a']])).toEqual([['a']])
    expect(minimal([['b', 'a', 'b'], ['a', 'b'], ['c']])).toEqual([['c'], ['a', 'b']])
  })

  it('reads as a sentence', () => {
    expect(describeRequirement([['c'], ['a', 'b']])).toBe('c, or a and b')
  })

  it('keeps all scopes in play when too many are to be weighed', () => {
    const scopes = Array.from({ length: 13 }, (_, index) => `s${index}`)
    expect(smallestGrant([scopes.map((scope) => [scope])], new Set(scopes)).size).toBe(13)
  })
})

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
