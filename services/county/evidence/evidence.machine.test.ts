import { describe, expect, it } from 'vitest'
import { outcomeOf, pairsOf } from '../matters/testing/walk-pairs.ts'
import {
  type EvidenceFacts,
  affecting,
  decideEvidence,
  evidenceAmendments,
  evidenceEvents,
  evidenceStates,
  evidenceTransitions,
  mustAct,
  stateOf,
} from './evidence.machine.ts'

const allowed: Record<string, string> = {
  'SHARED RECOGNISE': 'RECOGNISED',
  'SHARED VERIFY_ONSITE': 'VERIFY_ONSITE',
  'SHARED REJECT': 'REJECTED',
  'SHARED CORRECT': 'SHARED',
  'SHARED WITHDRAW': 'WITHDRAWN',
  'VERIFY_ONSITE VERIFY': 'VERIFIED',
  'VERIFY_ONSITE REJECT': 'REJECTED',
  'VERIFY_ONSITE REVIEW': 'VERIFY_ONSITE',
  'VERIFY_ONSITE CORRECT': 'CORRECTED',
  'VERIFY_ONSITE WITHDRAW': 'WITHDRAWN',
  'RECOGNISED CITE': 'RECOGNISED',
  'RECOGNISED REVIEW': 'RECOGNISED',
  'RECOGNISED CORRECT': 'CORRECTED',
  'RECOGNISED WITHDRAW': 'WITHDRAWN',
  'VERIFIED CITE': 'VERIFIED',
  'VERIFIED REVIEW': 'VERIFIED',
  'VERIFIED CORRECT': 'CORRECTED',
  'VERIFIED WITHDRAW': 'WITHDRAWN',
  'REJECTED REVIEW': 'REJECTED',
  'REJECTED CORRECT': 'CORRECTED',
  'REJECTED WITHDRAW': 'WITHDRAWN',
  'CORRECTED RECOGNISE': 'RECOGNISED',
  'CORRECTED VERIFY_ONSITE': 'VERIFY_ONSITE',
  'CORRECTED REJECT': 'REJECTED',
  'CORRECTED REVIEW': 'CORRECTED',
  'CORRECTED CORRECT': 'CORRECTED',
  'CORRECTED WITHDRAW': 'WITHDRAWN',
  'WITHDRAWN REVIEW': 'WITHDRAWN',
}
const pairs = pairsOf(evidenceStates, evidenceEvents)
const fine = { current: true, affected: true }
const outcome = (facts: EvidenceFacts, event: (typeof evidenceEvents)[number]) =>
  outcomeOf(() => decideEvidence(facts, event))

describe('[A10] the life of shared evidence', () => {
  it.each(pairs)('$event in state $state leads where it should, or is refused', ({ state, event }) => {
    expect(outcome({ ...fine, state }, event)).toBe(allowed[`${state} ${event}`] ?? 'TRANSITION_REFUSED')
  })

  it('never recognises a piece without a decision of the recipient, and has only recognised pieces cited', () => {
    const citable = evidenceStates.filter((state) => evidenceTransitions[state].CITE)
    expect(citable).toEqual(['RECOGNISED', 'VERIFIED'])
    const into = pairs.filter(
      ({ state, event }) =>
        !citable.includes(state) && citable.some((each) => each === evidenceTransitions[state][event]?.to),
    )
    expect([...new Set(into.map(({ event }) => event))].toSorted()).toEqual(['RECOGNISE', 'VERIFY'])
  })

  it('refuses a decision about a version that does not stand any more, and a review of a case that is not affected', () => {
    for (const event of ['RECOGNISE', 'VERIFY_ONSITE', 'REJECT'] as const) {
      expect(outcome({ state: 'CORRECTED', current: false, affected: true }, event)).toBe('TRANSITION_REFUSED')
    }
    expect(outcome({ state: 'VERIFY_ONSITE', current: false, affected: true }, 'VERIFY')).toBe('TRANSITION_REFUSED')
    expect(outcome({ state: 'RECOGNISED', current: true, affected: false }, 'REVIEW')).toBe('TRANSITION_REFUSED')
  })

  it('lets the home county amend whatever the recipient has done, until it withdrew', () => {
    for (const state of evidenceStates) {
      for (const event of evidenceAmendments) {
        const answer = outcome({ state, current: false, affected: false }, event)
        expect([state, event, answer === 'TRANSITION_REFUSED']).toEqual([state, event, state === 'WITHDRAWN'])
      }
    }
  })

  it('makes the state of the last decision and of what the home county said since', () => {
    const decided = { decision: 'RECOGNISED', decidedVersion: 1, version: 1, withdrawn: false }
    expect(stateOf(decided)).toBe('RECOGNISED')
    expect(stateOf({ ...decided, version: 2 })).toBe('CORRECTED')
    expect(stateOf({ ...decided, decision: 'SHARED', decidedVersion: 0, version: 2 })).toBe('SHARED')
    expect(stateOf({ ...decided, version: 2, withdrawn: true })).toBe('WITHDRAWN')
  })

  it('waits for the recipient while it must decide or review, and for nobody else', () => {
    const amendments = [{ sequence: 3 }, { sequence: 5 }]
    const citing = { knownThrough: 1, outcome: null }
    expect(affecting(citing, amendments)).toEqual(amendments)
    expect(affecting({ ...citing, knownThrough: 4 }, amendments)).toEqual([{ sequence: 5 }])
    expect(affecting({ knownThrough: 1, outcome: 'DROPPED' }, amendments)).toEqual([])
    expect(mustAct('RECOGNISED', [citing], [])).toBe(false)
    expect(mustAct('WITHDRAWN', [citing], amendments)).toBe(true)
    expect(mustAct('WITHDRAWN', [{ knownThrough: 5, outcome: 'KEPT' }], amendments)).toBe(false)
    expect(['SHARED', 'VERIFY_ONSITE', 'CORRECTED'].map((state) => mustAct(state as 'SHARED', [], []))).toEqual([
      true,
      true,
      true,
    ])
  })
})
