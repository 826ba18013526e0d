import type { Archive } from './xlsx-archive.ts'
import { attribute, readXml } from './xlsx-xml.ts'

/** A worksheet and the part that holds it. */
export interface SheetEntry {
  name: string
  part: string
}

/** What the workbook's own parts say. */
export interface Workbook {
  /** Visible worksheets in their order. */
  sheets: SheetEntry[]
  stringsPart: string
  /** Days are counted from 1904. */
  date1904: boolean
}

/** Reads the workbook's table of contents. */
export async function readWorkbook(archive: Archive): Promise<Workbook> {
  const main = (await relations(archive, '_rels/.rels', '')).find(({ type }) => type === 'officeDocument')?.target
  const part = main ?? 'xl/workbook.xml'
  const folder = part.slice(0, part.lastIndexOf('/') + 1)
  const related = await relations(archive, `${folder}_rels/${part.slice(folder.length)}.rels`, folder)
  const targets = new Map(related.map(({ id, target }) => [id, target]))
  const workbook: Workbook = {
    sheets: [],
    stringsPart: related.find(({ type }) => type === 'sharedStrings')?.target ?? `${folder}sharedStrings.xml`,
    date1904: false,
  }
  await drain(archive, part, (name, attributes) => {
    if (name === 'workbookPr') workbook.date1904 = /^(1|true)$/.test(attribute(attributes, 'date1904') ?? '')
    if (name !== 'sheet' || /hidden/i.test(attribute(attributes, 'state') ?? '')) return
    const target = targets.get(attribute(attributes, 'id') ?? '')
    if (target !== undefined) workbook.sheets.push({ name: attributes['name'] ?? target, part: target })
  })
  return workbook
}

async function relations(archive: Archive, part: string, folder: string) {
  const found: { id: string; type: string; target: string }[] = []
  if (archive.size(part) === undefined) return found
  await drain(archive, part, (name, attributes) => {
    if (name !== 'Relationship') return
    const target = attributes['Target'] ?? ''
    found.push({
      id: attributes['Id'] ?? '',
      type: (attributes['Type'] ?? '').replace(/^.*\//, ''),
      target: target.startsWith('/') ? target.slice(1) : folder + target,
    })
  })
  return found
}

async function drain(
  archive: Archive,
  part: string,
  open: (name: string, attributes: Record<string, string>) => void,
): Promise<void> {
  const pieces = readXml(await archive.read(part), { open })
  while ((await pieces.next()).done !== true) {
    // Everything happens in `open`.
  }
}
