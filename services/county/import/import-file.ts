import { createHash } from 'node:crypto'
import type { Clock } from '../../platform/clock.ts'
import { parseCountyCode } from '../../platform/codes/county-code.ts'
import type { Database } from '../../platform/database.ts'
import { shanghaiDay } from '../../platform/directory/snapshot-lookups.ts'
import { badInput } from '../../platform/errors.ts'
import { contentHash, importedId } from './content-hash.ts'
import { findHeadings, type FoundHeadings, headingSearchDepth, isHeadingRow } from './find-headings.ts'
import type { FileKind } from './format.ts'
import { openSource } from './open-source.ts'
import type { ImportProgress } from './progress.ts'
import { RejectedFile } from './rejected-file.ts'
import { Row } from './row.ts'
import { SeenRows } from './seen-rows.ts'
import type { Source, SourceRow } from './source.ts'
import { type Pending, writeBatch } from './write-batch.ts'

/** What to import, and into what. */
export interface ImportOptions {
  path: string
  /** Code of the county whose database it is; ids begin with it. */
  county: string
  /** Told from the headings when left out. */
  kind?: FileKind
  database: Database
  clock: Clock
  onProgress?: (progress: ImportProgress) => void
  /** Rows in one transaction, 1000 unless told. */
  batchSize?: number
  /** Stops between two batches; what was written stays, and importing again completes it. */
  signal?: AbortSignal
}

/** What an import did. `read` = inserted + updated + unchanged + rejected. */
export interface ImportSummary {
  kind: FileKind
  read: number
  inserted: number
  updated: number
  /** Already so, or repeated word for word within the file. */
  unchanged: number
  rejected: number
  seconds: number
  /** Where the rejected rows and their reasons are, when there are any. */
  rejectedFile?: string
}

/**
 * Imports an official file (双公示 penalties or the list), CSV or XLSX, reading it as a stream. Each batch is one
 * transaction, so that a run that was cut short is completed by running again, and a second run changes nothing. Rows
 * that are not valid go to `<path>.rejected.csv`. Throws BAD_USER_INPUT when the file as a whole cannot be read.
 */
export async function importFile(options: ImportOptions): Promise<ImportSummary> {
  const batchSize = options.batchSize ?? 1000
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > 10_000) {
    throw new RangeError('batchSize must be a whole number from 1 to 10000.')
  }
  const { code: county } = parseCountyCode(options.county, 'county')
  const source = await openSource(options.path)
  try {
    return await new Run({ ...options, county, batchSize }, source).complete()
  } finally {
    await source.close()
  }
}

const handledReason = '该条目列入后已在本系统办理后续事项，文件内容与之不同，请在本系统中办理变更'

class Run {
  readonly #options: ImportOptions & { batchSize: number }
  readonly #source: Source
  readonly #started: number
  readonly #today: string
  readonly #seen = new SeenRows()
  readonly #counts = { read: 0, inserted: 0, updated: 0, unchanged: 0 }
  /** The batch being written while the next is read; never more than one. */
  #writing: Promise<void> = Promise.resolve()

  constructor(options: ImportOptions & { batchSize: number }, source: Source) {
    this.#options = options
    this.#source = source
    const now = options.clock.now()
    this.#started = now.getTime()
    this.#today = shanghaiDay(now)
  }

  async complete(): Promise<ImportSummary> {
    const rows = this.#source.rows()
    const first: SourceRow[] = []
    while (first.length < headingSearchDepth) {
      const next = await rows.next()
      if (next.done === true) break
      first.push(next.value)
    }
    if (first.length === 0) throw badInput(`${this.#options.path} has no rows.`)
    const found = findHeadings(first, this.#options.kind)
    const rejected = new RejectedFile(this.#options.path, found.headings.cells)
    try {
      await this.#readAll(chain(first.slice(found.index + 1), rows), found, rejected)
      const rejectedFile = await rejected.finish()
      this.#report(rejected, 1)
      return {
        kind: found.format.kind,
        ...this.#counts,
        rejected: rejected.count,
        seconds: this.#seconds(),
        ...(rejectedFile !== undefined && { rejectedFile }),
      }
    } catch (error) {
      await this.#writing.catch(() => {})
      await rejected.abandon()
      throw error
    } finally {
      await rows.return()
    }
  }

  async #readAll(rows: AsyncIterable<SourceRow>, found: FoundHeadings, rejected: RejectedFile): Promise<void> {
    let batch: Pending[] = []
    let mayRepeatHeadings = true
    for await (const { line, cells } of rows) {
      if (mayRepeatHeadings && isHeadingRow(cells, found.format)) continue
      mayRepeatHeadings = false
      this.#counts.read += 1
      const pending = this.#readRow(cells, line, found)
      if (Array.isArray(pending)) await rejected.add(line, cells, pending)
      else if (pending === 'repeated') this.#counts.unchanged += 1
      else batch.push(pending)
      if (batch.length >= this.#options.batchSize) {
        await this.#write(batch, found, rejected)
        batch = []
      }
      if (this.#counts.read % 500 === 0) this.#report(rejected, this.#source.progress())
    }
    await this.#write(batch, found, rejected)
    await this.#writing
  }

  /** The row ready to be written, `repeated` when the file has had it word for word, or the reasons against it. */
  #readRow(
    cells: readonly string[],
    line: number,
    { format, headings }: FoundHeadings,
  ): Pending | 'repeated' | string[] {
    const row = new Row(cells, headings, format.columns, this.#source.date1904)
    const entry = format.read(row, this.#today)
    if (row.problems.length > 0) return row.problems
    const hash = contentHash(entry.hashed)
    const key = createHash('sha256').update(entry.documentNumber).digest()
    const earlier = this.#seen.add(key, hash, line)
    if (earlier !== undefined) {
      return earlier.equal ? 'repeated' : [`文号与第${earlier.line}行重复而内容不同，以第${earlier.line}行为准`]
    }
    const id = importedId(this.#options.county, format.kind, entry.documentNumber)
    return { ...entry, id, contentHash: hash.toString('base64url'), line, cells }
  }

  /** Hands a batch to the database and returns at once; waits for the one before it. */
  async #write(batch: readonly Pending[], { format }: FoundHeadings, rejected: RejectedFile): Promise<void> {
    await this.#writing
    this.#options.signal?.throwIfAborted()
    if (batch.length === 0) return
    this.#writing = this.#writeNow(batch, format.kind, rejected)
    // Its failure is met at the next await; without this it would end the process first.
    this.#writing.catch(() => {})
  }

  async #writeNow(batch: readonly Pending[], kind: FileKind, rejected: RejectedFile): Promise<void> {
    const { database, clock } = this.#options
    const { inserted, updated, handled } = await writeBatch(database, kind, batch, clock.now())
    this.#counts.inserted += inserted
    this.#counts.updated += updated
    this.#counts.unchanged += batch.length - inserted - updated - handled.length
    for (const { line, cells } of handled) await rejected.add(line, cells, [handledReason])
  }

  #report(rejected: RejectedFile, done: number): void {
    this.#options.onProgress?.({ done, read: this.#counts.read, rejected: rejected.count, seconds: this.#seconds() })
  }

  #seconds(): number {
    return (this.#options.clock.now().getTime() - this.#started) / 1000
  }
}

async function* chain(first: readonly SourceRow[], rest: AsyncIterable<SourceRow>): AsyncGenerator<SourceRow> {
  yield* first
  yield* rest
}
