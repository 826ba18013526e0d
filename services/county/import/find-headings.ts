import { badInput } from '../../platform/errors.ts'
import type { FileFormat, FileKind } from './format.ts'
import { countHeadings, matchHeadings, type Headings } from './headings.ts'
import { listingFormat } from './listing-format.ts'
import { penaltyFormat } from './penalty-format.ts'
import type { SourceRow } from './source.ts'

/** Titles and notes may stand above the headings, but no more lines than this. */
export const headingSearchDepth = 10
/** A line with fewer headings than this is not the line of headings. */
const fewestHeadings = 3

/** The file's format and where its columns are. */
export interface FoundHeadings {
  format: FileFormat
  headings: Headings
  /** Which of the rows it is. */
  index: number
}

const formats: readonly FileFormat[] = [penaltyFormat, listingFormat]

/** The line of headings among the first rows, or undefined. */
export function locateHeadings(
  rows: readonly SourceRow[],
  kind?: FileKind,
): Omit<FoundHeadings, 'headings'> | undefined {
  let best: (Omit<FoundHeadings, 'headings'> & { score: number }) | undefined
  for (const format of formats) {
    if (kind !== undefined && format.kind !== kind) continue
    for (const [index, { cells }] of rows.slice(0, headingSearchDepth).entries()) {
      const score = countHeadings(cells, format.columns)
      if (score >= fewestHeadings && score > (best?.score ?? 0)) best = { format, index, score }
    }
  }
  return best
}

/** Whether a row repeats the headings, as files with both coded and Chinese ones do. */
export function isHeadingRow(cells: readonly string[], format: FileFormat): boolean {
  return countHeadings(cells, format.columns) >= fewestHeadings
}

/**
 * Finds the headings among the first rows and tells a penalty file from a list file by them. Throws BAD_USER_INPUT when
 * there are none or a mandatory one is missing.
 */
export function findHeadings(rows: readonly SourceRow[], kind?: FileKind): FoundHeadings {
  const located = locateHeadings(rows, kind)
  if (located === undefined) {
    const names = kind === undefined ? 'of neither the 双公示 penalty file nor the list file' : `of a ${kind} file not`
    const found = (rows[0]?.cells ?? []).map((cell) => cell.trim()).filter((cell) => cell !== '')
    throw badInput(
      `The headings ${names} were found in the first ${headingSearchDepth} rows. The first row has: ${found.join(', ').slice(0, 500)}.`,
    )
  }
  const { format, index } = located
  const headings = matchHeadings(rows[index]?.cells ?? [], format.columns, format.alternatives)
  return { format, index, headings }
}
