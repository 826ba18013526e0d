import fc from 'fast-check'
import { expect, it } from 'vitest'
import { subjectHash } from '../../platform/hit-index/subject-hash.ts'
import { Digest, hashCodes } from './digest.ts'

const key = Buffer.alloc(32, 7)
/** Few hashes, so that codes share them; both halves at their ends. */
const hash = fc.record({
  high: fc.constantFrom(0, 1, 0x7fffffff, 0xffffffff),
  low: fc.constantFrom(0, 1, 0x80000000, 0xffffffff),
})
const asHex = ({ high, low }: { high: number; low: number }): string =>
  high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0')
const hexes = (bytes: Uint8Array): string[] => Buffer.from(bytes).toString('hex').match(/.{16}/g) ?? []

it('counts and sums hashes, whatever number of codes have each, and gives them sorted', () => {
  fc.assert(
    fc.property(fc.array(hash, { maxLength: 40 }), fc.array(fc.nat(39)), (hashes, leaving) => {
      const digest = new Digest()
      for (const each of hashes) digest.add(each)
      const gone = new Set(leaving.filter((index) => index < hashes.length))
      for (const index of gone) digest.remove(hashes[index] ?? { high: 0, low: 0 })
      const left = [...new Set(hashes.filter((_, index) => !gone.has(index)).map(asHex))].toSorted()
      const sum = left.reduce((total, each) => BigInt.asUintN(64, total + BigInt(`0x${each}`)), 0n)
      expect(digest.count).toBe(left.length)
      expect(digest.sum).toBe(sum.toString(16).padStart(16, '0'))
      expect(hexes(digest.all())).toEqual(left)
    }),
  )
})

it('gives as a change only hashes that really came or went, sorted, also where codes share one', () => {
  fc.assert(
    fc.property(fc.array(hash, { maxLength: 20 }), fc.array(hash, { maxLength: 20 }), fc.nat(20), (before, came, n) => {
      const digest = new Digest()
      for (const each of before) digest.add(each)
      const earlier = hexes(digest.all())
      const went = before.slice(0, n)
      for (const each of came) digest.add(each)
      for (const each of went) digest.remove(each)
      const { added, removed } = digest.changesBy(came, went)
      const now = hexes(digest.all())
      expect(hexes(added)).toEqual(now.filter((each) => !earlier.includes(each)))
      expect(hexes(removed)).toEqual(earlier.filter((each) => !now.includes(each)))
    }),
  )
})

it('does not let a code go that was not there', () => {
  expect(() => new Digest().remove({ high: 1, low: 1 })).toThrow(RangeError)
})

it('hashes with the key of the epoch and lets others have a turn meanwhile', async () => {
  let turns = 0
  const timer = setInterval(() => (turns += 1), 0)
  const codes = Array.from({ length: 20_000 }, (_, n) => `code ${n}`)
  const hashes = await hashCodes(key, codes)
  clearInterval(timer)
  expect(turns).toBeGreaterThan(0)
  expect(hashes[12_345]).toEqual(subjectHash(key, 'code 12345'))
})
