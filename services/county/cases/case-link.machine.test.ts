import { describe, expect, it } from 'vitest'
import { caseLinkEvents, caseLinkStates, decideCaseLink } from './case-link.machine.ts'

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
      const expected = allowed[`${state} ${event}`]
      const decide = () => decideCaseLink(state, event)
      if (expected === undefined) expect(decide).toThrow(expect.objectContaining({ code: 'TRANSITION_REFUSED' }))
      else expect(decide()).toBe(expected)
    },
  )
})
