import { sql } from 'drizzle-orm'
import { date, index, integer, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })
const texts = (name: string) =>
  text(name)
    .array()
    .notNull()
    .default(sql`'{}'::text[]`)

/**
 * Assistance requests (协助调查函): one row for each assisting county of a letter. Both counties hold the same facts; a DRAFT
 * is its requester's only.
 */
export const assistanceRequests = pgTable(
  'assistance_request',
  {
    /** The matter: `<requesting county>:assistance:<uuid>`. */
    id: text('id').primaryKey(),
    /** The same in all matters of one letter, a UUID. */
    letter: text('letter').notNull(),
    /** County codes. */
    requester: text('requester').notNull(),
    assistant: text('assistant').notNull(),
    /** State of the machine in `assistance-request.machine.ts`. */
    state: text('state').notNull(),
    /** 文号; null before the letter is issued. */
    number: text('number'),
    /** 案由. */
    title: text('title').notNull(),
    /** The requester's case. */
    originCase: text('origin_case').notNull(),
    originCaseNumber: text('origin_case_number').notNull(),
    /** 协查对象; null for a subject without a known code. */
    subjectCode: text('subject_code'),
    subjectName: text('subject_name').notNull(),
    facts: text('facts').notNull(),
    /** 主办部门, as the exchange directory names it. */
    fromAgencyId: text('from_agency_id').notNull(),
    fromAgencyName: text('from_agency_name').notNull(),
    contactName: text('contact_name').notNull(),
    contactPhone: text('contact_phone').notNull(),
    contactAddress: text('contact_address').notNull(),
    /** Codes of the other counties that the letter asks. */
    alsoAsked: texts('also_asked'),
    /** Names of the files that came with the letter. */
    enclosures: texts('enclosures'),
    issuedAt: moment('issued_at'),
    issuedBy: text('issued_by'),
    issuedCertificate: text('issued_certificate'),
    /** SHA-256 of the envelope of the letter whose limit runs: the first one, then that of each supplement. */
    letterHash: text('letter_hash'),
    /** What the assisting node's acknowledgement of that letter says; the limit runs from here. */
    receivedAt: moment('received_at'),
    /** Who signed for the letter, and when. */
    receivedBy: text('received_by'),
    receivedCertificate: text('received_certificate'),
    signedForAt: moment('signed_for_at'),
    begunAt: moment('begun_at'),
    /** One of `declineGroundLabels`. */
    declineGround: text('decline_ground'),
    declineReason: text('decline_reason'),
    declinedAt: moment('declined_at'),
    /** 复函文号. */
    replyNumber: text('reply_number'),
    conclusion: text('conclusion'),
    repliedBy: text('replied_by'),
    repliedCertificate: text('replied_certificate'),
    repliedAt: moment('replied_at'),
    /** How often a supplement was asked for, and the last time. */
    supplements: integer('supplements').notNull().default(0),
    supplementNumber: text('supplement_number'),
    supplementWhat: text('supplement_what'),
    /** Positions of the parts that it reopened. */
    supplementParts: integer('supplement_parts')
      .array()
      .notNull()
      .default(sql`'{}'::integer[]`),
    supplementAskedAt: moment('supplement_asked_at'),
    closingNote: text('closing_note'),
    closedBy: text('closed_by'),
    closedAt: moment('closed_at'),
    withdrawalAskedAt: moment('withdrawal_asked_at'),
    withdrawnAt: moment('withdrawn_at'),
  },
  (table) => [
    index('assistance_request_letter').on(table.letter),
    index('assistance_request_case').on(table.originCase),
    index('assistance_request_number').on(table.requester, table.number),
  ],
)

const request = () =>
  text('request')
    .notNull()
    .references(() => assistanceRequests.id, { onDelete: 'cascade' })

/** Parts of a letter: one assisting agency (协查单位) each, and how it answered. */
export const assistanceParts = pgTable(
  'assistance_part',
  {
    request: request(),
    /** From 1. */
    position: integer('position').notNull(),
    /** Null where the exchange directory does not list the agency. */
    agencyId: text('agency_id'),
    agencyName: text('agency_name').notNull(),
    /** 协查事项, in their order. */
    tasks: texts('tasks'),
    /** DONE or UNABLE; null while it is open. */
    outcome: text('outcome'),
    findings: text('findings'),
    answeredBy: text('answered_by'),
    answeredCertificate: text('answered_certificate'),
    answeredAt: moment('answered_at'),
  },
  (table) => [primaryKey({ columns: [table.request, table.position] })],
)

/** 材料清单: what a part was answered with. */
export const assistanceMaterials = pgTable(
  'assistance_material',
  {
    request: request(),
    part: integer('part').notNull(),
    /** From 1. */
    position: integer('position').notNull(),
    name: text('name').notNull(),
    quantity: text('quantity').notNull(),
    note: text('note'),
    /** SHA-256 of the attachment that it is. */
    attachment: text('attachment'),
  },
  (table) => [primaryKey({ columns: [table.request, table.part, table.position] })],
)

/** Extensions that were told while the limit of the present letter runs. */
export const assistanceExtensions = pgTable(
  'assistance_extension',
  {
    request: request(),
    /** Number of the assisting county's envelope. */
    sequence: integer('sequence').notNull(),
    toldAt: moment('told_at').notNull(),
    /** The new last day. */
    until: date('until', { mode: 'string' }).notNull(),
    reason: text('reason').notNull(),
  },
  (table) => [primaryKey({ columns: [table.request, table.sequence] })],
)
