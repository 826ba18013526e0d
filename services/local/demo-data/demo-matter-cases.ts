import { importedId } from '../../county/import/content-hash.ts'
import { demoSubjects, type DemoSubject } from './demo-subjects.ts'

/** A fixed case that a matter between the counties is about. */
export interface DemoMatterCase {
  county: string
  /** 案号. */
  number: string
  subject: DemoSubject
  /** Code in the directory's catalogue of acts. */
  act: string
  /** Days before the demo's first start on which it was registered. */
  ago: number
  /** How far it has come on the way of a case. */
  steps: number
}

const investigated = 3
const published = 9

const about = (county: string, number: string, subject: DemoSubject, act: string, ago: number, steps: number) => ({
  id: importedId(county, 'case', number),
  case: { county, number, subject, act, ago, steps } satisfies DemoMatterCase,
})

const { listedFood, removedEarly, listedOnce, representedByBarred, listedTwice, barredFood } = demoSubjects

const cases = {
  /** 息县 found what it sends to 新蔡县: a clue, a letter for assistance, a piece of evidence. */
  origin: about('411528', '息示例市监案〔演示〕4号', listedFood, 'FALSE_ADVERTISING', 21, investigated),
  /** What 新蔡县 verifies by that clue; it is filed with it. */
  ofClue: about('411729', '新示例市监案〔演示〕3号', listedFood, 'FALSE_ADVERTISING', 1, 1),
  /** Pairs of cases on one subject and act, about which two counties dispute. */
  answered: about('411528', '息示例市监案〔演示〕5号', removedEarly, 'CONSUMER_RIGHTS_VIOLATION', 26, investigated),
  answeredBy: about('411729', '新示例市监案〔演示〕4号', removedEarly, 'CONSUMER_RIGHTS_VIOLATION', 33, investigated),
  leaving: about('411528', '息示例市监案〔演示〕6号', listedOnce, 'SUBSTANDARD_PRODUCTS', 24, investigated),
  leavingFor: about('411729', '新示例市监案〔演示〕5号', listedOnce, 'SUBSTANDARD_PRODUCTS', 31, investigated),
  coming: about('411528', '息示例市监案〔演示〕7号', representedByBarred, 'UNLICENSED_FOOD_BUSINESS', 35, investigated),
  comingFrom: about(
    '411729',
    '新示例市监案〔演示〕6号',
    representedByBarred,
    'UNLICENSED_FOOD_BUSINESS',
    28,
    investigated,
  ),
  /** A pair about which no dispute has been raised. */
  undisputed: about('411528', '息示例市监案〔演示〕8号', listedTwice, 'CONSUMER_RIGHTS_VIOLATION', 30, investigated),
  undisputedToo: about('410823', '武示例市监案〔演示〕2号', listedTwice, 'CONSUMER_RIGHTS_VIOLATION', 25, investigated),
  /** Decided cases of 息县: published as a typical one, nominated, and not nominated. */
  typical: about('411528', '息示例市监案〔演示〕9号', barredFood, 'UNLICENSED_DRUG_BUSINESS', 150, published),
  nominated: about('411528', '息示例市监案〔演示〕10号', removedEarly, 'UNLICENSED_FOOD_BUSINESS', 120, published),
  decided: about('411528', '息示例市监案〔演示〕11号', listedOnce, 'CONSUMER_RIGHTS_VIOLATION', 90, published),
}

/** The fixed cases that the demo's matters are about. */
export const demoMatterCases: readonly DemoMatterCase[] = Object.values(cases).map((each) => each.case)

/** Their ids, the same in every demo. */
export const demoMatterCaseIds = Object.fromEntries(
  Object.entries(cases).map(([name, { id }]) => [name, id]),
) as Readonly<Record<keyof typeof cases, string>>
