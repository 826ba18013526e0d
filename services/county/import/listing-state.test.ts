import { describe, expect, it } from 'vitest'
import { parseListingCategory } from './listing-category.ts'
import { listingStanding, parseListingState, type ListingLife } from './listing-state.ts'

const today = '2026-11-21'
const life = (other: Partial<ListingLife>): ListingLife => ({
  state: null,
  listedOn: '2025-03-01',
  restoredOn: null,
  publishedFrom: null,
  restrictionUntil: null,
  removedOn: null,
  removedReason: null,
  ...other,
})

describe('listingStanding', () => {
  it.each<[string, Partial<ListingLife>, string, string]>([
    ['not yet published', {}, 'LISTED', '2028-03-01'],
    ['published', { publishedFrom: '2025-03-10' }, 'PUBLISHED', '2028-03-01'],
    ['to be published later', { publishedFrom: '2026-12-01' }, 'LISTED', '2028-03-01'],
    ['past its three years', { listedOn: '2023-11-21' }, 'EXPIRED', '2026-11-21'],
    ['on the last day of its three years', { listedOn: '2023-11-22' }, 'LISTED', '2026-11-22'],
    ['restricted for longer', { restrictionUntil: '2030-01-01' }, 'LISTED', '2030-01-01'],
    ['restricted for less', { restrictionUntil: '2026-01-01' }, 'LISTED', '2028-03-01'],
    ['listed on 29 February', { listedOn: '2024-02-29' }, 'LISTED', '2027-03-01'],
    ['removed before its end', { removedOn: '2026-05-01' }, 'REMOVED_EARLY', '2028-03-01'],
    ['removed at its end', { listedOn: '2023-01-01', removedOn: '2026-01-01' }, 'EXPIRED', '2026-01-01'],
    ['revoked', { removedOn: '2026-05-01', removedReason: '处罚决定被撤销' }, 'REVOKED', '2028-03-01'],
    ['restored after removal', { removedOn: '2026-05-01', restoredOn: '2026-06-01' }, 'RESTORED', '2029-06-01'],
  ])('computes the state of an entry %s', (_name, given, state, effectUntil) => {
    expect(listingStanding(life(given), today)).toMatchObject({ state, effectUntil, problems: [] })
  })

  it('ends a lapsed entry on the day its term was over', () => {
    expect(listingStanding(life({ listedOn: '2023-01-01' }), today).removedOn).toBe('2026-01-01')
  })

  it.each<[string, Partial<ListingLife>, string]>([
    ['removal without its day', { state: 'REMOVED_EARLY' }, '但移出日期为空'],
    ['revocation without its day', { state: 'REVOKED' }, '但移出日期为空'],
    ['expiry before the term is over', { state: 'EXPIRED' }, '期限至2028-03-01方满'],
    [
      'expiry on a day before the end',
      { state: 'EXPIRED', listedOn: '2023-01-01', removedOn: '2025-01-01' },
      '不是期满移出',
    ],
    ['standing entries with a day of removal', { state: 'PUBLISHED', removedOn: '2026-05-01' }, '但有移出日期'],
    ['restoration without its day', { state: 'RESTORED' }, '恢复列入日期为空'],
  ])('refuses %s', (_name, given, problem) => {
    expect(listingStanding(life(given), today).problems.join()).toContain(problem)
  })
})

describe('parseListingState', () => {
  it.each([
    ['已公示', 'PUBLISHED'],
    ['PUBLISHED', 'PUBLISHED'],
    ['公示中', 'PUBLISHED'],
    ['提前移出', 'REMOVED_EARLY'],
    ['期满移出', 'EXPIRED'],
    ['撤销列入', 'REVOKED'],
    ['恢复列入', 'RESTORED'],
    ['已列入', 'LISTED'],
  ])('reads %s as %s', (text, state) => {
    expect(parseListingState(text)).toBe(state)
  })

  it.each(['拟列入', 'PROPOSED', '不予列入', '其他', 'constructor'])(
    'refuses %s: a list holds decisions only',
    (text) => {
      expect(parseListingState(text)).toBeNull()
    },
  )
})

describe('parseListingCategory', () => {
  it.each([
    ['FOOD_SAFETY', 'FOOD_SAFETY'],
    ['food_safety', 'FOOD_SAFETY'],
    ['食品安全领域 (第五条)', 'FOOD_SAFETY'],
    ['食品安全', 'FOOD_SAFETY'],
    ['第五条', 'FOOD_SAFETY'],
    ['5', 'FOOD_SAFETY'],
    ['办法第五条第一项', 'FOOD_SAFETY'],
    ['《市场监督管理严重违法失信名单管理办法》第六条', 'DRUG_DEVICE_COSMETICS'],
    ['特种设备', 'PRODUCT_QUALITY_SPECIAL_EQUIPMENT'],
    ['第八条', 'CONSUMER_RIGHTS'],
    ['破坏公平竞争秩序和扰乱市场秩序', 'FAIR_COMPETITION'],
    ['第十条', 'UNLICENSED_OR_FRAUDULENT_LICENCE'],
    ['11', 'REFUSAL_TO_PERFORM'],
    ['有履行能力但拒不履行', 'REFUSAL_TO_PERFORM'],
  ])('reads %s as %s', (text, category) => {
    expect(parseListingCategory(text)).toBe(category)
  })

  it.each(['', '第四条', '第十二条', '12', '其他', '食品安全、侵害消费者权益'])('refuses %j', (text) => {
    expect(parseListingCategory(text)).toBeNull()
  })
})
