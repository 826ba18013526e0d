import { type Transition, type Transitions, decide } from '../matters/machine.ts'

/** States of an assistance request (协助调查), in the order of the procedure. */
export const assistanceStates = [
  'DRAFT',
  'ISSUED',
  'RECEIVED',
  'IN_PROGRESS',
  'EXTENDED',
  'REPLIED',
  'CLOSED',
  'DECLINED',
  'WITHDRAWN',
] as const
/** A state of an assistance request. */
export type AssistanceState = (typeof assistanceStates)[number]

/** Events that change the state of an assistance request. */
export const assistanceEvents = [
  'ISSUE',
  'RECEIVE',
  'BEGIN',
  'DECLINE',
  'EXTEND',
  'ANSWER_PART',
  'REPLY',
  'ASK_SUPPLEMENT',
  'CLOSE',
  'RELEASE',
] as const
/** An event of an assistance request. */
export type AssistanceEvent = (typeof assistanceEvents)[number]

/** Notes: either county's, in any state, and no state changes. */
export const assistanceNotes = ['REMIND', 'COMMENT', 'FURTHER_MATERIAL', 'ASK_WITHDRAWAL'] as const
/** A note on an assistance request. */
export type AssistanceNote = (typeof assistanceNotes)[number]

/** 请求方 (主办部门) and 协助方 (协查单位). */
export type AssistanceSide = 'REQUESTER' | 'ASSISTANT'

/** What the machine looks at. */
export interface AssistanceFacts {
  state: string
  /** How many parts have not been answered. */
  open: number
  /** How often a supplement was asked for. */
  supplements: number
  /** The requester asks to have its letter back. */
  withdrawalAsked: boolean
}

const decline: Transition<AssistanceState, AssistanceFacts> = {
  to: 'DECLINED',
  when: {
    holds: ({ supplements }) => supplements === 0,
    otherwise: 'What was replied to once is not declined later: answer the part as UNABLE, with the reason.',
  },
}
const reply: Transition<AssistanceState, AssistanceFacts> = {
  to: 'REPLIED',
  when: {
    holds: ({ open }) => open === 0,
    otherwise: 'Every part must be answered, as DONE or UNABLE, before the reply.',
  },
}
const release: Transition<AssistanceState, AssistanceFacts> = {
  to: 'WITHDRAWN',
  when: {
    holds: ({ withdrawalAsked }) => withdrawalAsked,
    otherwise: 'A letter goes back only when the county that issued it asks for it.',
  },
}

/**
 * 《行政处罚法》 art. 26 and 《市场监督管理行政处罚程序规定》 art. 45: 出具协助调查函, 对属于职权范围的予以协助, 十五个工作日内完成,
 * 延期的在期限届满前告知. The rule sets no cap on the extension and says nothing of a second one, so it may be told again,
 * each time before the day that was named last. A supplement is asked for by a further numbered letter, whose limit runs
 * anew from its receipt. A pair that is not here is refused.
 */
export const assistanceTransitions: Transitions<AssistanceState, AssistanceEvent, AssistanceFacts> = {
  DRAFT: { ISSUE: { to: 'ISSUED' } },
  ISSUED: { RECEIVE: { to: 'RECEIVED' }, RELEASE: release },
  RECEIVED: { BEGIN: { to: 'IN_PROGRESS' }, DECLINE: decline, RELEASE: release },
  IN_PROGRESS: {
    ANSWER_PART: { to: 'IN_PROGRESS' },
    EXTEND: { to: 'EXTENDED' },
    REPLY: reply,
    RELEASE: release,
  },
  EXTENDED: { ANSWER_PART: { to: 'EXTENDED' }, EXTEND: { to: 'EXTENDED' }, REPLY: reply, RELEASE: release },
  REPLIED: { ASK_SUPPLEMENT: { to: 'ISSUED' }, CLOSE: { to: 'CLOSED' } },
  CLOSED: {},
  DECLINED: {},
  WITHDRAWN: {},
}

/** Whose turn it is in a state; null at the end. Only this side's events are in {@link assistanceTransitions}. */
export const assistancePens: Record<AssistanceState, AssistanceSide | null> = {
  DRAFT: 'REQUESTER',
  ISSUED: 'ASSISTANT',
  RECEIVED: 'ASSISTANT',
  IN_PROGRESS: 'ASSISTANT',
  EXTENDED: 'ASSISTANT',
  REPLIED: 'REQUESTER',
  CLOSED: null,
  DECLINED: null,
  WITHDRAWN: null,
}

/** The next state; a `Refusal` TRANSITION_REFUSED when there is none or something else is missing. */
export function decideAssistance(facts: AssistanceFacts, event: AssistanceEvent): AssistanceState {
  return decide('an assistance request', assistanceTransitions, facts, event)
}
