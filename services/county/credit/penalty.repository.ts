import { and, eq, gte, inArray, lte } from 'drizzle-orm'
import type { Database } from '../../platform/database.ts'
import { type Page, type PageRequest, type SortColumns, keysetOf, readRows } from '../connection/page.ts'
import { penalties } from './penalty.table.ts'

/** A stored penalty. */
export type PenaltyRow = typeof penalties.$inferSelect

/** Conditions of a search; days are `YYYY-MM-DD`, both inclusive. */
export interface PenaltySearch {
  subject?: string | undefined
  act?: string | undefined
  documentNumber?: string | undefined
  decidedFrom?: string | undefined
  decidedTo?: string | undefined
}

const order: SortColumns = { moment: penalties.decidedOn, id: penalties.id, type: 'date' }

/** SQL of penalties. */
export class PenaltyRepository {
  /** One page of the penalties that meet the search. */
  page(db: Database, search: PenaltySearch, request: PageRequest): Promise<Page<PenaltyRow>> {
    const filter = and(
      search.subject === undefined ? undefined : eq(penalties.subjectCode, search.subject),
      search.act === undefined ? undefined : eq(penalties.act, search.act),
      search.documentNumber === undefined ? undefined : eq(penalties.documentNumber, search.documentNumber),
      search.decidedFrom === undefined ? undefined : gte(penalties.decidedOn, search.decidedFrom),
      search.decidedTo === undefined ? undefined : lte(penalties.decidedOn, search.decidedTo),
    )
    return readRows(request, keysetOf(request, order), {
      select: (beyond, by, limit) => db.select().from(penalties).where(and(filter, beyond)).orderBy(by).limit(limit),
      exists: async (behind) => {
        const found = await db.select({ id: penalties.id }).from(penalties).where(and(filter, behind)).limit(1)
        return found.length > 0
      },
    })
  }

  /** The penalties that exist among these ids, by id. */
  async byIds(db: Database, ids: string[]): Promise<Map<string, PenaltyRow>> {
    const rows = await db.select().from(penalties).where(inArray(penalties.id, ids))
    return new Map(rows.map((row) => [row.id, row]))
  }
}
