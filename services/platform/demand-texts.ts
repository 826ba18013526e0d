import { badInput } from './errors.ts'

/** Control characters other than those of lines; PostgreSQL takes no NUL, and people see none of them. */
const control = /[^\P{Cc}\n\r\t]/u

/**
 * Refuses with BAD_USER_INPUT texts that make no sense in a record: blank, longer than they may be, or with control
 * characters. `longest` gives the most characters of each member of `values`; members that are left out or null pass.
 */
export function demandTexts(values: object, longest: Readonly<Record<string, number>>): void {
  for (const [name, most] of Object.entries(longest)) {
    const text: unknown = (values as Readonly<Record<string, unknown>>)[name]
    if (typeof text !== 'string') continue
    if (text.trim() === '') throw badInput(`"${name}" is blank.`, name)
    // Counted in UTF-16 units, as the database's own bounds are far beyond.
    if (text.length > most) throw badInput(`"${name}" has ${text.length} characters; ${most} are allowed.`, name)
    if (control.test(text)) throw badInput(`"${name}" holds a control character.`, name)
  }
}
