import { ExchangeError } from '../../platform/errors.ts'

/** States of a case link. */
export const caseLinkStates = ['PROPOSED', 'CONFIRMED', 'DECLINED', 'WITHDRAWN'] as const
/** A state of a case link. */
export type CaseLinkState = (typeof caseLinkStates)[number]

/** What may happen to a proposed link: CONFIRM and DECLINE are the other county's, WITHDRAW the proposer's. */
export const caseLinkEvents = ['CONFIRM', 'DECLINE', 'WITHDRAW'] as const
/** An event of a case link. */
export type CaseLinkEvent = (typeof caseLinkEvents)[number]

/**
 * A link withdrawn while the other county was confirming it is confirmed: that county holds a signed proposal that was
 * open when it was shown, and both must walk the same links. Pairs that are not here are refused.
 */
export const caseLinkTransitions: Record<CaseLinkState, Partial<Record<CaseLinkEvent, CaseLinkState>>> = {
  PROPOSED: { CONFIRM: 'CONFIRMED', DECLINE: 'DECLINED', WITHDRAW: 'WITHDRAWN' },
  CONFIRMED: {},
  DECLINED: {},
  WITHDRAWN: { CONFIRM: 'CONFIRMED' },
}

/** The next state; TRANSITION_REFUSED when there is none. */
export function decideCaseLink(state: string, event: CaseLinkEvent): CaseLinkState {
  const next = (caseLinkTransitions as Record<string, Partial<Record<CaseLinkEvent, CaseLinkState>>>)[state]?.[event]
  if (next) return next
  throw new ExchangeError('TRANSITION_REFUSED', `${event} is not possible for a link in state ${state}.`)
}
