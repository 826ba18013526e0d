import { type Transitions, decide } from '../matters/machine.ts'

/** States of a dispute about jurisdiction (管辖争议), in the order of the procedure. */
export const disputeStates = [
  'RAISED',
  'CONSULTING',
  'AGREED',
  'ESCALATED',
  'EXAMINING',
  'DESIGNATED',
  'HANDED_OVER',
  'SETTLED',
  'ENDED',
] as const
/** A state of a dispute. */
export type DisputeState = (typeof disputeStates)[number]

/** Events that open a dispute. */
export const disputeOpenings = ['RAISE', 'RAISE_DIRECTLY'] as const
/** Events that change the state of a dispute. */
export const disputeEvents = [
  'PROPOSE',
  'AGREE',
  'ESCALATE',
  'END_CONSULTATION',
  'RECEIVE',
  'DESIGNATE',
  'RECORD_DESIGNATION',
  'HAND_OVER',
  'TAKE_OVER',
] as const
/** An event of a dispute. */
export type DisputeEvent = (typeof disputeEvents)[number]

/** Notes: any party's, in any state, and no state changes. */
export const disputeNotes = [
  'STATE_CLAIM',
  'REMIND',
  'COMMENT',
  'FURTHER_MATERIAL',
  'CONFIRM_DESIGNATION',
  'CONTEST_DESIGNATION',
] as const
/** A note on a dispute. */
export type DisputeNote = (typeof disputeNotes)[number]

/** What the machine looks at. */
export interface DisputeFacts {
  state: string
  /** The superior has no node: it decides on paper, and who asked it records the paper. */
  onPaper: boolean
  /** Who has no jurisdiction holds what must go over; not so where the clue already lies with the county that has it. */
  mustHandOver: boolean
}

const consulting: Transitions<DisputeState, DisputeEvent, DisputeFacts>['CONSULTING'] = {
  PROPOSE: { to: 'CONSULTING' },
  AGREE: { to: 'AGREED' },
  ESCALATE: { to: 'ESCALATED' },
  END_CONSULTATION: { to: 'ENDED' },
}
const deciding: Transitions<DisputeState, DisputeEvent, DisputeFacts>['EXAMINING'] = {
  DESIGNATE: {
    to: 'DESIGNATED',
    when: { holds: ({ onPaper }) => !onPaper, otherwise: 'The superior has no node: its paper is recorded.' },
  },
  RECORD_DESIGNATION: {
    to: 'DESIGNATED',
    when: { holds: ({ onPaper }) => onPaper, otherwise: 'The superior signs its designation itself.' },
  },
}
const settling: Transitions<DisputeState, DisputeEvent, DisputeFacts>['AGREED'] = {
  HAND_OVER: {
    to: 'HANDED_OVER',
    when: {
      holds: ({ mustHandOver }) => mustHandOver,
      otherwise: 'Everything lies with the county that has jurisdiction: there is nothing to hand over.',
    },
  },
  TAKE_OVER: {
    to: 'SETTLED',
    when: {
      holds: ({ mustHandOver }) => !mustHandOver,
      otherwise: 'The other county hands over its case and material first.',
    },
  },
}

/**
 * 《行政处罚法》 art. 25: 协商 or 指定, or 直接指定; 《市场监督管理行政处罚程序规定》 art. 12 to 14 and 16: 最先立案, 协商, 报请指定,
 * 指定管辖. What was agreed or designated binds both: only the county that has jurisdiction goes on, and gets what the other
 * has. A pair that is not here is refused.
 */
export const disputeTransitions: Transitions<DisputeState, DisputeEvent, DisputeFacts> = {
  RAISED: consulting,
  CONSULTING: consulting,
  ESCALATED: { RECEIVE: { to: 'EXAMINING' }, ...deciding },
  EXAMINING: deciding,
  AGREED: settling,
  DESIGNATED: settling,
  HANDED_OVER: { TAKE_OVER: { to: 'SETTLED' } },
  SETTLED: {},
  ENDED: {},
}

/** Who acts: who was spoken to last, who decides, who has no jurisdiction any more, or who has it. */
export type DisputeSide = 'ANSWERER' | 'DECIDER' | 'LOSER' | 'WINNER'

/** Whose turn it is; null at the end. Only this side's events are in {@link disputeTransitions}. */
export function disputePen({ state, mustHandOver }: Pick<DisputeFacts, 'state' | 'mustHandOver'>): DisputeSide | null {
  switch (state as DisputeState) {
    case 'RAISED':
    case 'CONSULTING':
      return 'ANSWERER'
    case 'ESCALATED':
    case 'EXAMINING':
      return 'DECIDER'
    case 'AGREED':
    case 'DESIGNATED':
      return mustHandOver ? 'LOSER' : 'WINNER'
    case 'HANDED_OVER':
      return 'WINNER'
    default:
      return null
  }
}

/** The next state; `Refusal` TRANSITION_REFUSED when there is none or something else is missing. */
export function decideDispute(facts: DisputeFacts, event: DisputeEvent): DisputeState {
  return decide('a dispute about jurisdiction', disputeTransitions, facts, event)
}
