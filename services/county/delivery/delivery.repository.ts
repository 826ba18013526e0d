import { and, asc, desc, eq, gt, inArray, lte, ne, sql } from 'drizzle-orm'
import { type Database, rows } from '../../platform/database.ts'
import { groupBy } from '../db/batch.ts'
import type { MatterRow, Party } from './contract.ts'
import { deliveryIncidents, deliveryPeers, envelopes, matters, outgoing } from './delivery.table.ts'

/** An envelope as stored. */
export type EnvelopeRow = typeof envelopes.$inferSelect
/** A row of the outbox. */
export type OutgoingRow = typeof outgoing.$inferSelect
/** Something that came in and was wrong. */
export type IncidentRow = typeof deliveryIncidents.$inferSelect
/** Where an envelope stands in its matter. */
export type Place = Pick<EnvelopeRow, 'hash' | 'matter' | 'sender' | 'sequence' | 'depth' | 'status' | 'recipients'>

const most = 1_000

/** Nothing of the same matter that meets the condition is still on its way to the same recipient. */
function nothingBefore(condition: ReturnType<typeof sql>) {
  return sql`not exists (select 1 from outgoing as before where before.matter = ${outgoing.matter} and before.recipient = ${outgoing.recipient} and before.state = 'PENDING' and before.sequence < ${outgoing.sequence} ${condition})`
}

/** SQL of matters, envelopes and what is on its way. */
export class DeliveryRepository {
  /** Locks matters until the transaction ends, whether there are rows of them or not; in one order for everybody. */
  async lock(tx: Database, ids: readonly string[]): Promise<void> {
    const sorted = [...new Set(ids)].toSorted()
    if (sorted.length === 0) return
    const list = sql.join(
      sorted.map((id) => sql`${id}`),
      sql`, `,
    )
    await tx.execute(
      sql`select pg_advisory_xact_lock(hashtextextended(id, 0)) from (select id from unnest(array[${list}]::text[]) with ordinality as given(id, place) order by place) as sorted`,
    )
  }

  /** Matters by their ids. */
  async matters(db: Database, ids: readonly string[]): Promise<Map<string, MatterRow>> {
    if (ids.length === 0) return new Map()
    const found = await db
      .select()
      .from(matters)
      .where(inArray(matters.id, [...ids]))
    return new Map(found.map((row) => [row.id, row as MatterRow]))
  }

  /** Adds a matter. */
  async addMatter(tx: Database, row: Omit<MatterRow, 'frozenAt' | 'frozenReason' | 'frozenBy'>): Promise<void> {
    await tx.insert(matters).values(row)
  }

  /** Changes whose turn it is, and who is party. */
  async moveMatter(tx: Database, id: string, change: { pen: Party | null; parties: Party[] }): Promise<void> {
    await tx.update(matters).set(change).where(eq(matters.id, id))
  }

  /** Freezes a matter; one that is frozen stays as it is. Whether this changed it. */
  async freeze(tx: Database, id: string, why: { at: Date; reason: 'FORK' | 'REFUSED'; by: Party }): Promise<boolean> {
    const changed = await tx
      .update(matters)
      .set({ frozenAt: why.at, frozenReason: why.reason, frozenBy: why.by })
      .where(and(eq(matters.id, id), sql`${matters.frozenAt} is null`))
      .returning({ id: matters.id })
    return changed.length > 0
  }

  /** Envelopes by the hashes of their JWS. */
  async byHash(db: Database, hashes: readonly string[]): Promise<Map<string, EnvelopeRow>> {
    if (hashes.length === 0) return new Map()
    const found = await db
      .select()
      .from(envelopes)
      .where(inArray(envelopes.hash, [...hashes]))
    return new Map(found.map((row) => [row.hash, row]))
  }

  /** Which of these ids stand in envelopes that are held, with the hash of each. */
  async byId(db: Database, ids: readonly string[]): Promise<{ id: string; hash: string }[]> {
    if (ids.length === 0) return []
    return db
      .select({ id: envelopes.id, hash: envelopes.hash })
      .from(envelopes)
      .where(inArray(envelopes.id, [...ids]))
  }

  /** The places of all envelopes of these matters, without their texts. */
  async places(db: Database, ids: readonly string[]): Promise<Place[]> {
    if (ids.length === 0) return []
    const { hash, matter, sender, sequence, depth, status, recipients } = envelopes
    return db
      .select({ hash, matter, sender, sequence, depth, status, recipients })
      .from(envelopes)
      .where(inArray(envelopes.matter, [...ids]))
  }

  /** All envelopes of a matter in causal order; those without a place in it at the end. */
  async ofMatter(db: Database, matter: string): Promise<EnvelopeRow[]> {
    return db
      .select()
      .from(envelopes)
      .where(eq(envelopes.matter, matter))
      .orderBy(sql`${envelopes.depth} nulls last`, asc(envelopes.sender), asc(envelopes.sequence), asc(envelopes.hash))
  }

  /** Envelopes of these matters that wait for others, by matter. */
  async waiting(tx: Database, ids: readonly string[]): Promise<Map<string, EnvelopeRow[]>> {
    if (ids.length === 0) return new Map()
    const found = await tx
      .select()
      .from(envelopes)
      .where(and(inArray(envelopes.matter, [...ids]), eq(envelopes.status, 'WAITING')))
      .orderBy(asc(envelopes.sender), asc(envelopes.sequence))
    return groupBy(found, ({ matter }) => matter)
  }

  /** Matters with waiting envelopes and whose they are, the oldest 1,000. */
  async gaps(db: Database): Promise<{ matter: string; sender: Party }[]> {
    return rows<{ matter: string; sender: string }>(
      db,
      sql`select matter, sender from envelope where status = 'WAITING' and code is distinct from 'FROZEN' group by matter, sender order by min(ordinal) limit ${most}`,
    )
  }

  /** Stores an envelope. */
  async add(tx: Database, row: Omit<typeof envelopes.$inferInsert, 'ordinal'>): Promise<void> {
    await tx.insert(envelopes).values(row)
  }

  /** Says what became of an envelope. */
  async settle(
    tx: Database,
    hash: string,
    change: Partial<Pick<EnvelopeRow, 'status' | 'depth' | 'code' | 'reason' | 'receivedAt' | 'acknowledgement'>>,
  ): Promise<void> {
    await tx.update(envelopes).set(change).where(eq(envelopes.hash, hash))
  }

  /** The highest ordinal, 0 without envelopes. */
  async highest(db: Database): Promise<number> {
    const [row] = await rows<{ highest: string | number | null }>(db, sql`select max(ordinal) as highest from envelope`)
    return Number(row?.highest ?? 0)
  }

  /** Queues an envelope for recipients. */
  async queue(tx: Database, given: Omit<typeof outgoing.$inferInsert, 'position'>[]): Promise<void> {
    if (given.length > 0) await tx.insert(outgoing).values(given).onConflictDoNothing()
  }

  /** Own envelopes of a matter by this sender, in order: what a new party is to be handed. */
  async ownOf(tx: Database, matter: string, sender: Party): Promise<{ hash: string; sequence: number }[]> {
    return tx
      .select({ hash: envelopes.hash, sequence: envelopes.sequence })
      .from(envelopes)
      .where(and(eq(envelopes.matter, matter), eq(envelopes.sender, sender), ne(envelopes.status, 'FORK')))
      .orderBy(asc(envelopes.sequence))
  }

  /** Which of these counties have something to come. */
  async waitingRecipients(db: Database, among: readonly Party[]): Promise<Party[]> {
    if (among.length === 0) return []
    const list = sql.join(
      among.map((code) => sql`(${code})`),
      sql`, `,
    )
    const found = await rows<{ code: string }>(
      db,
      sql`select code from (values ${list}) as county(code) where exists (select 1 from outgoing where recipient = code and state = 'PENDING')`,
    )
    return found.map(({ code }) => code)
  }

  /**
   * The next envelopes for a recipient: the oldest that are due, and of the newest matters the first one each, so that a
   * backlog does not hold up what begins now. Within a matter nothing overtakes what is still on its way.
   */
  async due(
    db: Database,
    recipient: Party,
    question: { now: Date; oldest: number; newest: number },
  ): Promise<(OutgoingRow & { jws: string })[]> {
    const now = question.now.toISOString()
    const pending = and(
      eq(outgoing.recipient, recipient),
      eq(outgoing.state, 'PENDING'),
      lte(outgoing.nextAttemptAt, question.now),
    )
    const pick = (condition: ReturnType<typeof sql>, order: ReturnType<typeof asc>, limit: number) =>
      db
        .select({ row: outgoing, jws: envelopes.jws })
        .from(outgoing)
        .innerJoin(envelopes, eq(envelopes.hash, outgoing.envelope))
        .where(and(pending, nothingBefore(condition)))
        .orderBy(order)
        .limit(limit)
    const oldest = await pick(sql`and before.next_attempt_at > ${now}`, asc(outgoing.position), question.oldest)
    const full = oldest.length === question.oldest
    const newest = full && question.newest > 0 ? await pick(sql``, desc(outgoing.position), question.newest) : []
    const known = new Set(oldest.map(({ row }) => row.envelope))
    return [...newest.filter(({ row }) => !known.has(row.envelope)), ...oldest].map(({ row, jws }) => ({ ...row, jws }))
  }

  /** When the next envelope for a recipient is due; undefined when none is to come. */
  async nextDue(db: Database, recipient: Party): Promise<Date | undefined> {
    const [row] = await db
      .select({ at: outgoing.nextAttemptAt })
      .from(outgoing)
      .where(and(eq(outgoing.recipient, recipient), eq(outgoing.state, 'PENDING')))
      .orderBy(asc(outgoing.nextAttemptAt))
      .limit(1)
    return row?.at
  }

  /** Stores a recipient's acknowledgement; whether the envelope was still on its way to it. */
  async acknowledge(
    tx: Database,
    key: { envelope: string; recipient: Party },
    with_: { state: 'ACCEPTED' | 'REFUSED'; acknowledgement: string; acknowledgedAt: Date },
  ): Promise<boolean> {
    const changed = await tx
      .update(outgoing)
      .set(with_)
      .where(
        and(eq(outgoing.envelope, key.envelope), eq(outgoing.recipient, key.recipient), eq(outgoing.state, 'PENDING')),
      )
      .returning({ envelope: outgoing.envelope })
    return changed.length > 0
  }

  /** Puts off what a recipient held back. */
  async putOff(db: Database, recipient: Party, given: { envelope: string; until: Date }[]): Promise<void> {
    for (const { envelope, until } of given) {
      await db
        .update(outgoing)
        .set({ attempts: sql`${outgoing.attempts} + 1`, nextAttemptAt: until })
        .where(and(eq(outgoing.envelope, envelope), eq(outgoing.recipient, recipient)))
    }
  }

  /** Rows of the outbox for these envelopes. */
  async outgoingOf(db: Database, hashes: readonly string[]): Promise<OutgoingRow[]> {
    if (hashes.length === 0) return []
    return db
      .select()
      .from(outgoing)
      .where(inArray(outgoing.envelope, [...hashes]))
      .orderBy(asc(outgoing.recipient))
  }

  /** How many envelopes are on their way, refused, delivered; and since when the oldest waits. */
  async figures(db: Database): Promise<{ state: string; count: number; oldest: Date | null }[]> {
    const found = await rows<{ state: string; count: string | number; oldest: Date | string | null }>(
      db,
      sql`select state, count(*) as count, min(queued_at) filter (where state = 'PENDING') as oldest from outgoing group by state`,
    )
    return found.map(({ state, count, oldest }) => ({
      state,
      count: Number(count),
      oldest: oldest === null ? null : new Date(oldest),
    }))
  }

  /** Notes something that was wrong, once; of the last 1,000 no more than that in a day by one courier, but for forks. */
  async note(tx: Database, row: Omit<typeof deliveryIncidents.$inferInsert, 'sequence'>): Promise<void> {
    if (row.code !== 'FORK') {
      const since = new Date(row.at.getTime() - 86_400_000).toISOString()
      const [last] = await rows<{ count: string | number }>(
        tx,
        sql`select count(*) as count from (select courier, at from delivery_incident order by sequence desc limit ${most}) as last where courier is not distinct from ${row.courier ?? null} and at > ${since}`,
      )
      if (Number(last?.count ?? 0) >= most) return
    }
    await tx.insert(deliveryIncidents).values(row).onConflictDoNothing()
  }

  /** What was wrong, oldest first, the last 1,000. */
  async incidents(db: Database): Promise<IncidentRow[]> {
    const found = await db.select().from(deliveryIncidents).orderBy(desc(deliveryIncidents.sequence)).limit(most)
    return found.toReversed()
  }

  /** Matters that a county is party to, by id after a cursor. */
  async sharedWith(db: Database, party: Party, after: string, limit: number): Promise<string[]> {
    const found = await db
      .select({ id: matters.id })
      .from(matters)
      .where(and(sql`${party} = any(${matters.parties})`, gt(sql`${matters.id} collate "C"`, after)))
      .orderBy(sql`${matters.id} collate "C"`)
      .limit(limit)
    return found.map(({ id }) => id)
  }

  /** Peers being compared with after a restore. */
  async peers(db: Database): Promise<{ county: string; cursor: string | null }[]> {
    return db.select({ county: deliveryPeers.county, cursor: deliveryPeers.cursor }).from(deliveryPeers)
  }

  /** Begins to compare with these peers. */
  async beginComparing(tx: Database, counties: readonly Party[], since: Date): Promise<void> {
    if (counties.length === 0) return
    await tx
      .insert(deliveryPeers)
      .values(counties.map((county) => ({ county, since, cursor: null })))
      .onConflictDoUpdate({ target: deliveryPeers.county, set: { since, cursor: null } })
  }

  /** Goes on to the next page with a peer, or ends with it. */
  async compared(tx: Database, county: Party, cursor: string | null): Promise<void> {
    await (cursor === null
      ? tx.delete(deliveryPeers).where(eq(deliveryPeers.county, county))
      : tx.update(deliveryPeers).set({ cursor }).where(eq(deliveryPeers.county, county)))
  }
}
