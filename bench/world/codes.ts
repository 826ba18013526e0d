import { bodyCheck, organisationAlphabet, organisationCheck } from '../../services/platform/codes/organisation-code.ts'

/** The first `count` county codes of the measurement. */
export function countyCodes(count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(411_001 + index))
}

/** A valid organisation code with this serial number, below 31^6 (887 million). */
export function subjectCode(serial: number): string {
  let rest = serial
  let tail = ''
  for (let place = 0; place < 6; place++) {
    tail = `${organisationAlphabet.charAt(rest % 31)}${tail}`
    rest = Math.floor(rest / 31)
  }
  const body = `MA${tail}`
  const check = bodyCheck(body) ?? '0'
  const first = `91410100${body}${check}`
  return `${first}${organisationCheck(first) ?? '0'}`
}

/** Serial numbers from here on are of subjects that a county lists; those of the load stay below. */
export const firstListedSerial = 880_000_000

/** The subject that county number `index` lists as its entry number `entry`. */
export function listedSubject(index: number, entry: number): string {
  return subjectCode(firstListedSerial + index * 10_000 + entry)
}

/** The matter of every check. */
export const matter = 'FOOD_BUSINESS_LICENCE'
