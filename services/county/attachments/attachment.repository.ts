import { and, asc, eq, inArray, isNull, lt, sql } from 'drizzle-orm'
import type { Database } from '../../platform/database.ts'
import { attachments } from './attachment.table.ts'

/** A file that this county's node holds. */
export type AttachmentRow = typeof attachments.$inferSelect

/** SQL of the files that are held. */
export class AttachmentRepository {
  /** Files by their hashes. */
  async byHashes(db: Database, hashes: readonly string[]): Promise<Map<string, AttachmentRow>> {
    if (hashes.length === 0) return new Map()
    const rows = await db
      .select()
      .from(attachments)
      .where(inArray(attachments.hash, [...hashes]))
    return new Map(rows.map((row) => [row.hash, row]))
  }

  /** Enters a file; one that is held keeps its entry, and counts as come anew. */
  async put(tx: Database, row: Omit<AttachmentRow, 'usedAt'>): Promise<void> {
    const { storedAt } = row
    await tx.insert(attachments).values(row).onConflictDoUpdate({ target: attachments.hash, set: { storedAt } })
  }

  /** Counts a file as come anew; false when it is not held. */
  async touch(db: Database, hash: string, storedAt: Date): Promise<boolean> {
    const rows = await db
      .update(attachments)
      .set({ storedAt })
      .where(eq(attachments.hash, hash))
      .returning({ hash: attachments.hash })
    return rows.length > 0
  }

  /** Notes that documents name these files, and locks them until the transaction ends; those that are held, in order. */
  async use(tx: Database, hashes: readonly string[], at: Date): Promise<Map<string, AttachmentRow>> {
    if (hashes.length === 0) return new Map()
    // In one order for everybody: two documents may name the same files.
    const locked = await tx
      .select()
      .from(attachments)
      .where(inArray(attachments.hash, [...hashes]))
      .orderBy(asc(attachments.hash))
      .for('update')
    await tx
      .update(attachments)
      .set({ usedAt: at })
      .where(and(inArray(attachments.hash, [...hashes]), isNull(attachments.usedAt)))
    return new Map(locked.map((row) => [row.hash, row]))
  }

  /** Enters a file that is to be removed, so that whoever enters the same one waits; false when it is held. */
  async reserve(tx: Database, hash: string, storedAt: Date): Promise<boolean> {
    const entry = { hash, size: 0, mediaType: '', storedAt, agency: '', origin: 'OWN' }
    const added = await tx.insert(attachments).values(entry).onConflictDoNothing().returning({ hash: attachments.hash })
    return added.length > 0
  }

  /** Takes the entry of a file out. */
  async drop(tx: Database, hash: string): Promise<void> {
    await tx.delete(attachments).where(eq(attachments.hash, hash))
  }

  /** Takes out up to `limit` uploads that came before `before` and that no document names; their hashes. */
  async takeUnused(tx: Database, before: Date, limit: number): Promise<string[]> {
    const { hash, storedAt, usedAt, origin } = attachments
    const unused = tx
      .select({ hash })
      .from(attachments)
      .where(and(eq(origin, 'OWN'), isNull(usedAt), lt(storedAt, before)))
      .limit(limit)
      .for('update', { skipLocked: true })
    const rows = await tx
      .delete(attachments)
      .where(sql`${hash} in (${unused})`)
      .returning({ hash })
    return rows.map((row) => row.hash)
  }
}
