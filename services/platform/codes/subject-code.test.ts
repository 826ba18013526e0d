import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ExchangeError } from '../errors.ts'
import { identityCheck } from './identity-number.ts'
import { bodyCheck, organisationAlphabet, organisationCheck } from './organisation-code.ts'
import { parseSubjectCode, readSubjectCode } from './subject-code.ts'

/** Any valid organisation code; the authority keeps it apart from identity numbers, which never begin with 9. */
const organisationCode = fc
  .tuple(
    fc.constantFrom('91', '92', '93', 'N1', 'N2', 'N3', 'Y1', 'A1'),
    fc.constantFrom('411528', '411729', '410823', '500226'),
    fc
      .array(fc.constantFrom(...organisationAlphabet.split('')), { minLength: 8, maxLength: 8 })
      .map((parts) => parts.join('')),
  )
  .map(([head, area, body]) => `${head}${area}${body}${bodyCheck(body)}`)
  .map((first) => first + organisationCheck(first))

const identityNumber = fc
  .tuple(
    fc.constantFrom('411528', '411729', '410823', '110105'),
    fc.date({ min: new Date('1800-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }),
    fc.integer({ min: 0, max: 999 }),
  )
  .map(
    ([area, day, serial]) =>
      `${area}${day.toISOString().slice(0, 10).replaceAll('-', '')}${String(serial).padStart(3, '0')}`,
  )
  .map((first) => first + identityCheck(first))

const message = (text: string) => {
  try {
    parseSubjectCode(text, 'subject')
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error
    expect(error.extensions).toEqual({ code: 'BAD_USER_INPUT', argument: 'subject' })
    return error.message
  }
  return 'accepted'
}

const identity = (first17: string) => readSubjectCode(first17 + identityCheck(first17))

describe('parseSubjectCode', () => {
  it.each([
    '11500226753092798P',
    '91110000600037341L',
    '914403001922038216',
    '9144030071526726XG',
    '91100000100003962T',
    '12100000400000624D',
    '91411528MAX00004X0',
    'N2411528MF0000013J',
    'Y1411729MB0000019G',
  ])('accepts the organisation code %s', (code) => {
    expect(parseSubjectCode(code)).toEqual({ code, kind: 'ORGANISATION', warnings: [] })
  })

  it.each(['11010519491231002X', '440524188001010014'])('accepts the identity number %s', (code) => {
    expect(parseSubjectCode(code)).toEqual({ code, kind: 'NATURAL_PERSON', warnings: [] })
  })

  it.each([
    ['full-width characters', '９１４１１５２８ＭＡＸ００００４Ｘ０'],
    ['lower case', '91411528max00004x0'],
    ['blanks, also full-width and invisible ones', '\ufeff 91 411528\u3000MAX0\u00a00004X\u200b0\t'],
  ])('forgives %s', (_name, text) => {
    expect(parseSubjectCode(text).code).toBe('91411528MAX00004X0')
  })

  it.each([
    ['', 'it is empty'],
    ['91411528MAX00004X', 'it has 17 characters and must have 18'],
    ['110105491231002', 'Old 15-digit numbers are not taken'],
    ['91350100M000100Y4Z', 'the check character (18) is "Z" and should be "3"'],
    ['91411528MAXO0004X0', 'character 12 is "O", which such a code never has (perhaps 0 is meant)'],
    ['B1411528MAX00004X0', 'character 1 is "B", which stands for no registration authority'],
    ['9141152AMAX00004X0', 'character 8 is "A"; characters 3 to 8 are an area code'],
    ['110105194912310021', 'the check character (18) is "1" and should be "X"'],
    ['11010519490231002X', 'characters 7 to 14 are not a day of the calendar'],
  ])('refuses %j and says what is wrong', (text, part) => {
    expect(message(text)).toContain(part)
  })

  it('only warns when the inner GB 11714 check is off', () => {
    const first = '91411528MAX0000410'.slice(0, 17)
    const { warnings } = parseSubjectCode(first + organisationCheck(first))
    expect(warnings).toEqual([expect.stringContaining('GB 11714')])
  })

  it('accepts birth years that are impossible, since fixtures use them', () => {
    for (const first of ['41152818750615001', '41172929010101002']) {
      expect(parseSubjectCode(first + identityCheck(first)).kind).toBe('NATURAL_PERSON')
    }
  })

  it('accepts 29 February of leap years only', () => {
    expect(identity('41152820000229001')).toHaveProperty('kind', 'NATURAL_PERSON')
    expect(identity('41152819000229001')).toHaveProperty('problem.kind', 'DATE')
  })

  it('accepts every well-formed organisation code and every well-formed identity number', () => {
    fc.assert(
      fc.property(organisationCode, (code) => {
        expect(parseSubjectCode(code)).toEqual({ code, kind: 'ORGANISATION', warnings: [] })
      }),
    )
    fc.assert(
      fc.property(identityNumber, (code) => {
        expect(parseSubjectCode(code).kind).toBe('NATURAL_PERSON')
      }),
    )
  })

  it('refuses every organisation code in which one character was changed', () => {
    const change = fc.tuple(organisationCode, fc.nat(17), fc.constantFrom(...organisationAlphabet.split('')))
    fc.assert(
      fc.property(change, ([code, at, character]) => {
        fc.pre(code[at] !== character)
        const changed = code.slice(0, at) + character + code.slice(at + 1)
        const result = readSubjectCode(changed)
        expect('problem' in result || result.kind === 'NATURAL_PERSON').toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it('refuses every identity number in which one character was changed, as an identity number', () => {
    const change = fc.tuple(identityNumber, fc.nat(17), fc.constantFrom(...'0123456789X'.split('')))
    fc.assert(
      fc.property(change, ([code, at, character]) => {
        fc.pre(code[at] !== character)
        const changed = code.slice(0, at) + character + code.slice(at + 1)
        const result = readSubjectCode(changed)
        expect('problem' in result || result.kind === 'ORGANISATION').toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it('never repeats a refused text in its message', () => {
    const texts = fc.oneof(identityNumber, organisationCode).chain((code) =>
      fc.tuple(fc.nat(17), fc.constantFrom(...organisationAlphabet.split(''), 'O', '')).map(([at, character]) => {
        return code.slice(0, at) + character + code.slice(at + 1)
      }),
    )
    fc.assert(
      fc.property(texts, (text) => {
        const told = message(text)
        for (let at = 0; at + 6 <= text.length; at++) expect(told).not.toContain(text.slice(at, at + 6))
      }),
    )
  })
})
