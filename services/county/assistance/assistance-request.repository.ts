import { and, asc, eq, inArray, ne, sql } from 'drizzle-orm'
import type { Database } from '../../platform/database.ts'
import { groupBy } from '../db/batch.ts'
import { envelopes, outgoing } from '../delivery/delivery.table.ts'
import {
  assistanceExtensions,
  assistanceMaterials,
  assistanceParts,
  assistanceRequests,
} from './assistance-request.table.ts'

/** A stored assistance request. */
export type AssistanceRow = typeof assistanceRequests.$inferSelect
/** A stored part of a letter. */
export type PartRow = typeof assistanceParts.$inferSelect
/** A stored line of material. */
export type MaterialRow = typeof assistanceMaterials.$inferSelect
/** A stored extension, with the moment at which the requester received it by its acknowledgement, null before. */
export type ExtensionRow = typeof assistanceExtensions.$inferSelect & { receivedAt: Date | null }

/** Key of the advisory lock of who issues a letter. */
const numberLock = 0x61736e75

/** SQL of assistance requests. */
export class AssistanceRequestRepository {
  /** Requests by their ids. */
  async byIds(db: Database, ids: readonly string[]): Promise<Map<string, AssistanceRow>> {
    if (ids.length === 0) return new Map()
    const rows = await db
      .select()
      .from(assistanceRequests)
      .where(inArray(assistanceRequests.id, [...ids]))
    return new Map(rows.map((row) => [row.id, row]))
  }

  /** One request, locked until the transaction ends. */
  async lock(tx: Database, id: string): Promise<AssistanceRow | undefined> {
    const [row] = await tx.select().from(assistanceRequests).where(eq(assistanceRequests.id, id)).for('update')
    return row
  }

  /** The requests of these letters that a county issued, by letter, each in the order of their assisting counties. */
  async ofLetters(db: Database, county: string, letters: readonly string[]): Promise<Map<string, AssistanceRow[]>> {
    if (letters.length === 0) return new Map()
    const rows = await db
      .select()
      .from(assistanceRequests)
      .where(and(eq(assistanceRequests.requester, county), inArray(assistanceRequests.letter, [...letters])))
      .orderBy(asc(assistanceRequests.assistant))
    return groupBy(rows, (row) => row.letter)
  }

  /** The requests that were issued for a case, by id. */
  ofCase(db: Database, originCase: string, limit: number): Promise<AssistanceRow[]> {
    return db
      .select()
      .from(assistanceRequests)
      .where(and(eq(assistanceRequests.originCase, originCase), ne(assistanceRequests.state, 'DRAFT')))
      .orderBy(asc(assistanceRequests.id))
      .limit(limit)
  }

  /** Whether a county issued another letter with this 文号. Until the transaction ends nobody else finds out the same. */
  async numberTaken(tx: Database, county: string, number: string, letter: string): Promise<boolean> {
    const { requester, number: column, letter: group } = assistanceRequests
    await tx.execute(sql`select pg_advisory_xact_lock(${numberLock})`)
    const rows = await tx
      .select({ id: assistanceRequests.id })
      .from(assistanceRequests)
      .where(and(eq(requester, county), eq(column, number), ne(group, letter)))
      .limit(1)
    return rows.length > 0
  }

  /** Drafts of this county, by letter. */
  drafts(db: Database, limit: number): Promise<AssistanceRow[]> {
    return db
      .select()
      .from(assistanceRequests)
      .where(eq(assistanceRequests.state, 'DRAFT'))
      .orderBy(asc(assistanceRequests.letter), asc(assistanceRequests.assistant))
      .limit(limit)
  }

  /** Takes out the drafts of a letter; how many there were. */
  async discard(tx: Database, letter: string): Promise<number> {
    const rows = await tx
      .delete(assistanceRequests)
      .where(and(eq(assistanceRequests.letter, letter), eq(assistanceRequests.state, 'DRAFT')))
      .returning({ id: assistanceRequests.id })
    return rows.length
  }

  /** Enters a request with its parts, or puts it into the place of its draft. */
  async put(
    tx: Database,
    row: typeof assistanceRequests.$inferInsert,
    parts: readonly Omit<typeof assistanceParts.$inferInsert, 'request'>[],
  ): Promise<void> {
    await tx.insert(assistanceRequests).values(row).onConflictDoUpdate({ target: assistanceRequests.id, set: row })
    await tx.delete(assistanceParts).where(eq(assistanceParts.request, row.id))
    await tx.insert(assistanceParts).values(parts.map((part) => ({ ...part, request: row.id })))
  }

  /** Changes a request. */
  async update(tx: Database, id: string, change: Partial<AssistanceRow>): Promise<void> {
    if (Object.keys(change).length === 0) return
    await tx.update(assistanceRequests).set(change).where(eq(assistanceRequests.id, id))
  }

  /** Parts by request, in their order. */
  async parts(db: Database, ids: readonly string[]): Promise<Map<string, PartRow[]>> {
    if (ids.length === 0) return new Map()
    const rows = await db
      .select()
      .from(assistanceParts)
      .where(inArray(assistanceParts.request, [...ids]))
      .orderBy(asc(assistanceParts.position))
    return groupBy(rows, (row) => row.request)
  }

  /** Answers a part, in the place of an earlier answer. */
  async answer(
    tx: Database,
    place: { request: string; part: number },
    change: Partial<PartRow>,
    material: readonly Omit<MaterialRow, 'request' | 'part' | 'position'>[],
  ): Promise<void> {
    const { request, part } = place
    await tx
      .update(assistanceParts)
      .set(change)
      .where(and(eq(assistanceParts.request, request), eq(assistanceParts.position, part)))
    const { request: owner, part: number } = assistanceMaterials
    await tx.delete(assistanceMaterials).where(and(eq(owner, request), eq(number, part)))
    if (material.length === 0) return
    await tx
      .insert(assistanceMaterials)
      .values(material.map((line, index) => ({ ...line, request, part, position: index + 1 })))
  }

  /** Opens parts anew; what they were answered with stays until they are answered again. */
  async reopen(tx: Database, request: string, parts: readonly number[]): Promise<void> {
    await tx
      .update(assistanceParts)
      .set({ outcome: null })
      .where(and(eq(assistanceParts.request, request), inArray(assistanceParts.position, [...parts])))
  }

  /** Material by request, in its order. */
  async materials(db: Database, ids: readonly string[]): Promise<Map<string, MaterialRow[]>> {
    if (ids.length === 0) return new Map()
    const rows = await db
      .select()
      .from(assistanceMaterials)
      .where(inArray(assistanceMaterials.request, [...ids]))
      .orderBy(asc(assistanceMaterials.part), asc(assistanceMaterials.position))
    return groupBy(rows, (row) => row.request)
  }

  /** Extensions by request, oldest first. */
  async extensions(db: Database, ids: readonly string[]): Promise<Map<string, ExtensionRow[]>> {
    if (ids.length === 0) return new Map()
    const { request, sequence } = assistanceExtensions
    const { receivedAt, matter, sender, sequence: number, status } = envelopes
    const told = and(eq(matter, request), eq(number, sequence), eq(sender, assistanceRequests.assistant))
    // The requester holds its own receipt with the envelope, the assisting county the acknowledgement of it.
    const receipt = and(eq(outgoing.envelope, envelopes.hash), eq(outgoing.recipient, assistanceRequests.requester))
    const rows = await db
      .select({ extension: assistanceExtensions, received: receivedAt, acknowledged: outgoing.acknowledgedAt })
      .from(assistanceExtensions)
      .innerJoin(assistanceRequests, eq(assistanceRequests.id, request))
      .leftJoin(envelopes, and(told, ne(status, 'FORK')))
      .leftJoin(outgoing, receipt)
      .where(inArray(request, [...ids]))
      .orderBy(asc(sequence))
    return groupBy(
      rows.map(({ extension, received, acknowledged }) => ({ ...extension, receivedAt: received ?? acknowledged })),
      (row) => row.request,
    )
  }

  /** Enters an extension. */
  async extend(tx: Database, row: Omit<ExtensionRow, 'receivedAt'>): Promise<void> {
    await tx.insert(assistanceExtensions).values(row)
  }

  /** Forgets the extensions of a limit that is over, since a supplement has one of its own. */
  async clearExtensions(tx: Database, request: string): Promise<void> {
    await tx.delete(assistanceExtensions).where(eq(assistanceExtensions.request, request))
  }
}
