import { addDays } from '../../platform/calendar/working-days.ts'
import { shanghaiDay } from '../../platform/directory/snapshot-lookups.ts'
import { consultationAnswerLimit } from '../matters/limits.ts'
import { type Transitions, decide } from '../matters/machine.ts'

/** States of a consultation on a major case (重大违法行为会商). */
export const consultationStates = ['COLLECTING', 'PROPOSED', 'CONCLUDED', 'CLOSED'] as const
/** A state of a consultation. */
export type ConsultationState = (typeof consultationStates)[number]

/** Events of the county in the chair, which change the state. */
export const consultationEvents = ['HAND_OVER', 'PROPOSE', 'CONCLUDE', 'CLOSE'] as const
/** An event of the county in the chair. */
export type ConsultationEvent = (typeof consultationEvents)[number]

/**
 * Notes: any county's, in any state and in any order. The first three write facts, each only about the county that sent
 * it, so that counties which write at the same time come to the same facts everywhere.
 */
export const consultationNotes = ['ENTER_STANDARD', 'AGREE', 'OBJECT', 'COMMENT', 'REMIND'] as const
/** A note on a consultation. */
export type ConsultationNote = (typeof consultationNotes)[number]

/** What the machine looks at. */
export interface ConsultationFacts {
  state: string
  /** County codes, the opening one first. */
  parties: readonly string[]
  /** County in the chair (主持县). */
  chair: string
  /** Counties that have entered their standard. */
  standards: readonly string[]
  /** The county that made the present proposal; null before the first. */
  proposer: string | null
  /** What the others have answered to the present proposal. */
  answers: readonly { county: string; agreed: boolean }[]
  /** Since when the standards, or the answers to the present proposal, are awaited. */
  awaitedSince: Date
}

/** Days after the limit for standards and answers before it goes on without: the limit ends on a working day, and a line may be cut. */
const waitingDays = consultationAnswerLimit.days + 10

/** Whether whoever has kept silent until the day of `at` is waited for no longer. */
function isWaitedOut({ awaitedSince }: ConsultationFacts, at: Date): boolean {
  return shanghaiDay(at) > addDays(shanghaiDay(awaitedSince), waitingDays)
}

/** What an event is judged by. */
interface Judged extends ConsultationFacts {
  /** When its sender acted. */
  at: Date
}

const standardsThere = {
  holds: (facts: Judged) => withoutStandard(facts).length === 0 || isWaitedOut(facts, facts.at),
  otherwise:
    'A common view is proposed when the standards of all counties are side by side, or ' +
    `${waitingDays} days after they were asked for: one is still missing.`,
}
const allAgreed = {
  holds: (facts: Judged) => {
    const { answers } = facts
    if (answers.some(({ agreed }) => !agreed)) return false
    return withoutAnswer(facts).length === 0 || (answers.length > 0 && isWaitedOut(facts, facts.at))
  },
  otherwise:
    'A common view is concluded when all other counties have agreed to the present proposal, or ' +
    `${waitingDays} days after it was made when some have agreed and none has objected.`,
}

/**
 * 息双办〔2022〕6号 二.4b: for a major violation the counties consult each other about the law applied, the standard of
 * recognition and the penalty scale. A pair that is not here is refused. An event is judged by what its sender had seen
 * and by its time, so that all counties judge it alike whatever else is on its way.
 */
export const consultationTransitions: Transitions<ConsultationState, ConsultationEvent, Judged> = {
  COLLECTING: {
    HAND_OVER: { to: 'COLLECTING' },
    PROPOSE: { to: 'PROPOSED', when: standardsThere },
    CLOSE: { to: 'CLOSED' },
  },
  PROPOSED: {
    HAND_OVER: { to: 'PROPOSED' },
    PROPOSE: { to: 'PROPOSED' },
    CONCLUDE: { to: 'CONCLUDED', when: allAgreed },
    CLOSE: { to: 'CLOSED' },
  },
  CONCLUDED: {},
  CLOSED: {},
}

/** The state after an event of the chair at `at`; Refusal TRANSITION_REFUSED. */
export function decideConsultation(facts: ConsultationFacts, event: ConsultationEvent, at: Date): ConsultationState {
  return decide('a consultation', consultationTransitions, { ...facts, at }, event)
}

/** Who has the pen: the chair while the consultation is open. */
export function penOf({ state, chair }: Pick<ConsultationFacts, 'state' | 'chair'>): string | null {
  return state === 'COLLECTING' || state === 'PROPOSED' ? chair : null
}

/** Counties whose standard or answer is awaited; they do not wait for one another. */
export function awaitedOf(facts: ConsultationFacts): string[] {
  if (facts.state === 'COLLECTING') return withoutStandard(facts)
  return facts.state === 'PROPOSED' ? withoutAnswer(facts) : []
}

/** Counties that have entered no standard. */
export function withoutStandard({ parties, standards }: Pick<ConsultationFacts, 'parties' | 'standards'>): string[] {
  return without(parties, standards)
}

/** Counties that have neither agreed nor objected to the present proposal. */
export function withoutAnswer({ parties, proposer, answers }: ConsultationFacts): string[] {
  return without(parties, [...answers.map(({ county }) => county), proposer])
}

function without(parties: readonly string[], others: readonly (string | null)[]): string[] {
  return parties.filter((party) => !others.includes(party))
}
