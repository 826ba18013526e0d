import { and, asc, desc, eq, inArray, isNull, or, sql } from 'drizzle-orm'
import type { Database } from '../../platform/database.ts'
import { groupBy } from '../db/batch.ts'
import { evidenceCitations, evidenceSharings, evidenceVersions } from './evidence.table.ts'

/** A shared piece of evidence. */
export type EvidenceRow = typeof evidenceSharings.$inferSelect
/** A version of it, or its withdrawal. */
export type VersionRow = typeof evidenceVersions.$inferSelect
/** A citation of it. */
export type CitationRow = typeof evidenceCitations.$inferSelect

/** SQL of shared evidence. */
export class EvidenceRepository {
  /** Pieces by their ids. */
  async byIds(db: Database, ids: readonly string[]): Promise<Map<string, EvidenceRow>> {
    if (ids.length === 0) return new Map()
    const rows = await db
      .select()
      .from(evidenceSharings)
      .where(inArray(evidenceSharings.id, [...ids]))
    return new Map(rows.map((row) => [row.id, row]))
  }

  /** One piece, locked until the transaction ends. */
  async lock(tx: Database, id: string): Promise<EvidenceRow | undefined> {
    const [row] = await tx.select().from(evidenceSharings).where(eq(evidenceSharings.id, id)).for('update')
    return row
  }

  /** Enters a piece. */
  async insert(tx: Database, row: typeof evidenceSharings.$inferInsert): Promise<void> {
    await tx.insert(evidenceSharings).values(row)
  }

  /** Changes a piece. */
  async update(tx: Database, id: string, change: Partial<EvidenceRow>): Promise<void> {
    await tx.update(evidenceSharings).set(change).where(eq(evidenceSharings.id, id))
  }

  /** Pieces that own cases shared, by case, oldest first. */
  async sharedFrom(db: Database, cases: readonly string[]): Promise<Map<string, EvidenceRow[]>> {
    if (cases.length === 0) return new Map()
    const rows = await db
      .select()
      .from(evidenceSharings)
      .where(inArray(evidenceSharings.originCase, [...cases]))
      .orderBy(asc(evidenceSharings.sharedAt), asc(evidenceSharings.id))
    return groupBy(rows, (row) => row.originCase)
  }

  /**
   * Pieces that were shared for a case or are cited in it, the latest first. Where there are more than `limit`, those that
   * are cited and then the latest of each county in turn: no county crowds out the others.
   */
  async forCase(db: Database, id: string, limit: number): Promise<EvidenceRow[]> {
    const cited = db
      .select({ sharing: evidenceCitations.sharing })
      .from(evidenceCitations)
      .where(eq(evidenceCitations.caseId, id))
    const { home, sharedAt } = evidenceSharings
    const isCited = inArray(evidenceSharings.id, cited)
    const turn = sql`row_number() over (partition by ${home}, ${isCited} order by ${sharedAt} desc, ${evidenceSharings.id})`
    const rows = await db
      .select()
      .from(evidenceSharings)
      .where(or(eq(evidenceSharings.forCase, id), isCited))
      .orderBy(desc(isCited), asc(turn), desc(sharedAt), asc(evidenceSharings.id))
      .limit(limit)
    return rows.toSorted(
      (one, other) => other.sharedAt.getTime() - one.sharedAt.getTime() || (one.id < other.id ? -1 : 1),
    )
  }

  /** How many pieces a county has shared for a case of another one. */
  async countFor(tx: Database, home: string, forCase: string): Promise<number> {
    return tx.$count(evidenceSharings, and(eq(evidenceSharings.home, home), eq(evidenceSharings.forCase, forCase)))
  }

  /** A piece with this file in some version that stands shared with that county from that case. */
  async sharedBefore(
    tx: Database,
    same: { originCase: string; recipient: string; hash: string },
  ): Promise<string | undefined> {
    const [row] = await tx
      .select({ id: evidenceSharings.id })
      .from(evidenceSharings)
      .innerJoin(evidenceVersions, eq(evidenceVersions.sharing, evidenceSharings.id))
      .where(
        and(
          eq(evidenceSharings.originCase, same.originCase),
          eq(evidenceSharings.recipient, same.recipient),
          eq(evidenceVersions.hash, same.hash),
          isNull(evidenceSharings.withdrawnAt),
        ),
      )
      .orderBy(asc(evidenceSharings.sharedAt), asc(evidenceSharings.id))
      .limit(1)
    return row?.id
  }

  /** Ids of the same piece as it stands shared with every county, in their order. */
  async everywhere(db: Database, { originCase, piece }: EvidenceRow): Promise<string[]> {
    const rows = await db
      .select({ id: evidenceSharings.id })
      .from(evidenceSharings)
      .where(
        and(
          eq(evidenceSharings.originCase, originCase),
          eq(evidenceSharings.piece, piece),
          isNull(evidenceSharings.withdrawnAt),
        ),
      )
      .orderBy(asc(evidenceSharings.id))
    return rows.map(({ id }) => id)
  }

  /** Versions and withdrawals by piece, oldest first. */
  async versions(db: Database, ids: readonly string[]): Promise<Map<string, VersionRow[]>> {
    if (ids.length === 0) return new Map()
    const rows = await db
      .select()
      .from(evidenceVersions)
      .where(inArray(evidenceVersions.sharing, [...ids]))
      .orderBy(asc(evidenceVersions.sequence))
    return groupBy(rows, (row) => row.sharing)
  }

  /** Enters a version or a withdrawal. */
  async addVersion(tx: Database, row: VersionRow): Promise<void> {
    await tx.insert(evidenceVersions).values(row)
  }

  /** Citations by piece, in their order. */
  async citations(db: Database, ids: readonly string[]): Promise<Map<string, CitationRow[]>> {
    if (ids.length === 0) return new Map()
    const rows = await db
      .select()
      .from(evidenceCitations)
      .where(inArray(evidenceCitations.sharing, [...ids]))
      .orderBy(asc(evidenceCitations.position))
    return groupBy(rows, (row) => row.sharing)
  }

  /** Citations in own cases, by case, oldest first. */
  async citationsIn(db: Database, cases: readonly string[]): Promise<Map<string, CitationRow[]>> {
    if (cases.length === 0) return new Map()
    const { caseId, citedAt, sharing, position } = evidenceCitations
    const rows = await db
      .select()
      .from(evidenceCitations)
      .where(inArray(caseId, [...cases]))
      .orderBy(asc(citedAt), asc(sharing), asc(position))
    return groupBy(rows, (row) => row.caseId)
  }

  /** Enters a citation. */
  async addCitation(tx: Database, row: typeof evidenceCitations.$inferInsert): Promise<void> {
    await tx.insert(evidenceCitations).values(row)
  }

  /** Enters what a review said of citations. */
  async reviewed(
    tx: Database,
    sharing: string,
    positions: readonly number[],
    change: Partial<CitationRow>,
  ): Promise<void> {
    await tx
      .update(evidenceCitations)
      .set(change)
      .where(and(eq(evidenceCitations.sharing, sharing), inArray(evidenceCitations.position, [...positions])))
  }
}
