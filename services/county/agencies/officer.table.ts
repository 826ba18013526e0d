import { date, index, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import { agencies } from './agency.table.ts'

/** Enforcement officers of the county's bodies (行政执法人员). */
export const officers = pgTable(
  'officer',
  {
    /** `<county>:officer:<uuid>`. */
    id: text('id').primaryKey(),
    agencyId: text('agency_id')
      .notNull()
      .references(() => agencies.id),
    name: text('name').notNull(),
    /** 执法证号, unique in the county. */
    certificate: text('certificate').notNull().unique(),
    /** Last day on which the 执法证 is valid; null when it names none. */
    certificateUntil: date('certificate_until', { mode: 'string' }),
    updatedAt: timestamp('updated_at', { withTimezone: true }).notNull(),
  },
  (table) => [index('officer_agency').on(table.agencyId)],
)
