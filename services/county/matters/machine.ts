import { Refusal } from '../delivery/contract.ts'

/** A step that a machine lists. */
export interface Transition<State extends string, Facts> {
  to: State
  /** What else must hold; `otherwise` says what is missing. */
  when?: { holds: (facts: Facts) => boolean; otherwise: string }
}

/** A machine: for each state the events that are possible in it. A pair that is not here is refused. */
export type Transitions<State extends string, Event extends string, Facts = unknown> = Readonly<
  Record<State, Readonly<Partial<Record<Event, Transition<State, Facts>>>>>
>

/**
 * The state after `event`; {@link Refusal} TRANSITION_REFUSED when the machine lists none or something else is missing.
 * `what` names the matter in the message, e.g. `a clue`.
 */
export function decide<State extends string, Event extends string, Facts extends { state: string }>(
  what: string,
  transitions: Transitions<State, Event, Facts>,
  facts: Facts,
  event: Event,
): State {
  const row = Object.hasOwn(transitions, facts.state) ? transitions[facts.state as State] : undefined
  const transition = row?.[event]
  if (!transition)
    throw new Refusal('TRANSITION_REFUSED', `${event} is not possible for ${what} in state ${facts.state}.`)
  if (transition.when?.holds(facts) === false) throw new Refusal('TRANSITION_REFUSED', transition.when.otherwise)
  return transition.to
}
