import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { listingStates } from './credit-listing.machine.ts'
import { type EffectDates, effectEnd, hasEffect, standingStates, yearsLater } from './effect.ts'

const dayMs = 86_400_000
const day = fc
  .integer({ min: Date.UTC(2021, 8, 1) / dayMs, max: Date.UTC(2035, 0, 1) / dayMs })
  .map((days) => new Date(days * dayMs).toISOString().slice(0, 10))

/** First and last millisecond of a calendar day in Asia/Shanghai. */
const begin = (on: string) => new Date(`${on}T00:00:00.000+08:00`)
const end = (on: string) => new Date(`${on}T23:59:59.999+08:00`)
const before = (on: string) => new Date(Date.parse(`${on}T00:00:00Z`) - dayMs).toISOString().slice(0, 10)

const standing = (listedOn: string, restrictionUntil: string | null = null): EffectDates => ({
  state: 'PUBLISHED',
  listedOn,
  restoredOn: null,
  effectUntil: effectEnd(listedOn, restrictionUntil),
  removedOn: null,
})

describe('the effect of a listing', () => {
  it('begins with the first millisecond of the day of listing in Asia/Shanghai', () => {
    fc.assert(
      fc.property(day, (listedOn) => {
        const listing = standing(listedOn)
        expect(hasEffect(listing, begin(listedOn))).toBe(true)
        expect(hasEffect(listing, new Date(begin(listedOn).getTime() - 1))).toBe(false)
      }),
    )
  })

  it('lasts to the last millisecond before the same day three years later', () => {
    fc.assert(
      fc.property(day, (listedOn) => {
        const listing = standing(listedOn)
        const over = yearsLater(listedOn, 3)
        expect(hasEffect(listing, end(before(over)))).toBe(true)
        expect(hasEffect(listing, begin(over))).toBe(false)
      }),
    )
  })

  it('lasts as long as the statutory restriction when that is longer (art. 21)', () => {
    fc.assert(
      fc.property(day, day, (listedOn, restrictionUntil) => {
        const listing = standing(listedOn, restrictionUntil)
        const expected = restrictionUntil > yearsLater(listedOn, 3) ? restrictionUntil : yearsLater(listedOn, 3)
        expect(listing.effectUntil).toBe(expected)
        expect(hasEffect(listing, end(before(expected)))).toBe(true)
        expect(hasEffect(listing, begin(expected))).toBe(false)
      }),
    )
  })

  it('is the same in every standing state and never there in any other without a day of removal', () => {
    fc.assert(
      fc.property(
        day,
        fc.constantFrom(...listingStates),
        fc.date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }),
        (listedOn, state, at) => {
          const standsAt = hasEffect(standing(listedOn), at)
          const stands = standingStates.some((each) => each === state)
          expect(hasEffect({ ...standing(listedOn), state }, at)).toBe(stands && standsAt)
        },
      ),
    )
  })

  it('ends on the day of removal, for an entry that was removed, revoked or lapsed', () => {
    fc.assert(
      fc.property(
        day,
        fc.integer({ min: 1, max: 1_000 }),
        fc.constantFrom('REMOVED_EARLY', 'EXPIRED', 'REVOKED'),
        (listedOn, later, state) => {
          const removedOn = new Date(Date.parse(listedOn) + later * dayMs).toISOString().slice(0, 10)
          const listing = { ...standing(listedOn), state, removedOn }
          expect(hasEffect(listing, end(before(removedOn)))).toBe(true)
          expect(hasEffect(listing, begin(removedOn))).toBe(false)
        },
      ),
    )
  })

  it('begins anew with the day of restoration', () => {
    const listing = { ...standing('2024-05-01'), state: 'RESTORED', restoredOn: '2026-02-10' }
    const restored = { ...listing, effectUntil: effectEnd('2026-02-10', null) }
    expect(hasEffect(restored, end('2026-02-09'))).toBe(false)
    expect(hasEffect(restored, begin('2026-02-10'))).toBe(true)
    expect(hasEffect(restored, end('2029-02-09'))).toBe(true)
    expect(hasEffect(restored, begin('2029-02-10'))).toBe(false)
  })

  it('of 29 February ends after the full term, with 1 March of a year without one', () => {
    expect(effectEnd('2024-02-29', null)).toBe('2027-03-01')
    expect(yearsLater('2024-02-29', 4)).toBe('2028-02-29')
  })
})
