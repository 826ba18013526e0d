import { describe, expect, it } from 'vitest'
import { parseCountyCode } from './county-code.ts'

describe('parseCountyCode', () => {
  it.each(['411528', '411729', '410823', '410882', '441900'])('accepts the county %s of GB/T 2260', (code) => {
    expect(parseCountyCode(code)).toEqual({ code, codeSystem: 'GBT2260' })
  })

  it.each(['410871', '411571', '411771'])('accepts %s as a statistical code', (code) => {
    expect(parseCountyCode(code)).toEqual({ code, codeSystem: 'STATISTICAL' })
  })

  it('forgives full-width digits and blanks', () => {
    expect(parseCountyCode(' ４１１５２８\u3000').code).toBe('411528')
  })

  it.each([
    ['41152', 'has six digits'],
    ['4115288', 'has six digits'],
    ['41152A', 'has six digits'],
    ['', 'has six digits'],
    ['991528', 'begins with 99, which is no province'],
    ['411500', "give a county's code"],
    ['410000', "give a county's code"],
  ])('refuses %j', (text, part) => {
    expect(() => parseCountyCode(text, 'county')).toThrow(part)
  })
})
