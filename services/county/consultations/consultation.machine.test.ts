import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { outcomeOf, pairsOf } from '../matters/testing/walk-pairs.ts'
import {
  type ConsultationFacts,
  awaitedOf,
  consultationEvents,
  consultationStates,
  decideConsultation,
  penOf,
} from './consultation.machine.ts'

const parties = ['411528', '411729', '410823'] as const
const [xixian, xincai, wuzhi] = parties
const allowed: Record<string, string> = {
  'COLLECTING HAND_OVER': 'COLLECTING',
  'COLLECTING PROPOSE': 'PROPOSED',
  'COLLECTING CLOSE': 'CLOSED',
  'PROPOSED HAND_OVER': 'PROPOSED',
  'PROPOSED PROPOSE': 'PROPOSED',
  'PROPOSED CONCLUDE': 'CONCLUDED',
  'PROPOSED CLOSE': 'CLOSED',
}
const ready: ConsultationFacts = {
  state: 'COLLECTING',
  parties,
  chair: xixian,
  standards: parties,
  proposer: xixian,
  answers: [
    { county: xincai, agreed: true },
    { county: wuzhi, agreed: true },
  ],
  awaitedSince: new Date('2026-03-02T00:00:00+08:00'),
}
const moment = (day: string): Date => new Date(`${day}T23:00:00+08:00`)
const outcome = (facts: ConsultationFacts, event: (typeof consultationEvents)[number], day = '2026-04-11') =>
  outcomeOf(() => decideConsultation(facts, event, moment(day)))

describe('the life of a consultation on a major case [A11]', () => {
  it.each(pairsOf(consultationStates, consultationEvents))(
    '$event in state $state leads where it should, or is refused',
    ({ state, event }) => {
      expect(outcome({ ...ready, state }, event)).toBe(allowed[`${state} ${event}`] ?? 'TRANSITION_REFUSED')
    },
  )

  it('proposes nothing while a county’s standard is missing', () => {
    expect(outcome({ ...ready, standards: [xixian, wuzhi] }, 'PROPOSE')).toBe('TRANSITION_REFUSED')
  })

  it('concludes nothing while a county has not agreed, or has objected', () => {
    const silent = { ...ready, state: 'PROPOSED', answers: [{ county: xincai, agreed: true }] }
    expect(outcome(silent, 'CONCLUDE')).toBe('TRANSITION_REFUSED')
    const objecting = { ...silent, answers: [...silent.answers, { county: wuzhi, agreed: false }] }
    expect(outcome(objecting, 'CONCLUDE')).toBe('TRANSITION_REFUSED')
    expect(outcome(objecting, 'CLOSE')).toBe('CLOSED')
  })

  it('goes on without a standard that did not come in thirty days and ten, and so with a proposal', () => {
    const missing = { ...ready, standards: [xixian] }
    expect(outcome(missing, 'PROPOSE', '2026-04-11')).toBe('TRANSITION_REFUSED')
    expect(outcome(missing, 'PROPOSE', '2026-04-12')).toBe('PROPOSED')
    const silent = { ...ready, state: 'PROPOSED', answers: [{ county: xincai, agreed: true }] }
    expect(outcome(silent, 'CONCLUDE', '2026-04-11')).toBe('TRANSITION_REFUSED')
    expect(outcome(silent, 'CONCLUDE', '2026-04-12')).toBe('CONCLUDED')
  })

  it('never goes on against an objection, nor with nobody’s agreement, however long it has waited', () => {
    const objecting = { ...ready, state: 'PROPOSED', answers: [{ county: xincai, agreed: false }] }
    const agreeing = [...objecting.answers, { county: wuzhi, agreed: true }]
    expect(outcome({ ...objecting, answers: agreeing }, 'CONCLUDE', '2027-01-01')).toBe('TRANSITION_REFUSED')
    expect(outcome({ ...objecting, answers: [] }, 'CONCLUDE', '2027-01-01')).toBe('TRANSITION_REFUSED')
  })

  it('has the pen with the chair while anything can happen, and with nobody after', () => {
    for (const state of consultationStates) {
      const possible = consultationEvents.some((event) => outcome({ ...ready, state }, event) !== 'TRANSITION_REFUSED')
      expect([state, penOf({ state, chair: wuzhi })]).toEqual([state, possible ? wuzhi : null])
    }
  })

  it('waits for all counties at once that still owe a standard or an answer, and for none after its end', () => {
    expect(awaitedOf({ ...ready, standards: [xixian] })).toEqual([xincai, wuzhi])
    expect(awaitedOf({ ...ready, state: 'PROPOSED', answers: [{ county: wuzhi, agreed: false }] })).toEqual([xincai])
    expect(awaitedOf({ ...ready, state: 'PROPOSED', proposer: wuzhi, answers: [] })).toEqual([xixian, xincai])
    expect(awaitedOf({ ...ready, state: 'CONCLUDED', answers: [] })).toEqual([])
    expect(awaitedOf({ ...ready, state: 'CLOSED', standards: [] })).toEqual([])
  })

  it('judges alike whatever else has come in: what a county adds makes nothing impossible that was possible', () => {
    const some = fc.subarray([...parties])
    const answers = some.map((list) => list.map((county) => ({ county, agreed: true })))
    const state = fc.constantFrom(...consultationStates)
    const day = fc.constantFrom('2026-03-02', '2026-04-11', '2026-04-12')
    const facts = fc.record({ state, standards: some, answers, more: some, agreeing: answers, day })
    const property = fc.property(
      facts,
      fc.constantFrom(...consultationEvents),
      ({ more, agreeing, day: on, ...given }, event) => {
        const known = { ...ready, ...given }
        const later = { ...known, standards: [...known.standards, ...more], answers: [...known.answers, ...agreeing] }
        const [before, after] = [outcome(known, event, on), outcome(later, event, on)]
        expect(before === 'TRANSITION_REFUSED' || before === after).toBe(true)
      },
    )
    fc.assert(property)
  })
})
