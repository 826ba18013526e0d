import { boolean, index, integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'
import type { Tier } from './consultation.document.ts'

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })

/** Consultations on major cases (重大违法行为会商) that this county takes part in. All counties hold the same facts. */
export const consultations = pgTable(
  'consultation',
  {
    /** The matter: `<opening county>:consultation:<uuid>`. */
    id: text('id').primaryKey(),
    /** County codes, the opening one first. */
    parties: text('parties').array().notNull(),
    /** County in the chair (主持县). */
    chair: text('chair').notNull(),
    /** State of the machine in `consultation.machine.ts`. */
    state: text('state').notNull(),
    title: text('title').notNull(),
    /** 重大理由. */
    gravity: text('gravity').notNull(),
    /** One of `supervisionFields`. */
    field: text('field').notNull(),
    /** 违法行为类型, a code of the directory's acts. */
    act: text('act').notNull(),
    subjectCode: text('subject_code'),
    subjectName: text('subject_name'),
    /** The opening county's case. */
    originCase: text('origin_case'),
    fromAgencyId: text('from_agency_id').notNull(),
    fromAgencyName: text('from_agency_name').notNull(),
    openedAt: moment('opened_at').notNull(),
    /** Number of the present proposal; 0 before the first. */
    proposal: integer('proposal').notNull().default(0),
    /** When it was concluded or closed. */
    endedAt: moment('ended_at'),
    /** 分歧: what remained when it was closed without agreement. */
    differences: text('differences'),
  },
  (table) => [
    index('consultation_order').on(table.openedAt.desc(), table.id.desc()),
    index('consultation_act').on(table.act),
  ],
)

/** Who signed a county's part, and in which envelope. */
const signed = () => ({
  at: moment('at').notNull(),
  agency: text('agency').notNull(),
  officer: text('officer').notNull(),
  officerName: text('officer_name'),
  /** SHA-256 of the envelope, and its number among the county's own. */
  envelope: text('envelope').notNull(),
  sequence: integer('sequence').notNull(),
})

const consultation = () =>
  text('consultation')
    .notNull()
    .references(() => consultations.id, { onDelete: 'cascade' })

/** Each county's standard of discretion (裁量标准) for the offence; what it enters anew replaces what it said before. */
export const consultationStandards = pgTable(
  'consultation_standard',
  {
    consultation: consultation(),
    county: text('county').notNull(),
    /** 裁量基准名称及文号. */
    document: text('document'),
    tiers: jsonb('tiers').$type<readonly Tier[]>().notNull(),
    /** From 1. */
    revision: integer('revision').notNull(),
    /** Number of the county's envelope with its first standard. */
    since: integer('since').notNull(),
    ...signed(),
  },
  (table) => [primaryKey({ columns: [table.consultation, table.county] })],
)

/** Proposed common views (共同意见). */
export const consultationProposals = pgTable(
  'consultation_proposal',
  {
    consultation: consultation(),
    /** From 1. */
    number: integer('number').notNull(),
    county: text('county').notNull(),
    law: text('law').notNull(),
    article: text('article').notNull(),
    criteria: text('criteria').notNull(),
    tiers: jsonb('tiers').$type<readonly Tier[]>().notNull(),
    text: text('text').notNull(),
    ...signed(),
  },
  (table) => [primaryKey({ columns: [table.consultation, table.number] })],
)

/** What the counties answered to a proposal; an objection may turn into agreement, which is final. */
export const consultationAnswers = pgTable(
  'consultation_answer',
  {
    consultation: consultation(),
    proposal: integer('proposal').notNull(),
    county: text('county').notNull(),
    agreed: boolean('agreed').notNull(),
    /** 异议理由, or what was added to the agreement. */
    reason: text('reason'),
    ...signed(),
  },
  (table) => [primaryKey({ columns: [table.consultation, table.proposal, table.county] })],
)
