import { type Column, type SQL, and, asc, desc, eq, gt, lte, ne, sql } from 'drizzle-orm'
import { type Database, prepared, rows } from '../../platform/database.ts'
import { groupBy } from '../db/batch.ts'
import { RowsAsJson, WriteBatch, jsonOf } from '../db/write-batch.ts'
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

/** What became of an envelope. */
export type Settlement = Pick<
  EnvelopeRow,
  'hash' | 'status' | 'depth' | 'code' | 'reason' | 'receivedAt' | 'acknowledgement'
>
/** The first envelope of a matter that a recipient held back, and when it is sent again. */
export interface Held {
  matter: string
  sequence: number
  until: Date
}

const most = 1_000

const asMatter = new RowsAsJson(matters)
const asEnvelope = new RowsAsJson(envelopes, ['ordinal'])
const asOutgoing = new RowsAsJson(outgoing, ['position'])

// Fixed texts with one parameter each: a connection prepares them once, however many rows there are.
const lockText =
  'select pg_advisory_xact_lock(hashtextextended(id, 0)) from (select id from json_array_elements_text($1::json) with ordinality as given(id, place) order by place) as sorted'
const addText = `insert into envelope (${asEnvelope.columns}) select ${asEnvelope.columns} from json_populate_recordset(null::envelope, $1::json)`
const settleText = `update envelope set status = given.status, depth = given.depth, code = given.code, reason = given.reason, received_at = given.received_at, acknowledgement = given.acknowledgement
  from json_populate_recordset(null::envelope, $1::json) as given where envelope.hash = given.hash`
// Said so, PENDING is found by none of the partial indexes, and nobody guesses how much of it there is. While the statistics
// still have it that next to nothing waits, as they do when an outage begins, or there are none, the planner would begin with
// what waits for the county, and read all of it to find one matter. Here it cannot: it goes from the matter to its envelopes,
// and from each by its key to the outbox.
const isPending = "case outgoing.state when 'PENDING' then true else false end"
const ofEnvelope = (recipient: string): string =>
  `from outgoing as b where b.envelope = e.hash and b.recipient = ${recipient}`
const onItsWay = `select max((select case b.state when 'PENDING' then b.next_attempt_at end ${ofEnvelope('given.recipient')})) from envelope as e where e.matter = given.matter`
const queueFrom = (place: number, last: string): string => `insert into outgoing (${asOutgoing.columns})
  select ${asOutgoing.names.map((name) => (name === 'next_attempt_at' ? `greatest(given.next_attempt_at, ${last})` : `given.${name}`)).join(', ')}
  from json_populate_recordset(null::outgoing, $${place}::json) as given on conflict do nothing`
const queueText = queueFrom(1, `(${onItsWay})`)
// Before this county's first envelope of a matter there is none.
const appendText = `with added as (${addText}) ${queueFrom(2, `case when given.sequence > 1 then (${onItsWay}) end`)}`
// One look into the index for each county, however many they are and whatever is thought to wait.
const waitingText = `select code from json_array_elements_text($1::json) as county(code),
  lateral (select from outgoing where recipient = code and state = 'PENDING' order by next_attempt_at limit 1) as first`

/** An own envelope that is due, with its text. */
export type Due = OutgoingRow & { jws: string; ordinal: number }

/** SQL of matters, envelopes and what is on its way. */
export class DeliveryRepository {
  readonly #matters = new WriteBatch<Record<string, unknown>>(
    `insert into matter (${asMatter.columns}) select ${asMatter.columns} from json_populate_recordset(null::matter, $1::json)`,
  )

  /** Locks matters until the transaction ends, whether there are rows of them or not; in one order for everybody. */
  async lock(tx: Database, ids: readonly string[]): Promise<void> {
    const sorted = [...new Set(ids)].toSorted()
    if (sorted.length === 0) return
    await prepared(tx, lockText, [jsonOf(sorted)])
  }

  /** Matters by their ids. */
  async matters(db: Database, ids: readonly string[]): Promise<Map<string, MatterRow>> {
    if (ids.length === 0) return new Map()
    const found = await db.select().from(matters).where(oneOf(matters.id, ids))
    return new Map(found.map((row) => [row.id, row as MatterRow]))
  }

  /** Adds a matter. */
  async addMatter(tx: Database, row: Omit<MatterRow, 'frozenAt' | 'frozenReason' | 'frozenBy'>): Promise<void> {
    await this.#matters.put(tx, asMatter.row(row))
  }

  /** Changes whose turn it is, and who is party. */
  async moveMatter(
    tx: Database,
    id: string,
    change: Pick<MatterRow, 'pen' | 'penFrom' | 'penSequence' | 'parties'>,
  ): Promise<void> {
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
    const found = await db.select().from(envelopes).where(oneOf(envelopes.hash, hashes))
    return new Map(found.map((row) => [row.hash, row]))
  }

  /** Which of these ids stand in envelopes that are held, with the hash of each. */
  async byId(db: Database, ids: readonly string[]): Promise<{ id: string; hash: string }[]> {
    if (ids.length === 0) return []
    return db.select({ id: envelopes.id, hash: envelopes.hash }).from(envelopes).where(oneOf(envelopes.id, ids))
  }

  /** The places of all envelopes of these matters, without their texts. */
  async places(db: Database, ids: readonly string[]): Promise<Place[]> {
    if (ids.length === 0) return []
    const { hash, matter, sender, sequence, depth, status, recipients } = envelopes
    return db
      .select({ hash, matter, sender, sequence, depth, status, recipients })
      .from(envelopes)
      .where(oneOf(envelopes.matter, ids))
  }

  /** All envelopes of these matters, those of each in causal order; those without a place in it at the end. */
  async ofMatters(db: Database, ids: readonly string[]): Promise<EnvelopeRow[]> {
    if (ids.length === 0) return []
    return db
      .select()
      .from(envelopes)
      .where(oneOf(envelopes.matter, ids))
      .orderBy(sql`${envelopes.depth} nulls last`, asc(envelopes.sender), asc(envelopes.sequence), asc(envelopes.hash))
  }

  /** Envelopes of these matters that wait for others, by matter. */
  async waiting(tx: Database, ids: readonly string[]): Promise<Map<string, EnvelopeRow[]>> {
    if (ids.length === 0) return new Map()
    const found = await tx
      .select()
      .from(envelopes)
      .where(and(oneOf(envelopes.matter, ids), eq(envelopes.status, 'WAITING')))
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

  /** Stores envelopes. */
  async add(tx: Database, ...given: Omit<typeof envelopes.$inferInsert, 'ordinal'>[]): Promise<void> {
    if (given.length > 0) await prepared(tx, addText, [jsonOf(given.map((row) => asEnvelope.row(row)))])
  }

  /** Stores an envelope and queues it, as {@link add} and {@link queue} do; issued at once. */
  async append(
    tx: Database,
    envelope: Omit<typeof envelopes.$inferInsert, 'ordinal'>,
    given: readonly Omit<typeof outgoing.$inferInsert, 'position'>[],
  ): Promise<void> {
    await prepared(tx, appendText, [jsonOf([asEnvelope.row(envelope)]), outgoingJson(given)])
  }

  /** Says what became of envelopes, in one statement. */
  async settle(tx: Database, given: readonly Settlement[]): Promise<void> {
    if (given.length === 0) return
    const list = given.map(({ receivedAt, ...row }) => ({ ...row, received_at: receivedAt }))
    await prepared(tx, settleText, [jsonOf(list)])
  }

  /** Keeps this county's own acknowledgement, which it lost in a restore, of an envelope that waits. */
  async keepAcknowledgement(tx: Database, hash: string, acknowledgement: string): Promise<void> {
    await tx.update(envelopes).set({ acknowledgement }).where(eq(envelopes.hash, hash))
  }

  /** The highest ordinal, 0 without envelopes. */
  async highest(db: Database): Promise<number> {
    const [row] = await rows<{ highest: string | number | null }>(db, sql`select max(ordinal) as highest from envelope`)
    return Number(row?.highest ?? 0)
  }

  /** Queues envelopes for recipients, each no earlier than what is still on its way in its matter. */
  async queue(tx: Database, given: Omit<typeof outgoing.$inferInsert, 'position'>[]): Promise<void> {
    if (given.length === 0) return
    await prepared(tx, queueText, [outgoingJson(given)])
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
    const found = await prepared<{ code: string }>(db, waitingText, [jsonOf(among)])
    return found.map(({ code }) => code)
  }

  /**
   * The next envelopes for a recipient: those that have been due longest, and before them, of what became due after `since`, the
   * first one of each matter in the order in which it became due, so that a backlog does not hold up what begins now.
   * Within a matter nothing is due before what is still on its way.
   */
  async due(
    db: Database,
    recipient: Party,
    question: { now: Date; since: Date | undefined; oldest: number; fresh: number },
  ): Promise<Due[]> {
    const { now, since, oldest, fresh } = question
    const text = (which: SQL, limit: number) =>
      db
        .select({ row: outgoing, jws: envelopes.jws, ordinal: envelopes.ordinal })
        .from(outgoing)
        .innerJoin(envelopes, eq(envelopes.hash, outgoing.envelope))
        .where(
          and(
            eq(outgoing.recipient, recipient),
            sql`${outgoing.state} = 'PENDING'`,
            lte(outgoing.nextAttemptAt, now),
            which,
          ),
        )
        .orderBy(asc(outgoing.nextAttemptAt), asc(outgoing.position))
        .limit(limit)
    const backlog = await text(sql`true`, oldest)
    const last = backlog.at(-1)
    if (backlog.length < oldest || !since || !last || last.row.nextAttemptAt > since) return backlog.map(toDue)
    const before = sql`select from envelope as e where e.matter = ${outgoing.matter} and e.sequence < ${outgoing.sequence} and 'PENDING' = (select b.state ${sql.raw(ofEnvelope('outgoing.recipient'))})`
    const first = sql`${gt(outgoing.nextAttemptAt, since)} and (${outgoing.sequence} = 1 or not exists (${before}))`
    return [...(await text(first, fresh)), ...backlog].map(toDue)
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

  /** Stores a recipient's acknowledgements, in one statement; the hashes of those envelopes that were still on their way. */
  async acknowledge(
    tx: Database,
    recipient: Party,
    given: readonly {
      envelope: string
      state: 'ACCEPTED' | 'REFUSED'
      acknowledgement: string
      acknowledgedAt: Date
    }[],
  ): Promise<Set<string>> {
    const list = given.map(({ acknowledgedAt, ...row }) => ({ ...row, acknowledged_at: acknowledgedAt }))
    // Planned each time: what was planned for a short outbox reads all of a long one.
    const changed = await rows<{ envelope: string }>(
      tx,
      sql`update outgoing set state = given.state, acknowledgement = given.acknowledgement, acknowledged_at = given.acknowledged_at
        from json_populate_recordset(null::outgoing, ${jsonOf(list)}::json) as given
        where outgoing.envelope = given.envelope and outgoing.recipient = ${recipient} and ${sql.raw(isPending)} returning outgoing.envelope`,
    )
    return new Set(changed.map(({ envelope }) => envelope))
  }

  /** Puts off what a recipient held back, and what comes after it in its matter. */
  async putOff(db: Database, recipient: Party, given: readonly Held[]): Promise<void> {
    if (given.length === 0) return
    const list = jsonOf(given)
    await db.execute(
      sql`update outgoing set attempts = attempts + (outgoing.sequence = given.sequence)::int, next_attempt_at = greatest(next_attempt_at, given.until)
        from json_to_recordset(${list}::json) as given(matter text, sequence int, until timestamptz)
        where outgoing.envelope = any(array(select hash from envelope where matter = any(array(select matter from json_to_recordset(${list}::json) as held(matter text)))))
          and outgoing.matter = given.matter and outgoing.sequence >= given.sequence and outgoing.recipient = ${recipient} and ${sql.raw(isPending)}`,
    )
  }

  /** Rows of the outbox for these envelopes. */
  async outgoingOf(db: Database, hashes: readonly string[]): Promise<OutgoingRow[]> {
    if (hashes.length === 0) return []
    return db.select().from(outgoing).where(oneOf(outgoing.envelope, hashes)).orderBy(asc(outgoing.recipient))
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
    const { at, code, county = null, courier = null, matter = null, hash, detail, evidence } = row
    const since = new Date(at.getTime() - 86_400_000).toISOString()
    await tx.execute(
      sql`insert into delivery_incident (at, code, county, courier, matter, hash, detail, evidence)
        select ${at.toISOString()}::timestamptz, ${code}, ${county}, ${courier}, ${matter}, ${hash}, ${detail}, ${evidence}
        where ${code} = 'FORK' or ${most} > (select count(*) from (select courier, at from delivery_incident order by sequence desc limit ${most}) as last where courier is not distinct from ${courier} and at > ${since}::timestamptz)
        on conflict do nothing`,
    )
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

  /** Matters that a county is party to or in which something of its own waits here, by id after a cursor. */
  async withAnythingOf(db: Database, party: Party, after: string, limit: number): Promise<string[]> {
    const found = await rows<{ id: string }>(
      db,
      sql`select id from (
          select id from matter where ${party} = any(parties)
          union select matter from envelope where status = 'WAITING' and sender = ${party}
        ) as found (id) where id collate "C" > ${after} order by id collate "C" limit ${limit}`,
    )
    return found.map(({ id }) => id)
  }

  /** Peers being compared with after a restore. */
  async peers(db: Database): Promise<{ county: string; cursor: string | null }[]> {
    return db.select({ county: deliveryPeers.county, cursor: deliveryPeers.cursor }).from(deliveryPeers)
  }

  /**
   * Drops what others sent that waits and has not been acknowledged, as far as this database knows. After a restore it may
   * have been: who sent it either sends it again or hands it over with that acknowledgement.
   */
  async forgetWaiting(tx: Database, county: Party): Promise<void> {
    const unacknowledged = sql`${envelopes.acknowledgement} is null`
    await tx.delete(envelopes).where(and(eq(envelopes.status, 'WAITING'), ne(envelopes.sender, county), unacknowledged))
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

function toDue({ row, ...more }: { row: OutgoingRow; jws: string; ordinal: number }): Due {
  return { ...row, ...more }
}

function outgoingJson(given: readonly Omit<typeof outgoing.$inferInsert, 'position'>[]): string {
  return jsonOf(given.map((row) => ({ ...asOutgoing.row(row), attempts: 0 })))
}

/** The column has one of these values, which go as one parameter. */
function oneOf(column: Column, values: readonly string[]): SQL {
  return sql`${column} = any(array(select json_array_elements_text(${jsonOf(values)}::json)))`
}
