import { bigint, boolean, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'

/**
 * Codes of the hit index: subjects, and legal representatives, of entries of the list that have effect or may have it
 * later without a further change. Kept with the list, in the same transactions.
 */
export const hitIndexMembers = pgTable('hit_index_member', {
  code: text('code').primaryKey(),
})

/** What each version of the list changed in the hit index: a code came (`listed`) or went. Kept for 30 days. */
export const hitIndexChanges = pgTable(
  'hit_index_change',
  {
    version: bigint('version', { mode: 'number' }).notNull(),
    code: text('code').notNull(),
    listed: boolean('listed').notNull(),
  },
  (table) => [primaryKey({ columns: [table.version, table.code] })],
)

/** Every version of the list with its chain: what tells a county's history from that of a restored backup. */
export const listPoints = pgTable('list_point', {
  version: bigint('version', { mode: 'number' }).primaryKey(),
  chain: text('chain').notNull(),
  at: timestamp('at', { withTimezone: true }).notNull(),
})
