import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SeenRows } from './seen-rows.ts'

const hash = (text: string) => createHash('sha256').update(text).digest()

describe('SeenRows', () => {
  it('remembers what a map of all rows would', () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 3000 }), fc.nat(1)), { maxLength: 6000 })
    fc.assert(
      fc.property(rows, (given) => {
        const seen = new SeenRows()
        const map = new Map<number, { line: number; content: number }>()
        for (const [index, [key, content]] of given.entries()) {
          const known = map.get(key)
          const expected = known && { line: known.line, equal: known.content === content }
          expect(seen.add(hash(`k${key}`), hash(`c${content}`), index + 1)).toEqual(expected)
          if (known === undefined) map.set(key, { line: index + 1, content })
        }
      }),
      { numRuns: 20 },
    )
  })
})
