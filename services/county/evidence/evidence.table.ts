import { boolean, index, integer, jsonb, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'
import type { LegalityReview, Signatory } from './evidence.document.ts'

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })

/**
 * Pieces of evidence (证据) that this county shared with another or was given. Every column is written by one of the two
 * counties only: the first part by the home county, the second by the recipient.
 */
export const evidenceSharings = pgTable(
  'evidence_sharing',
  {
    /** The matter: `<home county>:evidence:<uuid>`. */
    id: text('id').primaryKey(),
    /** County codes. */
    home: text('home').notNull(),
    recipient: text('recipient').notNull(),
    /** One of `evidenceKinds`: 行政处罚法 art. 46. */
    evidence: text('evidence').notNull(),
    document: text('document').notNull(),
    title: text('title').notNull(),
    number: text('number'),
    description: text('description'),
    /** SHA-256 of the first version: pieces with the same are one, shared with several counties. */
    piece: text('piece').notNull(),
    /** SHA-256 of the version that stands. */
    hash: text('hash').notNull(),
    /** The last version, from 1. */
    version: integer('version').notNull(),
    collectors: jsonb('collectors').$type<Signatory[]>().notNull(),
    collectedAt: moment('collected_at').notNull(),
    collectedPlace: text('collected_place').notNull(),
    appraiser: text('appraiser'),
    checklist: jsonb('checklist').$type<LegalityReview>().notNull(),
    purpose: text('purpose').notNull(),
    forCase: text('for_case'),
    originCase: text('origin_case').notNull(),
    originCaseNumber: text('origin_case_number').notNull(),
    fromAgencyId: text('from_agency_id').notNull(),
    fromAgencyName: text('from_agency_name').notNull(),
    toAgencyId: text('to_agency_id'),
    toAgencyName: text('to_agency_name'),
    sharedAt: moment('shared_at').notNull(),
    withdrawnAt: moment('withdrawn_at'),
    withdrawalReason: text('withdrawal_reason'),
    /** SHARED, or the state that the recipient's last decision led to. */
    decision: text('decision').notNull(),
    /** The version that it was about; 0 before the first. */
    decidedVersion: integer('decided_version').notNull(),
    decidedAt: moment('decided_at'),
    reviewer: jsonb('reviewer').$type<Signatory>(),
    reason: text('reason'),
    /** The recipient's own 合法性审查; null while it verifies on site. */
    review: jsonb('review').$type<LegalityReview>(),
    ground: text('ground'),
    verifiers: jsonb('verifiers').$type<Signatory[]>(),
    verifiedAt: moment('verified_at'),
    verifiedPlace: text('verified_place'),
    findings: text('findings'),
  },
  (table) => [
    index('evidence_sharing_origin').on(table.originCase, table.sharedAt),
    index('evidence_sharing_for').on(table.forCase),
  ],
)

/** Versions of a piece and its withdrawal, as the home county told them. */
export const evidenceVersions = pgTable(
  'evidence_version',
  {
    sharing: text('sharing')
      .notNull()
      .references(() => evidenceSharings.id, { onDelete: 'cascade' }),
    /** Number of the home county's envelope. */
    sequence: integer('sequence').notNull(),
    /** SHARE, CORRECT or WITHDRAW. */
    event: text('event').notNull(),
    version: integer('version').notNull(),
    /** SHA-256 of the file. */
    hash: text('hash').notNull(),
    at: moment('at').notNull(),
    /** What changed, or why it was withdrawn. */
    text: text('text'),
  },
  (table) => [primaryKey({ columns: [table.sharing, table.sequence] })],
)

/** Citations (援用) of a recognised piece in cases of the recipient. */
export const evidenceCitations = pgTable(
  'evidence_citation',
  {
    sharing: text('sharing')
      .notNull()
      .references(() => evidenceSharings.id, { onDelete: 'cascade' }),
    /** From 1. */
    position: integer('position').notNull(),
    caseId: text('case_id').notNull(),
    caseNumber: text('case_number').notNull(),
    /** 待证事实. */
    fact: text('fact').notNull(),
    /** The version that was cited. */
    version: integer('version').notNull(),
    citedAt: moment('cited_at').notNull(),
    /** 执法证号 and name of who cited it. */
    officer: text('officer').notNull(),
    officerName: text('officer_name'),
    /** The home county's last envelope that the recipient had seen when it cited, or last reviewed. */
    knownThrough: integer('known_through').notNull(),
    /** KEPT, DROPPED or REPLACED by the last review. */
    outcome: text('outcome'),
    reviewReason: text('review_reason'),
    replacement: text('replacement'),
    /** Whether the case had been decided when it was last reviewed. */
    caseDecided: boolean('case_decided'),
    reviewedAt: moment('reviewed_at'),
  },
  (table) => [
    primaryKey({ columns: [table.sharing, table.position] }),
    index('evidence_citation_case').on(table.caseId, table.citedAt),
  ],
)
