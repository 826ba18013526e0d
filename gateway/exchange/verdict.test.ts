import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Measure } from '../../services/platform/directory/snapshot.ts'
import type { OutageReason, StandingListing, StandingOutcome } from './standing.ts'
import { judge } from './verdict.ts'

const today = '2026-11-21'
const known = (code: string) => code === 'M'

function measure(code: string, effect: Measure['effect'], application: Measure['application'] = 'AUTOMATIC'): Measure {
  return {
    code,
    label: code,
    effect,
    application,
    matters: null,
    categories: null,
    appliesTo: 'LISTED_SUBJECT',
    legalBasis: [{ law: '市场监督管理严重违法失信名单管理办法', article: '第十五条' }],
    implementingBody: '各级行政审批机关',
    validFrom: '2021-09-01',
    validUntil: null,
  }
}

function listing(county: string, over: Partial<StandingListing> = {}): StandingListing {
  return {
    id: `${county}:listing:1`,
    documentNumber: '示例列字〔2026〕1号',
    subjectCode: '91411528MAX00004X0',
    subjectName: '虚构示例食品有限公司',
    category: 'FOOD_SAFETY',
    categoryLabel: '食品安全领域 (第五条)',
    state: 'PUBLISHED',
    stateLabel: '已公示',
    facts: '示例事由',
    basis: '第五条',
    organ: '示例县市场监督管理局',
    listedOn: '2026-01-01',
    relation: 'LISTED_SUBJECT',
    effectUntil: '2029-01-01',
    imposedMeasures: [],
    restrictionUntil: null,
    ...over,
  }
}

const answered = (county: string, listings: StandingListing[]): StandingOutcome => ({
  county,
  asOf: new Date('2026-11-21T08:00:00Z'),
  listVersion: '1',
  listings,
})

const counties = ['411528', '411729', '410823', '410882']
const outcome = (county: string): fc.Arbitrary<StandingOutcome | undefined> =>
  fc.oneof(
    fc.constant(undefined),
    fc
      .constantFrom<OutageReason>('TIMEOUT', 'UNREACHABLE', 'REFUSED', 'FAULT', 'STALE')
      .map((outage) => ({ county, outage })),
    fc.constant(answered(county, [])),
    fc
      .constantFrom<StandingListing['relation']>('LISTED_SUBJECT', 'LEGAL_REPRESENTATIVE')
      .map((relation) => answered(county, [listing(county, { relation })])),
  )
const outcomes = fc
  .tuple(...counties.map(outcome))
  .map((all) => all.filter((each): each is StandingOutcome => each !== undefined))

/** Every target is asked live. */
const allOf = (targets: readonly string[]) => ({ targets, ask: targets })

describe('the verdict', () => {
  it('is CLEAR only when every county of the directory answered that it lists nothing', () => {
    fc.assert(
      fc.property(
        outcomes,
        fc.constantFrom<Measure['effect']>('BAR', 'IMPORTANT_CONSIDERATION', 'NO_COMMITMENT_PROCEDURE'),
        (all, effect) => {
          const judgement = judge(allOf(counties), all, () => [measure('M', effect)], today, known)
          const proven =
            all.length === counties.length && all.every((each) => !('outage' in each) && each.listings.length === 0)
          expect(judgement.verdict === 'CLEAR').toBe(proven)
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('is BARRED as soon as one county answers with a statutory bar, whoever else is silent', () => {
    fc.assert(
      fc.property(outcomes, (all) => {
        const barred = all.some((each) => !('outage' in each) && each.listings.length > 0)
        const { verdict } = judge(allOf(counties), all, () => [measure('M', 'BAR')], today, known)
        expect(verdict === 'BARRED').toBe(barred)
      }),
    )
  })

  it('names every county exactly once, as answered or as unanswered, also one that gave no outcome at all', () => {
    fc.assert(
      fc.property(outcomes, (all) => {
        const { live: yes, unanswered: no } = judge(allOf(counties), all, () => [], today, known)
        expect([...yes.map(({ county }) => county), ...no.map(({ county }) => county)].toSorted()).toEqual(
          counties.toSorted(),
        )
      }),
    )
  })

  it('is CONSIDER for a listed applicant even when no measure of the catalogue follows', () => {
    const all = counties.map((county) => answered(county, county === '411729' ? [listing(county)] : []))
    expect(judge(allOf(counties), all, () => [], today, known).verdict).toBe('CONSIDER')
  })

  it('leaves out a measure whose term has run out, and keeps one that has no end', () => {
    const ended = listing('411528', { imposedMeasures: ['M'], restrictionUntil: today, effectUntil: '2029-01-01' })
    const endless = listing('411729', { imposedMeasures: ['M'], restrictionUntil: null, effectUntil: null })
    const all = [answered('411528', [ended]), answered('411729', [endless])]
    const { consequences } = judge(
      allOf(['411528', '411729']),
      all,
      () => [measure('M', 'BAR', 'IMPOSED')],
      today,
      known,
    )
    expect(consequences).toHaveLength(1)
    expect(consequences[0]).toMatchObject({ until: null, listing: { id: '411729:listing:1' } })
  })

  it('is INCONCLUSIVE when a listing imposes a measure that the catalogue does not have: it may be a bar', () => {
    const odd = listing('411729', { imposedMeasures: ['FOOD_FIVE_YEARS_BAR'], restrictionUntil: '2029-01-01' })
    const all = [answered('411528', []), answered('411729', [odd])]
    const judgement = judge(
      allOf(['411528', '411729']),
      all,
      () => [measure('M', 'IMPORTANT_CONSIDERATION')],
      today,
      known,
    )
    expect(judgement).toMatchObject({ verdict: 'INCONCLUSIVE', unanswered: [{ county: '411729', reason: 'FAULT' }] })
    expect(judgement.listings).toEqual([odd])
    expect(judge(allOf(['411528', '411729']), all, () => [measure('M', 'BAR')], today, known).verdict).toBe('BARRED')
  })

  it('is INCONCLUSIVE, never CLEAR, when the directory names no county at all', () => {
    expect(judge(allOf([]), [], () => [], today, known).verdict).toBe('INCONCLUSIVE')
  })
})
