import { redactIdentityNumbers } from './codes/mask.ts'
import { ExchangeError, badInput } from './errors.ts'
import { headers, type Purpose, type PurposeKind } from './viewer.ts'

const kinds = new Map<string, PurposeKind>([
  ['approval', 'APPROVAL'],
  ['case', 'CASE'],
  ['analysis', 'ANALYSIS'],
])
const maxNumberLength = 120
const maxOfficerLength = 64

/**
 * Reads the `exchange-purpose` header: `approval/<number>`, `case/<number>` or `analysis/<topic>`, the second part
 * percent-encoded UTF-8 of 1 to 120 characters (政务数据共享条例 art. 20: a request states its 使用依据 and 使用场景).
 * Undefined without the header; BAD_USER_INPUT when it is malformed.
 */
export function parsePurpose(header: string | undefined): Purpose | undefined {
  if (header === undefined || header === '') return undefined
  const slash = header.indexOf('/')
  const kind = kinds.get(header.slice(0, slash))
  const number = decodeText(header.slice(slash + 1), maxNumberLength)
  if (slash < 0 || kind === undefined || number === undefined) {
    throw badInput(
      `The header ${headers.purpose} must be approval/<number>, case/<number> or analysis/<topic>; ` +
        `the second part percent-encoded UTF-8 of 1 to ${maxNumberLength} characters.`,
      headers.purpose,
    )
  }
  return { kind, number }
}

/**
 * Reads the `exchange-officer` header: 执法证号 or staff number, percent-encoded UTF-8 of 1 to 64 characters. Undefined
 * without the header; BAD_USER_INPUT when it is malformed.
 */
export function parseOfficer(header: string | undefined): string | undefined {
  if (header === undefined || header === '') return undefined
  const officer = decodeText(header, maxOfficerLength)
  if (officer !== undefined) return officer
  throw badInput(
    `The header ${headers.officer} must be a 执法证号 or staff number, percent-encoded UTF-8 of 1 to ` +
      `${maxOfficerLength} characters.`,
    headers.officer,
  )
}

/** The purpose as header text, the inverse of {@link parsePurpose}. */
export function formatPurpose(purpose: Purpose): string {
  return `${purpose.kind.toLowerCase()}/${encodeURIComponent(purpose.number)}`
}

/**
 * What the scopes in use ask of a request: whatever goes beyond `credit:check` needs a purpose and an officer. Throws
 * PURPOSE_MISSING or OFFICER_MISSING. With `credit:check` alone a missing purpose counts as an approval without number.
 */
export function requirePurpose(
  stated: { purpose?: Purpose | undefined; officer?: string | undefined },
  scopesInUse: Iterable<string>,
): void {
  if ([...scopesInUse].every((scope) => scope === 'credit:check')) return
  if (!stated.purpose) {
    throw new ExchangeError(
      'PURPOSE_MISSING',
      `This question needs a stated purpose: send the header ${headers.purpose}, e.g. case/<case number>.`,
      { argument: headers.purpose },
    )
  }
  if (stated.officer === undefined) {
    throw new ExchangeError(
      'OFFICER_MISSING',
      `This question needs the officer who asks: send the header ${headers.officer} with the 执法证号 or staff number.`,
      { argument: headers.officer },
    )
  }
}

/**
 * Percent-decoded text without control characters or surrounding blanks, or undefined. It goes into journals, receipts
 * and records, so a person's identity number that somebody puts there keeps only its last four characters.
 */
function decodeText(encoded: string, maxLength: number): string | undefined {
  // Each character takes twelve encoded ones at most.
  if (encoded.length > 12 * maxLength) return undefined
  let text: string
  try {
    text = decodeURIComponent(encoded)
  } catch {
    return undefined
  }
  const length = Array.from(text).length
  const isGood = length >= 1 && length <= maxLength && text.trim() === text && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text)
  return isGood ? redactIdentityNumbers(text) : undefined
}
