import { describe, expect, it } from 'vitest'
import { outcomeOf, pairsOf } from '../matters/testing/walk-pairs.ts'
import {
  type AssistanceFacts,
  type AssistanceEvent,
  assistanceEvents,
  assistancePens,
  assistanceStates,
  decideAssistance,
} from './assistance-request.machine.ts'

const allowed: Record<string, string> = {
  'DRAFT ISSUE': 'ISSUED',
  'ISSUED RECEIVE': 'RECEIVED',
  'RECEIVED BEGIN': 'IN_PROGRESS',
  'RECEIVED DECLINE': 'DECLINED',
  'IN_PROGRESS ANSWER_PART': 'IN_PROGRESS',
  'IN_PROGRESS EXTEND': 'EXTENDED',
  'IN_PROGRESS REPLY': 'REPLIED',
  'EXTENDED ANSWER_PART': 'EXTENDED',
  'EXTENDED EXTEND': 'EXTENDED',
  'EXTENDED REPLY': 'REPLIED',
  'REPLIED ASK_SUPPLEMENT': 'ISSUED',
  'REPLIED CLOSE': 'CLOSED',
}
const releasable = ['ISSUED', 'RECEIVED', 'IN_PROGRESS', 'EXTENDED']

const pairs = pairsOf(assistanceStates, assistanceEvents)
const plain = { open: 0, supplements: 0, withdrawalAsked: false }
const outcome = (facts: AssistanceFacts, event: AssistanceEvent) => outcomeOf(() => decideAssistance(facts, event))

describe('the life of an assistance request', () => {
  it.each(pairs)('[A06] $event in state $state leads where it should, or is refused', ({ state, event }) => {
    expect(outcome({ ...plain, state }, event)).toBe(allowed[`${state} ${event}`] ?? 'TRANSITION_REFUSED')
  })

  it.each(pairs)(
    '[A06] $event in state $state gives the letter back only when it was asked back',
    ({ state, event }) => {
      const released = event === 'RELEASE' && releasable.includes(state)
      expect(outcome({ ...plain, state, withdrawalAsked: true }, event)).toBe(
        released ? 'WITHDRAWN' : (allowed[`${state} ${event}`] ?? 'TRANSITION_REFUSED'),
      )
    },
  )

  it('[A07] [B07] is replied to only when every part is answered', () => {
    for (const state of ['IN_PROGRESS', 'EXTENDED']) {
      expect(outcome({ ...plain, state, open: 1 }, 'REPLY')).toBe('TRANSITION_REFUSED')
      expect(outcome({ ...plain, state, open: 1 }, 'ANSWER_PART')).toBe(state)
    }
  })

  it('[A06] is not declined once it was replied to', () => {
    expect(outcome({ ...plain, state: 'RECEIVED', supplements: 1 }, 'DECLINE')).toBe('TRANSITION_REFUSED')
  })

  it('[A06] names for every state the one side whose turn it is, and nobody exactly where nothing can happen', () => {
    for (const state of assistanceStates) {
      const possible = assistanceEvents.some(
        (event) => outcome({ ...plain, state, withdrawalAsked: true }, event) !== 'TRANSITION_REFUSED',
      )
      expect([state, assistancePens[state] !== null]).toEqual([state, possible])
    }
  })
})
