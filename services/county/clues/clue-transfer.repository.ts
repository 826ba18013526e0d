import { and, asc, eq, inArray, isNull, or } from 'drizzle-orm'
import { type Database, prepared } from '../../platform/database.ts'
import { groupBy } from '../db/batch.ts'
import { RowsAsJson, WriteBatch, together } from '../db/write-batch.ts'
import { envelopes } from '../delivery/delivery.table.ts'
import { clueHandoverItems, clueTests, clueTransfers } from './clue-transfer.table.ts'

/** A stored clue transfer. */
export type ClueRow = typeof clueTransfers.$inferSelect
/** A stored line of a handover list. */
export type HandoverRow = typeof clueHandoverItems.$inferSelect
/** A stored test. */
export type ClueTestRow = typeof clueTests.$inferSelect

const asClue = new RowsAsJson(clueTransfers)
const asItem = new RowsAsJson(clueHandoverItems)
const overDraft = asClue.names.map((name) => `${name} = excluded.${name}`).join(', ')

/** SQL of clue transfers. */
export class ClueTransferRepository {
  readonly #opened = new WriteBatch<Record<string, unknown>>(
    `insert into clue_transfer (${asClue.columns}) select ${asClue.columns} from json_populate_recordset(null::clue_transfer, $1::json) on conflict (id) do update set ${overDraft}`,
  )
  readonly #items = new WriteBatch<Record<string, unknown>>(
    `insert into clue_handover_item (${asItem.columns}) select ${asItem.columns} from json_populate_recordset(null::clue_handover_item, $1::json)`,
  )
  readonly #received = new WriteBatch<{ id: string; at: Date }>(
    `update clue_transfer set received_at = least(clue_transfer.received_at, given.at) from json_to_recordset($1::json) as given(id text, at timestamptz) where clue_transfer.id = given.id`,
  )

  /** Clues by their ids. */
  async byIds(db: Database, ids: readonly string[]): Promise<Map<string, ClueRow>> {
    if (ids.length === 0) return new Map()
    const rows = await db
      .select()
      .from(clueTransfers)
      .where(inArray(clueTransfers.id, [...ids]))
    return new Map(rows.map((row) => [row.id, row]))
  }

  /** One clue, locked until the transaction ends. */
  async lock(tx: Database, id: string): Promise<ClueRow | undefined> {
    const [row] = await tx.select().from(clueTransfers).where(eq(clueTransfers.id, id)).for('update')
    return row
  }

  /** Enters a clue, or puts it into the place of its draft. */
  async put(tx: Database, row: typeof clueTransfers.$inferInsert): Promise<void> {
    await tx.insert(clueTransfers).values(row).onConflictDoUpdate({ target: clueTransfers.id, set: row })
  }

  /** Enters a clue that its first envelope opens; an own one may take the place of its draft and the draft's list. */
  async open(tx: Database, row: typeof clueTransfers.$inferInsert, own: boolean): Promise<void> {
    const discarded = own ? [prepared(tx, 'delete from clue_handover_item where clue = $1', [row.id])] : []
    await together([...discarded, this.#opened.put(tx, asClue.row(row))])
  }

  /** Adds lines to handover lists: their clues come before, or with the call before in the same turn. */
  addItems(tx: Database, rows: (typeof clueHandoverItems.$inferInsert)[]): Promise<void> {
    return this.#items.put(tx, ...rows.map((row) => asItem.row(row)))
  }

  /** The recipient received the clue, at the earliest of the moments that are told. */
  received(tx: Database, id: string, at: Date): Promise<void> {
    return this.#received.put(tx, { id, at })
  }

  /** Changes a clue. */
  async update(tx: Database, id: string, change: Partial<ClueRow>): Promise<void> {
    if (Object.keys(change).length === 0) return
    await tx.update(clueTransfers).set(change).where(eq(clueTransfers.id, id))
  }

  /** Takes out a draft; false when the clue is none. */
  async discard(tx: Database, id: string): Promise<boolean> {
    const rows = await tx
      .delete(clueTransfers)
      .where(and(eq(clueTransfers.id, id), eq(clueTransfers.state, 'DRAFT')))
      .returning({ id: clueTransfers.id })
    return rows.length > 0
  }

  /** Drafts of this county, by id. */
  drafts(db: Database, limit: number): Promise<ClueRow[]> {
    return db
      .select()
      .from(clueTransfers)
      .where(eq(clueTransfers.state, 'DRAFT'))
      .orderBy(asc(clueTransfers.id))
      .limit(limit)
  }

  /** Clues that were sent about this subject and act, or from or into this case. */
  related(db: Database, about: { subject: string | null; act: string; originCase: string | null }): Promise<ClueRow[]> {
    const { subject, act, originCase } = about
    return db
      .select()
      .from(clueTransfers)
      .where(
        or(
          subject === null ? undefined : and(eq(clueTransfers.subjectCode, subject), eq(clueTransfers.act, act)),
          originCase === null ? undefined : eq(clueTransfers.caseId, originCase),
          originCase === null ? undefined : eq(clueTransfers.originCase, originCase),
          // Neither known: nothing is related.
          subject === null && originCase === null ? isNull(clueTransfers.id) : undefined,
        ),
      )
  }

  /** Lines of the handover lists, by clue, in their order. */
  async items(db: Database, clues: readonly string[]): Promise<Map<string, HandoverRow[]>> {
    if (clues.length === 0) return new Map()
    const rows = await db
      .select()
      .from(clueHandoverItems)
      .where(inArray(clueHandoverItems.clue, [...clues]))
      .orderBy(asc(clueHandoverItems.position))
    return groupBy(rows, (row) => row.clue)
  }

  /** Puts these lines into the place of a clue's handover list. */
  async putItems(tx: Database, clue: string, rows: (typeof clueHandoverItems.$inferInsert)[]): Promise<void> {
    await tx.delete(clueHandoverItems).where(eq(clueHandoverItems.clue, clue))
    if (rows.length > 0) await tx.insert(clueHandoverItems).values(rows)
  }

  /** Says of every line that it came as listed, but for `differences`. */
  async takeOver(
    tx: Database,
    clue: string,
    differences: readonly { position: number; remark: string }[],
  ): Promise<void> {
    await tx.update(clueHandoverItems).set({ asListed: true }).where(eq(clueHandoverItems.clue, clue))
    for (const { position, remark } of differences) {
      await tx
        .update(clueHandoverItems)
        .set({ asListed: false, remark })
        .where(and(eq(clueHandoverItems.clue, clue), eq(clueHandoverItems.position, position)))
    }
  }

  /** Tests by clue, oldest first. */
  async tests(db: Database, clues: readonly string[]): Promise<Map<string, ClueTestRow[]>> {
    if (clues.length === 0) return new Map()
    const rows = await db
      .select()
      .from(clueTests)
      .where(inArray(clueTests.clue, [...clues]))
      .orderBy(asc(clueTests.sequence))
    return groupBy(rows, (row) => row.clue)
  }

  /** The signed document with this hash. */
  async document(tx: Database, hash: string): Promise<string | undefined> {
    const [row] = await tx.select({ jws: envelopes.jws }).from(envelopes).where(eq(envelopes.hash, hash))
    return row?.jws
  }

  /** Enters a test that begins. */
  async beginTest(tx: Database, row: typeof clueTests.$inferInsert): Promise<void> {
    await tx.insert(clueTests).values(row).onConflictDoNothing()
  }

  /** Ends the test that goes on. */
  async endTest(tx: Database, clue: string, change: { endedAt: Date; result: string }): Promise<void> {
    await tx
      .update(clueTests)
      .set(change)
      .where(and(eq(clueTests.clue, clue), isNull(clueTests.endedAt)))
  }
}
