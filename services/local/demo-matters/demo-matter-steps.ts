import { demoMatterCaseIds } from '../demo-data/demo-matter-cases.ts'
import { demoMatters } from './demo-matters.ts'
import { demoCommonView, demoStandard } from './demo-standards.ts'

/** What a county does once a matter has come so far. */
export interface DemoStep {
  county: string
  /** A registered operation, without its number. */
  operation: string
  variables: Record<string, unknown>
  /** The state of the matter, as this county sees it, in which the step is due. */
  when: string
  /** That it is refused means that it has been done before. */
  refusedWhenDone?: true
}

/** What is done in a matter after it was opened, in order. */
export interface DemoCourse {
  matter: string
  /** The states that it goes through, as far as the demo takes it. */
  states: readonly string[]
  steps: readonly DemoStep[]
}

const [xixian, xincai] = ['411528', '411729']
const step = (county: string, when: string, operation: string, variables: Record<string, unknown>): DemoStep => ({
  county,
  operation,
  variables,
  when,
})

const checklist = [
  ...['LAWFUL_MEANS', 'TWO_OFFICERS', 'CERTIFICATES_SHOWN', 'SIGNED', 'ORIGINAL', 'RECORDED'].map((item) => ({
    item,
    answer: 'YES',
  })),
  ...['CUSTODY', 'QUALIFIED_BODY'].map((item) => ({ item, answer: 'NOT_APPLICABLE' })),
]

function clueFiled(): DemoCourse {
  const id = demoMatters.clueFiled
  const advance = (when: string, event: string, given: Record<string, unknown> = {}): DemoStep =>
    step(xincai, when, 'advance-clue', { id, event, step: given })
  const filing = { id: demoMatterCaseIds.ofClue, event: 'FILE', note: '经核查立案' }
  return {
    matter: id,
    states: ['SENT', 'RECEIVED', 'ACCEPTED', 'VERIFYING', 'FILED', 'FEEDBACK'],
    steps: [
      advance('SENT', 'RECEIVE', { differences: [] }),
      advance('RECEIVED', 'ACCEPT', { text: '属本县管辖' }),
      advance('ACCEPTED', 'VERIFY', { text: '已指派两名执法人员' }),
      { ...step(xincai, 'VERIFYING', 'advance-case', filing), refusedWhenDone: true },
      advance('VERIFYING', 'FILE', { case: demoMatterCaseIds.ofClue }),
      advance('FILED', 'GIVE_FEEDBACK', { text: '已立案调查（演示）' }),
    ],
  }
}

/** The assisting county takes a letter over and begins. */
function assistance(id: string, county: string): DemoCourse {
  return {
    matter: id,
    states: ['ISSUED', 'RECEIVED', 'IN_PROGRESS'],
    steps: [
      step(county, 'ISSUED', 'advance-assistance', { id, event: 'RECEIVE', step: {} }),
      step(county, 'RECEIVED', 'advance-assistance', { id, event: 'BEGIN', step: {} }),
    ],
  }
}

function evidenceCited(): DemoCourse {
  const id = demoMatters.evidenceCited
  const recognised = { version: 1, text: '来源合法，与本案事实相关', checklist }
  const cited = { case: demoMatterCaseIds.ofClue, text: '门店发放内容不实的宣传册' }
  return {
    matter: id,
    states: ['SHARED', 'RECOGNISED'],
    steps: [
      step(xincai, 'SHARED', 'advance-evidence', { id, event: 'RECOGNISE', step: recognised }),
      { ...step(xincai, 'RECOGNISED', 'advance-evidence', { id, event: 'CITE', step: cited }), refusedWhenDone: true },
    ],
  }
}

function disputes(): DemoCourse[] {
  const agree = (id: string): DemoStep =>
    step(xixian, 'RAISED', 'advance-jurisdiction-dispute', { id, event: 'AGREE', step: { text: '同意' } })
  const { disputeLost, disputeWon } = demoMatters
  const items = [{ kind: 'PAPERS', name: '案卷', quantity: '1卷' }]
  const letter = { number: '新示例市监移〔演示〕2号', items }
  return [
    { matter: disputeLost, states: ['RAISED', 'AGREED'], steps: [agree(disputeLost)] },
    {
      matter: disputeWon,
      states: ['RAISED', 'AGREED', 'HANDED_OVER'],
      steps: [agree(disputeWon), step(xincai, 'AGREED', 'hand-over-case', { id: disputeWon, letter })],
    },
  ]
}

function consultation(): DemoCourse {
  const id = demoMatters.consultationConcluded
  const act = (county: string, when: string, action: string, input: Record<string, unknown>): DemoStep =>
    step(county, when, 'act-in-consultation', { id, action, input })
  return {
    matter: id,
    states: ['COLLECTING', 'PROPOSED', 'CONCLUDED'],
    steps: [
      act(xincai, 'COLLECTING', 'ENTER_STANDARD', { standard: demoStandard('新蔡县', '200000', '600000') }),
      act(xixian, 'COLLECTING', 'PROPOSE', { view: demoCommonView }),
      { ...act(xincai, 'PROPOSED', 'AGREE', { proposal: 1 }), refusedWhenDone: true },
      act(xixian, 'PROPOSED', 'CONCLUDE', { proposal: 1 }),
    ],
  }
}

function bulletin(): DemoCourse {
  const id = demoMatters.bulletinSent
  const read = { id, action: 'READ', input: { version: 1 } }
  return { matter: id, states: ['SENT'], steps: [step(xincai, 'SENT', 'act-on-bulletin', read)] }
}

/** How the demo's matters go on once every county runs. Courses do not wait for one another. */
export const demoCourses: readonly DemoCourse[] = [
  clueFiled(),
  assistance(demoMatters.assistanceAsked, xincai),
  assistance(demoMatters.assistanceGiven, xixian),
  evidenceCited(),
  ...disputes(),
  consultation(),
  bulletin(),
]
