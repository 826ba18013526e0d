import { sql } from 'drizzle-orm'
import { index, pgTable, text, timestamp } from 'drizzle-orm/pg-core'
import { agencies } from '../agencies/agency.table.ts'

/** Enforcement cases (行政执法案件), from the clue to the archive. */
export const enforcementCases = pgTable(
  'enforcement_case',
  {
    /** `<county>:case:<uuid>`. */
    id: text('id').primaryKey(),
    /** 案号, unique in the county. */
    number: text('number').notNull().unique(),
    /** 案由. */
    title: text('title').notNull(),
    subjectCode: text('subject_code').notNull(),
    subjectName: text('subject_name').notNull(),
    /** 违法行为类型, a code of the directory's acts. */
    act: text('act').notNull(),
    /** 监管领域, one of `supervisionFields`. */
    field: text('field').notNull(),
    /** 监管环节, one of `supervisionStages`; null when not told. */
    supervisionStage: text('supervision_stage'),
    /** 线索来源, one of `clueSources`. */
    source: text('source').notNull(),
    agencyId: text('agency_id')
      .notNull()
      .references(() => agencies.id),
    /** Ids of the officers in charge (办案人员), two at least once filed (处罚法 art. 42). */
    officerIds: text('officer_ids')
      .array()
      .notNull()
      .default(sql`'{}'::text[]`),
    /** Stage of the machine in `enforcement-case.machine.ts`. */
    stage: text('stage').notNull(),
    /** PENALTY, NO_PENALTY, TRANSFER_ADMINISTRATIVE or TRANSFER_JUDICIAL once decided (程序规定 art. 60). */
    decision: text('decision'),
    /** OWN: only this county sees it. AGREEMENT: counties with an agreement see it from its filing on. */
    visibility: text('visibility').notNull().default('AGREEMENT'),
    /** When it came on the county's books; cases are sorted by it. */
    registeredAt: timestamp('registered_at', { withTimezone: true, precision: 3 }).notNull(),
    /** 立案时间 by this node's clock; null before. The earliest has jurisdiction (处罚法 art. 25). */
    filedAt: timestamp('filed_at', { withTimezone: true, precision: 3 }),
    /** 结案时间. */
    closedAt: timestamp('closed_at', { withTimezone: true, precision: 3 }),
    updatedAt: timestamp('updated_at', { withTimezone: true, precision: 3 }).notNull(),
  },
  (table) => [
    index('enforcement_case_order').on(table.registeredAt.desc(), sql`${table.id} COLLATE "C" DESC`),
    index('enforcement_case_subject').on(
      table.subjectCode,
      table.registeredAt.desc(),
      sql`${table.id} COLLATE "C" DESC`,
    ),
  ],
)
