import { type SQL, and, asc, eq, inArray, isNotNull, sql } from 'drizzle-orm'
import type { Database } from '../../platform/database.ts'
import { type Page, type PageRequest, keysetOf, readRows } from '../connection/page.ts'
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

/** SQL of the inbox. */
export class MatterDueRepository {
  /** Something happened in the matter at `at`: it comes up in the inbox, and its days are computed anew. */
  async touch(tx: Database, matter: string, at: Date): Promise<void> {
    await tx
      .insert(matterDues)
      .values({ matter, changedAt: at })
      .onConflictDoUpdate({
        target: matterDues.matter,
        set: { changedAt: sql`greatest(${matterDues.changedAt}, excluded.changed_at)`, calendars: null },
      })
  }

  /** The matter's days must be computed anew. */
  async stale(tx: Database, matter: string): Promise<void> {
    await tx.update(matterDues).set({ calendars: null }).where(eq(matterDues.matter, matter))
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
  const conditions: Record<InboxState, SQL> = {
    WAITING: sql`${matters.pen} = ${county} and ${matters.frozenAt} is null`,
    WAITING_FOR_OTHERS: sql`${matters.pen} <> ${county} and ${matters.frozenAt} is null`,
    DUE_SOON: sql`${open} and ${matterDues.soonOn} <= ${today}::date and ${matterDues.dueOn} >= ${today}::date`,
    OVERDUE: sql`${open} and ${matterDues.dueOn} < ${today}::date`,
    REFUSED: sql`(${matters.frozenAt} is not null
      or exists (select from envelope where matter = ${matters.id} and status in ('REFUSED', 'FORK'))
      or exists (select from outgoing where matter = ${matters.id} and state = 'REFUSED'))`,
    ENDED: sql`${matters.pen} is null`,
  }
  return state && conditions[state]
}
