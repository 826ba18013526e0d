import { describe, expect, it } from 'vitest'
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
