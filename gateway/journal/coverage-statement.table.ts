import { pgTable, text, timestamp } from 'drizzle-orm/pg-core'

/** Coverage statements that receipts name by hash: without them a receipt does not show who vouched for what. */
export const coverageStatements = pgTable('coverage_statement', {
  /** SHA-256 of the text, hex. */
  hash: text('hash').primaryKey(),
  text: text('text').notNull(),
  /** When this process first needed it: no receipt that names it is older. */
  at: timestamp('at', { withTimezone: true, precision: 3 }).notNull(),
})
