import { describe, expect, it } from 'vitest'
import { ExchangeError } from '../../platform/errors.ts'
import {
  type ListingAct,
  type ListingEvent,
  type ListingFacts,
  decideListing,
  listingEvents,
  listingStates,
} from './credit-listing.machine.ts'

/** Every pair that the law knows, written down a second time. */
const allowed: Record<string, string> = {
  'PROPOSED NOTIFY': 'NOTIFIED',
  'PROPOSED DECLINE': 'NOT_LISTED',
  'NOTIFIED REQUEST_CONSENT': 'PENDING_SUPERIOR_CONSENT',
  'NOTIFIED DECLINE': 'NOT_LISTED',
  'PENDING_SUPERIOR_CONSENT LIST': 'LISTED',
  'PENDING_SUPERIOR_CONSENT DECLINE': 'NOT_LISTED',
  'LISTED PUBLISH': 'PUBLISHED',
  'LISTED EXPIRE': 'EXPIRED',
  'LISTED REVOKE': 'REVOKED',
  'PUBLISHED APPLY_REPAIR': 'REPAIR_APPLIED',
  'PUBLISHED EXPIRE': 'EXPIRED',
  'PUBLISHED REVOKE': 'REVOKED',
  'REPAIR_APPLIED ACCEPT_REPAIR': 'REPAIR_ACCEPTED',
  'REPAIR_APPLIED REJECT_REPAIR': 'PUBLISHED',
  'REPAIR_APPLIED EXPIRE': 'EXPIRED',
  'REPAIR_APPLIED REVOKE': 'REVOKED',
  'REPAIR_ACCEPTED REMOVE_EARLY': 'REMOVED_EARLY',
  'REPAIR_ACCEPTED REJECT_REPAIR': 'PUBLISHED',
  'REPAIR_ACCEPTED EXPIRE': 'EXPIRED',
  'REPAIR_ACCEPTED REVOKE': 'REVOKED',
  'REMOVED_EARLY RESTORE': 'RESTORED',
  'RESTORED EXPIRE': 'EXPIRED',
  'RESTORED REVOKE': 'REVOKED',
}

const facts = (state: string, changes: Partial<ListingFacts> = {}): ListingFacts => ({
  state,
  listedOn: '2024-01-15',
  restoredOn: null,
  effectUntil: '2027-01-15',
  restrictionUntil: null,
  ...changes,
})

/** An act on the last day of the term that meets every condition. */
const act: ListingAct = {
  day: '2027-01-15',
  organ: '息县市场监督管理局',
  superiorConsent: '信市监函〔2024〕3号',
  obligationsFulfilled: true,
  harmRemoved: true,
  noNewPenalty: true,
  document: '(2026)豫15行终1号',
  reason: '事由',
}

const outcome = (state: string, event: ListingEvent): string => {
  try {
    return decideListing(facts(state), event, act).state
  } catch (error) {
    return error instanceof ExchangeError ? error.code : 'THROWN'
  }
}

describe('the life of a listing', () => {
  const pairs = listingStates.flatMap((state) => listingEvents.map((event) => ({ state, event })))

  it.each(pairs)('$event in state $state is what the law says, and refused where it says nothing', (pair) => {
    const { state, event } = pair
    expect(outcome(state, event)).toBe(allowed[`${state} ${event}`] ?? 'TRANSITION_REFUSED')
  })

  it('refuses every event in a state that the table does not know', () => {
    for (const event of listingEvents) expect(() => decideListing(facts('toString'), event, act)).toThrow('toString')
  })

  it('lists only with the superior’s consent, for three years from the day of the decision (art. 21, 22)', () => {
    const pending = facts('PENDING_SUPERIOR_CONSENT', { listedOn: null, effectUntil: null })
    expect(() => decideListing(pending, 'LIST', { ...act, superiorConsent: null })).toThrow('art. 22')
    expect(decideListing(pending, 'LIST', { ...act, day: '2026-03-01' })).toEqual({
      state: 'LISTED',
      listedOn: '2026-03-01',
      effectUntil: '2029-03-01',
      restrictionUntil: null,
      imposedMeasures: [],
      superiorConsent: '信市监函〔2024〕3号',
    })
    expect(
      decideListing(pending, 'LIST', {
        ...act,
        day: '2026-03-01',
        restrictionUntil: '2031-03-01',
        imposedMeasures: ['FOOD_FIVE_YEAR_BAR'],
      }),
    ).toMatchObject({
      effectUntil: '2031-03-01',
      restrictionUntil: '2031-03-01',
      imposedMeasures: ['FOOD_FIVE_YEAR_BAR'],
    })
  })

  it('takes an application for early removal from the first anniversary on, and not a day sooner (art. 16)', () => {
    const listing = facts('PUBLISHED')
    expect(() => decideListing(listing, 'APPLY_REPAIR', { ...act, day: '2025-01-14' })).toThrow('2025-01-15')
    expect(decideListing(listing, 'APPLY_REPAIR', { ...act, day: '2025-01-15' }).state).toBe('REPAIR_APPLIED')
  })

  it('bars early removal while a statutory restriction runs (art. 16)', () => {
    const listing = facts('PUBLISHED', { restrictionUntil: '2026-06-01' })
    expect(() => decideListing(listing, 'APPLY_REPAIR', { ...act, day: '2026-05-31' })).toThrow('2026-06-01')
    expect(decideListing(listing, 'APPLY_REPAIR', { ...act, day: '2026-06-01' }).state).toBe('REPAIR_APPLIED')
    const accepted = facts('REPAIR_ACCEPTED', { restrictionUntil: '2026-06-01' })
    expect(() => decideListing(accepted, 'REMOVE_EARLY', { ...act, day: '2026-05-31' })).toThrow('2026-06-01')
  })

  it.each(['obligationsFulfilled', 'harmRemoved', 'noNewPenalty'] as const)(
    'removes early only when %s is confirmed (art. 16)',
    (condition) => {
      expect(() => decideListing(facts('REPAIR_ACCEPTED'), 'REMOVE_EARLY', { ...act, [condition]: false })).toThrow(
        condition,
      )
    },
  )

  it('records day, reason and organ of an early removal and takes it off the public list', () => {
    expect(decideListing(facts('REPAIR_ACCEPTED'), 'REMOVE_EARLY', { ...act, day: '2026-03-01' })).toEqual({
      state: 'REMOVED_EARLY',
      removedOn: '2026-03-01',
      removedReason: '事由',
      removedBy: '息县市场监督管理局',
      publishedUntil: '2026-03-01',
    })
  })

  it('revokes only on the decision that annulled the penalty (art. 19)', () => {
    expect(() => decideListing(facts('PUBLISHED'), 'REVOKE', { ...act, document: null })).toThrow('art. 19')
  })

  it('expires on the last day of the term, not before', () => {
    expect(() => decideListing(facts('PUBLISHED'), 'EXPIRE', { ...act, day: '2027-01-14' })).toThrow('2027-01-15')
    expect(decideListing(facts('PUBLISHED'), 'EXPIRE', { ...act, day: '2027-02-01' })).toMatchObject({
      state: 'EXPIRED',
      removedOn: '2027-01-15',
    })
  })

  it('begins the term anew when a removal got by fraud is undone (art. 20)', () => {
    expect(() => decideListing(facts('REMOVED_EARLY'), 'RESTORE', { ...act, reason: '' })).toThrow('reason')
    expect(decideListing(facts('REMOVED_EARLY'), 'RESTORE', { ...act, day: '2026-03-01' })).toEqual({
      state: 'RESTORED',
      restoredOn: '2026-03-01',
      effectUntil: '2029-03-01',
      publishedFrom: '2026-03-01',
      publishedUntil: '2029-03-01',
      removedOn: null,
      removedReason: null,
      removedBy: null,
    })
  })
})
