import { addDays, addYears } from './calendar-days.ts'
import type { DemoCountyFacts } from './demo-county-facts.ts'
import { isFixedSubject } from './demo-market.ts'
import type { DemoPenalty } from './demo-penalties.ts'
import { demoSubjects } from './demo-subjects.ts'
import type { Cells } from './demo-table.ts'
import type { Random } from './random.ts'

/** How an entry's life goes. */
type Life = 'STANDING' | 'EXPIRED' | 'REMOVED_EARLY' | 'REVOKED'

/**
 * Rows of a county's list: the fixed subjects' entries, then `count` that rest on its penalties, each subject once.
 * `today` is `YYYY-MM-DD`.
 */
export function demoListings(
  random: Random,
  county: DemoCountyFacts,
  penalties: readonly DemoPenalty[],
  count: number,
  today: string,
): Cells[] {
  const fixed = penalties.flatMap((penalty) => fixedListing(random, county, penalty, today))
  const listed = new Set<string>()
  const others: Cells[] = []
  for (const penalty of penalties) {
    if (others.length >= count) break
    const { code } = penalty.subject
    if (isFixedSubject(code) || listed.has(code) || !random.chance(0.25)) continue
    listed.add(code)
    const life: Life = random.chance(0.1) ? 'REVOKED' : random.chance(0.2) ? 'REMOVED_EARLY' : 'STANDING'
    others.push(listing(random, county, penalty, life, today))
  }
  return [...fixed, ...others].map((cells, n) => numbered(cells, county, n + 1))
}

function fixedListing(random: Random, county: DemoCountyFacts, penalty: DemoPenalty, today: string): Cells[] {
  const { listedFood, barredFood, listedTwice, listedOnce, removedEarly } = demoSubjects
  const lives: Record<string, Life> = {
    [listedFood.code]: 'STANDING',
    [barredFood.code]: 'STANDING',
    [listedTwice.code]: 'STANDING',
    [listedOnce.code]: 'EXPIRED',
    [removedEarly.code]: 'REMOVED_EARLY',
  }
  const life = lives[penalty.subject.code]
  if (life === undefined) return []
  const cells = listing(random, county, penalty, life, today)
  return [penalty.subject.code === barredFood.code ? { ...cells, ...fiveYearBar(penalty.decidedOn) } : cells]
}

/** 食品安全法 art. 135: five years from the day the licence was revoked; the file names the last day. */
function fiveYearBar(decidedOn: string): Cells {
  return { imposedMeasures: 'FOOD_LICENCE_FIVE_YEAR_BAR', restrictedUntil: addDays(addYears(decidedOn, 5), -1) }
}

function listing(
  random: Random,
  county: DemoCountyFacts,
  { subject, act, documentNumber, decidedOn }: DemoPenalty,
  life: Life,
  today: string,
): Cells {
  const listedOn = decidedOn
  const until = addYears(listedOn, 3)
  const publishedFrom = addDays(listedOn, 10)
  const cells: Cells = {
    subjectName: subject.name,
    subjectCode: subject.code,
    legalRepresentative: subject.legalRepresentative.name,
    legalRepresentativeCodeKind: '居民身份证',
    legalRepresentativeCode: subject.legalRepresentative.code,
    category: act.category,
    facts: act.facts,
    basis: `《市场监督管理严重违法失信名单管理办法》${act.category}`,
    listedOn,
    organ: county.organ,
    penaltyDocument: documentNumber,
    publishedFrom,
    publishedUntil: until,
    superiorConsent: `${county.superior}〔${listedOn.slice(0, 4)}〕${random.integer(1, 99)}号`,
  }
  if (until <= today)
    return { ...cells, removedOn: until, removedReason: '期满移出', removedBy: county.organ, state: '期满移出' }
  const removedOn = life === 'REMOVED_EARLY' ? addDays(addYears(listedOn, 2), 5) : addDays(listedOn, 200)
  if ((life === 'REMOVED_EARLY' || life === 'REVOKED') && removedOn < today) {
    const [state, removedReason] =
      life === 'REVOKED' ? ['撤销列入', '行政处罚决定被撤销'] : ['提前移出', '已履行义务、消除危害后果']
    return { ...cells, publishedUntil: removedOn, removedOn, removedReason, removedBy: county.organ, state }
  }
  return { ...cells, state: publishedFrom <= today ? '已公示' : '已列入' }
}

function numbered(cells: Cells, county: DemoCountyFacts, serial: number): Cells {
  const year = (cells['listedOn'] ?? '').slice(0, 4)
  return { ...cells, documentNumber: `${county.short}示例市监失信列〔${year}〕${serial}号` }
}
