import { identityCheck } from '../../platform/codes/identity-number.ts'
import { bodyCheck, organisationCheck } from '../../platform/codes/organisation-code.ts'
import { parseSubjectCode } from '../../platform/codes/subject-code.ts'

/**
 * A valid 统一社会信用代码 of a fictional organisation: `head` is authority and type (91 enterprise, 92 individual
 * business, 93 cooperative), `body` the eight characters of its 主体标识码 before the check.
 */
export function demoOrganisationCode(head: string, county: string, body: string): string {
  const first = `${head}${county}${body}${bodyCheck(body) ?? ''}`
  return parseSubjectCode(`${first}${organisationCheck(first) ?? ''}`).code
}

/** A valid 公民身份号码 of a fictional person born in the 1800s, so that it can be nobody's. */
export function demoIdentityNumber(county: string, birthday: string, serial: number): string {
  const first = `${county}${birthday}${serial.toString().padStart(3, '0')}`
  return parseSubjectCode(first + identityCheck(first)).code
}
