import { getTableColumns, getTableName } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import { type Database, prepared } from '../../platform/database.ts'

/**
 * Writes in batches, as `Batch` reads: rows that are handed in during the same turn of one transaction become one statement
 * of a fixed text. Rows of one batch must not be the same row.
 */
export class WriteBatch<Row> {
  readonly #text: string
  readonly #waiting = new WeakMap<Database, { rows: Row[]; done: Promise<unknown> }>()

  /** A statement that reads its rows from `$1`, a JSON array. */
  constructor(text: string) {
    this.#text = text
  }

  /** Resolves when the row has been written. */
  async put(tx: Database, ...given: Row[]): Promise<void> {
    if (given.length === 0) return
    let waiting = this.#waiting.get(tx)
    if (!waiting) {
      const rows: Row[] = []
      const done = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        this.#waiting.delete(tx)
        return prepared(tx, this.#text, [jsonOf(rows)])
      })
      waiting = { rows, done }
      this.#waiting.set(tx, waiting)
    }
    waiting.rows.push(...given)
    await waiting.done
  }
}

/** Rows as JSON with the columns' names, as `json_populate_recordset` reads them. */
export class RowsAsJson<Table extends PgTable> {
  readonly table: string
  /** Names of all columns that are handed in, with commas. */
  readonly columns: string
  readonly names: readonly string[]
  readonly #keys: readonly [string, string][]

  constructor(table: Table, without: readonly string[] = []) {
    this.table = getTableName(table)
    const all = Object.entries<{ name: string }>(getTableColumns(table))
    this.#keys = all.filter(([key]) => !without.includes(key)).map(([key, { name }]) => [key, name])
    this.names = this.#keys.map(([, name]) => name)
    this.columns = this.names.join(', ')
  }

  /** What is missing is null. */
  row(given: Table['$inferInsert']): Record<string, unknown> {
    const row: Record<string, unknown> = {}
    for (const [key, name] of this.#keys) row[name] = (given as Record<string, unknown>)[key]
    return row
  }
}

/** Writes so that PostgreSQL reads it as it reads a text: half of a surrogate pair becomes U+FFFD. */
export function jsonOf(value: unknown): string {
  const text = JSON.stringify(value)
  if (!text.includes('\\ud')) return text
  return text.replaceAll(/\\(?:\\|u(d[89a-f][0-9a-f]{2}))/g, (found, half: string | undefined) =>
    half === undefined ? found : '\ufffd',
  )
}

/**
 * Runs statements of one transaction at the same time. When one fails the others come to their end before this rejects with
 * the first failure: what runs on after a rollback would stand outside of any transaction.
 */
export async function together<const Work extends readonly unknown[]>(
  work: Work,
): Promise<{ -readonly [Place in keyof Work]: Awaited<Work[Place]> }> {
  try {
    return await Promise.all(work)
  } catch (error) {
    await Promise.allSettled(work)
    throw error
  }
}
