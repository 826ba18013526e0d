import { badInput } from '../../platform/errors.ts'

/** One column of an official file. */
export interface Column {
  /** Name of the field in this program. */
  field: string
  /** Coded heading, such as CF_WSH. */
  code: string
  /** Chinese heading as printed in the standard. */
  label: string
  /** Other headings seen in practice. */
  aliases?: readonly string[]
  /** The file must have this column. */
  required?: boolean
}

/** Where the fields of a file stand. */
export interface Headings {
  /** Column number, from 0, of each field the file has. */
  columns: ReadonlyMap<string, number>
  /** Unit named in an amount's heading, e.g. 罚款金额(元). */
  units: ReadonlyMap<string, '元' | '万元'>
  /** The headings as written. */
  cells: readonly string[]
}

/** One spelling of a heading: half-width, upper case, without blanks, brackets' contents, stars and colons. */
export function cleanHeading(cell: string): string {
  const text = cell
    .normalize('NFKC')
    .replace(/[\s\u200b-\u200f\u2060\ufeff*:"']/g, '')
    .toUpperCase()
  const bare = text.replace(/[([{【〔<《][^)\]}】〕>》]*[)\]}】〕>》]/g, '')
  return bare === '' ? text.replace(/[()[\]{}【】〔〕<>《》]/g, '') : bare
}

const spellings = new WeakMap<readonly Column[], Map<string, Column>>()

function spellingsOf(format: readonly Column[]): Map<string, Column> {
  let known = spellings.get(format)
  if (known === undefined) {
    known = new Map(
      format.flatMap((column) =>
        [column.code, column.label, ...(column.aliases ?? [])].map((name) => [cleanHeading(name), column] as const),
      ),
    )
    spellings.set(format, known)
  }
  return known
}

/** How many of the cells are headings of the format; each field counts once. */
export function countHeadings(cells: readonly string[], format: readonly Column[]): number {
  const known = spellingsOf(format)
  return new Set(cells.map((cell) => known.get(cleanHeading(cell))?.field).filter((field) => field !== undefined)).size
}

/**
 * Finds the columns of a format. `alternatives` are groups of fields of which one is enough. Throws BAD_USER_INPUT that
 * lists what is missing and what was found, or names a field that two columns claim.
 */
export function matchHeadings(
  cells: readonly string[],
  format: readonly Column[],
  alternatives: readonly (readonly string[])[] = [],
): Headings {
  const known = spellingsOf(format)
  const columns = new Map<string, number>()
  const units = new Map<string, '元' | '万元'>()
  for (const [index, cell] of cells.entries()) {
    const column = known.get(cleanHeading(cell))
    if (column === undefined) continue
    const earlier = columns.get(column.field)
    if (earlier !== undefined) {
      throw badInput(
        `Columns ${earlier + 1} and ${index + 1} are both ${column.label} (${column.code}); keep one of them.`,
      )
    }
    columns.set(column.field, index)
    const unit = /[(（[]\s*(?:单位[:：])?\s*(万?元)\s*[)）\]]/.exec(cell)?.[1]
    if (unit === '元' || unit === '万元') units.set(column.field, unit)
  }
  const nameOf = (column: Column) => `${column.label} (${column.code})`
  const missing = [
    ...format.filter(({ field, required }) => required === true && !columns.has(field)).map(nameOf),
    ...alternatives
      .filter((fields) => !fields.some((field) => columns.has(field)))
      .map((fields) =>
        format
          .filter(({ field }) => fields.includes(field))
          .map(nameOf)
          .join(' or '),
      ),
  ]
  if (missing.length > 0) {
    const found = cells.map((cell) => cell.trim()).filter((cell) => cell !== '')
    throw badInput(`The file lacks these columns: ${missing.join(', ')}. It has: ${found.join(', ').slice(0, 1000)}.`)
  }
  return { columns, units, cells }
}
