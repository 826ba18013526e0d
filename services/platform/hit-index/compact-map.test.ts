import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CompactMap } from './compact-map.ts'

const runs = 300

/** Few keys, so that they meet; both halves and all of their bits matter. */
const half = fc.constantFrom(0, 1, 2, 3, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff)
const step = fc.oneof(
  fc.record({
    do: fc.constant('set' as const),
    high: half,
    low: fc.nat(40),
    value: fc.integer({ min: 1, max: 65_535 }),
  }),
  fc.record({ do: fc.constant('delete' as const), high: half, low: fc.nat(40), value: fc.constant(0) }),
  fc.record({ do: fc.constant('thin' as const), high: half, low: fc.nat(255), value: fc.nat(3) }),
)

function contents(map: CompactMap): Map<string, number> {
  const found = new Map<string, number>()
  map.forEach((high, low, value) => {
    expect(found.has(`${high}:${low}`)).toBe(false)
    found.set(`${high}:${low}`, value)
  })
  return found
}

describe('the compact map', () => {
  it('holds what a plain map would hold after the same steps', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), fc.nat(2000), (steps, expected) => {
        const map = new CompactMap(expected)
        const model = new Map<string, number>()
        for (const { do: what, high, low, value } of steps) {
          const key = `${high}:${low}`
          if (what === 'set') {
            map.set(high, low, value)
            model.set(key, value)
          } else if (what === 'delete') {
            expect(map.delete(high, low)).toBe(model.delete(key))
          } else {
            const replace = (present: number) => (present % 4 === value ? 0 : present)
            for (let index = 0; index < map.segments; index += 1) map.updateSegment(index, replace)
            for (const [known, present] of model) if (replace(present) === 0) model.delete(known)
          }
          expect(map.get(high, low)).toBe(model.get(key) ?? 0)
          expect(map.size).toBe(model.size)
        }
        expect(contents(map)).toEqual(model)
      }),
      { numRuns: runs },
    )
  })

  it('finds each of many keys while it grows, loses a part of them, and grows again', () => {
    const map = new CompactMap()
    const count = 300_000
    const high = (n: number) => Math.imul(n, 0x9e37_79b1) >>> 0
    for (let n = 0; n < count; n += 1) map.set(high(n), n, (n % 65_535) + 1)
    for (let n = 0; n < count; n += 3) expect(map.delete(high(n), n)).toBe(true)
    for (let n = 0; n < count; n += 7) map.set(high(n), n, 9)
    const wrong: number[] = []
    for (let n = 0; n < count; n += 1) {
      const value = n % 7 === 0 ? 9 : n % 3 === 0 ? 0 : (n % 65_535) + 1
      if (map.get(high(n), n) !== value) wrong.push(n)
    }
    expect(wrong).toEqual([])
  })

  it('changes all values of a part in one call, and each entry that stays is met once in all parts', () => {
    const map = new CompactMap()
    for (let n = 0; n < 50_000; n += 1) map.set(n, n, 1)
    for (let index = 0; index < map.segments; index += 1) {
      map.updateSegment(index, (value) => (value === 1 ? 2 : 3))
      // Others come and go meanwhile.
      for (let n = 50_000 + index * 200; n < 50_200 + index * 200; n += 1) map.set(n, n, 1)
      for (let n = index * 50; n < index * 50 + 50; n += 1) map.delete(n, n)
    }
    const values = [...contents(map)].filter(([key]) => Number(key.split(':')[1]) < 50_000).map(([, value]) => value)
    expect(values).toHaveLength(50_000 - 256 * 50)
    expect(new Set(values)).toEqual(new Set([2]))
  })

  it('finds what is left when values of a part were deleted among others', () => {
    const map = new CompactMap()
    for (let n = 0; n < 20_000; n += 1) map.set(n, 0, (n % 11) + 1)
    for (let index = 0; index < map.segments; index += 1) map.updateSegment(index, (value) => (value > 5 ? 0 : value))
    const wrong: number[] = []
    for (let n = 0; n < 20_000; n += 1) if (map.get(n, 0) !== (n % 11 < 5 ? (n % 11) + 1 : 0)) wrong.push(n)
    expect(wrong).toEqual([])
  })

  it('spreads keys over its parts that somebody chose to be alike in their lower or upper bits', () => {
    for (const shift of [0, 8, 16, 24]) {
      const map = new CompactMap()
      for (let n = 0; n < 50_000; n += 1) map.set((n & 0xff) << shift, (n >>> 8) << shift, 1)
      const counts = Array.from({ length: map.segments }, (_, index) => {
        let count = 0
        map.updateSegment(index, (value) => {
          count += 1
          return value
        })
        return count
      })
      expect(Math.min(...counts)).toBeGreaterThan(90)
      expect(Math.max(...counts)).toBeLessThan(400)
    }
  })

  it('refuses a value that it cannot keep', () => {
    const map = new CompactMap()
    for (const value of [0, -1, 65_536, 1.5, Number.NaN]) expect(() => map.set(1, 2, value)).toThrow(RangeError)
    expect(map.size).toBe(0)
  })

  it('needs less than 25 bytes an entry, also when it has just grown, and none when empty', () => {
    const map = new CompactMap()
    expect(map.bytes).toBe(0)
    for (let n = 0; n < 400_000; n += 1) {
      map.set(n >>> 3, n, 1)
      if (n > 20_000 && n % 1000 === 0) expect(map.bytes / map.size).toBeLessThan(26)
    }
    for (let n = 0; n < 400_000; n += 1) map.delete(n >>> 3, n)
    for (let index = 0; index < map.segments; index += 1) map.updateSegment(index, (value) => value)
    expect(map.size).toBe(0)
    expect(map.bytes).toBe(0)
  })
})
