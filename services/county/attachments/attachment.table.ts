import { sql } from 'drizzle-orm'
import { bigint, index, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })

/** Files that this county's node holds (附件): uploaded by its agencies, or fetched from other counties and verified. */
export const attachments = pgTable(
  'attachment',
  {
    /** SHA-256 of the contents, hex; the file's name in the folder. */
    hash: text('hash').primaryKey(),
    /** Bytes. */
    size: bigint('size', { mode: 'number' }).notNull(),
    /** As found in the contents. */
    mediaType: text('media_type').notNull(),
    /** When it came last; an upload that is repeated comes anew. */
    storedAt: moment('stored_at').notNull(),
    /** Agency that uploaded it, or for which it was fetched. */
    agency: text('agency').notNull(),
    /** OWN or FETCHED. */
    origin: text('origin').notNull(),
    /** When an own document named it first; null until then. */
    usedAt: moment('used_at'),
  },
  (table) => [
    index('attachment_unused')
      .on(table.storedAt)
      .where(sql`origin = 'OWN' and used_at is null`),
  ],
)
