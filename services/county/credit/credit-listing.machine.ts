import { ExchangeError } from '../../platform/errors.ts'
import { effectEnd, yearsLater } from './effect.ts'

/** States of a listing; NOT_LISTED ends a proposal that was not carried through (办法 art. 12). */
export const listingStates = [
  'PROPOSED',
  'NOTIFIED',
  'PENDING_SUPERIOR_CONSENT',
  'NOT_LISTED',
  'LISTED',
  'PUBLISHED',
  'REPAIR_APPLIED',
  'REPAIR_ACCEPTED',
  'REMOVED_EARLY',
  'EXPIRED',
  'REVOKED',
  'RESTORED',
] as const
/** A state of a listing. */
export type ListingState = (typeof listingStates)[number]

/** What may happen to a listing. */
export const listingEvents = [
  'NOTIFY',
  'REQUEST_CONSENT',
  'LIST',
  'DECLINE',
  'PUBLISH',
  'APPLY_REPAIR',
  'ACCEPT_REPAIR',
  'REJECT_REPAIR',
  'REMOVE_EARLY',
  'EXPIRE',
  'REVOKE',
  'RESTORE',
] as const
/** An event in a listing's life. */
export type ListingEvent = (typeof listingEvents)[number]

/** States that other counties see. */
export const listingStatesSeenByOthers: readonly ListingState[] = [
  'LISTED',
  'PUBLISHED',
  'REPAIR_APPLIED',
  'REPAIR_ACCEPTED',
  'REMOVED_EARLY',
  'EXPIRED',
  'REVOKED',
  'RESTORED',
]

/** What the machine looks at. Days are `YYYY-MM-DD` in Asia/Shanghai. */
export interface ListingFacts {
  state: string
  listedOn: string | null
  restoredOn: string | null
  effectUntil: string | null
  restrictionUntil: string | null
}

/** What is known when the event happens. */
export interface ListingAct {
  /** Day of the event. */
  day: string
  /** Who does it, for the entry's own record of its end. */
  organ: string
  /** 上级机关同意文号. */
  superiorConsent?: string | null | undefined
  /** First day after the longest statutory restriction, when the decision names one. */
  restrictionUntil?: string | null | undefined
  imposedMeasures?: readonly string[] | null | undefined
  obligationsFulfilled?: boolean | null | undefined
  harmRemoved?: boolean | null | undefined
  noNewPenalty?: boolean | null | undefined
  /** 文书文号 of the document the step rests on. */
  document?: string | null | undefined
  reason?: string | null | undefined
}

/** What the event changes in the entry. */
export interface ListingChange {
  state: ListingState
  listedOn?: string
  restoredOn?: string
  effectUntil?: string
  restrictionUntil?: string | null
  imposedMeasures?: string[]
  superiorConsent?: string
  publishedFrom?: string
  publishedUntil?: string
  removedOn?: string | null
  removedReason?: string | null
  removedBy?: string | null
}

interface Transition {
  to: ListingState
  /** Why it is refused, or undefined. */
  guard?: (listing: ListingFacts, act: ListingAct) => string | undefined
  change?: (listing: ListingFacts, act: ListingAct) => Omit<ListingChange, 'state'>
}

const decline: Transition = { to: 'NOT_LISTED', guard: needsReason, change: (_, act) => ended(act) }
const expire: Transition = { to: 'EXPIRED', guard: termIsOver, change: lapsed }
const revoke: Transition = { to: 'REVOKED', guard: penaltyIsAnnulled, change: (_, act) => ended(act) }

/** 市场监督管理严重违法失信名单管理办法 art. 13 to 22. A pair that is not here is refused. */
export const listingTransitions: Record<ListingState, Partial<Record<ListingEvent, Transition>>> = {
  PROPOSED: { NOTIFY: { to: 'NOTIFIED' }, DECLINE: decline },
  NOTIFIED: { REQUEST_CONSENT: { to: 'PENDING_SUPERIOR_CONSENT' }, DECLINE: decline },
  PENDING_SUPERIOR_CONSENT: { LIST: { to: 'LISTED', guard: superiorAgrees, change: listed }, DECLINE: decline },
  NOT_LISTED: {},
  LISTED: { PUBLISH: { to: 'PUBLISHED', change: published }, EXPIRE: expire, REVOKE: revoke },
  PUBLISHED: { APPLY_REPAIR: { to: 'REPAIR_APPLIED', guard: repairIsOpen }, EXPIRE: expire, REVOKE: revoke },
  REPAIR_APPLIED: {
    ACCEPT_REPAIR: { to: 'REPAIR_ACCEPTED' },
    REJECT_REPAIR: { to: 'PUBLISHED', guard: needsReason },
    EXPIRE: expire,
    REVOKE: revoke,
  },
  REPAIR_ACCEPTED: {
    REMOVE_EARLY: { to: 'REMOVED_EARLY', guard: repairIsComplete, change: (_, act) => ended(act) },
    REJECT_REPAIR: { to: 'PUBLISHED', guard: needsReason },
    EXPIRE: expire,
    REVOKE: revoke,
  },
  REMOVED_EARLY: { RESTORE: { to: 'RESTORED', guard: needsReason, change: restored } },
  RESTORED: { EXPIRE: expire, REVOKE: revoke },
  EXPIRED: {},
  REVOKED: {},
}

/** The change that the event makes; TRANSITION_REFUSED with the reason when the state or a condition forbids it. */
export function decideListing(listing: ListingFacts, event: ListingEvent, act: ListingAct): ListingChange {
  const transition = (listingTransitions as Record<string, Partial<Record<ListingEvent, Transition>>>)[listing.state]?.[
    event
  ]
  if (!transition) {
    throw new ExchangeError('TRANSITION_REFUSED', `${event} is not possible for a listing in state ${listing.state}.`)
  }
  const refusal = transition.guard?.(listing, act)
  if (refusal !== undefined) throw new ExchangeError('TRANSITION_REFUSED', `${event} is refused: ${refusal}`)
  return { ...transition.change?.(listing, act), state: transition.to }
}

function needsReason(_: ListingFacts, act: ListingAct): string | undefined {
  return act.reason ? undefined : 'give the reason (事由) in details.reason.'
}

function superiorAgrees(_: ListingFacts, act: ListingAct): string | undefined {
  if (act.superiorConsent) return undefined
  return 'a county lists only with its superior’s consent (办法 art. 22); give its number in details.superiorConsent.'
}

function listed(_: ListingFacts, act: ListingAct): Omit<ListingChange, 'state'> {
  const restrictionUntil = act.restrictionUntil ?? null
  return {
    listedOn: act.day,
    effectUntil: effectEnd(act.day, restrictionUntil),
    restrictionUntil,
    imposedMeasures: [...(act.imposedMeasures ?? [])],
    superiorConsent: act.superiorConsent ?? '',
  }
}

function published(listing: ListingFacts, act: ListingAct): Omit<ListingChange, 'state'> {
  return { publishedFrom: act.day, ...(listing.effectUntil !== null && { publishedUntil: listing.effectUntil }) }
}

/** 办法 art. 16: one year at least, and not while a statutory restriction runs. */
function repairIsOpen(listing: ListingFacts, act: ListingAct): string | undefined {
  const earliest = listing.listedOn === null ? undefined : yearsLater(listing.listedOn, 1)
  if (earliest === undefined || act.day < earliest) {
    return `early removal is possible from ${earliest ?? 'one year after listing'} on (办法 art. 16).`
  }
  if (listing.restrictionUntil !== null && act.day < listing.restrictionUntil) {
    return `a statutory restriction runs until ${listing.restrictionUntil} (办法 art. 16).`
  }
  return undefined
}

function repairIsComplete(listing: ListingFacts, act: ListingAct): string | undefined {
  const missing = [
    !act.obligationsFulfilled && 'details.obligationsFulfilled (已自觉履行义务)',
    !act.harmRemoved && 'details.harmRemoved (已主动消除危害后果)',
    !act.noNewPenalty && 'details.noNewPenalty (未再受到较重行政处罚)',
  ].filter((part) => part !== false)
  if (missing.length > 0) return `办法 art. 16 also demands ${missing.join(', ')}.`
  return repairIsOpen(listing, act)
}

function termIsOver(listing: ListingFacts, act: ListingAct): string | undefined {
  if (listing.effectUntil !== null && act.day >= listing.effectUntil) return undefined
  return `its term ends on ${listing.effectUntil ?? 'no day yet'} (办法 art. 21).`
}

function penaltyIsAnnulled(_: ListingFacts, act: ListingAct): string | undefined {
  if (act.document) return undefined
  return 'a listing is revoked when its penalty was annulled (办法 art. 19); give that decision in details.document.'
}

function ended(act: ListingAct): Omit<ListingChange, 'state'> {
  return {
    removedOn: act.day,
    removedReason: act.reason ?? act.document ?? null,
    removedBy: act.organ,
    publishedUntil: act.day,
  }
}

function lapsed(listing: ListingFacts, act: ListingAct): Omit<ListingChange, 'state'> {
  return { removedOn: listing.effectUntil, removedReason: '期满移出', removedBy: act.organ }
}

/** 办法 art. 20: the removal is undone and the term begins anew. */
function restored(listing: ListingFacts, act: ListingAct): Omit<ListingChange, 'state'> {
  const effectUntil = effectEnd(act.day, listing.restrictionUntil)
  return {
    restoredOn: act.day,
    effectUntil,
    publishedFrom: act.day,
    publishedUntil: effectUntil,
    removedOn: null,
    removedReason: null,
    removedBy: null,
  }
}
