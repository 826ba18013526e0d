import type { CodeProblem } from './organisation-code.ts'
import { isProvince } from './county-code.ts'

/**
 * 公民身份号码 (GB 11643-1999): 行政区划 6, 出生日期 8, 顺序码 3, 校验码 1. Births before 1850 or after today are
 * impossible in life and only occur in fixtures, which need them; they are valid here.
 */

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]

/** Check character (GB 11643) for the first 17 digits. */
export function identityCheck(first17: string): string {
  let sum = 0
  for (const [index, weight] of weights.entries()) sum += weight * Number(first17[index])
  return '10X98765432'.charAt(sum % 11)
}

/** True when the day exists in the Gregorian calendar. */
export function isCalendarDay(year: number, month: number, day: number): boolean {
  if (year < 1 || month < 1 || month > 12 || day < 1) return false
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  return day <= ([31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0)
}

/** True when the text has the shape of an identity number: 17 digits and a digit or X. */
export function looksLikeIdentityNumber(code: string): boolean {
  return /^\d{17}[\dX]$/.test(code)
}

/** The first thing wrong with a normalised identity number, or null when it is valid. */
export function identityProblem(code: string): CodeProblem | null {
  if (code.length !== 18) return { kind: 'LENGTH', found: String(code.length) }
  const wrong = /^(\d{17}[\dX]|\d*)/.exec(code)?.[0].length ?? 0
  if (wrong < 18) return { kind: 'CHARACTER', position: wrong + 1, found: code.charAt(wrong) }
  if (!isProvince(code.slice(0, 2))) return { kind: 'REGION', position: 1, found: code.slice(0, 2) }
  const year = Number(code.slice(6, 10))
  if (year < 1800 || !isCalendarDay(year, Number(code.slice(10, 12)), Number(code.slice(12, 14)))) {
    return { kind: 'DATE', position: 7 }
  }
  const expected = identityCheck(code)
  const found = code.charAt(17)
  return expected === found ? null : { kind: 'CHECK', position: 18, found, expected }
}
