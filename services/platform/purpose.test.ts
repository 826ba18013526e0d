import { describe, expect, test } from 'vitest'
import { formatPurpose, parseOfficer, parsePurpose, requirePurpose } from './purpose.ts'

const bad = expect.objectContaining({ code: 'BAD_USER_INPUT' })

describe('the purpose of a request', () => {
  test('is an approval, a case or an analysis with its number', () => {
    expect(parsePurpose('approval/XK-2026-001')).toEqual({ kind: 'APPROVAL', number: 'XK-2026-001' })
    expect(parsePurpose('case/%E6%81%AF%E5%B8%82%E7%9B%91%2F2026-12')).toEqual({
      kind: 'CASE',
      number: '息市监/2026-12',
    })
    expect(parsePurpose('analysis/food%20safety')).toEqual({ kind: 'ANALYSIS', number: 'food safety' })
  })
  test('is absent without the header', () => {
    expect(parsePurpose(undefined)).toBeUndefined()
    expect(parsePurpose('')).toBeUndefined()
  })
  test.each([
    'case',
    'case/',
    'CASE/1',
    'constructor/1',
    '/1',
    'curiosity/1',
    'case/%',
    'case/%FF',
    'case/a%0Ab',
    'case/a%00',
    'case/%20a',
    'case/a%E2%80%AEb',
    `case/${'1'.repeat(121)}`,
    `case/${'1'.repeat(100_000)}`,
  ])('is refused as %j', (header) => {
    expect(() => parsePurpose(header)).toThrow(bad)
  })
  test('may have 120 characters, however many bytes they take', () => {
    const number = '𠮷'.repeat(120)
    expect(parsePurpose(`case/${encodeURIComponent(number)}`)?.number).toBe(number)
  })
  test('is written as it is read', () => {
    const purpose = { kind: 'CASE', number: '息市监处罚〔2026〕7号 / 甲' } as const
    expect(parsePurpose(formatPurpose(purpose))).toEqual(purpose)
  })
})

describe('the officer of a request', () => {
  test('is text of 1 to 64 characters', () => {
    expect(parseOfficer('41150012345')).toBe('41150012345')
    expect(parseOfficer('%E8%B1%AB16-001')).toBe('豫16-001')
    expect(parseOfficer(undefined)).toBeUndefined()
  })
  test.each(['%', 'a%0D%0Ab', '%20', '1'.repeat(65)])('is refused as %j', (header) => {
    expect(() => parseOfficer(header)).toThrow(bad)
  })
})

describe('a question', () => {
  const purpose = { kind: 'CASE', number: '1' } as const
  test('that uses credit:check only needs neither purpose nor officer', () => {
    expect(() => requirePurpose({}, ['credit:check'])).not.toThrow()
  })
  test('that uses any other scope needs both', () => {
    const scopes = ['credit:check', 'case:read']
    expect(() => requirePurpose({ officer: '1' }, scopes)).toThrow(expect.objectContaining({ code: 'PURPOSE_MISSING' }))
    expect(() => requirePurpose({ purpose }, scopes)).toThrow(expect.objectContaining({ code: 'OFFICER_MISSING' }))
    expect(() => requirePurpose({ purpose, officer: '1' }, scopes)).not.toThrow()
  })
})
