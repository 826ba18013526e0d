import { describe, expect, test } from 'vitest'
import { readStandings } from './standing.ts'

const now = new Date('2026-11-21T08:00:00Z')
const question = { subject: '91411528MA00000000', matter: 'FOOD' }
const listing = {
  id: '411528:listing:1',
  relation: 'LISTED_SUBJECT',
  documentNumber: '息市监列字〔2026〕1号',
  subjectCode: question.subject,
  subjectName: '虚构公司',
  category: 'FOOD_SAFETY',
  categoryLabel: '食品安全',
  state: 'LISTED',
  stateLabel: '已列入',
  facts: '虚构',
  basis: '虚构',
  organ: '虚构',
  listedOn: '2026-01-01',
  effectUntil: null,
  imposedMeasures: [],
  restrictionUntil: null,
}
const answer = (changes: object = {}, standing: object = {}) => [
  {
    county: { code: '411528' },
    asOf: '2026-11-21T08:00:00.123Z',
    listVersion: '17',
    standings: [{ ...question, listings: [], ...standing }],
    ...changes,
  },
]
const read = (given: unknown, floor = 0) => readStandings('411528', [question], given, now, floor)

describe('an answer of a county', () => {
  test('that lists nobody is read with its time and version', () => {
    expect(read(answer())).toEqual([
      { county: '411528', asOf: new Date('2026-11-21T08:00:00.123Z'), listVersion: '17', listings: [] },
    ])
  })

  test.each([
    ['of another county', answer({ county: { code: '411729' } })],
    ['of no county', answer({ county: null })],
    ['without a time', answer({ asOf: undefined })],
    ['with a time that is none', answer({ asOf: '2026-11-21' })],
    ['with a time in words', answer({ asOf: 'Sat Nov 21 2026 08:00:00 GMT' })],
    ['with a version that is no number', answer({ listVersion: '17b' })],
    ['with a version that is not text', answer({ listVersion: 17 })],
    ['about another subject', answer({}, { subject: '91411528MA00000001' })],
    ['about another matter', answer({}, { matter: 'DRUGS' })],
    ['without listings', answer({}, { listings: null })],
    ['with a listing that is none', answer({}, { listings: [{}] })],
    ['with a listing of another county', answer({}, { listings: [{ ...listing, id: '411729:listing:1' }] })],
    [
      'about two subjects',
      answer({
        standings: [
          { ...question, listings: [] },
          { ...question, listings: [] },
        ],
      }),
    ],
    ['about none', answer({ standings: [] })],
    ['twice', [...answer(), ...answer()]],
    ['that is null', null],
    ['of nulls', [null]],
  ])('%s is a FAULT', (_, given) => {
    expect(read(given)).toEqual([{ county: '411528', outage: 'FAULT' }])
  })

  test('from a list older than one that was seen before, or of another minute, is STALE', () => {
    expect(read(answer(), 18)).toEqual([{ county: '411528', outage: 'STALE' }])
    expect(read(answer({ asOf: '2026-11-21T07:58:00Z' }))).toEqual([{ county: '411528', outage: 'STALE' }])
  })
})
