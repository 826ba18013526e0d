import { describe, expect, it } from 'vitest'
import { ExchangeError } from '../../platform/errors.ts'
import { type CaseLinkEvent, caseLinkEvents, caseLinkStates, decideCaseLink } from './case-link.machine.ts'

const allowed: Record<string, string> = {
  'PROPOSED CONFIRM': 'CONFIRMED',
  'PROPOSED DECLINE': 'DECLINED',
  'PROPOSED WITHDRAW': 'WITHDRAWN',
  'WITHDRAWN CONFIRM': 'CONFIRMED',
}

describe('the life of a case link', () => {
  it.each(caseLinkStates.flatMap((state) => caseLinkEvents.map((event) => ({ state, event }))))(
    '$event in state $state leads where it should, or is refused',
    ({ state, event }) => {
      expect(outcome(state, event)).toBe(allowed[`${state} ${event}`] ?? 'TRANSITION_REFUSED')
    },
  )
})

function outcome(state: string, event: CaseLinkEvent): string {
  try {
    return decideCaseLink(state, event)
  } catch (error) {
    return error instanceof ExchangeError ? error.code : 'THROWN'
  }
}
