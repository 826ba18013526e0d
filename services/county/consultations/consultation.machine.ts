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
}

const standardsThere = {
  holds: (facts: ConsultationFacts) => without(facts.parties, facts.standards).length === 0,
  otherwise: 'A common view is proposed when the standards of all counties are side by side: one is still missing.',
}
const allAgreed = {
  holds: (facts: ConsultationFacts) => awaitedAgreements(facts).length === 0,
  otherwise: 'A common view is concluded when all other counties have agreed to the present proposal.',
}

/**
 * 息双办〔2022〕6号 二.4b: for a major violation the counties consult each other about the law applied, the standard of
 * recognition and the penalty scale. A pair that is not here is refused. Every condition, once it holds, holds for good,
 * so that all counties judge an event alike whatever else is on its way.
 */
export const consultationTransitions: Transitions<ConsultationState, ConsultationEvent, ConsultationFacts> = {
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

/** The state after an event of the chair; Refusal TRANSITION_REFUSED. */
export function decideConsultation(facts: ConsultationFacts, event: ConsultationEvent): ConsultationState {
  return decide('a consultation', consultationTransitions, facts, event)
}

/** Who has the pen: the chair while the consultation is open. */
export function penOf({ state, chair }: Pick<ConsultationFacts, 'state' | 'chair'>): string | null {
  return state === 'COLLECTING' || state === 'PROPOSED' ? chair : null
}

/** Counties whose standard or answer is awaited; they do not wait for one another. */
export function awaitedOf(facts: ConsultationFacts): string[] {
  if (facts.state === 'COLLECTING') return without(facts.parties, facts.standards)
  if (facts.state !== 'PROPOSED') return []
  const answered = facts.answers.map(({ county }) => county)
  return without(facts.parties, [...answered, facts.proposer])
}

function awaitedAgreements({ parties, proposer, answers }: ConsultationFacts): string[] {
  const agreed = answers.filter((answer) => answer.agreed).map(({ county }) => county)
  return without(parties, [...agreed, proposer])
}

function without(parties: readonly string[], others: readonly (string | null)[]): string[] {
  return parties.filter((party) => !others.includes(party))
}
