import { sql } from 'drizzle-orm'
import { bigint, index, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'

/** Every question this process forwarded or answered, in hash-chained order (政务数据共享条例 art. 29: kept three years). */
export const journalEntries = pgTable(
  'journal_entry',
  {
    /** One chain per process: a gateway's id or a county's code. */
    chain: text('chain').notNull(),
    sequence: bigint('sequence', { mode: 'number' }).notNull(),
    at: timestamp('at', { withTimezone: true, precision: 3 }).notNull(),
    /** The same on both sides. */
    transaction: text('transaction').notNull(),
    agency: text('agency').notNull(),
    /** County of the asking agency. */
    county: text('county').notNull(),
    /** The gateway that asked in the agency's name; null in a gateway's own journal. */
    actor: text('actor'),
    officer: text('officer'),
    purposeKind: text('purpose_kind').notNull(),
    purposeNumber: text('purpose_number'),
    /** Root fields of the operation, in order. */
    fields: text('fields').array().notNull(),
    /** Subjects asked about or shown: an organisation's code, a natural person's keyed reference. */
    subjects: text('subjects')
      .array()
      .notNull()
      .default(sql`'{}'::text[]`),
    previous: text('previous').notNull(),
    hash: text('hash').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.chain, table.sequence] }),
    index('journal_entry_transaction').on(table.transaction),
    index('journal_entry_subjects').using('gin', table.subjects),
  ],
)
