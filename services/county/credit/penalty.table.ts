import { sql } from 'drizzle-orm'
import { date, index, numeric, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

/** Administrative penalties (行政处罚), with the fields of the 双公示 exchange file. */
export const penalties = pgTable(
  'penalty',
  {
    /** `<county>:penalty:<uuid>`. */
    id: text('id').primaryKey(),
    /** CF_WSH 行政处罚决定书文号, unique in the county. */
    documentNumber: text('document_number').notNull().unique(),
    subjectCode: text('subject_code').notNull(),
    subjectName: text('subject_name').notNull(),
    /** CF_XDR_LB 行政相对人类别, as in the file. */
    subjectKind: text('subject_kind').notNull(),
    legalRepresentative: text('legal_representative'),
    /** CF_WFXW 违法行为类型. */
    act: text('act').notNull(),
    /** CF_SY 违法事实. */
    facts: text('facts').notNull(),
    /** CF_YJ 处罚依据. */
    basis: text('basis').notNull(),
    /** CF_CFLB 处罚类别, as in the file. */
    kind: text('kind').notNull(),
    /** CF_NR 处罚内容. */
    content: text('content').notNull(),
    /** CF_NR_FK 罚款金额, in 万元. */
    fine: numeric('fine', { precision: 18, scale: 6 }),
    /** CF_NR_WFFF 没收金额, in 万元. */
    confiscated: numeric('confiscated', { precision: 18, scale: 6 }),
    /** CF_NR_ZKDX 暂扣或吊销证照名称及编号. */
    licenceAction: text('licence_action'),
    /** CF_JDRQ 处罚决定日期. */
    decidedOn: date('decided_on', { mode: 'string' }).notNull(),
    /** CF_YXQ 处罚有效期. */
    validUntil: date('valid_until', { mode: 'string' }),
    /** CF_GSJZQ 公示截止期. */
    publishedUntil: date('published_until', { mode: 'string' }),
    /** CF_CFJG 处罚机关 and CF_CFJGDM its code. */
    organ: text('organ').notNull(),
    organCode: text('organ_code'),
    /** CF_SJLY 数据来源单位 and CF_SJLYDM its code. */
    source: text('source'),
    sourceCode: text('source_code'),
    /** BZ 备注. */
    remark: text('remark'),
    /** Hash of the row's contents, so that importing the same row again changes nothing. */
    contentHash: text('content_hash').notNull(),
    updatedAt: timestamp('updated_at', { withTimezone: true }).notNull(),
  },
  (table) => [
    index('penalty_order').on(table.decidedOn.desc(), sql`${table.id} COLLATE "C" DESC`),
    index('penalty_subject').on(table.subjectCode, table.decidedOn.desc(), sql`${table.id} COLLATE "C" DESC`),
  ],
)
