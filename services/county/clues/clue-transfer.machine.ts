import { type Transition, type Transitions, decide } from '../matters/machine.ts'

/** States of a clue transfer (线索移送), in the order of the procedure. */
export const clueStates = [
  'DRAFT',
  'NOTIFIED',
  'SENT',
  'RECEIVED',
  'ACCEPTED',
  'OBJECTED',
  'VERIFYING',
  'TESTING',
  'FILED',
  'NOT_FILED',
  'FEEDBACK',
  'WITHDRAWN',
  'RETURNED',
] as const
/** A state of a clue transfer. */
export type ClueState = (typeof clueStates)[number]

/** Events that change the state of a clue transfer. */
export const clueEvents = [
  'GIVE_NOTICE',
  'SEND',
  'SEND_AFTER_NOTICE',
  'WITHDRAW',
  'RECEIVE',
  'ACCEPT',
  'OBJECT',
  'VERIFY',
  'EXTEND',
  'BEGIN_TESTING',
  'END_TESTING',
  'FILE',
  'DECLINE_FILING',
  'GIVE_FEEDBACK',
  'RELEASE',
  'RETURN',
] as const
/** An event of a clue transfer. */
export type ClueEvent = (typeof clueEvents)[number]

/** Notes: either county's, in any state, and no state changes. */
export const clueNotes = ['ACKNOWLEDGE_NOTICE', 'REMIND', 'COMMENT', 'FURTHER_MATERIAL', 'ASK_WITHDRAWAL'] as const
/** A note on a clue transfer. */
export type ClueNote = (typeof clueNotes)[number]

/** The two sides of a clue transfer. */
export type ClueSide = 'SENDER' | 'RECIPIENT'

/** What the machine looks at. */
export interface ClueFacts {
  state: string
  /** The limit of verification was extended already. */
  extended: boolean
  /** The sender asks to have the clue back. */
  withdrawalAsked: boolean
}

const once: Transition<ClueState, ClueFacts>['when'] = {
  holds: ({ extended }) => !extended,
  otherwise: 'The limit of verification is extended once only (程序规定 art. 18).',
}
const release: Transition<ClueState, ClueFacts> = {
  to: 'WITHDRAWN',
  when: {
    holds: ({ withdrawalAsked }) => withdrawalAsked,
    otherwise:
      'A clue goes back only when its sender asks for it: an objection is settled by the common superior, and the clue is never passed on (程序规定 art. 14).',
  },
}

/**
 * 《市场监督管理行政处罚程序规定》: 移送 art. 14 and 17, 异议 14, 核查 18, 检测等 18, 立案 19, 不予立案 20. After an
 * objection the clue stands until the dispute that it opened is settled: then it is accepted, or goes back to its sender;
 * it is never passed on (不得再自行移送). A pair that is not here is refused.
 */
export const clueTransitions: Transitions<ClueState, ClueEvent, ClueFacts> = {
  DRAFT: { GIVE_NOTICE: { to: 'NOTIFIED' }, SEND: { to: 'SENT' } },
  NOTIFIED: { SEND_AFTER_NOTICE: { to: 'SENT' }, WITHDRAW: { to: 'WITHDRAWN' } },
  SENT: { RECEIVE: { to: 'RECEIVED' }, RELEASE: release },
  RECEIVED: { ACCEPT: { to: 'ACCEPTED' }, OBJECT: { to: 'OBJECTED' }, RELEASE: release },
  ACCEPTED: { VERIFY: { to: 'VERIFYING' } },
  OBJECTED: { ACCEPT: { to: 'ACCEPTED' }, RETURN: { to: 'RETURNED' } },
  VERIFYING: {
    EXTEND: { to: 'VERIFYING', when: once },
    BEGIN_TESTING: { to: 'TESTING' },
    FILE: { to: 'FILED' },
    DECLINE_FILING: { to: 'NOT_FILED' },
  },
  TESTING: { END_TESTING: { to: 'VERIFYING' } },
  FILED: { GIVE_FEEDBACK: { to: 'FEEDBACK' } },
  NOT_FILED: { GIVE_FEEDBACK: { to: 'FEEDBACK' } },
  FEEDBACK: {},
  WITHDRAWN: {},
  RETURNED: {},
}

/** Whose turn it is in a state; null at the end. Only this side's events are in {@link clueTransitions}. */
export const cluePens: Record<ClueState, ClueSide | null> = {
  DRAFT: 'SENDER',
  NOTIFIED: 'SENDER',
  SENT: 'RECIPIENT',
  RECEIVED: 'RECIPIENT',
  ACCEPTED: 'RECIPIENT',
  OBJECTED: 'RECIPIENT',
  VERIFYING: 'RECIPIENT',
  TESTING: 'RECIPIENT',
  FILED: 'RECIPIENT',
  NOT_FILED: 'RECIPIENT',
  FEEDBACK: null,
  WITHDRAWN: null,
  RETURNED: null,
}

/** The next state; {@link Refusal} TRANSITION_REFUSED when there is none or something else is missing. */
export function decideClue(facts: ClueFacts, event: ClueEvent): ClueState {
  return decide('a clue', clueTransitions, facts, event)
}
