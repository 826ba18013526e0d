import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { compareKeys } from '../../services/platform/cursor.ts'
import { mergePages, type PagePart } from './merge-page.ts'
import { MemoryCounty, type Thing } from './testing/memory-county.ts'
import { memoryExchange, type MemoryExchange, run } from './testing/memory-exchange.ts'

const codes = ['100001', '200002', '300003', '400004', '500005']

/** Records in any counties, many with the same time, so that the id must decide. */
const records = fc.uniqueArray(
  fc.record({
    county: fc.constantFrom(...codes),
    number: fc.nat({ max: 99 }),
    at: fc.constantFrom('1', '2', '3', '4'),
  }),
  { selector: ({ county, number }) => `${county}:${number}`, maxLength: 60 },
)

function exchangeOf(rows: readonly { county: string; number: number; at: string }[]): MemoryExchange {
  return memoryExchange(
    codes.map((code) => new MemoryCounty(code, rows.filter(({ county }) => county === code).map(record))),
  )
}

function record({ county, number, at }: { county: string; number: number; at: string }): Thing {
  return { id: `${county}:thing:${number}`, name: 'n', size: number % 2 ? 'LARGE' : 'SMALL', at }
}

function globalOrder(x: MemoryExchange): string[] {
  const all = [...x.counties.values()].flatMap(({ things }) => things)
  return all.toSorted((a, b) => compareKeys([a.at, a.id], [b.at, b.id])).map(({ id }) => id)
}

const pageSchema = z.object({
  nodes: z.array(z.object({ id: z.string() })),
  pageInfo: z.object({
    hasNextPage: z.boolean(),
    hasPreviousPage: z.boolean(),
    startCursor: z.string().nullable(),
    endCursor: z.string().nullable(),
  }),
})
type Page = z.infer<typeof pageSchema>

async function fetchPage(x: MemoryExchange, variables: Record<string, unknown>): Promise<Page> {
  const { data, errors } = await run(
    x,
    `query ($first: Int, $after: String, $last: Int, $before: String, $size: Size) {
      things(filter: { size: $size }, first: $first, after: $after, last: $last, before: $before) {
        nodes { id }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }`,
    variables,
  )
  expect(errors).toEqual([])
  return pageSchema.parse(data?.['things'])
}

describe('paging', () => {
  test('forward through any data in any counties gives the global order, each row once, and pageInfo is right', async () => {
    await fc.assert(
      fc.asyncProperty(records, fc.integer({ min: 1, max: 7 }), async (rows, first) => {
        const x = exchangeOf(rows)
        const order = globalOrder(x)
        const seen: string[] = []
        let after: string | null = null
        for (;;) {
          const page: Page = await fetchPage(x, { first, after })
          expect(page.pageInfo.hasPreviousPage).toBe(seen.length > 0)
          seen.push(...page.nodes.map(({ id }) => id))
          expect(page.pageInfo.hasNextPage).toBe(seen.length < order.length)
          if (!page.pageInfo.hasNextPage) break
          expect(page.nodes).toHaveLength(first)
          after = page.pageInfo.endCursor
        }
        expect(seen).toEqual(order)
      }),
      { numRuns: 60 },
    )
  })

  test('backward from the end gives the same order, each row once', async () => {
    await fc.assert(
      fc.asyncProperty(records, fc.integer({ min: 1, max: 7 }), async (rows, last) => {
        const x = exchangeOf(rows)
        const seen: string[] = []
        let before: string | null = null
        for (;;) {
          const page: Page = await fetchPage(x, { last, before })
          expect(page.pageInfo.hasNextPage).toBe(seen.length > 0)
          seen.unshift(...page.nodes.map(({ id }) => id))
          if (!page.pageInfo.hasPreviousPage) break
          before = page.pageInfo.startCursor
        }
        expect(seen).toEqual(globalOrder(x))
      }),
      { numRuns: 60 },
    )
  })

  test('back and forth at random ends at the row it should, and a filter leaves the order', async () => {
    const moves = fc.array(fc.record({ forward: fc.boolean(), size: fc.integer({ min: 1, max: 5 }) }), {
      maxLength: 12,
    })
    await fc.assert(
      fc.asyncProperty(records, moves, async (rows, steps) => {
        const x = exchangeOf(rows)
        const order = globalOrder(x).filter((id) => Number(id.split(':')[2]) % 2 === 1)
        let [start, end] = [0, 0]
        let [startCursor, endCursor]: (string | null)[] = [null, null]
        for (const { forward, size } of steps) {
          if (!forward && startCursor === null) continue
          const page: Page = await fetchPage(x, {
            size: 'LARGE',
            ...(forward ? { first: size, after: endCursor } : { last: size, before: startCursor }),
          })
          const [from, to] = forward ? [end, Math.min(order.length, end + size)] : [Math.max(0, start - size), start]
          expect(page.nodes.map(({ id }) => id)).toEqual(order.slice(from, to))
          if (page.nodes.length === 0) continue
          ;[start, end] = [from, to]
          ;({ startCursor, endCursor } = page.pageInfo)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('while rows are inserted before the cursor still gives each row that was there once, in order', async () => {
    const inserted = fc.array(
      fc.record({ county: fc.constantFrom(...codes), number: fc.integer({ min: 100, max: 199 }) }),
      { maxLength: 12 },
    )
    await fc.assert(
      fc.asyncProperty(records, inserted, fc.integer({ min: 1, max: 5 }), async (rows, late, first) => {
        const x = exchangeOf(rows)
        const order = globalOrder(x)
        const seen: string[] = []
        const queue = [...late]
        let after: string | null = null
        for (;;) {
          const page: Page = await fetchPage(x, { first, after })
          seen.push(...page.nodes.map(({ id }) => id))
          if (!page.pageInfo.hasNextPage) break
          after = page.pageInfo.endCursor
          const next = queue.pop()
          // "9" comes before every time there is, so also before the cursor.
          if (next) x.counties.get(next.county)?.things.push(record({ ...next, at: '9' }))
        }
        expect(seen).toEqual(order)
      }),
      { numRuns: 60 },
    )
  })
})

function part(ids: string[], more: Partial<PagePart> = {}): PagePart {
  return { keys: ids.map((id) => [id]), hasNextPage: false, hasPreviousPage: false, ...more }
}

describe('mergePages', () => {
  test('ends where a part ends that has more, since what comes next may be its own', () => {
    const merged = mergePages([part(['9', '7'], { hasNextPage: true }), part(['8', '6', '5'])], {
      forward: true,
      limit: 10,
    })
    expect(merged.rows).toEqual([
      { part: 0, row: 0 },
      { part: 1, row: 0 },
      { part: 0, row: 1 },
    ])
    expect(merged.hasNextPage).toBe(true)
  })

  test('between two cursors goes on, since a part may have more only beyond the second', () => {
    const window = { forward: true, limit: 10, after: ['9'], before: ['1'] }
    const merged = mergePages([part(['8', '6'], { hasNextPage: true }), part(['5'])], window)
    expect(merged.rows).toHaveLength(3)
  })

  test('of the last rows ends in the same way at the front', () => {
    const merged = mergePages([part(['4', '3'], { hasPreviousPage: true }), part(['6', '5', '2'])], {
      forward: false,
      limit: 10,
    })
    expect(merged.rows).toEqual([
      { part: 0, row: 0 },
      { part: 0, row: 1 },
      { part: 1, row: 2 },
    ])
    expect(merged.hasPreviousPage).toBe(true)
  })

  test('of nothing is an empty page without more', () => {
    expect(mergePages([], { forward: true, limit: 1 })).toEqual({
      rows: [],
      hasNextPage: false,
      hasPreviousPage: false,
    })
  })
})
