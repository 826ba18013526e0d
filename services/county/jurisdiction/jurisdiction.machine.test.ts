import { describe, expect, it } from 'vitest'
import { outcomeOf, pairsOf } from '../matters/testing/walk-pairs.ts'
import {
  type DisputeEvent,
  type DisputeFacts,
  decideDispute,
  disputeEvents,
  disputePen,
  disputeStates,
} from './jurisdiction.machine.ts'

const allowed: Record<string, string> = {
  'RAISED PROPOSE': 'CONSULTING',
  'RAISED AGREE': 'AGREED',
  'RAISED ESCALATE': 'ESCALATED',
  'RAISED END_CONSULTATION': 'ENDED',
  'CONSULTING PROPOSE': 'CONSULTING',
  'CONSULTING AGREE': 'AGREED',
  'CONSULTING ESCALATE': 'ESCALATED',
  'CONSULTING END_CONSULTATION': 'ENDED',
  'ESCALATED RECEIVE': 'EXAMINING',
  'ESCALATED DESIGNATE': 'DESIGNATED',
  'EXAMINING DESIGNATE': 'DESIGNATED',
  'AGREED HAND_OVER': 'HANDED_OVER',
  'DESIGNATED HAND_OVER': 'HANDED_OVER',
  'HANDED_OVER TAKE_OVER': 'SETTLED',
}
const pairs = pairsOf(disputeStates, disputeEvents)
const signed = { onPaper: false, mustHandOver: true }
const outcome = (facts: DisputeFacts, event: DisputeEvent) => outcomeOf(() => decideDispute(facts, event))

describe('the life of a dispute about jurisdiction (B06)', () => {
  it.each(pairs)('$event in state $state leads where it should, or is refused', ({ state, event }) => {
    expect(outcome({ ...signed, state }, event)).toBe(allowed[`${state} ${event}`] ?? 'TRANSITION_REFUSED')
  })

  it.each(pairs)('$event in state $state, before a superior without node, takes its paper', ({ state, event }) => {
    const paper = event === 'RECORD_DESIGNATION' && (state === 'ESCALATED' || state === 'EXAMINING')
    const expected = event === 'DESIGNATE' ? undefined : paper ? 'DESIGNATED' : allowed[`${state} ${event}`]
    expect(outcome({ ...signed, onPaper: true, state }, event)).toBe(expected ?? 'TRANSITION_REFUSED')
  })

  it.each(pairs)(
    '$event in state $state, where nothing is to be handed over, is taken over at once',
    ({ state, event }) => {
      const settled = state === 'AGREED' || state === 'DESIGNATED'
      const expected = settled ? (event === 'TAKE_OVER' ? 'SETTLED' : undefined) : allowed[`${state} ${event}`]
      expect(outcome({ ...signed, mustHandOver: false, state }, event)).toBe(expected ?? 'TRANSITION_REFUSED')
    },
  )

  it('names for every state whose turn it is, and nobody exactly where nothing can happen', () => {
    for (const state of disputeStates) {
      for (const mustHandOver of [true, false]) {
        const facts = { onPaper: false, mustHandOver, state }
        const possible = disputeEvents.some((event) => outcome(facts, event) !== 'TRANSITION_REFUSED')
        expect([state, disputePen(facts) !== null]).toEqual([state, possible])
      }
    }
  })

  it('has no way back once it was decided who has jurisdiction', () => {
    const reached = new Set<string>(['AGREED', 'DESIGNATED'])
    for (const state of reached) {
      for (const event of disputeEvents) {
        for (const mustHandOver of [true, false]) {
          const next = outcome({ onPaper: true, mustHandOver, state }, event)
          if (next !== 'TRANSITION_REFUSED') reached.add(next)
        }
      }
    }
    expect([...reached].toSorted()).toEqual(['AGREED', 'DESIGNATED', 'HANDED_OVER', 'SETTLED'])
  })
})
