import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseAmount } from './amounts.ts'

describe('parseAmount', () => {
  it.each([
    ['0.5', '0.5'],
    ['0', '0'],
    ['1,234.50', '1234.5'],
    ['１，２３４', '1234'],
    ['０．５', '0.5'],
    ['0.5万元', '0.5'],
    ['0.5 万', '0.5'],
    ['5000元', '0.5'],
    ['5,000.00元整', '0.5'],
    ['¥5000元', '0.5'],
    ['人民币5000元', '0.5'],
    ['1.2亿元', '12000'],
    ['1.5E-3', '0.0015'],
    ['1.5E2', '150'],
    ['0.30000000000000004', '0.3'],
    ['0.0000005', '0.000001'],
    ['0.01元', '0.000001'],
    ['999999999999', '999999999999'],
  ])('reads %s as %s 万元', (text, amount) => {
    expect(parseAmount(text)).toBe(amount)
  })

  it('takes the unit of the heading for numbers without one', () => {
    expect(parseAmount('5000', '元')).toBe('0.5')
    expect(parseAmount('0.5万元', '元')).toBe('0.5')
  })

  it.each(['', '-1', '1,23', '1.2.3', '伍仟元', '1e', '1e999', '1000000000000', '0x10', 'NaN', '1 元 2 角'])(
    'refuses %j',
    (text) => {
      expect(parseAmount(text)).toBeNull()
    },
  )

  it('is exact: an amount in 元 is the same as in 万元', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), (fen) => {
        const yuan = `${fen / 100n}.${String(fen % 100n).padStart(2, '0')}`
        const tenThousand = `${fen / 1_000_000n}.${String(fen % 1_000_000n).padStart(6, '0')}`
        expect(parseAmount(`${yuan}元`)).toBe(parseAmount(tenThousand))
        expect(parseAmount(tenThousand)).toBe(tenThousand.replace(/\.?0+$/, ''))
      }),
    )
  })
})
