import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Archive } from './xlsx-archive.ts'
import { readXml } from './xlsx-xml.ts'

/** Up to so many bytes of text stay in memory. */
const memoryLimit = 16 << 20
const pageSize = 64 << 10
const pagesKept = 128

/** The workbook's table of shared strings; a large one lives in a temporary file, with 8 MB of it in memory at a time. */
export class SharedStrings {
  /** Where each string ends; it begins where the one before ends. */
  #ends = new Float64Array(1024)
  #count = 0
  #length = 0
  #flushed = 0
  /** Text not yet in a page or in the file: whole chunks, and the latest strings one by one. */
  #unflushed: Buffer[] = []
  #latest: Buffer[] = []
  #file: { descriptor: number; folder: string } | undefined
  readonly #pages = new Map<number, Buffer>()
  readonly #memoryLimit: number
  readonly #parent: string

  /** `parent` is where a temporary folder is made when the strings take more than `limit` bytes. */
  constructor(limit = memoryLimit, parent = tmpdir()) {
    this.#memoryLimit = limit
    this.#parent = parent
  }

  /** Reads xl/sharedStrings.xml; a workbook without one has none. */
  static async read(archive: Archive, part: string): Promise<SharedStrings> {
    const strings = new SharedStrings()
    if (archive.size(part) === undefined) return strings
    let text = ''
    let inText = false
    let inPhonetic = false
    const events = {
      open: (name: string) => {
        if (name === 'si') text = ''
        if (name === 't') inText = true
        if (name === 'rPh') inPhonetic = true
      },
      close: (name: string) => {
        if (name === 'si') strings.add(text)
        if (name === 't') inText = false
        if (name === 'rPh') inPhonetic = false
      },
      text: (piece: string) => {
        if (inText && !inPhonetic) text += piece
      },
    }
    try {
      for await (const _ of readXml(await archive.read(part), events)) strings.#spill(false)
      strings.#spill(true)
      return strings
    } catch (error) {
      strings.close()
      throw error
    }
  }

  /** Adds the next string. */
  add(text: string): void {
    const bytes = Buffer.from(text)
    this.#latest.push(bytes)
    this.#length += bytes.length
    if (this.#count === this.#ends.length) {
      const ends = new Float64Array(this.#count * 2)
      ends.set(this.#ends)
      this.#ends = ends
    }
    this.#ends[this.#count] = this.#length
    this.#count += 1
    if (this.#latest.length >= 4096) this.#spill(false)
  }

  /** The string of a number, or undefined when there is none. */
  get(index: number): string | undefined {
    if (!(index >= 0 && index < this.#count)) return undefined
    if (this.#flushed < this.#length) this.#spill(true)
    const start = index === 0 ? 0 : (this.#ends[index - 1] ?? 0)
    return this.#bytes(start, this.#ends[index] ?? start).toString('utf8')
  }

  /** Removes the temporary file. */
  close(): void {
    if (this.#file === undefined) return
    closeSync(this.#file.descriptor)
    rmSync(this.#file.folder, { recursive: true, force: true })
    this.#file = undefined
  }

  /** Moves what has come together into a page of memory or, once it is too much, into the file. */
  #spill(all: boolean): void {
    const waiting = this.#length - this.#flushed
    if (waiting === 0 || (!all && waiting < pageSize)) return
    this.#unflushed.push(Buffer.concat(this.#latest))
    this.#latest = []
    if (this.#file === undefined && this.#length <= this.#memoryLimit) {
      if (all) this.#toPages()
      return
    }
    if (this.#file === undefined) {
      const folder = mkdtempSync(join(this.#parent, 'liandong-import-'))
      this.#file = { descriptor: openSync(join(folder, 'strings'), 'wx+', 0o600), folder }
    }
    const bytes = Buffer.concat(this.#unflushed)
    for (let written = 0; written < bytes.length;) {
      written += writeSync(this.#file.descriptor, bytes, written, bytes.length - written, this.#flushed + written)
    }
    this.#flushed = this.#length
    this.#unflushed = []
    this.#pages.clear()
  }

  #toPages(): void {
    const bytes = Buffer.concat([...this.#allPages(), ...this.#unflushed])
    this.#pages.clear()
    for (let at = 0; at < bytes.length; at += pageSize)
      this.#pages.set(at / pageSize, bytes.subarray(at, at + pageSize))
    this.#flushed = this.#length
    this.#unflushed = []
  }

  #allPages(): Buffer[] {
    return [...this.#pages.entries()].toSorted(([one], [other]) => one - other).map(([, page]) => page)
  }

  #bytes(start: number, end: number): Buffer {
    const parts: Buffer[] = []
    for (let at = start; at < end;) {
      const number = Math.floor(at / pageSize)
      const from = at - number * pageSize
      const part = this.#page(number).subarray(from, from + end - at)
      if (part.length === 0) break
      parts.push(part)
      at += part.length
    }
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)
  }

  #page(number: number): Buffer {
    const kept = this.#pages.get(number)
    if (this.#file === undefined) return kept ?? Buffer.alloc(0)
    if (kept !== undefined) {
      this.#pages.delete(number)
      this.#pages.set(number, kept)
      return kept
    }
    const page = Buffer.alloc(pageSize)
    const length = readSync(this.#file.descriptor, page, 0, pageSize, number * pageSize)
    const [oldest] = this.#pages.keys()
    if (this.#pages.size >= pagesKept && oldest !== undefined) this.#pages.delete(oldest)
    this.#pages.set(number, page.subarray(0, length))
    return page.subarray(0, length)
  }
}
