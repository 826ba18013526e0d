import { sql } from 'drizzle-orm'
import { bigint, index, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import { enforcementCases } from './enforcement-case.table.ts'

/** Every step of a case, in order; rows are only added. */
export const caseEvents = pgTable(
  'case_event',
  {
    sequence: bigint('sequence', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    caseId: text('case_id')
      .notNull()
      .references(() => enforcementCases.id),
    /** Event of the machine in `enforcement-case.machine.ts`, or REGISTER for the clue itself. */
    event: text('event').notNull(),
    /** Null for the clue itself. */
    fromStage: text('from_stage'),
    toStage: text('to_stage').notNull(),
    at: timestamp('at', { withTimezone: true, precision: 3 }).notNull(),
    /** Agency of the exchange and officer who did it. */
    agency: text('agency').notNull(),
    officer: text('officer'),
    /** 文书文号 of the document the step rests on. */
    document: text('document'),
    note: text('note'),
    /** Why it is no second fine for one act (处罚法 art. 29), where something spoke against it. */
    confirmation: text('confirmation'),
  },
  (table) => [
    index('case_event_case').on(table.caseId, table.sequence),
    index('case_event_penalty')
      .on(table.document)
      .where(sql`${table.event} = 'DECIDE_PENALTY'`),
  ],
)
