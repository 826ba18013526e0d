import { sql } from 'drizzle-orm'
import { boolean, index, integer, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })
const texts = (name: string) =>
  text(name)
    .array()
    .notNull()
    .default(sql`'{}'::text[]`)

/** Clue transfers (线索移送) that this county sent or was sent. Both counties hold the same facts. */
export const clueTransfers = pgTable(
  'clue_transfer',
  {
    /** The matter: `<sending county>:clue:<uuid>`. */
    id: text('id').primaryKey(),
    /** County codes. */
    sender: text('sender').notNull(),
    recipient: text('recipient').notNull(),
    /** State of the machine in `clue-transfer.machine.ts`; a DRAFT is its sender's only. */
    state: text('state').notNull(),
    /** 移送函文号; null before the transfer. */
    number: text('number'),
    title: text('title').notNull(),
    /** One of `clueSources`. */
    source: text('source').notNull(),
    /** One of `supervisionFields`. */
    field: text('field').notNull(),
    supervisionStage: text('supervision_stage'),
    /** 违法行为类型, a code of the directory's acts. */
    act: text('act').notNull(),
    /** 话题标签. */
    topics: texts('topics'),
    /** 重点标记. */
    priorities: texts('priorities'),
    /** 监管方法建议. */
    methodNote: text('method_note'),
    /** Null for a subject without a known code. */
    subjectCode: text('subject_code'),
    subjectName: text('subject_name').notNull(),
    facts: text('facts').notNull(),
    /** The sender's case from which the clue comes. */
    originCase: text('origin_case'),
    /** 移送机关, as the exchange directory names it. */
    fromAgencyId: text('from_agency_id').notNull(),
    fromAgencyName: text('from_agency_name').notNull(),
    /** 对方同级部门; null where the directory knows none. */
    toAgencyId: text('to_agency_id'),
    toAgencyName: text('to_agency_name'),
    /** 事先通报: what was asked for, when, and when the other county confirmed it. */
    noticeRequest: text('notice_request'),
    noticeGivenAt: moment('notice_given_at'),
    noticeAcknowledgedAt: moment('notice_acknowledged_at'),
    sentAt: moment('sent_at'),
    /** SHA-256 of the envelope that transferred it. */
    transferHash: text('transfer_hash'),
    /** 移交人. */
    handedOverBy: text('handed_over_by'),
    handedOverCertificate: text('handed_over_certificate'),
    /** What the recipient's acknowledgement says; the limit of verification runs from here. */
    receivedAt: moment('received_at'),
    /** 接收人. */
    takenOverBy: text('taken_over_by'),
    takenOverCertificate: text('taken_over_certificate'),
    takenOverAt: moment('taken_over_at'),
    acceptedAt: moment('accepted_at'),
    objectedAt: moment('objected_at'),
    objectionReason: text('objection_reason'),
    /** The dispute about jurisdiction that the objection opened, or that settled it. */
    dispute: text('dispute'),
    verifyingAt: moment('verifying_at'),
    extendedAt: moment('extended_at'),
    extensionReason: text('extension_reason'),
    extensionApprovedBy: text('extension_approved_by'),
    /** The recipient's case. */
    caseId: text('case_id'),
    caseNumber: text('case_number'),
    /** 立案时间 of that case. */
    filedAt: moment('filed_at'),
    notFiledReason: text('not_filed_reason'),
    notFiledApprovedBy: text('not_filed_approved_by'),
    /** When it was decided whether to file. */
    decidedAt: moment('decided_at'),
    feedback: text('feedback'),
    feedbackAt: moment('feedback_at'),
    withdrawalAskedAt: moment('withdrawal_asked_at'),
    withdrawnAt: moment('withdrawn_at'),
    /** When it went back to its sender because of the dispute. */
    returnedAt: moment('returned_at'),
  },
  (table) => [
    index('clue_transfer_subject').on(table.subjectCode, table.act),
    index('clue_transfer_case').on(table.caseId),
    index('clue_transfer_origin').on(table.originCase),
  ],
)

/** Lines of the handover list (移交清单) of a clue. */
export const clueHandoverItems = pgTable(
  'clue_handover_item',
  {
    clue: text('clue')
      .notNull()
      .references(() => clueTransfers.id, { onDelete: 'cascade' }),
    /** From 1. */
    position: integer('position').notNull(),
    /** GOODS or PAPERS. */
    kind: text('kind').notNull(),
    name: text('name').notNull(),
    /** With its unit, e.g. 3箱. */
    quantity: text('quantity').notNull(),
    note: text('note'),
    /** Whether it came as listed; null before the handover. */
    asListed: boolean('as_listed'),
    /** What was missing or otherwise than listed. */
    remark: text('remark'),
  },
  (table) => [primaryKey({ columns: [table.clue, table.position] })],
)

/** Tests during the verification of a clue: their time does not count (程序规定 art. 18). */
export const clueTests = pgTable(
  'clue_test',
  {
    clue: text('clue')
      .notNull()
      .references(() => clueTransfers.id, { onDelete: 'cascade' }),
    /** Number of the recipient's envelope that began it. */
    sequence: integer('sequence').notNull(),
    begunAt: moment('begun_at').notNull(),
    /** One of `testingKinds`. */
    kind: text('kind').notNull(),
    what: text('what').notNull(),
    endedAt: moment('ended_at'),
    result: text('result'),
  },
  (table) => [primaryKey({ columns: [table.clue, table.sequence] })],
)
