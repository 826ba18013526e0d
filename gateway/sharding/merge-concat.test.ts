import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { concatLists } from './merge-concat.ts'
import { MemoryCounty } from './testing/memory-county.ts'
import { memoryExchange, requests, run } from './testing/memory-exchange.ts'

const codes = ['300003', '100001', '400004', '200002']

test('lists are joined in order, and each offset is where its list begins', () => {
  fc.assert(
    fc.property(fc.array(fc.array(fc.integer())), (lists) => {
      const { list, offsets } = concatLists(lists)
      expect(list).toEqual(lists.flat())
      expect(offsets.map((offset, i) => list.slice(offset, offset + (lists[i]?.length ?? 0)))).toEqual(lists)
    }),
  )
})

test('whichever counties a field names and whoever fails: they alone are asked, once, and joined in the order of the directory, or all are missing', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.option(fc.array(fc.constantFrom(...codes), { minLength: 1 })),
      fc.subarray(codes),
      async (wanted, failing) => {
        const x = memoryExchange(codes.map((code) => new MemoryCounty(code)))
        for (const code of failing) x.behaviours.set(code, 'TIMEOUT')
        const targets = codes.filter((code) => wanted === null || wanted.includes(code))
        const missing = targets.filter((code) => failing.includes(code))
        const { data, errors } = await run(x, 'query ($c: [CountyCode!]) { words(counties: $c) }', { c: wanted })
        expect(data).toEqual({ words: missing.length > 0 ? null : targets.flatMap((c) => [`${c} a`, `${c} b`]) })
        expect(errors.flatMap(({ extensions }) => extensions['missing'])).toEqual(
          missing.map((county) => ({ county, reason: 'TIMEOUT' })),
        )
        expect(requests(x)).toEqual(codes.map((code) => (targets.includes(code) ? 1 : 0)))
      },
    ),
  )
})
