import { sql } from 'drizzle-orm'
import { boolean, date, index, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

/**
 * The order of the inbox: when something last happened in a matter, and by when somebody must act. It holds no fact: it
 * is computed from the kind's own rows and the directory's calendars, and may be computed anew at any time.
 */
export const matterDues = pgTable(
  'matter_due',
  {
    matter: text('matter').primaryKey(),
    /** When this county last took something up in it. */
    changedAt: timestamp('changed_at', { withTimezone: true, precision: 3 }).notNull(),
    /** The day from which it is due soon; null while nothing runs, or it cannot be computed. */
    soonOn: date('soon_on'),
    /** The last day. */
    dueOn: date('due_on'),
    /** Fingerprint of the calendars by which the two days were computed; null when something happened since. */
    calendars: text('calendars'),
    /** Whoever has the pen may act and need not: nobody is waited for, unless something new comes in. */
    resting: boolean('resting').notNull().default(false),
    /** Counties whose notes the matter waits for: reads, answers. While there are any, they act and not the pen. */
    awaited: text('awaited')
      .array()
      .notNull()
      .default(sql`'{}'::text[]`),
  },
  (table) => [index('matter_due_order').on(table.changedAt.desc(), table.matter.desc())],
)
