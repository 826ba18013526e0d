import { sql } from 'drizzle-orm'
import { bigint, date, index, pgTable, text, timestamp } from 'drizzle-orm/pg-core'

/** Entries of the county's list of serious breakers of trust (严重违法失信名单). */
export const creditListings = pgTable(
  'credit_listing',
  {
    /** `<county>:listing:<uuid>`. */
    id: text('id').primaryKey(),
    /** 列入决定书文号, unique in the county. */
    documentNumber: text('document_number').notNull().unique(),
    subjectCode: text('subject_code').notNull(),
    subjectName: text('subject_name').notNull(),
    legalRepresentative: text('legal_representative'),
    legalRepresentativeCode: text('legal_representative_code'),
    /** One of `listingCategories`, 办法 art. 5 to 11. */
    category: text('category').notNull(),
    /** 列入事由. */
    facts: text('facts').notNull(),
    /** 列入依据. */
    basis: text('basis').notNull(),
    /** 作出决定机关. */
    organ: text('organ').notNull(),
    /** CF_WSH of the penalty it rests on. */
    penaltyDocument: text('penalty_document'),
    /** State of the machine in `credit-listing.machine.ts`. */
    state: text('state').notNull(),
    /** The day the entry came on the county's books (proposal or import); entries are sorted by it. */
    enteredOn: date('entered_on', { mode: 'string' }).notNull(),
    /** 列入日期, when the decision took effect; null before LISTED. */
    listedOn: date('listed_on', { mode: 'string' }),
    /** 公示起 and 止. */
    publishedFrom: date('published_from', { mode: 'string' }),
    publishedUntil: date('published_until', { mode: 'string' }),
    /** First day without effect by lapse of time: three years, or the longer statutory restriction (办法 art. 21). */
    effectUntil: date('effect_until', { mode: 'string' }),
    /** Codes of IMPOSED measures that the decision names, and until when the longest of them runs. */
    imposedMeasures: text('imposed_measures')
      .array()
      .notNull()
      .default(sql`'{}'::text[]`),
    restrictionUntil: date('restriction_until', { mode: 'string' }),
    /** 上级机关同意文号 (办法 art. 22). */
    superiorConsent: text('superior_consent'),
    /** 恢复列入日期, when an early removal got by fraud was undone and the term began anew (办法 art. 20). */
    restoredOn: date('restored_on', { mode: 'string' }),
    /** 移出或撤销日期, 事由 and 机关. */
    removedOn: date('removed_on', { mode: 'string' }),
    removedReason: text('removed_reason'),
    removedBy: text('removed_by'),
    /** The county's list version in which this entry last changed. */
    version: bigint('version', { mode: 'number' }).notNull(),
    contentHash: text('content_hash').notNull(),
    updatedAt: timestamp('updated_at', { withTimezone: true }).notNull(),
  },
  (table) => [
    index('credit_listing_order').on(table.enteredOn.desc(), sql`${table.id} COLLATE "C" DESC`),
    index('credit_listing_subject').on(table.subjectCode),
    index('credit_listing_legal_representative').on(table.legalRepresentativeCode),
  ],
)

/** The county's list version: one row, raised in the same transaction as any change to the list. */
export const listVersions = pgTable('list_version', {
  /** Always `credit`. */
  list: text('list').primaryKey(),
  version: bigint('version', { mode: 'number' }).notNull(),
  /** Never goes back with the clock: membership of the hit index may have been settled by the later day. */
  changedAt: timestamp('changed_at', { withTimezone: true }).notNull(),
  /** Names one unbroken history of the list: a database that was restored from a backup takes a new one by command. */
  lineage: text('lineage')
    .notNull()
    .default(sql`gen_random_uuid()::text`),
  /** SHA-256 over this and all earlier versions, hexadecimal; differs wherever two histories do. */
  chain: text('chain')
    .notNull()
    .default(sql`repeat('0', 64)`),
  /** First version from which the changes of the hit index are kept. */
  deltasSince: bigint('deltas_since', { mode: 'number' }).notNull().default(0),
})
