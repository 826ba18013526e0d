import { type SQL, and, asc, eq, inArray, isNotNull, sql } from 'drizzle-orm'
import type { Database } from '../../platform/database.ts'
import { type Page, type PageRequest, keysetOf, readRows } from '../connection/page.ts'
import { WriteBatch } from '../db/write-batch.ts'
import { matters } from '../delivery/delivery.table.ts'
import type { InboxState } from './inbox-state.ts'
import { matterDues } from './matter-due.table.ts'

/** The days between which a matter is due. */
export interface DueDays {
  matter: string
  soonOn: string | null
  dueOn: string | null
}

/** Key of the advisory lock of who computes days. */
const staleLock = 0x6d647565

// One for all kinds: what a batch of envelopes touches is one statement.
const touched = new WriteBatch<{ matter: string; changed_at: Date; awaited: readonly string[]; resting: boolean }>(
  `insert into matter_due (matter, changed_at, awaited, resting) select matter, changed_at, awaited, resting from json_populate_recordset(null::matter_due, $1::json)
    on conflict (matter) do update set changed_at = greatest(matter_due.changed_at, excluded.changed_at), awaited = excluded.awaited, resting = excluded.resting, calendars = null`,
)
const outdated = new WriteBatch<string>(
  'update matter_due set calendars = null where matter = any(array(select json_array_elements_text($1::json)))',
)

/** SQL of the inbox. */
export class MatterDueRepository {
  /**
   * Something happened in the matter at `at`: it comes up in the inbox, and its days are computed anew. `awaited` names the
   * counties whose notes the matter waits for; they come before the one that has the pen. While it is `resting`, the one
   * that has the pen may act and need not: nobody is waited for.
   */
  async touch(tx: Database, matter: string, at: Date, awaited: readonly string[] = [], resting = false): Promise<void> {
    await touched.put(tx, { matter, changed_at: at, awaited, resting })
  }

  /** The matter's days must be computed anew. */
  async stale(tx: Database, matter: string): Promise<void> {
    await outdated.put(tx, matter)
  }

  /**
   * Some open matters whose days were not computed by these calendars, locked until the transaction ends. One transaction
   * does so at a time; a matter in which something happens just now is left to the next, so that nobody waits in a ring.
   */
  async takeStale(tx: Database, calendars: string, limit: number): Promise<{ matter: string; kind: string }[]> {
    await tx.execute(sql`select pg_advisory_xact_lock(${staleLock})`)
    return tx
      .select({ matter: matterDues.matter, kind: matters.kind })
      .from(matterDues)
      .innerJoin(matters, eq(matters.id, matterDues.matter))
      .where(and(isNotNull(matters.pen), sql`${matterDues.calendars} is distinct from ${calendars}`))
      .orderBy(asc(matterDues.matter))
      .limit(limit)
      .for('update', { of: matterDues, skipLocked: true })
  }

  /** Stores computed days. */
  async settle(tx: Database, calendars: string, days: readonly DueDays[]): Promise<void> {
    if (days.length === 0) return
    const rows = sql.join(
      days.map(({ matter, soonOn, dueOn }) => sql`(${matter}::text, ${soonOn}::date, ${dueOn}::date)`),
      sql`, `,
    )
    await tx.execute(sql`
      update matter_due set soon_on = given.soon_on, due_on = given.due_on, calendars = ${calendars}
      from (values ${rows}) as given (matter, soon_on, due_on) where matter_due.matter = given.matter`)
  }

  /** One page of the inbox, the matter in which something happened last first. */
  page(
    db: Database,
    search: { county: string; state: InboxState | undefined; today: string },
    request: PageRequest,
  ): Promise<Page<{ matter: string; changedAt: Date }>> {
    const keyset = keysetOf(request, { moment: matterDues.changedAt, id: matterDues.matter, type: 'timestamptz' })
    const wanted = conditionOf(search)
    return readRows(request, keyset, {
      select: (beyond, order, limit) =>
        db
          .select({ matter: matterDues.matter, changedAt: matterDues.changedAt })
          .from(matterDues)
          .innerJoin(matters, eq(matters.id, matterDues.matter))
          .where(and(wanted, beyond))
          .orderBy(order)
          .limit(limit),
      exists: async (behind) => {
        const rows = await db
          .select({ matter: matterDues.matter })
          .from(matterDues)
          .innerJoin(matters, eq(matters.id, matterDues.matter))
          .where(and(wanted, behind))
          .limit(1)
        return rows.length > 0
      },
    })
  }

  /** When something last happened in these matters. */
  async changes(db: Database, ids: readonly string[]): Promise<Map<string, Date>> {
    if (ids.length === 0) return new Map()
    const rows = await db
      .select({ matter: matterDues.matter, changedAt: matterDues.changedAt })
      .from(matterDues)
      .where(inArray(matterDues.matter, [...ids]))
    return new Map(rows.map(({ matter, changedAt }) => [matter, changedAt]))
  }
}

/** What the inbox shows under each of its states. */
function conditionOf(search: { county: string; state: InboxState | undefined; today: string }): SQL | undefined {
  const { county, state, today } = search
  const open = sql`${matters.pen} is not null`
  const nobodyAwaited = sql`${matterDues.awaited} = '{}'`
  const ended = sql`((${matters.pen} is null or ${matterDues.resting}) and ${nobodyAwaited})`
  const own = sql`(${county} = any(${matterDues.awaited})
    or (${nobodyAwaited} and not ${matterDues.resting} and ${matters.pen} is not distinct from ${county}))`
  const conditions: Record<InboxState, SQL> = {
    WAITING: sql`${own} and ${matters.frozenAt} is null`,
    WAITING_FOR_OTHERS: sql`not ${own} and not ${ended} and ${matters.frozenAt} is null`,
    DUE_SOON: sql`${open} and ${matterDues.soonOn} <= ${today}::date and ${matterDues.dueOn} >= ${today}::date`,
    OVERDUE: sql`${open} and ${matterDues.dueOn} < ${today}::date`,
    REFUSED: sql`(${matters.frozenAt} is not null
      or exists (select from envelope where matter = ${matters.id} and status in ('REFUSED', 'FORK'))
      or exists (select from outgoing where matter = ${matters.id} and state = 'REFUSED'))`,
    ENDED: ended,
  }
  return state && conditions[state]
}
