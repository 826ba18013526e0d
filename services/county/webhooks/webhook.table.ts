import { bigint, date, index, integer, pgTable, text, timestamp, uniqueIndex } from 'drizzle-orm/pg-core'

const moment = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })

/** Where agencies' own systems want to be told of events (事件推送). */
export const webhookEndpoints = pgTable(
  'webhook_endpoint',
  {
    /** `<county>:webhook:<uuid>`. */
    id: text('id').primaryKey(),
    /** The agency that registered it, and the only one that sees and changes it. */
    agency: text('agency').notNull(),
    url: text('url').notNull(),
    note: text('note'),
    /** The signing secret, encrypted; see `secret-box.ts`. */
    secret: text('secret').notNull(),
    /** The secret before it was rotated, which signs as well until then. */
    oldSecret: text('old_secret'),
    oldSecretUntil: moment('old_secret_until'),
    createdAt: moment('created_at').notNull(),
    /** Attempts that failed since the last one that succeeded. */
    failures: integer('failures').notNull().default(0),
    failingSince: moment('failing_since'),
    nextAttemptAt: moment('next_attempt_at').notNull(),
    lastSuccessAt: moment('last_success_at'),
    lastErrorAt: moment('last_error_at'),
    lastError: text('last_error'),
    /** When it answered 410 Gone; nothing is queued or sent from then on. */
    disabledAt: moment('disabled_at'),
    /** Events that were given up: older than 30 days, or beyond the bound. */
    dropped: integer('dropped').notNull().default(0),
  },
  (table) => [uniqueIndex('webhook_endpoint_place').on(table.agency, table.url)],
)

/**
 * Events that an endpoint has not taken yet, in their order. No foreign key: the transaction of a matter that queues an
 * event must neither wait for nor fail with an endpoint that is being removed.
 */
export const webhookEvents = pgTable(
  'webhook_event',
  {
    position: bigint('position', { mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    endpoint: text('endpoint').notNull(),
    /** The `webhook-id`: the same whenever the event is told again. */
    id: text('id').notNull(),
    /** The body, as it is signed and sent. */
    body: text('body').notNull(),
    queuedAt: moment('queued_at').notNull(),
  },
  (table) => [
    uniqueIndex('webhook_event_once').on(table.endpoint, table.id),
    index('webhook_event_order').on(table.endpoint, table.position),
    index('webhook_event_age').on(table.queuedAt),
  ],
)

/** What was told last of a matter's deadline. */
export const webhookDeadlines = pgTable('webhook_deadline', {
  matter: text('matter').primaryKey(),
  /** The last day that was spoken of. */
  dueOn: date('due_on').notNull(),
  /** DUE_SOON or OVERDUE. */
  told: text('told').notNull(),
})
