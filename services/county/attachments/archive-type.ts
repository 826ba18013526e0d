import { type Entry, open as openZip, type ZipFile } from 'yauzl'

/** More parts than any document has. */
const mostEntries = 10_000

const marks = [
  ['word', 'word/document.xml'],
  ['sheet', 'xl/workbook.xml'],
  ['slides', 'ppt/presentation.xml'],
] as const

/** Names that say what a document is; no other is kept, however many and long they are. */
const telling = new Set(['[content_types].xml', 'ofd.xml', ...marks.map(([, part]) => part)])
const macros = 'vbaproject.bin'

/**
 * What document a ZIP file is by the parts it lists: Office Open XML (GB/T, ECMA-376) or OFD (GB/T 33190); undefined for
 * any other archive, for a damaged one, and for a document with macros. Nothing is unpacked.
 */
export async function archiveType(path: string): Promise<'word' | 'sheet' | 'slides' | 'ofd' | undefined> {
  const names = await namesIn(path).catch(() => new Set<string>())
  if (names.has(macros)) return undefined
  const found = names.has('[content_types].xml') ? marks.filter(([, part]) => names.has(part)) : []
  if (names.has('ofd.xml')) return found.length === 0 ? 'ofd' : undefined
  return found.length === 1 ? found[0]?.[0] : undefined
}

/** The telling names of a ZIP file, in lower case. */
async function namesIn(path: string): Promise<Set<string>> {
  const zip = await new Promise<ZipFile>((resolve, reject) => {
    openZip(path, { lazyEntries: true, autoClose: false }, (error, value) =>
      value === undefined ? reject(error ?? new Error('no result')) : resolve(value),
    )
  })
  try {
    if (zip.entryCount > mostEntries) throw new Error('too many parts')
    return await new Promise((resolve, reject) => {
      const names = new Set<string>()
      zip.on('error', reject)
      zip.on('end', () => resolve(names))
      zip.on('entry', ({ fileName }: Entry) => {
        const name = fileName.toLowerCase()
        if (name.endsWith(macros)) names.add(macros)
        else if (telling.has(name)) names.add(name)
        zip.readEntry()
      })
      zip.readEntry()
    })
  } finally {
    zip.close()
  }
}
