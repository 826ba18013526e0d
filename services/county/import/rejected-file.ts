import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { finished } from 'node:stream/promises'

/**
 * The file beside the input that holds its rejected rows: their own cells, the line (行号) and the reasons (原因), UTF-8 with
 * a byte order mark so that spreadsheets show it right, readable by its owner only since rows may hold persons' numbers.
 * Written under a temporary name; {@link RejectedFile.finish} puts it in place, or removes the one of an earlier run.
 */
export class RejectedFile {
  readonly path: string
  count = 0
  readonly #temporary: string
  readonly #headings: readonly string[]
  #stream: WriteStream | undefined
  #failure: Error | undefined

  constructor(input: string, headings: readonly string[]) {
    this.path = `${input}.rejected.csv`
    this.#temporary = `${this.path}.${process.pid}.tmp`
    this.#headings = headings
  }

  /** Adds a row; waits when the disk is slower than the reading. */
  async add(line: number, cells: readonly string[], reasons: readonly string[]): Promise<void> {
    if (this.#stream === undefined) {
      this.#stream = createWriteStream(this.#temporary, { mode: 0o600 })
      this.#stream.on('error', (error) => (this.#failure = error))
      await this.#write(`\ufeff${csvLine([...this.#headings, '行号', '原因'])}`)
    }
    const width = this.#headings.length
    const own = Array.from({ length: width }, (_, index) => cells[index] ?? '')
    // What stands beyond the last heading belongs to the row as well, but has no column.
    const beyond = cells.slice(width).filter((cell) => cell !== '')
    await this.#write(csvLine([...own, String(line), reasons.join('；'), ...beyond]))
    this.count += 1
  }

  /** Puts the file in place and gives its path, or undefined when nothing was rejected and there is no such file. */
  async finish(): Promise<string | undefined> {
    if (this.#stream === undefined) {
      await rm(this.path, { force: true })
      return undefined
    }
    this.#stream.end()
    await finished(this.#stream)
    await rename(this.#temporary, this.path)
    return this.path
  }

  /** Leaves no half-written file behind. */
  async abandon(): Promise<void> {
    this.#stream?.destroy()
    await rm(this.#temporary, { force: true })
  }

  async #write(text: string): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    if (this.#stream?.write(text) === false) await once(this.#stream, 'drain')
  }
}

function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

/** Quotes a cell; one that a spreadsheet would run as a formula gets an apostrophe in front. */
function csvCell(cell: string): string {
  const harmless = /^[=+\-@＝＋－＠\t\r]/.test(cell) ? `'${cell}` : cell
  return /[",\r\n;\t]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
