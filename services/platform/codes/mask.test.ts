import { randomBytes, randomUUID } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { identityCheck } from './identity-number.ts'
import { organisationCheck } from './organisation-code.ts'
import { readSubjectCode } from './subject-code.ts'
import { redactIdentityNumbers, redactMessage, subjectReference } from './mask.ts'

const pepper = randomBytes(32)

describe('subjectReference', () => {
  it('leaves an organisation code as it is', () => {
    expect(subjectReference('91411528max00004x0', pepper)).toBe('91411528MAX00004X0')
  })

  it("replaces a person's number by a keyed hash and its last four characters", () => {
    const reference = subjectReference('11010519491231002X', pepper)
    expect(reference).toMatch(/^person:[\w-]{22}:002X$/)
    expect(subjectReference('１１０１０５１９４９１２３１００２ｘ', pepper)).toBe(reference)
    expect(subjectReference('11010519491231002X', randomBytes(32))).not.toBe(reference)
  })

  it('hashes whatever is no valid organisation code', () => {
    expect(subjectReference('110105194912310021', pepper)).not.toContain('19491231')
    expect(subjectReference('12345', pepper)).not.toContain('12345')
  })

  it('hashes a mistyped number also when it happens to be a valid organisation code', () => {
    const first = '41152819800115002'
    const code = `${first}${organisationCheck(first)}`
    expect(readSubjectCode(code)).toHaveProperty('kind', 'ORGANISATION')
    expect(subjectReference(code, pepper)).toMatch(/^person:/)
    expect(redactIdentityNumbers(code)).not.toContain('19800115')
  })

  it('shows no character that a number cannot end with: a database may refuse it', () => {
    for (const text of ['11010119900307\u0000\u0000\u0000\u0000', '11010119900307\ud83d\ude00\ud800\u0001']) {
      expect(subjectReference(text, pepper)).toMatch(/^person:[\w-]{22}:\?{4}$/)
    }
  })

  it('refuses a key that is too short to keep a secret', () => {
    expect(() => subjectReference('11010519491231002X', 'short')).toThrow(RangeError)
  })
})

describe('redactIdentityNumbers', () => {
  it.each([
    ['a plain number', 'id 11010519491231002X.'],
    ['a lower-case x', '"11010519491231002x"'],
    ['full-width digits', '号码１１０１０５１９４９１２３１００２Ｘ。'],
    ['blanks between groups', '110105 19491231 002X'],
    ['full-width blanks', '110105　19491231　002X'],
    ['hyphens', '110105-19491231-002X'],
    ['blanks between all digits', '1 1 0 1 0 5 1 9 4 9 1 2 3 1 0 0 2 X'],
    ['letters around it', 'CF_FR_ZJHM=11010519491231002X;next'],
    ['a date after it', '11010519491231002X20260301'],
    ['a date glued before it', '2026030111010519491231002X'],
    ['a wrong check character', '110105194912310021'],
    ['a wrong check character and a date after it', '110105194912310021 2026-03-01'],
    ['an old number of 15 digits', '110105491231002'],
    ['two numbers', '11010519491231002X,440524188001010014'],
    ['two numbers with a blank', '440524188001010014 440524188001010014'],
  ])('removes %s', (_name, text) => {
    const clean = redactIdentityNumbers(text)
    expect(clean).toContain('[identity number ending ')
    expect(clean.normalize('NFKC').replace(/[^\dX]/g, '')).not.toMatch(/19491231|18800101|491231002/)
  })

  it.each([
    'organisation 914403001922038216 of Shenzhen',
    'organisation 91411528MAX00004X0',
    'read 1000000 rows in 12345 ms, 2026-03-01 10:00:00',
    'case 411528:case:11111111-2222-4333-8444-555555555555',
    'phone 13800138000',
    '豫息市监罚字〔2026〕12345号',
  ])('leaves %j as it is', (text) => {
    expect(redactIdentityNumbers(text)).toBe(text)
  })

  it('leaves every UUID as it is and removes every number beside one', () => {
    fc.assert(
      fc.property(fc.uuid(), (uuid) => {
        expect(redactIdentityNumbers(`411528:case:${uuid}`)).toBe(`411528:case:${uuid}`)
      }),
    )
    expect(redactIdentityNumbers(`${randomUUID()} 11010519491231002X`)).toContain('ending 002X')
  })

  it('takes a run of any length in one pass', () => {
    const numbers = '440524188001010014'.repeat(20_000)
    const started = performance.now()
    expect(redactIdentityNumbers(`"1${numbers}23"`)).toBe(`"1${'[identity number ending 0014]'.repeat(20_000)}23"`)
    expect(performance.now() - started).toBeLessThan(1_000)
  })

  it('removes any valid number from any text around it', () => {
    const number = fc
      .tuple(fc.integer({ min: 1800, max: 2999 }), fc.nat(999))
      .map(([year, serial]) => `411528${year}0615${String(serial).padStart(3, '0')}`)
      .map((first) => first + identityCheck(first))
    const around = fc.string().map((text) => text.replace(/[\d０-９]/g, ''))
    fc.assert(
      fc.property(number, around, around, (id, before, after) => {
        expect(redactIdentityNumbers(`${before}${id}${after}`)).not.toContain(id.slice(0, 14))
      }),
    )
  })
})

describe('redactMessage', () => {
  it('cuts out the value that graphql-js repeats and keeps the explanation', () => {
    expect(redactMessage('Variable "$s" got invalid value "1101051949123100"; Not valid.')).toBe(
      'Variable "$s" got an invalid value; Not valid.',
    )
  })
})
