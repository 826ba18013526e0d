import { type SQL, and, asc, count, eq, inArray, isNull, min, sql } from 'drizzle-orm'
import { type Database, rows } from '../../platform/database.ts'
import { webhookEndpoints, webhookEvents } from './webhook.table.ts'

/** A registered endpoint. */
export type WebhookRow = typeof webhookEndpoints.$inferSelect
/** An event that waits. */
export type WebhookEventRow = typeof webhookEvents.$inferSelect

/** An event to be told: its `webhook-id` and its body. */
export interface QueuedEvent {
  id: string
  body: string
}

/** What waits for an endpoint. */
export interface Waiting {
  count: number
  oldest: Date | null
}

/**
 * SQL of endpoints and of what waits for them. Whatever touches both locks the endpoint first, so that nobody waits for
 * somebody who waits for him.
 */
export class WebhookRepository {
  /** One registration of an agency at a time. */
  async lockAgency(tx: Database, agency: string): Promise<void> {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`webhook ${agency}`}, 0))`)
  }

  async add(tx: Database, row: typeof webhookEndpoints.$inferInsert): Promise<void> {
    await tx.insert(webhookEndpoints).values(row)
  }

  /** An agency's endpoints, the oldest first. */
  ofAgency(db: Database, agency: string): Promise<WebhookRow[]> {
    return db
      .select()
      .from(webhookEndpoints)
      .where(eq(webhookEndpoints.agency, agency))
      .orderBy(asc(webhookEndpoints.createdAt), asc(webhookEndpoints.id))
  }

  /** An agency's own endpoint, locked until the transaction ends. */
  async lock(tx: Database, agency: string, id: string): Promise<WebhookRow | undefined> {
    const own = and(eq(webhookEndpoints.id, id), eq(webhookEndpoints.agency, agency))
    const [row] = await tx.select().from(webhookEndpoints).where(own).for('update')
    return row
  }

  async change(tx: Database, id: string, change: Partial<WebhookRow>): Promise<void> {
    await tx.update(webhookEndpoints).set(change).where(eq(webhookEndpoints.id, id))
  }

  /** Removes an endpoint and what waits for it. */
  async remove(tx: Database, id: string): Promise<void> {
    await tx.delete(webhookEndpoints).where(eq(webhookEndpoints.id, id))
    await tx.delete(webhookEvents).where(eq(webhookEvents.endpoint, id))
  }

  /** Whether anybody has registered. */
  async any(db: Database): Promise<boolean> {
    return (await db.select({ id: webhookEndpoints.id }).from(webhookEndpoints).limit(1)).length > 0
  }

  /** What waits for these endpoints; those for which nothing does are left out. */
  async waiting(db: Database, ids: readonly string[]): Promise<Map<string, Waiting>> {
    if (ids.length === 0) return new Map()
    const { endpoint, queuedAt } = webhookEvents
    const found = await db
      .select({ endpoint, count: count(), oldest: min(queuedAt) })
      .from(webhookEvents)
      .where(inArray(endpoint, [...ids]))
      .groupBy(endpoint)
    return new Map(found.map((row) => [row.endpoint, { count: row.count, oldest: row.oldest }]))
  }

  /** Queues events for every endpoint that is not disabled, or for one; what waits there already stays as it is. */
  async queue(tx: Database, events: readonly QueuedEvent[], now: Date, only?: string): Promise<void> {
    if (events.length === 0) return
    const list = sql.join(
      events.map(({ id, body }, place) => sql`(${place}::int, ${id}::text, ${body}::text)`),
      sql`, `,
    )
    await tx.execute(sql`
      insert into webhook_event (endpoint, id, body, queued_at)
      select e.id, given.id, given.body, ${now.toISOString()}::timestamptz
      from (values ${list}) as given (place, id, body), webhook_endpoint as e
      where e.disabled_at is null ${only === undefined ? sql`` : sql`and e.id = ${only}`}
      order by given.place on conflict (endpoint, id) do nothing`)
  }

  /** Endpoints for which something waits and whose next attempt is due, the longest due first. */
  async due(db: Database, now: Date, most: number): Promise<string[]> {
    const found = await rows<{ id: string }>(
      db,
      sql`select e.id from webhook_endpoint as e
        where e.disabled_at is null and e.next_attempt_at <= ${now.toISOString()}::timestamptz
          and exists (select from webhook_event as w where w.endpoint = e.id)
        order by e.next_attempt_at, e.id limit ${most}`,
    )
    return found.map(({ id }) => id)
  }

  /** The event that an endpoint is to be told next; undefined when nothing waits or it is not due. */
  async next(
    db: Database,
    id: string,
    now: Date,
  ): Promise<{ endpoint: WebhookRow; event: WebhookEventRow } | undefined> {
    const [row] = await db
      .select({ endpoint: webhookEndpoints, event: webhookEvents })
      .from(webhookEndpoints)
      .innerJoin(webhookEvents, eq(webhookEvents.endpoint, webhookEndpoints.id))
      .where(
        and(
          eq(webhookEndpoints.id, id),
          isNull(webhookEndpoints.disabledAt),
          sql`${webhookEndpoints.nextAttemptAt} <= ${now.toISOString()}::timestamptz`,
        ),
      )
      .orderBy(asc(webhookEvents.position))
      .limit(1)
    return row
  }

  /** The endpoint has taken an event. */
  async taken(tx: Database, { endpoint, position }: WebhookEventRow, now: Date): Promise<void> {
    await this.change(tx, endpoint, { failures: 0, failingSince: null, lastSuccessAt: now, nextAttemptAt: now })
    await tx.delete(webhookEvents).where(eq(webhookEvents.position, position))
  }

  /** An attempt failed. */
  async failed(
    db: Database,
    id: string,
    { now, reason, nextAttemptAt, gone }: { now: Date; reason: string; nextAttemptAt: Date; gone: boolean },
  ): Promise<void> {
    await db
      .update(webhookEndpoints)
      .set({
        failures: sql`${webhookEndpoints.failures} + 1`,
        failingSince: sql`coalesce(${webhookEndpoints.failingSince}, ${now.toISOString()}::timestamptz)`,
        lastErrorAt: now,
        lastError: reason,
        nextAttemptAt,
        ...(gone && { disabledAt: now }),
      })
      .where(eq(webhookEndpoints.id, id))
  }

  /** Gives up events that were queued before a moment, and of each endpoint the oldest beyond `bound`; counts them. */
  async giveUp(tx: Database, before: Date, bound: number): Promise<number> {
    await tx.execute(sql`select id from webhook_endpoint order by id for update`)
    const old = await this.#giveUp(tx, sql`queued_at < ${before.toISOString()}::timestamptz`)
    const beyond = sql`position in (
      select position from (
        select position, row_number() over (partition by endpoint order by position desc) as place from webhook_event
      ) as ranked where place > ${bound})`
    return old + (await this.#giveUp(tx, beyond))
  }

  /** Forgets secrets whose time is over, and events of endpoints that are gone. */
  async forget(tx: Database, now: Date): Promise<void> {
    const over = sql`${webhookEndpoints.oldSecretUntil} <= ${now.toISOString()}::timestamptz`
    await tx.update(webhookEndpoints).set({ oldSecret: null, oldSecretUntil: null }).where(over)
    await tx.execute(sql`delete from webhook_event where endpoint not in (select id from webhook_endpoint)`)
  }

  /** How many endpoints are failing or disabled, how many events wait, and since when the oldest. */
  async figures(db: Database): Promise<{ endpoints: WebhookRow[]; waiting: Map<string, Waiting> }> {
    const endpoints = await db.select().from(webhookEndpoints)
    return {
      endpoints,
      waiting: await this.waiting(
        db,
        endpoints.map(({ id }) => id),
      ),
    }
  }

  async #giveUp(tx: Database, condition: SQL): Promise<number> {
    const found = await rows<{ given_up: number }>(
      tx,
      sql`with gone as (delete from webhook_event where ${condition} returning endpoint),
        counted as (select endpoint, count(*)::int as number from gone group by endpoint),
        noted as (update webhook_endpoint set dropped = dropped + counted.number from counted where id = counted.endpoint)
        select coalesce(sum(number), 0)::int as given_up from counted`,
    )
    return found[0]?.given_up ?? 0
  }
}
