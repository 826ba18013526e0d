import { sql } from 'drizzle-orm'
import { boolean, date, index, integer, pgTable, primaryKey, text, timestamp } from 'drizzle-orm/pg-core'

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })

/** Bulletins (信息通报) that this county sent or was sent. All counties hold the same facts. */
export const bulletins = pgTable(
  'bulletin',
  {
    /** The matter: `<sending county>:bulletin:<uuid>`. */
    id: text('id').primaryKey(),
    sender: text('sender').notNull(),
    recipients: text('recipients').array().notNull(),
    /** State of the machine in `bulletin.machine.ts`. */
    state: text('state').notNull(),
    /** One of `bulletinTypes`. */
    type: text('type').notNull(),
    /** One of `bulletinChannels`. */
    channel: text('channel').notNull(),
    /** 文号 of a formal document. */
    documentNumber: text('document_number'),
    title: text('title').notNull(),
    text: text('text').notNull(),
    /** One of `supervisionFields`. */
    field: text('field').notNull(),
    urgent: boolean('urgent').notNull(),
    /** The last day for a reply; null where none is wanted. */
    replyBy: date('reply_by'),
    fromAgencyId: text('from_agency_id').notNull(),
    fromAgencyName: text('from_agency_name').notNull(),
    sentAt: moment('sent_at').notNull(),
    /** Number of the wording: 1, and one more for each correction and for a withdrawal. */
    version: integer('version').notNull().default(1),
    /** Number of the sender's envelope with each wording, the first one first. */
    wordings: integer('wordings')
      .array()
      .notNull()
      .default(sql`'{1}'::integer[]`),
    correctedAt: moment('corrected_at'),
    correctionReason: text('correction_reason'),
    /** When it was closed or withdrawn. */
    endedAt: moment('ended_at'),
    withdrawalReason: text('withdrawal_reason'),
  },
  (table) => [index('bulletin_order').on(table.sentAt.desc(), table.id.desc())],
)

const bulletin = () =>
  text('bulletin')
    .notNull()
    .references(() => bulletins.id, { onDelete: 'cascade' })

/** Who said it. */
const officer = () => ({
  at: moment('at').notNull(),
  agency: text('agency').notNull(),
  officer: text('officer').notNull(),
  officerName: text('officer_name'),
})

/** 阅知: that an agency of a recipient has read a wording. */
export const bulletinReads = pgTable(
  'bulletin_read',
  { bulletin: bulletin(), county: text('county').notNull(), version: integer('version').notNull(), ...officer() },
  (table) => [primaryKey({ columns: [table.bulletin, table.county, table.version, table.agency] })],
)

/** 答复 of recipients. */
export const bulletinReplies = pgTable(
  'bulletin_reply',
  {
    bulletin: bulletin(),
    county: text('county').notNull(),
    /** Number of the envelope among the county's own. */
    sequence: integer('sequence').notNull(),
    text: text('text').notNull(),
    ...officer(),
  },
  (table) => [primaryKey({ columns: [table.bulletin, table.county, table.sequence] })],
)
