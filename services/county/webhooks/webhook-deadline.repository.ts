import { sql } from 'drizzle-orm'
import { type Database, rows } from '../../platform/database.ts'
import { webhookDeadlines } from './webhook.table.ts'

/** An open matter that is due soon or overdue. */
export interface DueMatter {
  matter: string
  kind: string
  parties: string[]
  pen: string
  /** See `matter-due.table.ts`. */
  awaited: string[]
  resting: boolean
  /** `YYYY-MM-DD`. */
  dueOn: string
  standing: 'DUE_SOON' | 'OVERDUE'
}

/** SQL of what was told of deadlines. */
export class WebhookDeadlineRepository {
  /** Open matters that are due soon or overdue on `today` and of which that was not told yet. */
  async untold(tx: Database, today: string, most: number): Promise<DueMatter[]> {
    const found = await rows<{
      matter: string
      kind: string
      parties: string
      pen: string
      awaited: string
      resting: boolean
      due_on: string
      standing: DueMatter['standing']
    }>(
      tx,
      sql`select * from (
          select d.matter, m.kind, array_to_string(m.parties, ',') as parties, m.pen, d.due_on::text as due_on,
            array_to_string(d.awaited, ',') as awaited, d.resting,
            case when d.due_on < ${today}::date then 'OVERDUE' else 'DUE_SOON' end as standing
          from matter_due as d join matter as m on m.id = d.matter
          where m.pen is not null and m.frozen_at is null and d.due_on is not null
            and least(d.soon_on, d.due_on) <= ${today}::date
        ) as due
        where not exists (
          select from webhook_deadline as w
          where w.matter = due.matter and w.due_on = due.due_on::date and w.told = due.standing)
        order by due.due_on, due.matter limit ${most}`,
    )
    return found.map(({ due_on: dueOn, parties, awaited, ...rest }) => ({
      ...rest,
      dueOn,
      parties: list(parties),
      awaited: list(awaited),
    }))
  }

  /** Notes what was told. */
  async note(tx: Database, told: readonly DueMatter[]): Promise<void> {
    if (told.length === 0) return
    await tx
      .insert(webhookDeadlines)
      .values(told.map(({ matter, dueOn, standing }) => ({ matter, dueOn, told: standing })))
      .onConflictDoUpdate({
        target: webhookDeadlines.matter,
        set: { dueOn: sql`excluded.due_on`, told: sql`excluded.told` },
      })
  }
}

function list(text: string): string[] {
  return text.split(',').filter((each) => each !== '')
}
