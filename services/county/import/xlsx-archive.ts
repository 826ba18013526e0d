import type { Readable } from 'node:stream'
import { type Entry, open as openZip, type ZipFile } from 'yauzl'
import { badInput } from '../../platform/errors.ts'

/** More parts than any workbook has. */
const mostEntries = 10_000

/** The parts of a workbook, which is a ZIP file; each is read as a stream of its own. */
export interface Archive {
  /** Uncompressed size of a part in bytes, undefined when there is none of that name. */
  size(name: string): number | undefined
  /** Opens a part; the name is compared without regard to case. */
  read(name: string): Promise<Readable>
  close(): void
}

/** Opens a ZIP file and reads its directory. Throws BAD_USER_INPUT when it is damaged. */
export async function openArchive(path: string): Promise<Archive> {
  const zip = await asPromise<ZipFile>((done) => openZip(path, { lazyEntries: true, autoClose: false }, done)).catch(
    (error: unknown) => {
      throw damaged(path, error)
    },
  )
  const entries = new Map<string, Entry>()
  try {
    await new Promise<void>((resolve, reject) => {
      zip.on('error', reject)
      zip.on('end', resolve)
      zip.on('entry', (entry: Entry) => {
        entries.set(entry.fileName.toLowerCase(), entry)
        if (entries.size > mostEntries) reject(new Error('too many parts'))
        else zip.readEntry()
      })
      zip.readEntry()
    })
  } catch (error) {
    zip.close()
    throw damaged(path, error)
  }
  return {
    size: (name) => entries.get(name.toLowerCase())?.uncompressedSize,
    read: async (name) => {
      const entry = entries.get(name.toLowerCase())
      if (entry === undefined) throw badInput(`${path} is not a whole workbook: it has no part ${name}.`)
      return asPromise<Readable>((done) => zip.openReadStream(entry, done)).catch((error: unknown) => {
        throw damaged(path, error)
      })
    },
    close: () => zip.close(),
  }
}

/** BAD_USER_INPUT for a workbook that cannot be read. */
export function damaged(path: string, error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error)
  return badInput(`${path} is damaged and cannot be read as a workbook (${reason}). Open it, save it again and retry.`)
}

function asPromise<Value>(start: (done: (error: Error | null, value?: Value) => void) => void): Promise<Value> {
  return new Promise((resolve, reject) => {
    start((error, value) => {
      if (error !== null || value === undefined) reject(error ?? new Error('no result'))
      else resolve(value)
    })
  })
}
