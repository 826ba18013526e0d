import { describe, expect, it } from 'vitest'
import { encodeCursor, fingerprint } from '../../platform/cursor.ts'
import { cursorOf, readPage } from './page.ts'

const refused = (argument: string) =>
  expect.objectContaining({ code: 'BAD_USER_INPUT', extensions: expect.objectContaining({ argument }) })

describe('the arguments of a page', () => {
  it('mean the first twenty when they are left out', () => {
    expect(readPage({}, 'penalties', null)).toEqual({
      size: 20,
      backward: false,
      question: fingerprint('penalties', null),
    })
  })

  it.each([0, -1, 201, 100_000])('refuse a size of %i, in either direction', (size) => {
    expect(() => readPage({ first: size }, 'penalties', null)).toThrow(refused('first'))
    expect(() => readPage({ last: size }, 'penalties', null)).toThrow(refused('last'))
  })

  it('refuse both directions at once', () => {
    expect(() => readPage({ first: 5, last: 5 }, 'penalties', null)).toThrow(refused('last'))
    expect(() => readPage({ after: 'x', before: 'y' }, 'penalties', null)).toThrow(refused('before'))
    expect(() => readPage({ first: 5, before: 'y' }, 'penalties', null)).toThrow(refused('first'))
    expect(() => readPage({ last: 5, after: 'y' }, 'penalties', null)).toThrow(refused('after'))
  })

  it('take a cursor of the same question and refuse that of another field or filter', () => {
    const cursor = cursorOf(readPage({}, 'penalties', { act: 'A' }), '2026-03-01', '411528:penalty:1')
    const page = readPage({ first: 5, after: cursor }, 'penalties', { act: 'A' })
    expect(page.from).toEqual(['2026-03-01', '411528:penalty:1'])
    expect(() => readPage({ after: cursor }, 'penalties', { act: 'B' })).toThrow(refused('after'))
    expect(() => readPage({ after: cursor }, 'creditListings', { act: 'A' })).toThrow(refused('after'))
    expect(() => readPage({ before: cursor }, 'penalties', null)).toThrow(refused('before'))
  })

  it.each([['2026-13-45', 'x'], ["2026-03-01'; drop table penalty", 'x'], ['2026-03-01'], ['2026-03-01', 'x', 'y']])(
    'refuse a forged cursor with the key %j %j %j',
    (...key) => {
      const forged = encodeCursor({ question: fingerprint('penalties', null), key: key.filter(Boolean) })
      expect(() => readPage({ after: forged }, 'penalties', null)).toThrow(refused('after'))
    },
  )
})
