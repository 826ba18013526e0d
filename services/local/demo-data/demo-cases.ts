import type { CaseEventKind } from '../../county/cases/enforcement-case.machine.ts'
import { importedId } from '../../county/import/content-hash.ts'
import type { CountySigner } from '../../county/signing/county-signer.ts'
import { addDays } from './calendar-days.ts'
import { type DemoAct, demoAct, demoActs } from './demo-acts.ts'
import type { DemoCase, DemoCasesFile } from './demo-cases-file.ts'
import { type DemoCountyFacts, demoCountyFacts } from './demo-county-facts.ts'
import { countyOf, demoLink, type WantedLink } from './demo-links.ts'
import { demoMatterCases } from './demo-matter-cases.ts'
import type { MarketSubject } from './demo-market.ts'
import { demoSubjects, type DemoSubject } from './demo-subjects.ts'
import type { Random } from './random.ts'

const casesByChance = 30
const linksByChance = 20

/** The way of a case to its archive; a case of the demo has come some part of it. */
const course: readonly CaseEventKind[] = [
  'VERIFY',
  'FILE',
  'INVESTIGATE',
  'CONCLUDE',
  'REVIEW',
  'NOTIFY',
  'DECIDE_PENALTY',
  'SERVE',
  'PUBLISH',
  'EXECUTE',
  'CLOSE',
  'ARCHIVE',
]

/** What the fixed cases are about. */
const fixedCases = {
  /** A case in 息县, linked to one in 新蔡县, that to one in 武陟县, and that back to a second one in 息县. */
  chain: [
    ['411528', demoSubjects.representedByBarred, 'EXPIRED_FOOD', 60],
    ['411729', demoSubjects.listedFood, 'EXPIRED_FOOD', 55],
    ['410823', demoSubjects.listedTwice, 'EXPIRED_FOOD', 50],
    ['411528', demoSubjects.listedTwice, 'UNLICENSED_FOOD_BUSINESS', 45],
  ],
  /** Open cases on one subject and one act in 新蔡县 and 息县; the first has proposed a link to the second. */
  duplicates: [
    ['411729', demoSubjects.clear, 'FALSE_ADVERTISING', 30],
    ['411528', demoSubjects.clear, 'FALSE_ADVERTISING', 20],
  ],
} as const satisfies Record<string, readonly (readonly [string, DemoSubject, string, number])[]>

/** Numbers (案号) of the fixed cases, in the order of their description. */
export const demoCaseNumbers = {
  chain: ['息示例市监案〔演示〕1号', '新示例市监案〔演示〕1号', '武示例市监案〔演示〕1号', '息示例市监案〔演示〕2号'],
  duplicates: ['新示例市监案〔演示〕2号', '息示例市监案〔演示〕3号'],
} as const

/** Id of the case with a number, the same in every demo. */
export function demoCaseId(county: string, number: string): string {
  return importedId(county, 'case', number)
}

/** Cases and links of every county, by county code. */
export async function demoCases(
  random: Random,
  market: readonly MarketSubject[],
  today: string,
  signers: ReadonlyMap<string, CountySigner>,
): Promise<Map<string, DemoCasesFile>> {
  const chain = fixedCases.chain.map(([county, subject, act, ago], n) =>
    demoCase(county, subject, act, demoCaseNumbers.chain[n] ?? '', addDays(today, -ago), 3),
  )
  const duplicates = fixedCases.duplicates.map(([county, subject, act, ago], n) =>
    demoCase(county, subject, act, demoCaseNumbers.duplicates[n] ?? '', addDays(today, -ago), 3),
  )
  const ofMatters = demoMatterCases.map(({ county, number, subject, act, ago, steps }) =>
    demoCase(county, subject, act, number, addDays(today, -ago), steps),
  )
  const others = demoCountyFacts.flatMap((county) => casesOf(random, county, market, today))
  const all = [...chain, ...duplicates, ...ofMatters, ...others]
  const wanted = [
    ...chainLinks(chain, today),
    ...duplicateLink(duplicates, today),
    ...linksByAccident(random, others, today),
  ]
  const links = (await Promise.all(wanted.map((each) => demoLink(each, signers)))).flat()
  return new Map(
    demoCountyFacts.map((county) => [
      county.code,
      {
        county: county.code,
        register: registerOf(county),
        cases: all.filter(({ id }) => countyOf(id) === county.code),
        links: links.filter(({ id }) => countyOf(id) === county.code),
      },
    ]),
  )
}

function casesOf(random: Random, county: DemoCountyFacts, market: readonly MarketSubject[], today: string): DemoCase[] {
  const here = market.filter(({ counties }) => counties.includes(county.code))
  return Array.from({ length: casesByChance }, (_, n) => {
    const day = addDays(today, -random.integer(40, 700))
    const number = `${county.short}示例市监案〔${day.slice(0, 4)}〕${n + 1}号`
    const steps = random.integer(0, course.length)
    const made = demoCase(county.code, random.pick(here), random.pick(demoActs).code, number, day, steps)
    return random.chance(0.1) ? { ...made, visibility: 'OWN' as const } : made
  })
}

function demoCase(
  county: string,
  subject: DemoSubject,
  act: string,
  number: string,
  day: string,
  steps: number,
): DemoCase {
  const facts = demoCountyFacts.find(({ code }) => code === county)
  const about = demoAct(act)
  if (facts === undefined) throw new Error(`The demo has no county ${county}.`)
  return {
    id: demoCaseId(county, number),
    number,
    title: `${subject.name}涉嫌${about.label}案`,
    subject: subject.code,
    subjectName: subject.name,
    legalRepresentative: { ...subject.legalRepresentative },
    act,
    field: fieldOf(about),
    supervisionStage: 'DISTRIBUTION',
    source: 'INSPECTION',
    visibility: 'AGREEMENT',
    agency: facts.organ,
    officers: registerOf(facts).agencies.flatMap(({ officers }) => officers.map(({ certificate }) => certificate)),
    registeredAt: `${day}T01:00:00.000Z`,
    steps: course.slice(0, steps).map((event, n) => ({
      event,
      at: `${addDays(day, n * 3)}T02:00:00.000Z`,
      document: event === 'DECIDE_PENALTY' ? number.replace('案', '罚') : null,
    })),
  }
}

function fieldOf({ field }: DemoAct): DemoCase['field'] {
  return field === 'FOOD_AND_DRUGS' || field === 'WORK_SAFETY' ? field : 'OTHER'
}

function registerOf(county: DemoCountyFacts): DemoCasesFile['register'] {
  const officers = ['甲示例', '乙示例'].map((name, n) => ({ name, certificate: `${county.code}0${n + 1}` }))
  return { agencies: [{ name: county.organ, code: county.organCode, exchangeAgency: county.exchangeAgency, officers }] }
}

function chainLinks(chain: readonly DemoCase[], today: string): WantedLink[] {
  const kinds = ['UPSTREAM_DOWNSTREAM', 'CLUE_SOURCE', 'SAME_PARTY'] as const
  return kinds.flatMap((kind, n) => {
    const [from, target] = [chain[n], chain[n + 1]]
    return from && target ? [link(from, target, kind, addDays(today, -30 + n), true)] : []
  })
}

function duplicateLink([from, target]: readonly DemoCase[], today: string): WantedLink[] {
  return from && target ? [link(from, target, 'SAME_ACT', addDays(today, -10), false)] : []
}

function linksByAccident(random: Random, cases: readonly DemoCase[], today: string): WantedLink[] {
  const filed = cases.filter(({ steps, visibility }) => steps.length >= 2 && visibility === 'AGREEMENT')
  const used = new Set<string>()
  const links: WantedLink[] = []
  for (let tries = 0; links.length < linksByChance && tries < 500; tries++) {
    const [from, target] = [random.pick(filed), random.pick(filed)]
    const kind = random.pick(['SAME_PARTY', 'RELATED_PARTY', 'ASSISTANCE', 'JOINT_INVESTIGATION'] as const)
    const name = `${from.id} ${target.id}`
    if (countyOf(from.id) === countyOf(target.id) || used.has(name)) continue
    used.add(name)
    links.push(link(from, target, kind, addDays(today, -random.integer(1, 20)), random.chance(0.8)))
  }
  return links
}

function link(from: DemoCase, target: DemoCase, kind: WantedLink['kind'], day: string, confirmed: boolean): WantedLink {
  const note = '演示数据，纯属虚构'
  return { from, target, kind, note, confirmed, proposedAt: `${day}T03:00:00.000Z`, settledAt: `${day}T06:00:00.000Z` }
}
