import { describe, expect, test } from 'vitest'
import { mergeCoverage, readCoverage } from './coverage.ts'

const own = { county: { code: '100001' }, asOf: '2026-01-01T00:00:00Z' }
const other = { county: { code: '200002' }, asOf: '2026-01-01T00:00:00Z' }
const stale = { county: { code: '100001' }, reason: 'STALE' }

describe("a county's coverage", () => {
  test('is its own entry, or the reason it gives for not counting as an answer', () => {
    expect(readCoverage('100001', { complete: true, answered: [own], unanswered: [] })).toBe(own)
    expect(readCoverage('100001', { complete: false, answered: [], unanswered: [stale] })).toBe('STALE')
  })

  test.each([
    ['speaks for another', { complete: true, answered: [other], unanswered: [] }],
    ['speaks for another besides', { complete: true, answered: [own, other], unanswered: [] }],
    ['speaks for none', { complete: true, answered: [], unanswered: [] }],
    ['says both', { complete: true, answered: [own], unanswered: [stale] }],
    ['is answered but not complete', { complete: false, answered: [own], unanswered: [] }],
    ['gives a reason that is none', { complete: false, answered: [], unanswered: [{ ...stale, reason: 'LAZY' }] }],
    ['is missing', undefined],
  ])('that %s is not believed', (_, coverage) => {
    expect(readCoverage('100001', coverage)).toBe('FAULT')
  })
})

test('coverage is complete only when nobody is missing', () => {
  expect(mergeCoverage([own], [])).toEqual({ complete: true, answered: [own], unanswered: [] })
  expect(mergeCoverage([own], [{ county: '200002', outage: 'TIMEOUT' }])).toEqual({
    complete: false,
    answered: [own],
    unanswered: [{ county: { code: '200002' }, reason: 'TIMEOUT' }],
  })
})
