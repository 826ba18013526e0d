import type { ParsedSubjectCode } from '../../platform/codes/subject-code.ts'
import type { Row } from './row.ts'

/** Whose record it is. */
export type Party = ParsedSubjectCode

/**
 * A person's identity number, if the document named in `kindField` is an identity card (居民身份证) or is not named;
 * passports and the like have no place in the exchange and give null.
 */
export function personCode(row: Row, field: string, kindField: string): Party | null {
  const kind = row.optional(kindField)
  if (kind !== null && !/身份证|^0?1$|^111$/.test(kind)) return null
  const parsed = row.code(field)
  if (parsed !== null && parsed.kind !== 'NATURAL_PERSON') {
    row.reject(field, '应为公民身份号码')
    return null
  }
  return parsed
}
