import { type SQL, and, arrayContains, eq, sql } from 'drizzle-orm'
import type { Database } from '../../platform/database.ts'
import { journalEntries } from '../../platform/journal/journal.table.ts'
import { type Page, type PageRequest, type SortColumns, readRows } from '../connection/page.ts'

/** A stored entry of the journal. */
export type AccessRow = typeof journalEntries.$inferSelect

const positionDigits = 12
const order: SortColumns = {
  moment: journalEntries.at,
  id: sql`lpad(${journalEntries.sequence}::text, ${sql.raw(String(positionDigits))}, '0')`,
  type: 'timestamptz',
}

/** The second part of an entry's sort key: its position in the chain, so that keys compare as text. */
export function positionKey(sequence: number): string {
  return String(sequence).padStart(positionDigits, '0')
}

/** SQL of the county's journal, read only. */
export class AccessRepository {
  /** One page of the accesses, newest first; only those that concern `subject`, a reference, when it is given. */
  page(
    db: Database,
    search: { chain: string; subject: string | undefined },
    request: PageRequest,
  ): Promise<Page<AccessRow>> {
    const filter = and(
      eq(journalEntries.chain, search.chain),
      search.subject === undefined ? undefined : arrayContains(journalEntries.subjects, [search.subject]),
    )
    return readRows(request, order, {
      select: (beyond, by, limit) =>
        db.select().from(journalEntries).where(and(filter, beyond)).orderBy(by).limit(limit),
      exists: async (behind: SQL) => {
        const { sequence } = journalEntries
        const found = await db.select({ sequence }).from(journalEntries).where(and(filter, behind)).limit(1)
        return found.length > 0
      },
    })
  }
}
