import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { desc, eq, getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { Database } from '../database.ts'
import { ExchangeError } from '../errors.ts'
import { journalEntries } from './journal.table.ts'

/** What is written of one question. */
export interface JournalEntry {
  at: Date
  transaction: string
  agency: string
  county: string
  actor: string | null
  officer: string | null
  purposeKind: string
  purposeNumber: string | null
  fields: readonly string[]
  /** References, never a natural person's number: see `subjectReference`. */
  subjects: readonly string[]
}

/** A process's append-only journal. */
export interface Journal {
  /** Resolves when the entry is durable. Rejects with JOURNAL_UNAVAILABLE; the request must then be refused. */
  append(entry: JournalEntry): Promise<void>
  /**
   * Whether appends go through. After one that failed the database is asked, so that a process which is given no more
   * requests because of it finds out when they would be welcome again.
   */
  status(): Promise<{ ok: boolean; detail: string }>
}

/** Hash of the entry before a chain's first. */
export const chainStart = '0'.repeat(64)

/** Where a chain stands: its last entry, or sequence 0 and {@link chainStart} before the first. */
export interface Tail {
  sequence: number
  hash: string
}

const largestBatch = 500
const largestQueue = 10_000
const insertDeadlineMs = 3_000

/**
 * Opens the journal `chain` in `db`. Appends that arrive in one turn of the event loop, or while an insert is under way, go
 * into one insert, so a busy process makes few statements and every caller still waits until its own entry is durable.
 */
export function createJournal(db: Database, chain: string): Journal {
  let pending: { entry: JournalEntry; resolve(): void; reject(error: Error): void }[] = []
  let flushing = false
  let tail: Tail | undefined
  let failure: unknown
  let written = 0

  async function flush(): Promise<void> {
    flushing = true
    while (pending.length > 0) {
      // What arrives in this turn of the event loop goes together.
      await nextTurn()
      const batch = pending.slice(0, largestBatch)
      pending = pending.slice(largestBatch)
      try {
        tail = await withDeadline(insertAfterTail(batch.map((waiting) => waiting.entry)))
        written += batch.length
        failure = undefined
        for (const waiting of batch) waiting.resolve()
      } catch (error) {
        // The insert may or may not have happened: read the tail again before the next one.
        tail = undefined
        failure = error
        for (const waiting of batch) waiting.reject(unavailable())
      }
    }
    flushing = false
  }

  async function insertAfterTail(entries: JournalEntry[]): Promise<Tail> {
    try {
      return await insert(entries)
    } catch (error) {
      if (!isTaken(error)) throw error
      // An insert that had been given up came through after all: the chain goes on behind it.
      tail = undefined
      return insert(entries)
    }
  }

  async function insert(entries: JournalEntry[]): Promise<Tail> {
    let { sequence, hash } = tail ?? (await readTail(db, chain))
    const values = entries.map((entry) => {
      const previous = hash
      sequence += 1
      hash = entryHash(chain, sequence, previous, entry)
      return { ...entry, chain, sequence, previous, hash }
    })
    await db.execute(insertStatement(values))
    return { sequence, hash }
  }

  return {
    append(entry) {
      if (pending.length >= largestQueue) return Promise.reject(unavailable())
      return new Promise((resolve, reject) => {
        pending.push({ entry, resolve, reject })
        if (!flushing) void flush()
      })
    },
    async status() {
      if (failure === undefined) return { ok: true, detail: `${written} entries written since start` }
      try {
        await withDeadline(readTail(db, chain))
        return { ok: true, detail: 'the last append failed; the database answers again' }
      } catch {
        return { ok: false, detail: 'the last append failed, and the database does not answer' }
      }
    },
  }
}

/** Hash of one entry, over its chain, position, predecessor and contents. */
export function entryHash(chain: string, sequence: number, previous: string, entry: JournalEntry): string {
  const contents = [
    chain,
    sequence,
    previous,
    entry.at.toISOString(),
    entry.transaction,
    entry.agency,
    entry.county,
    entry.actor,
    entry.officer,
    entry.purposeKind,
    entry.purposeNumber,
    entry.fields,
    entry.subjects,
  ]
  return createHash('sha256').update(JSON.stringify(contents)).digest('hex')
}

/** A stored entry, as {@link verifyChain} reads it. */
export type StoredEntry = JournalEntry & { chain: string; sequence: number; previous: string; hash: string }

/**
 * The sequence number of the first stored entry that does not follow from its predecessor, or undefined. The first one
 * must follow from `after`; without it any beginning will do.
 */
export function verifyChain(stored: readonly StoredEntry[], after?: Tail): number | undefined {
  let previous = after?.hash
  let expected = after === undefined ? undefined : after.sequence + 1
  for (const entry of stored) {
    const follows = previous === undefined || (entry.previous === previous && entry.sequence === expected)
    // PostgreSQL has timestamps, such as infinity, that are no moments: no entry was written with one.
    if (!follows || Number.isNaN(entry.at.getTime())) return entry.sequence
    if (entryHash(entry.chain, entry.sequence, entry.previous, entry) !== entry.hash) return entry.sequence
    previous = entry.hash
    expected = entry.sequence + 1
  }
  return undefined
}

/** One statement with one parameter, however many entries: building and binding one for each value costs more than all else. */
function insertStatement(values: readonly StoredEntry[]): SQL {
  const columns = Object.entries(getTableColumns(journalEntries))
  const names = sql.join(
    columns.map(([, column]) => sql.identifier(column.name)),
    sql`, `,
  )
  const types = sql.join(
    columns.map(([, column]) => sql`${sql.identifier(column.name)} ${sql.raw(column.getSQLType())}`),
    sql`, `,
  )
  const rows = values.map((value) =>
    Object.fromEntries(columns.map(([key, column]) => [column.name, value[key as keyof StoredEntry]])),
  )
  return sql`insert into ${journalEntries} (${names}) select ${names} from json_to_recordset(${JSON.stringify(rows)}::json) as entry (${types})`
}

async function readTail(db: Database, chain: string): Promise<Tail> {
  const [last] = await db
    .select({ sequence: journalEntries.sequence, hash: journalEntries.hash })
    .from(journalEntries)
    .where(eq(journalEntries.chain, chain))
    .orderBy(desc(journalEntries.sequence))
    .limit(1)
  return last ?? { sequence: 0, hash: chainStart }
}

/** Whether the position in the chain was taken (PostgreSQL's unique_violation). */
function isTaken(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause) {
    if ('code' in each && each.code === '23505') return true
  }
  return false
}

async function withDeadline<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('The journal did not answer in time.')), insertDeadlineMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

function unavailable(): ExchangeError {
  return new ExchangeError(
    'JOURNAL_UNAVAILABLE',
    'The access could not be written to the journal, so it was refused. Try again later.',
  )
}
