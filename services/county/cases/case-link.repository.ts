import { and, asc, eq, inArray, like, lt, sql } from 'drizzle-orm'
import type { Database } from '../../platform/database.ts'
import { groupBy } from '../db/batch.ts'
import { caseLinks } from './case-link.table.ts'

/** A stored case link. */
export type CaseLinkRow = typeof caseLinks.$inferSelect

/** SQL of case links. */
export class CaseLinkRepository {
  /** Links of these cases, oldest first, by case id. */
  async ofCases(db: Database, caseIds: string[]): Promise<Map<string, CaseLinkRow[]>> {
    const rows = await db
      .select()
      .from(caseLinks)
      .where(inArray(caseLinks.caseId, caseIds))
      .orderBy(asc(caseLinks.proposedAt), sql`${caseLinks.id} collate "C"`)
    return groupBy(rows, (row) => row.caseId)
  }

  /** Links proposed to cases of this county and still open, oldest first. */
  proposedTo(db: Database, county: string, limit: number): Promise<CaseLinkRow[]> {
    return db
      .select()
      .from(caseLinks)
      .where(
        and(
          eq(caseLinks.direction, 'OUTBOUND'),
          eq(caseLinks.state, 'PROPOSED'),
          like(caseLinks.target, `${county}:%`),
        ),
      )
      .orderBy(asc(caseLinks.proposedAt), sql`${caseLinks.id} collate "C"`)
      .limit(limit)
  }

  /** One link. */
  async byId(db: Database, id: string): Promise<CaseLinkRow | undefined> {
    const [row] = await db.select().from(caseLinks).where(eq(caseLinks.id, id))
    return row
  }

  /** Links by their ids. */
  async byIds(db: Database, ids: string[]): Promise<Map<string, CaseLinkRow>> {
    const rows = await db.select().from(caseLinks).where(inArray(caseLinks.id, ids))
    return new Map(rows.map((row) => [row.id, row]))
  }

  /** One link, locked until the transaction ends. */
  async lock(tx: Database, id: string): Promise<CaseLinkRow | undefined> {
    const [row] = await tx.select().from(caseLinks).where(eq(caseLinks.id, id)).for('update')
    return row
  }

  /** The inbound copy of another county's link. */
  async inbound(db: Database, origin: string): Promise<CaseLinkRow | undefined> {
    const [row] = await db
      .select()
      .from(caseLinks)
      .where(and(eq(caseLinks.origin, origin), eq(caseLinks.direction, 'INBOUND')))
    return row
  }

  /** The open or confirmed link that this county proposed between two cases. */
  async outbound(db: Database, caseId: string, target: string, kind: string): Promise<CaseLinkRow | undefined> {
    const [row] = await db
      .select()
      .from(caseLinks)
      .where(
        and(
          eq(caseLinks.caseId, caseId),
          eq(caseLinks.target, target),
          eq(caseLinks.kind, kind),
          eq(caseLinks.direction, 'OUTBOUND'),
          inArray(caseLinks.state, ['PROPOSED', 'CONFIRMED']),
        ),
      )
    return row
  }

  /** Adds a link; undefined when the county holds the same one already. */
  async insert(tx: Database, row: typeof caseLinks.$inferInsert): Promise<CaseLinkRow | undefined> {
    const [inserted] = await tx.insert(caseLinks).values(row).onConflictDoNothing().returning()
    return inserted
  }

  /** Puts a newer proposal of the same link into the place of the inbound one; undefined when that is not older. */
  async renewInbound(tx: Database, row: typeof caseLinks.$inferInsert): Promise<CaseLinkRow | undefined> {
    const { caseId, target, kind, origin, note, proposedBy, proposedAt, proposal, confirmation, settledAt } = row
    const [renewed] = await tx
      .update(caseLinks)
      .set({ origin, note, proposedBy, proposedAt, proposal, confirmation, settledAt })
      .where(
        and(
          eq(caseLinks.caseId, caseId),
          eq(caseLinks.target, target),
          eq(caseLinks.kind, kind),
          eq(caseLinks.direction, 'INBOUND'),
          lt(caseLinks.proposedAt, proposedAt),
        ),
      )
      .returning()
    return renewed
  }

  /** Settles a link and gives it back. */
  async settle(
    tx: Database,
    id: string,
    change: { state: string; settledAt: Date; confirmation?: string },
  ): Promise<CaseLinkRow> {
    const [row] = await tx.update(caseLinks).set(change).where(eq(caseLinks.id, id)).returning()
    if (!row) throw new Error('The link vanished while it was locked.')
    return row
  }
}
