import { and, asc, eq, inArray, isNotNull, or } from 'drizzle-orm'
import type { Database } from '../../platform/database.ts'
import { groupBy } from '../db/batch.ts'
import { envelopes } from '../delivery/delivery.table.ts'
import { disputeHandoverItems, jurisdictionDisputes } from './jurisdiction.table.ts'

/** A stored dispute. */
export type DisputeRow = typeof jurisdictionDisputes.$inferSelect
/** A stored line of a handover list. */
export type DisputeItemRow = typeof disputeHandoverItems.$inferSelect

/** SQL of disputes about jurisdiction. */
export class JurisdictionRepository {
  /** Disputes by their ids. */
  async byIds(db: Database, ids: readonly string[]): Promise<Map<string, DisputeRow>> {
    if (ids.length === 0) return new Map()
    const rows = await db
      .select()
      .from(jurisdictionDisputes)
      .where(inArray(jurisdictionDisputes.id, [...ids]))
    return new Map(rows.map((row) => [row.id, row]))
  }

  /** One dispute, locked until the transaction ends. */
  async lock(tx: Database, id: string): Promise<DisputeRow | undefined> {
    const [row] = await tx.select().from(jurisdictionDisputes).where(eq(jurisdictionDisputes.id, id)).for('update')
    return row
  }

  /** Enters a dispute. */
  async insert(tx: Database, row: typeof jurisdictionDisputes.$inferInsert): Promise<void> {
    await tx.insert(jurisdictionDisputes).values(row)
  }

  /** Changes a dispute. */
  async update(tx: Database, id: string, change: Partial<DisputeRow>): Promise<void> {
    if (Object.keys(change).length === 0) return
    await tx.update(jurisdictionDisputes).set(change).where(eq(jurisdictionDisputes.id, id))
  }

  /**
   * The dispute that follows another one; undefined when none does. It is between the same two counties: any other one can
   * name whatever it likes.
   */
  async following(
    db: Database,
    row: Pick<DisputeRow, 'id' | 'raiser' | 'respondent'>,
  ): Promise<DisputeRow | undefined> {
    const { follows, raiser, respondent } = jurisdictionDisputes
    const [one, other] = [row.raiser, row.respondent]
    const sameTwo = or(and(eq(raiser, one), eq(respondent, other)), and(eq(raiser, other), eq(respondent, one)))
    const [found] = await db
      .select()
      .from(jurisdictionDisputes)
      .where(and(eq(follows, row.id), sameTwo))
      .limit(1)
    return found
  }

  /** Disputes about this subject and act or about one of these cases, oldest first. */
  about(
    db: Database,
    { subject, act, cases }: { subject: string | null; act: string; cases: readonly string[] },
  ): Promise<DisputeRow[]> {
    const { subjectCode, raiserCase, respondentCase, movedCase, continuedCase, raisedAt, id } = jurisdictionDisputes
    const columns = [raiserCase, respondentCase, movedCase, continuedCase]
    return db
      .select()
      .from(jurisdictionDisputes)
      .where(
        or(
          subject === null ? undefined : and(eq(subjectCode, subject), eq(jurisdictionDisputes.act, act)),
          ...(cases.length === 0 ? [] : columns.map((column) => inArray(column, [...cases]))),
          // Neither known: nothing is related.
          subject === null && cases.length === 0 ? and(isNotNull(id), eq(id, '')) : undefined,
        ),
      )
      .orderBy(asc(raisedAt), asc(id))
  }

  /** Lines of the handover lists, by dispute, in their order. */
  async items(db: Database, disputes: readonly string[]): Promise<Map<string, DisputeItemRow[]>> {
    if (disputes.length === 0) return new Map()
    const rows = await db
      .select()
      .from(disputeHandoverItems)
      .where(inArray(disputeHandoverItems.dispute, [...disputes]))
      .orderBy(asc(disputeHandoverItems.position))
    return groupBy(rows, (row) => row.dispute)
  }

  /** Enters the lines of a handover list. */
  async putItems(tx: Database, rows: (typeof disputeHandoverItems.$inferInsert)[]): Promise<void> {
    if (rows.length > 0) await tx.insert(disputeHandoverItems).values(rows)
  }

  /** Says of every line that it came as listed, but for `differences`. */
  async takeOver(
    tx: Database,
    dispute: string,
    differences: readonly { position: number; remark: string }[],
  ): Promise<void> {
    const { dispute: of, position: at } = disputeHandoverItems
    await tx.update(disputeHandoverItems).set({ asListed: true }).where(eq(of, dispute))
    for (const { position, remark } of differences) {
      await tx
        .update(disputeHandoverItems)
        .set({ asListed: false, remark })
        .where(and(eq(of, dispute), eq(at, position)))
    }
  }

  /** Signed documents by their hashes. */
  async documents(db: Database, hashes: readonly string[]): Promise<Map<string, string>> {
    if (hashes.length === 0) return new Map()
    const rows = await db
      .select({ hash: envelopes.hash, jws: envelopes.jws })
      .from(envelopes)
      .where(inArray(envelopes.hash, [...hashes]))
    return new Map(rows.map(({ hash, jws }) => [hash, jws]))
  }
}
