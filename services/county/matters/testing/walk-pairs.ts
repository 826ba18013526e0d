import { Refusal } from '../../delivery/contract.ts'

/** What a machine answers: the next state, or the code of its refusal. */
export function outcomeOf(decide: () => string): string {
  try {
    return decide()
  } catch (error) {
    return error instanceof Refusal ? error.code : 'THROWN'
  }
}

/** Every pair of state and event of a machine, for `it.each`. */
export function pairsOf<State extends string, Event extends string>(
  states: readonly State[],
  events: readonly Event[],
): { state: State; event: Event }[] {
  return states.flatMap((state) => events.map((event) => ({ state, event })))
}
