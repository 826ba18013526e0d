import { badInput, ExchangeError } from '../../platform/errors.ts'
import { headingSearchDepth, locateHeadings } from './find-headings.ts'
import type { Source, SourceRow } from './source.ts'
import { type Archive, damaged, openArchive } from './xlsx-archive.ts'
import { readSheet } from './xlsx-sheet.ts'
import { SharedStrings } from './xlsx-strings.ts'
import { readWorkbook, type SheetEntry } from './xlsx-workbook.ts'

/**
 * Opens a workbook for reading its one worksheet of records; cover sheets and notes are passed over. A workbook in
 * which several visible sheets hold records is refused, so that none is left out unnoticed.
 */
export async function openXlsx(path: string): Promise<Source> {
  const archive = await openArchive(path)
  let strings: SharedStrings | undefined
  try {
    const workbook = await readWorkbook(archive)
    const loaded = await SharedStrings.read(archive, workbook.stringsPart)
    strings = loaded
    const sheet = await chooseSheet(path, archive, workbook.sheets, loaded)
    const size = archive.size(sheet.part) ?? 0
    let read = 0
    return {
      rows: async function* rows() {
        try {
          yield* readSheet(archive, sheet.part, loaded, (bytes) => (read += bytes))
        } catch (error) {
          throw readable(path, error)
        }
      },
      progress: () => (size === 0 ? 1 : read / size),
      date1904: workbook.date1904,
      close: async () => {
        archive.close()
        loaded.close()
      },
    }
  } catch (error) {
    archive.close()
    strings?.close()
    throw readable(path, error)
  }
}

async function chooseSheet(
  path: string,
  archive: Archive,
  sheets: readonly SheetEntry[],
  strings: SharedStrings,
): Promise<SheetEntry> {
  const [only] = sheets
  if (only === undefined) throw badInput(`${path} has no visible worksheet.`)
  const holding: SheetEntry[] = []
  for (const sheet of sheets) {
    if (locateHeadings(await firstRows(archive, sheet, strings)) !== undefined) holding.push(sheet)
  }
  if (holding.length > 1) {
    const names = holding.map(({ name }) => name).join(', ')
    throw badInput(`${path} has records on several worksheets (${names}). Save each as a file of its own.`)
  }
  return holding[0] ?? only
}

async function firstRows(archive: Archive, sheet: SheetEntry, strings: SharedStrings): Promise<SourceRow[]> {
  const first: SourceRow[] = []
  for await (const row of readSheet(archive, sheet.part, strings, () => {})) {
    first.push(row)
    if (first.length >= headingSearchDepth) break
  }
  return first
}

function readable(path: string, error: unknown): unknown {
  return error instanceof ExchangeError ? error : damaged(path, error)
}
