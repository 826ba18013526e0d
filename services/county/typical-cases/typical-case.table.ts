import { sql } from 'drizzle-orm'
import { date, index, integer, jsonb, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core'

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })

/** What a typical case says. */
export interface TypicalTexts {
  title: string
  /** 适用法律. */
  law: string
  /** 基本案情. */
  facts: string
  /** 处理结果. */
  outcome: string
  /** 典型意义. */
  significance: string
}

/** Typical cases (典型案例) of this county, from the nomination on. */
export const typicalCases = pgTable(
  'typical_case',
  {
    /** `<county>:typical:<uuid>`. */
    id: text('id').primaryKey(),
    /** The own case. */
    caseId: text('case_id').notNull(),
    agency: text('agency').notNull(),
    /** One of `supervisionFields`, from the case. */
    field: text('field').notNull(),
    /** Of `typicalReasons`. */
    reasons: text('reasons').array().notNull(),
    /** As nominated, with names: never leaves the county. */
    original: jsonb('original').$type<TypicalTexts>().notNull(),
    /** Further names, places and numbers that must not be published. */
    hidden: text('hidden').array().notNull(),
    /** As redacted; null before. */
    redacted: jsonb('redacted').$type<TypicalTexts>(),
    state: text('state').notNull(),
    nominatedAt: moment('nominated_at').notNull(),
    /** Officers' certificates. */
    nominatedBy: text('nominated_by').notNull(),
    redactedBy: text('redacted_by'),
    approvedBy: text('approved_by'),
    /** The planned day for which it was approved. */
    publishOn: date('publish_on'),
    publishedAt: moment('published_at'),
    /** Why it was returned, rejected or withdrawn last. */
    reason: text('reason'),
    updatedAt: moment('updated_at').notNull(),
  },
  (table) => [
    index('typical_case_published')
      .on(table.publishedAt.desc(), sql`${table.id} COLLATE "C" DESC`)
      .where(sql`state = 'PUBLISHED'`),
    index('typical_case_nominated').on(table.nominatedAt.desc(), sql`${table.id} COLLATE "C" DESC`),
    uniqueIndex('typical_case_once')
      .on(table.caseId)
      .where(sql`state not in ('REJECTED', 'WITHDRAWN')`),
  ],
)

/** Days on which the county means to publish typical cases (定期发布). */
export const typicalCaseDays = pgTable('typical_case_day', {
  day: date('day').primaryKey(),
  year: integer('year').notNull(),
})
