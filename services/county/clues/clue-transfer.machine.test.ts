import { describe, expect, it } from 'vitest'
import { outcomeOf, pairsOf } from '../matters/testing/walk-pairs.ts'
import {
  type ClueEvent,
  type ClueFacts,
  clueEvents,
  cluePens,
  clueStates,
  decideClue,
} from './clue-transfer.machine.ts'

const allowed: Record<string, string> = {
  'DRAFT GIVE_NOTICE': 'NOTIFIED',
  'DRAFT SEND': 'SENT',
  'NOTIFIED SEND_AFTER_NOTICE': 'SENT',
  'NOTIFIED WITHDRAW': 'WITHDRAWN',
  'SENT RECEIVE': 'RECEIVED',
  'RECEIVED ACCEPT': 'ACCEPTED',
  'RECEIVED OBJECT': 'OBJECTED',
  'OBJECTED ACCEPT': 'ACCEPTED',
  'OBJECTED RETURN': 'RETURNED',
  'ACCEPTED VERIFY': 'VERIFYING',
  'VERIFYING EXTEND': 'VERIFYING',
  'VERIFYING BEGIN_TESTING': 'TESTING',
  'TESTING END_TESTING': 'VERIFYING',
  'VERIFYING FILE': 'FILED',
  'VERIFYING DECLINE_FILING': 'NOT_FILED',
  'FILED GIVE_FEEDBACK': 'FEEDBACK',
  'NOT_FILED GIVE_FEEDBACK': 'FEEDBACK',
}

const pairs = pairsOf(clueStates, clueEvents)
const plain = { extended: false, withdrawalAsked: false }

describe('the life of a clue transfer (A04)', () => {
  it.each(pairs)('$event in state $state leads where it should, or is refused', ({ state, event }) => {
    expect(outcome({ ...plain, state }, event)).toBe(allowed[`${state} ${event}`] ?? 'TRANSITION_REFUSED')
  })

  it.each(pairs)(
    '$event in state $state gives the clue back only where nothing has been decided',
    ({ state, event }) => {
      const released = event === 'RELEASE' && (state === 'SENT' || state === 'RECEIVED')
      expect(outcome({ state, extended: false, withdrawalAsked: true }, event)).toBe(
        released ? 'WITHDRAWN' : (allowed[`${state} ${event}`] ?? 'TRANSITION_REFUSED'),
      )
    },
  )

  it('extends the limit of verification once, and never twice (程序规定 art. 18)', () => {
    expect(outcome({ ...plain, state: 'VERIFYING', extended: true }, 'EXTEND')).toBe('TRANSITION_REFUSED')
  })

  it('has no way from an objection to another transfer: the clue is never passed on (程序规定 art. 14)', () => {
    const reached = new Set<string>(['OBJECTED'])
    for (const state of reached) {
      for (const event of clueEvents) {
        const next = outcome({ state, extended: false, withdrawalAsked: true }, event)
        if (next !== 'TRANSITION_REFUSED') reached.add(next)
      }
    }
    for (const state of ['DRAFT', 'NOTIFIED', 'SENT', 'RECEIVED', 'WITHDRAWN']) expect(reached).not.toContain(state)
  })

  it('names for every state the one side whose turn it is, and nobody exactly where nothing can happen', () => {
    for (const state of clueStates) {
      const possible = clueEvents.some(
        (event) => outcome({ state, extended: false, withdrawalAsked: true }, event) !== 'TRANSITION_REFUSED',
      )
      expect([state, cluePens[state] !== null]).toEqual([state, possible])
    }
  })

  it('refuses a state that it does not know', () => {
    expect(outcome({ ...plain, state: 'LOST' }, 'ACCEPT')).toBe('TRANSITION_REFUSED')
  })
})

function outcome(facts: ClueFacts, event: ClueEvent): string {
  return outcomeOf(() => decideClue(facts, event))
}
