import { pgTable, text, timestamp } from 'drizzle-orm/pg-core'

/** Enforcement bodies of the county (行政执法机关). */
export const agencies = pgTable('agency', {
  /** `<county>:agency:<uuid>`. */
  id: text('id').primaryKey(),
  /** 机关名称, unique in the county. */
  name: text('name').notNull().unique(),
  /** 统一社会信用代码 of the body. */
  code: text('code'),
  /** The body's agency id in the exchange directory (the `sub` of its tokens); null when it does not ask itself. */
  exchangeAgency: text('exchange_agency').unique(),
  updatedAt: timestamp('updated_at', { withTimezone: true }).notNull(),
})
