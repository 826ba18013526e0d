import { asc, eq, inArray, sql } from 'drizzle-orm'
import type { Database } from '../../platform/database.ts'
import { matterDues } from './matter-due.table.ts'

/** The days between which a matter is due. */
export interface DueDays {
  matter: string
  soonOn: string | null
  dueOn: string | null
}

/** SQL of the inbox's order. */
export class MatterDueRepository {
  /** Something happened in the matter at `at`: it comes up in the inbox, and its days are computed anew. */
  async touch(tx: Database, matter: string, at: Date): Promise<void> {
    await tx
      .insert(matterDues)
      .values({ matter, changedAt: at, stale: true })
      .onConflictDoUpdate({
        target: matterDues.matter,
        set: { changedAt: sql`greatest(${matterDues.changedAt}, excluded.changed_at)`, stale: true },
      })
  }

  /** The matter's days must be computed anew. */
  async stale(tx: Database, matter: string): Promise<void> {
    await tx.update(matterDues).set({ stale: true }).where(eq(matterDues.matter, matter))
  }

  /** Every matter's days must be computed anew: the calendars have changed. */
  async allStale(db: Database): Promise<void> {
    await db.update(matterDues).set({ stale: true }).where(eq(matterDues.stale, false))
  }

  /** Some of the matters whose days must be computed anew, locked against others who do the same. */
  async takeStale(tx: Database, limit: number): Promise<string[]> {
    const rows = await tx
      .select({ matter: matterDues.matter })
      .from(matterDues)
      .where(eq(matterDues.stale, true))
      .orderBy(asc(matterDues.matter))
      .limit(limit)
      .for('update', { skipLocked: true })
    return rows.map(({ matter }) => matter)
  }

  /** Stores computed days; matters that are not in `days` have none. */
  async settle(tx: Database, matters: readonly string[], days: readonly DueDays[]): Promise<void> {
    if (matters.length === 0) return
    await tx
      .update(matterDues)
      .set({ stale: false, soonOn: null, dueOn: null })
      .where(inArray(matterDues.matter, [...matters]))
    if (days.length === 0) return
    const rows = sql.join(
      days.map(({ matter, soonOn, dueOn }) => sql`(${matter}::text, ${soonOn}::date, ${dueOn}::date)`),
      sql`, `,
    )
    await tx.execute(sql`
      update matter_due set soon_on = given.soon_on, due_on = given.due_on
      from (values ${rows}) as given (matter, soon_on, due_on) where matter_due.matter = given.matter`)
  }
}
