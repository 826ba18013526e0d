import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareStandards } from './comparison.ts'
import type { Fine, Tier } from './consultation.document.ts'
import { fineText, inTenThousandths } from './fine-range.ts'

const parties = ['411528', '411729', '410823'] as const
const [xixian, xincai, wuzhi] = parties
const law = '《中华人民共和国广告法》'
const yuan = (min: string, max: string): Fine => ({ basis: 'AMOUNT', min, max })
const tier = (change: Partial<Tier> = {}): Tier => ({
  tier: 'ORDINARY',
  law,
  article: '第五十五条',
  criteria: '广告费用无法计算',
  fine: yuan('200000', '440000'),
  measures: null,
  ...change,
})
const entered = (county: string, ...tiers: Tier[]) => ({ county, tiers })
const differences = (one: Partial<Tier>, other: Partial<Tier>) =>
  compareStandards(parties, [entered(xixian, tier(one)), entered(xincai, tier(other))])[0]?.differences

describe('standards side by side [A11]', () => {
  it('are rows by tier, the lighter first, with a cell for each county in the order of the parties', () => {
    const severe = tier({ tier: 'SEVERE' })
    const rows = compareStandards(parties, [entered(xincai, severe, tier()), entered(xixian, tier())])
    expect(rows.map((row) => [row.tier, row.differences])).toEqual([
      ['ORDINARY', []],
      ['SEVERE', ['MISSING']],
    ])
    expect(rows[1]?.cells).toEqual([
      { county: xixian, entered: true, tier: null },
      { county: xincai, entered: true, tier: severe },
      { county: wuzhi, entered: false, tier: null },
    ])
    expect(compareStandards(parties, [])).toEqual([])
  })

  it('differ in law, or in the article of one law, however its title is written', () => {
    expect(differences({}, { law: '中华人民共和国 广告法' })).toEqual([])
    expect(differences({}, { law: '中华人民共和国反不正当竞争法', article: '第二十条' })).toEqual(['DIFFERENT_LAW'])
    expect(differences({}, { article: '第五十八条' })).toEqual(['DIFFERENT_ARTICLE'])
  })

  it('differ in ranges that lie apart, or that overlap and are not the same', () => {
    expect(differences({}, { fine: yuan('440000.01', '700000') })).toEqual(['RANGES_APART'])
    expect(differences({}, { fine: yuan('440000', '700000') })).toEqual(['RANGES_DIFFER'])
    expect(differences({}, { fine: yuan('200000.00', '440000.0') })).toEqual([])
    const nine = { fine: yuan('90000', '90000') }
    expect(differences({ fine: yuan('100000', '100000') }, nine)).toEqual(['RANGES_APART'])
  })

  it('differ in what the fine is measured in, and in the other measures', () => {
    expect(differences({}, { fine: { basis: 'ADVERTISING_FEE', min: '3', max: '5' } })).toEqual(['DIFFERENT_BASIS'])
    expect(differences({}, { fine: null })).toEqual(['DIFFERENT_BASIS'])
    expect(differences({ fine: null }, { fine: null })).toEqual([])
    expect(differences({}, { measures: '吊销营业执照' })).toEqual(['DIFFERENT_MEASURES'])
  })

  it('lie apart exactly when no fine suits both', () => {
    const end = fc.integer({ min: 0, max: 30 })
    const range = fc.tuple(end, end).map((ends) => ends.toSorted((one, other) => one - other))
    const property = fc.property(range, range, ([low = 0, high = 0], [min = 0, max = 0]) => {
      const common = Math.max(low, min) <= Math.min(high, max)
      const found = differences({ fine: yuan(`${low}.5`, `${high}.5`) }, { fine: yuan(`${min}.50`, `${max}.50`) })
      expect(found?.includes('RANGES_APART')).toBe(!common)
    })
    fc.assert(property)
  })
})

describe('a range of fines', () => {
  it('is compared exactly and told in words', () => {
    expect(inTenThousandths('999999999999.9999')).toBe(9_999_999_999_999_999n)
    expect(inTenThousandths('0.1') + inTenThousandths('0.2')).toBe(inTenThousandths('0.3'))
    expect(fineText(yuan('200000', '1000000'))).toBe('200000元以上1000000元以下')
    expect(fineText({ basis: 'GOODS_VALUE', min: '10', max: '10' })).toBe('10倍货值金额')
  })
})
