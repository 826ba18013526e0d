import { and, arrayContains, asc, eq, inArray, sql } from 'drizzle-orm'
import { type Database, rows as rowsOf } from '../../platform/database.ts'
import { type Page, type PageRequest, type SortColumns, keysetOf, readRows } from '../connection/page.ts'
import { groupBy } from '../db/batch.ts'
import { envelopes, outgoing } from '../delivery/delivery.table.ts'
import { matterDues } from '../matters/matter-due.table.ts'
import { bulletinReads, bulletinReplies, bulletins } from './bulletin.table.ts'

/** A stored bulletin. */
export type BulletinRow = typeof bulletins.$inferSelect
/** A stored read receipt. */
export type ReadRow = typeof bulletinReads.$inferSelect
/** A stored reply. */
export type ReplyRow = typeof bulletinReplies.$inferSelect

/** A bulletin with who has read it and what was replied, oldest first. */
export interface BulletinRecord extends BulletinRow {
  reads: ReadRow[]
  replies: ReplyRow[]
}

/** Conditions of a search. */
export interface BulletinSearch {
  /** This county. */
  county: string
  /** Whether this county sent it or was sent it. */
  direction?: 'SENT' | 'RECEIVED' | undefined
  /** This county still has to read it, or to reply. */
  waiting?: boolean | undefined
  type?: string | undefined
  field?: string | undefined
}

/** What became of a county's bulletins at one recipient. */
export interface ReadCount {
  county: string
  sent: number
  read: number
  repliesWanted: number
  replied: number
}

const order: SortColumns = { moment: bulletins.sentAt, id: bulletins.id, type: 'timestamptz' }

/** SQL of bulletins. */
export class BulletinRepository {
  /** Bulletins by their ids, in three statements. */
  async byIds(db: Database, ids: readonly string[]): Promise<Map<string, BulletinRecord>> {
    if (ids.length === 0) return new Map()
    const wanted = [...ids]
    const [rows, reads, replies] = await Promise.all([
      db.select().from(bulletins).where(inArray(bulletins.id, wanted)),
      db
        .select()
        .from(bulletinReads)
        .where(inArray(bulletinReads.bulletin, wanted))
        .orderBy(asc(bulletinReads.at), asc(bulletinReads.county), asc(bulletinReads.version)),
      db
        .select()
        .from(bulletinReplies)
        .where(inArray(bulletinReplies.bulletin, wanted))
        .orderBy(asc(bulletinReplies.at), asc(bulletinReplies.county), asc(bulletinReplies.sequence)),
    ])
    const readsOf = groupBy(reads, (row) => row.bulletin)
    const repliesOf = groupBy(replies, (row) => row.bulletin)
    return new Map(
      rows.map((row) => [row.id, { ...row, reads: readsOf.get(row.id) ?? [], replies: repliesOf.get(row.id) ?? [] }]),
    )
  }

  /**
   * When each recipient's node acknowledged these bulletins, by bulletin and county: of own ones every recipient that has,
   * of received ones this county.
   */
  async deliveries(db: Database, county: string, ids: readonly string[]): Promise<Map<string, Map<string, Date>>> {
    if (ids.length === 0) return new Map()
    const sent = and(inArray(envelopes.matter, [...ids]), eq(envelopes.event, 'SEND'))
    const [own, received] = await Promise.all([
      db
        .select({ matter: envelopes.matter, county: outgoing.recipient, at: outgoing.acknowledgedAt })
        .from(outgoing)
        .innerJoin(envelopes, eq(envelopes.hash, outgoing.envelope))
        .where(and(sent, eq(outgoing.state, 'ACCEPTED'))),
      db.select({ matter: envelopes.matter, at: envelopes.receivedAt }).from(envelopes).where(sent),
    ])
    const all = [...own, ...received.map((each) => ({ ...each, county }))]
    return new Map(
      [...groupBy(all, ({ matter }) => matter)].map(([matter, rows]) => [
        matter,
        new Map(rows.flatMap((row) => (row.at === null ? [] : [[row.county, row.at] as const]))),
      ]),
    )
  }

  /** One page of the bulletins that meet the search, the one sent last first. */
  page(db: Database, search: BulletinSearch, request: PageRequest): Promise<Page<{ id: string; sentAt: Date }>> {
    const { county, direction, waiting, type, field } = search
    const awaited = db
      .select({ matter: matterDues.matter })
      .from(matterDues)
      .where(arrayContains(matterDues.awaited, [county]))
    const filter = and(
      direction === undefined ? undefined : sql`(${bulletins.sender} = ${county}) = ${direction === 'SENT'}`,
      waiting === undefined ? undefined : sql`(${bulletins.id} in (${awaited})) = ${waiting}`,
      type === undefined ? undefined : eq(bulletins.type, type),
      field === undefined ? undefined : eq(bulletins.field, field),
    )
    const columns = { id: bulletins.id, sentAt: bulletins.sentAt }
    return readRows(request, keysetOf(request, order), {
      select: (beyond, by, limit) =>
        db.select(columns).from(bulletins).where(and(filter, beyond)).orderBy(by).limit(limit),
      exists: async (behind) => {
        const found = await db.select(columns).from(bulletins).where(and(filter, behind)).limit(1)
        return found.length > 0
      },
    })
  }

  /**
   * By recipient, how many of a county's bulletins sent in this time it was sent and has read in their present wording,
   * and how many it was to reply to and did. Withdrawn ones do not count.
   */
  async readCounts(db: Database, sender: string, from: Date, until: Date): Promise<ReadCount[]> {
    const query = sql`
      select recipient as "county",
        count(*) as "sent",
        count(*) filter (where exists (
          select from bulletin_read r where r.bulletin = b.id and r.county = recipient and r.version = b.version
        )) as "read",
        count(*) filter (where b.reply_by is not null) as "repliesWanted",
        count(*) filter (where b.reply_by is not null and exists (
          select from bulletin_reply a where a.bulletin = b.id and a.county = recipient
        )) as "replied"
      from bulletin b cross join unnest(b.recipients) as recipient
      where b.sender = ${sender} and b.state <> 'WITHDRAWN'
        and b.sent_at >= ${from.toISOString()}::timestamptz and b.sent_at < ${until.toISOString()}::timestamptz
      group by recipient order by recipient collate "C"`
    return (await rowsOf<Record<keyof ReadCount, string | number>>(db, query)).map((row) => ({
      county: String(row.county),
      sent: Number(row.sent),
      read: Number(row.read),
      repliesWanted: Number(row.repliesWanted),
      replied: Number(row.replied),
    }))
  }

  /** Enters a bulletin. */
  async insert(tx: Database, row: typeof bulletins.$inferInsert): Promise<void> {
    await tx.insert(bulletins).values(row)
  }

  /** Changes a bulletin. */
  async update(tx: Database, id: string, change: Partial<BulletinRow>): Promise<void> {
    await tx.update(bulletins).set(change).where(eq(bulletins.id, id))
  }

  /** Enters a read receipt; the first of an agency for a wording stays. */
  async addRead(tx: Database, row: ReadRow): Promise<void> {
    await tx.insert(bulletinReads).values(row).onConflictDoNothing()
  }

  /** Enters a reply. */
  async addReply(tx: Database, row: ReplyRow): Promise<void> {
    await tx.insert(bulletinReplies).values(row)
  }
}
