import type { Cells } from './demo-table.ts'
import { addDays, addYears } from './calendar-days.ts'
import { type DemoAct, demoAct, demoActs } from './demo-acts.ts'
import type { DemoCountyFacts } from './demo-county-facts.ts'
import type { MarketSubject } from './demo-market.ts'
import { demoSubjects, type DemoSubject } from './demo-subjects.ts'
import type { Random } from './random.ts'

/** A penalty of the demo and its row in the file. */
export interface DemoPenalty {
  subject: DemoSubject
  act: DemoAct
  documentNumber: string
  decidedOn: string
  cells: Cells
}

/** Penalties of one county: those of the fixed subjects first, then `count` by chance. `today` is `YYYY-MM-DD`. */
export function demoPenalties(
  random: Random,
  county: DemoCountyFacts,
  market: readonly MarketSubject[],
  count: number,
  today: string,
): DemoPenalty[] {
  const here = market.filter(({ counties }) => counties.includes(county.code))
  const fixed = fixedPenalties(county.code)
  return Array.from({ length: fixed.length + count }, (_, n) => {
    const [subject, act, daysAgo] = fixed[n] ?? [random.pick(here), random.pick(demoActs), random.integer(5, 1700)]
    return penalty(random, county, subject, act, addDays(today, -daysAgo), n + 1)
  })
}

function fixedPenalties(county: string): [DemoSubject, DemoAct, number][] {
  const { clear, listedFood, barredFood, listedTwice, listedOnce, removedEarly, representedByBarred } = demoSubjects
  const byCounty: Record<string, [DemoSubject, DemoAct, number][]> = {
    '411528': [
      [clear, demoAct('EXPIRED_FOOD'), 400],
      [listedTwice, demoAct('CONSUMER_RIGHTS_VIOLATION'), 300],
      [listedOnce, demoAct('SUBSTANDARD_PRODUCTS'), 1500],
      [representedByBarred, demoAct('FALSE_ADVERTISING'), 90],
    ],
    '411729': [
      [clear, demoAct('FALSE_ADVERTISING'), 500],
      [listedFood, demoAct('EXPIRED_FOOD'), 250],
    ],
    '410823': [
      [clear, demoAct('EXPIRED_FOOD'), 700],
      [listedTwice, demoAct('FALSE_ADVERTISING'), 200],
      [removedEarly, demoAct('UNLICENSED_FOOD_BUSINESS'), 800],
      [barredFood, demoAct('EXPIRED_FOOD'), 350],
    ],
  }
  return byCounty[county] ?? []
}

function penalty(
  random: Random,
  county: DemoCountyFacts,
  subject: DemoSubject,
  act: DemoAct,
  decidedOn: string,
  serial: number,
): DemoPenalty {
  const fine = random.integer(1, 400) * 500
  const documentNumber = `${county.short}示例市监罚〔${decidedOn.slice(0, 4)}〕${serial}号`
  return {
    subject,
    act,
    documentNumber,
    decidedOn,
    cells: {
      subjectName: subject.name,
      subjectKind: subject.code.startsWith('92') ? '个体工商户' : '法人及非法人组织',
      organisationCode: subject.code,
      legalRepresentative: subject.legalRepresentative.name,
      legalRepresentativeCodeKind: '居民身份证',
      legalRepresentativeCode: subject.legalRepresentative.code,
      documentNumber,
      act: act.label,
      facts: act.facts,
      basis: act.basis,
      kind: random.chance(0.3) ? '罚款;没收违法所得、没收非法财物' : '罚款',
      content: `罚款${fine}元`,
      fine: String(fine / 10_000),
      confiscated: random.chance(0.3) ? String(random.integer(1, 90) / 100) : '',
      licenceAction: '',
      decidedOn,
      validUntil: '2099-12-31',
      publishedUntil: addYears(decidedOn, random.pick([1, 3])),
      organ: county.organ,
      organCode: county.organCode,
      source: county.organ,
      sourceCode: county.organCode,
      remark: '演示数据，纯属虚构',
    },
  }
}
