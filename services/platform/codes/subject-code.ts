import { badInput, type ExchangeError } from '../errors.ts'
import { identityProblem, looksLikeIdentityNumber } from './identity-number.ts'
import { isProvince } from './county-code.ts'
import { type CodeProblem, organisationProblem, organisationWarnings } from './organisation-code.ts'

/** Whose code it is: an organisation's 统一社会信用代码 or a natural person's 公民身份号码. */
export type SubjectCodeKind = 'ORGANISATION' | 'NATURAL_PERSON'

/** A valid code in its one spelling: half-width, upper case, no blanks. */
export interface ParsedSubjectCode {
  code: string
  kind: SubjectCodeKind
  /** Unusual but not invalid, e.g. the inner GB 11714 check is off; fit for a log line, holds no personal data. */
  warnings: readonly string[]
}

/** A refused text: which reading was tried and what is wrong with it. Holds no more than one character of the text. */
export interface SubjectCodeProblem extends CodeProblem {
  as: SubjectCodeKind
}

/** Half-width, upper case, without blanks or invisible characters. */
export function normaliseSubjectCode(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\s\u00ad\u200b-\u200f\u2060\ufeff]/g, '')
    .toUpperCase()
}

/**
 * Reads a subject code without throwing. A text that is valid as both is a person's number when its birth year could be
 * a living person's, so that doubt never exposes one.
 */
export function readSubjectCode(text: string): ParsedSubjectCode | { problem: SubjectCodeProblem } {
  const code = normaliseSubjectCode(text)
  const organisation = organisationProblem(code)
  const person = looksLikeIdentityNumber(code) ? identityProblem(code) : ({ kind: 'CHARACTER' } as const)
  if (person === null && (organisation !== null || isLivingYear(code) || organisationWarnings(code).length > 0)) {
    return { code, kind: 'NATURAL_PERSON', warnings: [] }
  }
  if (organisation === null) return { code, kind: 'ORGANISATION', warnings: organisationWarnings(code) }
  const meantPerson = looksLikeIdentityNumber(code) && isProvince(code.slice(0, 2)) && isLivingYear(code)
  if (meantPerson && person !== null) return { problem: { ...person, as: 'NATURAL_PERSON' } }
  return { problem: { ...organisation, as: 'ORGANISATION' } }
}

/**
 * Reads a subject code (GB 32100 or GB 11643), forgiving full-width characters, lower case and blanks. Throws
 * BAD_USER_INPUT that says which character is wrong and what the check should be; it never repeats the code, since it
 * may be a person's.
 */
export function parseSubjectCode(text: string, argument?: string): ParsedSubjectCode {
  const result = readSubjectCode(text)
  if ('problem' in result) throw subjectCodeError(result.problem, argument)
  return result
}

function isLivingYear(code: string): boolean {
  const year = Number(code.slice(6, 10))
  return year >= 1800 && year < 2100
}

const look: Record<string, string> = { I: '1', O: '0', S: '5', Z: '2', V: 'U' }

function subjectCodeError(problem: SubjectCodeProblem, argument?: string): ExchangeError {
  const name =
    problem.as === 'ORGANISATION' ? 'unified social credit code (统一社会信用代码)' : 'identity number (公民身份号码)'
  return badInput(`Not a valid ${name}: ${explanations[problem.kind](problem)}`, argument)
}

const explanations: Record<CodeProblem['kind'], (problem: SubjectCodeProblem) => string> = {
  LENGTH: ({ found }) =>
    found === '0'
      ? 'it is empty.'
      : `it has ${found} characters and must have 18.${found === '15' ? ' Old 15-digit numbers are not taken.' : ''}`,
  CHARACTER: ({ position, found = '' }) => {
    const hint = look[found] === undefined ? '' : ` (perhaps ${look[found]} is meant)`
    return `character ${position} is "${found}", which such a code never has${hint}.`
  },
  AUTHORITY: ({ found }) =>
    `character 1 is "${found}", which stands for no registration authority (1 to 9, A, N or Y).`,
  REGION: ({ as, position, found }) =>
    as === 'ORGANISATION'
      ? `character ${position} is "${found}"; characters 3 to 8 are an area code of six digits.`
      : 'the first two digits are no province.',
  DATE: () => 'characters 7 to 14 are not a day of the calendar.',
  CHECK: ({ found, expected }) =>
    `the check character (18) is "${found}" and should be "${expected}", or another character is wrong.`,
}
