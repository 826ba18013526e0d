import { bigint, index, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import { creditListings } from './credit-listing.table.ts'

/** Every step of a listing's life, in order; rows are only added. */
export const creditListingEvents = pgTable(
  'credit_listing_event',
  {
    sequence: bigint('sequence', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    listingId: text('listing_id')
      .notNull()
      .references(() => creditListings.id),
    /** Event of the machine in `credit-listing.machine.ts`, or ENTER for the entry itself. */
    event: text('event').notNull(),
    /** Null for the entry itself. */
    fromState: text('from_state'),
    toState: text('to_state').notNull(),
    at: timestamp('at', { withTimezone: true, precision: 3 }).notNull(),
    /** Agency of the exchange and officer who did it. */
    agency: text('agency').notNull(),
    officer: text('officer'),
    /** 文书文号 of the document the step rests on. */
    document: text('document'),
    note: text('note'),
    /** The list version that the step produced. */
    version: bigint('version', { mode: 'number' }).notNull(),
  },
  (table) => [index('credit_listing_event_listing').on(table.listingId, table.sequence)],
)
