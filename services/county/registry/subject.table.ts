import { pgTable, text, timestamp } from 'drizzle-orm/pg-core'

/** Market subjects (市场主体) and natural persons this county has records of, keyed by their code. */
export const subjects = pgTable('subject', {
  /** 统一社会信用代码 (GB 32100) or 公民身份号码 (GB 11643). */
  code: text('code').primaryKey(),
  name: text('name').notNull(),
  /** ENTERPRISE, INDIVIDUAL_BUSINESS, COOPERATIVE, INSTITUTION, SOCIAL_ORGANISATION, NATURAL_PERSON or OTHER. */
  kind: text('kind').notNull(),
  legalRepresentative: text('legal_representative'),
  legalRepresentativeCode: text('legal_representative_code'),
  updatedAt: timestamp('updated_at', { withTimezone: true }).notNull(),
})
