import { sql } from 'drizzle-orm'
import { bigint, index, integer, pgTable, primaryKey, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core'

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })

/** Matters between counties (跨县事项), without any fact of their kind. */
export const matters = pgTable('matter', {
  /** `<opening county>:<kind slug>:<uuid>`. */
  id: text('id').primaryKey(),
  kind: text('kind').notNull(),
  /** County codes, the opening one first. */
  parties: text('parties').array().notNull(),
  /** Who must act next; null at the end. */
  pen: text('pen'),
  /** The envelope that gave it the pen: its sender and sequence. */
  penFrom: text('pen_from').notNull(),
  penSequence: integer('pen_sequence').notNull(),
  openedAt: moment('opened_at').notNull(),
  frozenAt: moment('frozen_at'),
  /** FORK or REFUSED. */
  frozenReason: text('frozen_reason'),
  /** County on whose account it is frozen. */
  frozenBy: text('frozen_by'),
})

/** Every signed envelope of the matters, own and received; nothing is ever deleted. */
export const envelopes = pgTable(
  'envelope',
  {
    /** SHA-256 of the JWS, hex. */
    hash: text('hash').primaryKey(),
    /** Order in which this county came to hold it. */
    ordinal: bigint('ordinal', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    id: text('id').notNull(),
    matter: text('matter').notNull(),
    sender: text('sender').notNull(),
    sequence: integer('sequence').notNull(),
    recipients: text('recipients').array().notNull(),
    event: text('event').notNull(),
    jws: text('jws').notNull(),
    at: moment('at').notNull(),
    /** APPLIED, WAITING (for what its sender had seen), REFUSED or FORK. */
    status: text('status').notNull(),
    /** One more than the deepest envelope it rests on: with the sender it is the same order at every party. */
    depth: integer('depth'),
    /** A code of `refusalCodes`. */
    code: text('code'),
    reason: text('reason'),
    /** When this county took it up, as its acknowledgement says; null for an own one. */
    receivedAt: moment('received_at'),
    /** This county's own signed acknowledgement. */
    acknowledgement: text('acknowledgement'),
  },
  (table) => [
    uniqueIndex('envelope_place')
      .on(table.matter, table.sender, table.sequence)
      .where(sql`status <> 'FORK'`),
    index('envelope_matter').on(table.matter),
    index('envelope_id').on(table.id),
    uniqueIndex('envelope_ordinal').on(table.ordinal),
    index('envelope_waiting')
      .on(table.matter)
      .where(sql`status = 'WAITING'`),
  ],
)

/** Own envelopes on their way, one row a recipient, until its signed acknowledgement is here. */
export const outgoing = pgTable(
  'outgoing',
  {
    envelope: text('envelope')
      .notNull()
      .references(() => envelopes.hash),
    recipient: text('recipient').notNull(),
    matter: text('matter').notNull(),
    sequence: integer('sequence').notNull(),
    /** Order in which they were queued. */
    position: bigint('position', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    queuedAt: moment('queued_at').notNull(),
    /** PENDING, ACCEPTED or REFUSED. */
    state: text('state').notNull(),
    /** Times that the recipient held it back. */
    attempts: integer('attempts').notNull().default(0),
    /** Never before that of an earlier envelope of its matter that is still on its way. */
    nextAttemptAt: moment('next_attempt_at').notNull(),
    /** The recipient's JWS. */
    acknowledgement: text('acknowledgement'),
    /** The moment that the acknowledgement names. */
    acknowledgedAt: moment('acknowledged_at'),
  },
  (table) => [
    primaryKey({ columns: [table.envelope, table.recipient] }),
    index('outgoing_due')
      .on(table.recipient, table.nextAttemptAt, table.position)
      .where(sql`state = 'PENDING'`),
    index('outgoing_matter')
      .on(table.matter, table.recipient, table.sequence)
      .where(sql`state = 'PENDING'`),
  ],
)

/** What came in and was wrong: who is said to have sent it, and what. Evidence, so rows are only added. */
export const deliveryIncidents = pgTable(
  'delivery_incident',
  {
    sequence: bigint('sequence', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    at: moment('at').notNull(),
    /** A code of `refusalCodes`, or of `incidentCodes`. */
    code: text('code').notNull(),
    /** County that it is about; null when nobody can be named. */
    county: text('county'),
    /** County that handed it over; null when this county fetched it. */
    courier: text('courier'),
    matter: text('matter'),
    /** SHA-256 of the evidence. */
    hash: text('hash').notNull(),
    detail: text('detail').notNull(),
    /** The document itself, its first 64 KiB. */
    evidence: text('evidence').notNull(),
  },
  (table) => [
    uniqueIndex('delivery_incident_once').on(table.hash, table.code),
    index('delivery_incident_matter').on(table.matter),
  ],
)

/** Peers with which this county compares its matters after a restore; none but then. */
export const deliveryPeers = pgTable('delivery_peer', {
  county: text('county').primaryKey(),
  since: moment('since').notNull(),
  /** Last matter compared; null before the first page. */
  cursor: text('cursor'),
})
