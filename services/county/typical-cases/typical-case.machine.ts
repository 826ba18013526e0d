import { ExchangeError } from '../../platform/errors.ts'

/** States of a typical case (协议 二.5b): from the nomination to the publication. */
export const typicalStates = ['NOMINATED', 'REDACTED', 'APPROVED', 'PUBLISHED', 'REJECTED', 'WITHDRAWN'] as const
/** A state of a typical case. */
export type TypicalState = (typeof typicalStates)[number]

/** What may happen to a typical case. */
export const typicalEvents = ['REDACT', 'RETURN', 'APPROVE', 'REJECT', 'PUBLISH', 'WITHDRAW'] as const
/** An event of a typical case. */
export type TypicalEvent = (typeof typicalEvents)[number]

/**
 * Redacted again as often as it takes; returned with a reason also after the approval, since a text that may not be
 * published is found at the latest at the publication. A published one can be withdrawn (撤下). A pair that is not here is
 * refused.
 */
export const typicalTransitions: Record<TypicalState, Partial<Record<TypicalEvent, TypicalState>>> = {
  NOMINATED: { REDACT: 'REDACTED', REJECT: 'REJECTED', WITHDRAW: 'WITHDRAWN' },
  REDACTED: {
    REDACT: 'REDACTED',
    RETURN: 'NOMINATED',
    APPROVE: 'APPROVED',
    REJECT: 'REJECTED',
    WITHDRAW: 'WITHDRAWN',
  },
  APPROVED: { RETURN: 'NOMINATED', PUBLISH: 'PUBLISHED', WITHDRAW: 'WITHDRAWN' },
  PUBLISHED: { WITHDRAW: 'WITHDRAWN' },
  REJECTED: {},
  WITHDRAWN: {},
}

/** Events that need a reason. */
export const reasoned: readonly TypicalEvent[] = ['RETURN', 'REJECT', 'WITHDRAW']

/** The state after an event; TRANSITION_REFUSED when the machine lists none. */
export function decideTypical(state: string, event: TypicalEvent): TypicalState {
  const row = Object.hasOwn(typicalTransitions, state) ? typicalTransitions[state as TypicalState] : undefined
  const next = row?.[event]
  if (next) return next
  throw new ExchangeError('TRANSITION_REFUSED', `${event} is not possible for a typical case in state ${state}.`)
}
