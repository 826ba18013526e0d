import { boolean, date, index, integer, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })

/** Disputes about jurisdiction (管辖争议). All parties hold the same facts. */
export const jurisdictionDisputes = pgTable(
  'jurisdiction_dispute',
  {
    /** The matter: `<raising county>:dispute:<uuid>`. */
    id: text('id').primaryKey(),
    /** County codes. */
    raiser: text('raiser').notNull(),
    respondent: text('respondent').notNull(),
    /** State of the machine in `jurisdiction.machine.ts`. */
    state: text('state').notNull(),
    subjectCode: text('subject_code'),
    subjectName: text('subject_name').notNull(),
    /** 违法行为类型, a code of the directory's acts. */
    act: text('act').notNull(),
    facts: text('facts').notNull(),
    /** The clue to which was objected. */
    clue: text('clue'),
    /** An earlier dispute about the same. */
    follows: text('follows'),
    raisedAt: moment('raised_at').notNull(),
    /** What the respondent's acknowledgement says: the consultation's limit runs from here. */
    receivedAt: moment('received_at'),
    raiserAgency: text('raiser_agency').notNull(),
    raiserSystem: text('raiser_system'),
    respondentAgency: text('respondent_agency'),
    respondentSystem: text('respondent_system'),
    /** Each side's own statement about its case, with the hash of the envelope in which it was signed. */
    raiserCase: text('raiser_case'),
    raiserCaseNumber: text('raiser_case_number'),
    raiserFiledAt: moment('raiser_filed_at'),
    raiserClaim: text('raiser_claim'),
    respondentCase: text('respondent_case'),
    respondentCaseNumber: text('respondent_case_number'),
    respondentFiledAt: moment('respondent_filed_at'),
    respondentClaim: text('respondent_claim'),
    /** The last proposal, and who made it: the other one answers. */
    proposedCounty: text('proposed_county').notNull(),
    proposalReason: text('proposal_reason').notNull(),
    spokenBy: text('spoken_by').notNull(),
    escalatedAt: moment('escalated_at'),
    escalatedBy: text('escalated_by'),
    escalationReason: text('escalation_reason'),
    superiorId: text('superior_id'),
    superiorName: text('superior_name'),
    /** Code of its node; null when it decides on paper. */
    superiorNode: text('superior_node'),
    /** When the superior received the request: its limit runs from here. */
    referredAt: moment('referred_at'),
    /** The county that has jurisdiction, once agreed or designated; since when, and the envelope that says so. */
    outcome: text('outcome'),
    decidedAt: moment('decided_at'),
    decision: text('decision'),
    /** 指定管辖通知书. */
    noticeNumber: text('notice_number'),
    noticeDate: date('notice_date', { mode: 'string' }),
    noticeReason: text('notice_reason'),
    /** The county that recorded it from paper; null when the superior signed it. */
    recordedBy: text('recorded_by'),
    confirmedAt: moment('confirmed_at'),
    contestedAt: moment('contested_at'),
    /** 案件移送函文号. */
    handoverNumber: text('handover_number'),
    handedOverBy: text('handed_over_by'),
    handedOverCertificate: text('handed_over_certificate'),
    handedOverAt: moment('handed_over_at'),
    handover: text('handover'),
    /** The case that went over, and the one in which it goes on. */
    movedCase: text('moved_case'),
    continuedCase: text('continued_case'),
    takenOverBy: text('taken_over_by'),
    takenOverCertificate: text('taken_over_certificate'),
    takenOverAt: moment('taken_over_at'),
    endedAt: moment('ended_at'),
    endedReason: text('ended_reason'),
  },
  (table) => [
    index('jurisdiction_dispute_subject').on(table.subjectCode, table.act),
    index('jurisdiction_dispute_raiser_case').on(table.raiserCase),
    index('jurisdiction_dispute_respondent_case').on(table.respondentCase),
    index('jurisdiction_dispute_clue').on(table.clue),
    index('jurisdiction_dispute_follows').on(table.follows),
  ],
)

/** Lines of the handover list (移交清单) of a dispute. */
export const disputeHandoverItems = pgTable(
  'jurisdiction_handover_item',
  {
    dispute: text('dispute')
      .notNull()
      .references(() => jurisdictionDisputes.id, { onDelete: 'cascade' }),
    /** From 1. */
    position: integer('position').notNull(),
    /** GOODS or PAPERS. */
    kind: text('kind').notNull(),
    name: text('name').notNull(),
    quantity: text('quantity').notNull(),
    note: text('note'),
    /** Whether it came as listed; null before it was taken over. */
    asListed: boolean('as_listed'),
    remark: text('remark'),
  },
  (table) => [primaryKey({ columns: [table.dispute, table.position] })],
)
