import { sql } from 'drizzle-orm'
import { index, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core'
import { enforcementCases } from './enforcement-case.table.ts'

/**
 * Links between cases (案件关联). The proposer's county holds the outbound row; when the other county confirms it holds an
 * inbound one, so that each can walk the link from its own case.
 */
export const caseLinks = pgTable(
  'case_link',
  {
    /** `<county>:link:<uuid>`. */
    id: text('id').primaryKey(),
    /** This county's case. */
    caseId: text('case_id')
      .notNull()
      .references(() => enforcementCases.id),
    /** Id of the other case, usually in another county. */
    target: text('target').notNull(),
    /** One of `caseLinkKinds`, read from the proposer's case to the other one. */
    kind: text('kind').notNull(),
    /** OUTBOUND at the proposer, INBOUND at the confirmer. */
    direction: text('direction').notNull(),
    /** PROPOSED, CONFIRMED, DECLINED or WITHDRAWN. */
    state: text('state').notNull(),
    note: text('note'),
    /** Id of the outbound row; its own id there. */
    origin: text('origin').notNull(),
    /** Agency of the exchange that proposed it. */
    proposedBy: text('proposed_by').notNull(),
    proposedAt: timestamp('proposed_at', { withTimezone: true, precision: 3 }).notNull(),
    settledAt: timestamp('settled_at', { withTimezone: true, precision: 3 }),
    /** JWS of the proposing county over the proposal. */
    proposal: text('proposal').notNull(),
    /** JWS of the confirming county over the proposal's hash; null while open. */
    confirmation: text('confirmation'),
  },
  (table) => [
    index('case_link_case').on(table.caseId),
    index('case_link_target').on(table.target),
    uniqueIndex('case_link_origin').on(table.origin, table.direction),
    uniqueIndex('case_link_once')
      .on(table.caseId, table.target, table.kind, table.direction)
      .where(sql`state in ('PROPOSED', 'CONFIRMED')`),
  ],
)
