import { createHmac } from 'node:crypto'
import { isProvince } from './county-code.ts'
import { identityProblem, looksLikeIdentityNumber } from './identity-number.ts'
import { organisationProblem } from './organisation-code.ts'
import { normaliseSubjectCode, readSubjectCode } from './subject-code.ts'

/**
 * How a subject is named in journals and logs: an organisation's code as it is, a person's number as
 * `person:<keyed hash>:<last four>`. Equal numbers give equal references under one pepper. Anything that is not a valid
 * organisation's code is hashed, so that a mistyped number is not exposed. `pepper` needs at least 16 bytes.
 */
export function subjectReference(code: string, pepper: string | Uint8Array): string {
  if (Buffer.byteLength(pepper) < 16) throw new RangeError('The key for identity numbers needs at least 16 bytes.')
  const parsed = readSubjectCode(code)
  const normal = normaliseSubjectCode(code)
  if ('kind' in parsed && parsed.kind === 'ORGANISATION' && !mayBeMistypedPerson(normal)) return normal
  const hash = createHmac('sha256', pepper).update(`subject:${normal}`).digest('base64url').slice(0, 22)
  // Only what a number can end with: PostgreSQL refuses some characters, and a caller may send any.
  const end = normal.slice(-4).replace(/[^0-9A-Z]/g, '?')
  return `person:${hash}:${normal.length >= 15 ? end : ''}`
}

const digit = '[0-9０-９]'
const last = '[0-9０-９XxＸｘ]'
const blank = '[\\s\\u00a0\\u200b\\u3000\\-–·]{0,3}'
const uuid = '[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}'
const oneUuid = new RegExp(`^${uuid}$`)
/** UUIDs come first, so that record ids keep their digits. */
const joinedRuns = new RegExp(`${uuid}|(?<!${digit})${digit}{14,}${last}?`, 'gu')
const spacedRuns = new RegExp(`${uuid}|(?<!${digit})${digit}(?:${blank}${digit}){13,}(?:${blank}${last})?`, 'gu')

/**
 * Removes identity numbers (18 or 15 digits, also full-width, spaced or with a wrong check character) from a text meant
 * for logs or errors, leaving their last four characters. Organisation codes, record ids and shorter numbers stay. When
 * in doubt it removes.
 */
export function redactIdentityNumbers(text: string): string {
  return text
    .replace(joinedRuns, (run) => (oneUuid.test(run) ? run : redactRun(run, true)))
    .replace(spacedRuns, (run) => (oneUuid.test(run) ? run : redactRun(run, false)))
}

function redactRun(run: string, joined: boolean): string {
  const plain = normaliseSubjectCode(run).replace(/[-–·]/g, '')
  if (plain.length === 18) {
    if (organisationProblem(plain) === null && !mayBeMistypedPerson(plain)) return run
    return joined || (isProvince(plain.slice(0, 2)) && hasMonthAndDay(plain.slice(10, 14))) ? removed(plain) : run
  }
  if (plain.length === 15) {
    return isProvince(plain.slice(0, 2)) && hasMonthAndDay(plain.slice(8, 12)) ? removed(plain) : run
  }
  return plain.length > 18 ? redactWithin(run, plain) : run
}

/**
 * A long run, such as a number with a date glued to it: the parts that are valid identity numbers are removed. In one
 * pass, since a run is as long as a caller makes it.
 */
function redactWithin(run: string, plain: string): string {
  let kept = ''
  let from = 0
  for (let start = 0; start + 18 <= plain.length; start++) {
    const part = plain.slice(start, start + 18)
    if (!looksLikeIdentityNumber(part) || identityProblem(part) !== null) continue
    kept += plain.slice(from, start) + removed(part)
    from = start + 18
    start = from - 1
  }
  return from === 0 ? run : kept + redactIdentityNumbers(plain.slice(from))
}

/** One mistyped identity number in 31 happens to be a valid organisation code as well; such a code is not exposed. */
function mayBeMistypedPerson(code: string): boolean {
  return (
    looksLikeIdentityNumber(code) &&
    (identityProblem(code) === null ||
      (isProvince(code.slice(0, 2)) && /^(18|19|20)/.test(code.slice(6)) && hasMonthAndDay(code.slice(10, 14))))
  )
}

function hasMonthAndDay(text: string): boolean {
  const month = Number(text.slice(0, 2))
  const day = Number(text.slice(2, 4))
  return month >= 1 && month <= 12 && day >= 1 && day <= 31
}

function removed(plain: string): string {
  return `[identity number ending ${plain.slice(-4)}]`
}

/**
 * Cleans a GraphQL error message: graphql-js repeats a refused variable in full (`got invalid value "…"; `), which may be
 * a mistyped identity number, so that part is cut out, and what remains is redacted.
 */
export function redactMessage(message: string): string {
  return redactIdentityNumbers(message.replace(/got invalid value [^]*?(?=; |$)/g, 'got an invalid value'))
}
