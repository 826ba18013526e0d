import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CountySets, everyCounty } from './county-sets.ts'
import { HashSum, eachHash } from './hash-sum.ts'
import { MergedMap } from './merged-map.ts'

const half = fc.integer({ min: 0, max: 0xffff_ffff })

describe('the merged map', () => {
  it('has of each hash the members of a plain model, while members are swept out between other changes', async () => {
    const step = fc.record({
      do: fc.constantFrom('add', 'add', 'add', 'remove', 'retire', 'pause'),
      hash: fc.nat(60),
      member: fc.nat(5),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 200 }), async (steps) => {
        const map = new MergedMap()
        const model = new Map<number, Set<number>>()
        const present = [0, 1, 2, 3, 4, 5]
        let next = 6
        const retiring: Promise<void>[] = []
        const waiting: (() => void)[] = []
        const pause = () => new Promise<void>((resolve) => waiting.push(resolve))
        for (const { do: what, hash, member } of steps) {
          const number = present[member] ?? 0
          const of = model.get(hash) ?? new Set()
          model.set(hash, of)
          if (what === 'add') {
            expect(map.add(hash, 0, number)).toBe(!of.has(number))
            of.add(number)
          } else if (what === 'remove') expect(map.remove(hash, 0, number)).toBe(of.delete(number))
          else if (what === 'retire') {
            retiring.push(map.retire(number, pause))
            for (const each of model.values()) each.delete(number)
            present[member] = next
            next += 1
          } else {
            for (let count = 0; count < 90; count += 1) {
              waiting.shift()?.()
              await Promise.resolve()
            }
          }
          const holders = map.holders(hash, 0)
          // What is retired and not swept out yet means nothing.
          expect(holders === 'ALL' ? holders : holders.filter((each) => present.includes(each))).toEqual(
            [...of].toSorted((a, b) => a - b),
          )
        }
        const all = Promise.all(retiring).then(() => true)
        while (!(await Promise.race([all, Promise.resolve(false)]))) waiting.shift()?.()
        for (const [hash, of] of model) expect(map.holders(hash, 0)).toEqual([...of].toSorted((a, b) => a - b))
        expect(map.size).toBe([...model.values()].filter(({ size }) => size > 0).length)
      }),
      { numRuns: 200 },
    )
  })

  it('takes a hash to be listed by all when there are more sets of members than numbers, and stays so', () => {
    const map = new MergedMap()
    // Each hash has two members of its own: 65,534 sets fill all numbers but one, with those of one member.
    const pairs = everyCounty
    for (let hash = 0; hash < pairs; hash += 1) {
      map.add(hash, 0, hash)
      map.add(hash, 0, pairs + hash)
    }
    const all = Array.from({ length: pairs }, (_, hash) => hash).filter((hash) => map.holders(hash, 0) === 'ALL')
    expect(all.length).toBeGreaterThan(0)
    expect(all.length).toBeLessThan(5)
    const [one = 0] = all
    expect(map.add(one, 0, 7)).toBe(true)
    expect(map.remove(one, 0, 7)).toBe(true)
    expect(map.holders(one, 0)).toBe('ALL')
    expect(map.holders(0, 0)).toEqual([0, pairs])
  })
})

describe('sets of members', () => {
  it('give a number back when nobody uses it, and never one that is in use', () => {
    const sets = new CountySets()
    const first = sets.use([1, 2])
    expect(sets.use([1, 2])).toBe(first)
    sets.release(first)
    const other = sets.use([3])
    expect(other).not.toBe(first)
    expect(sets.members(first)).toEqual([1, 2])
    sets.release(first)
    expect(sets.use([4])).toBe(first)
    expect(sets.members(first)).toEqual([4])
    expect(sets.size).toBe(2)
  })
})

describe('the sum of hashes', () => {
  it('is that of whole numbers modulo 2^64, whatever is added and taken away', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(half, half, fc.boolean())),
        fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
        (all, from) => {
          const sum = new HashSum(from.toString(16))
          let model = from
          for (const [high, low, isAdded] of all) {
            const hash = (BigInt(high) << 32n) + BigInt(low)
            if (isAdded) sum.add(high, low)
            else sum.subtract(high, low)
            model = BigInt.asUintN(64, isAdded ? model + hash : model - hash)
          }
          expect(sum.hex).toBe(model.toString(16).padStart(16, '0'))
        },
      ),
    )
  })

  it('reads the hashes of a body from a given one up to another', () => {
    const body = Buffer.from('000000000000000100000002000000030000000400000005', 'hex').subarray(0)
    const seen: number[][] = []
    eachHash(body, 1, 3, (high, low) => seen.push([high, low]))
    expect(seen).toEqual([
      [2, 3],
      [4, 5],
    ])
  })
})
