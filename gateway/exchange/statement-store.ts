import { eq } from 'drizzle-orm'
import type { Clock } from '../../services/platform/clock.ts'
import type { Database } from '../../services/platform/database.ts'
import { ExchangeError } from '../../services/platform/errors.ts'
import type { CoverageStatement } from '../../services/platform/hit-index/coverage-statement.ts'
import { coverageStatements } from '../journal/coverage-statement.table.ts'

/** Keeps the coverage statements that receipts name. */
export interface StatementStore {
  /** Resolves when all are durable; rejects with JOURNAL_UNAVAILABLE, and then no receipt may name them. */
  keep(statements: readonly CoverageStatement[]): Promise<void>
  /** The text of the statement with this hash. Rejects with JOURNAL_UNAVAILABLE when the database does not answer. */
  find(hash: string): Promise<string | undefined>
}

const deadlineMs = 3_000
const mostKnown = 10_000

/** Opens the store in `db`. Each statement is written once a process, however many checks wait for it. */
export function createStatementStore(db: Database, clock: Clock): StatementStore {
  const durable = new Set<string>()
  const writing = new Map<string, Promise<void>>()

  async function write(statements: readonly CoverageStatement[]): Promise<void> {
    const at = clock.now()
    const values = statements.map(({ hash, text }) => ({ hash, text, at }))
    await withDeadline(db.insert(coverageStatements).values(values).onConflictDoNothing())
    for (const { hash } of statements) durable.add(hash)
    for (const oldest of durable) {
      if (durable.size <= mostKnown) break
      durable.delete(oldest)
    }
  }

  return {
    async keep(statements) {
      const wanted = new Map<string, CoverageStatement>()
      for (const statement of statements) {
        if (!durable.has(statement.hash)) wanted.set(statement.hash, statement)
      }
      if (wanted.size === 0) return
      const fresh = [...wanted.values()].filter(({ hash }) => !writing.has(hash))
      if (fresh.length > 0) {
        const written = write(fresh).finally(() => {
          for (const { hash } of fresh) writing.delete(hash)
        })
        for (const { hash } of fresh) writing.set(hash, written)
      }
      await Promise.all([...wanted.keys()].flatMap((hash) => writing.get(hash) ?? []))
    },
    async find(hash) {
      const [row] = await withDeadline(
        db.select({ text: coverageStatements.text }).from(coverageStatements).where(eq(coverageStatements.hash, hash)),
      )
      return row?.text
    },
  }
}

/** The result of a statement; JOURNAL_UNAVAILABLE when it fails or is late. */
async function withDeadline<T>(work: PromiseLike<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('The database did not answer in time.')), deadlineMs)
  })
  try {
    return await Promise.race([work, late])
  } catch {
    throw new ExchangeError(
      'JOURNAL_UNAVAILABLE',
      'What the check rests on could not be kept or read, so that it could not be proven later. Try again later.',
    )
  } finally {
    clearTimeout(timer)
  }
}
