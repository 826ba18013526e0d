import { type SQL, and, arrayContains, asc, desc, eq, gt, gte, lt, lte } from 'drizzle-orm'
import type { Database } from '../../platform/database.ts'
import { badInput } from '../../platform/errors.ts'
import { journalEntries } from '../../platform/journal/journal.table.ts'
import { type Keyset, type Page, type PageRequest, readRows } from '../connection/page.ts'

/** A stored entry of the journal. */
export type AccessRow = typeof journalEntries.$inferSelect

const positionDigits = 15

/** The second part of an entry's sort key: its position in the chain, so that keys compare as text. */
export function positionKey(sequence: number): string {
  return String(sequence).padStart(positionDigits, '0')
}

/** SQL of the county's journal, read only. */
export class AccessRepository {
  /** One page of the accesses, newest first; only those that concern `subject`, a reference, when it is given. */
  async page(
    db: Database,
    search: { chain: string; subject: string | undefined },
    request: PageRequest,
  ): Promise<Page<AccessRow>> {
    const filter = and(
      eq(journalEntries.chain, search.chain),
      search.subject === undefined ? undefined : arrayContains(journalEntries.subjects, [search.subject]),
    )
    return readRows(request, byPosition(request), {
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

/** The chain's own order, which its primary key serves; times only ever grow along it, but for a clock set back. */
function byPosition({ backward, from }: PageRequest): Keyset {
  const { sequence } = journalEntries
  const order = backward ? asc(sequence) : desc(sequence)
  if (!from) return { order, beyond: undefined, behind: undefined }
  if (!/^\d{15}$/.test(from[1])) throw badInput('The cursor is not one that this exchange gave out.', 'after')
  const position = Number(from[1])
  return backward
    ? { order, beyond: gt(sequence, position), behind: lte(sequence, position) }
    : { order, beyond: lt(sequence, position), behind: gte(sequence, position) }
}
