import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import type { Logger } from '../../platform/log.ts'
import type { Timers } from '../delivery/courier.ts'
import type { SecretBox } from './secret-box.ts'
import type { Attempt, WebhookPoster } from './webhook-post.ts'
import type { WebhookQueue } from './webhook-queue.ts'
import type { WebhookEventRow, WebhookRepository, WebhookRow } from './webhook.repository.ts'
import { pauseAfterFailure } from './webhook-schedule.ts'
import { signatureHeaders } from './webhook-signature.ts'

/** What the sender is made of. */
export interface WebhookSenderParts {
  db: Database
  clock: Clock
  timers: Timers
  repository: WebhookRepository
  queue: WebhookQueue
  poster: WebhookPoster
  box: SecretBox
  logger: Pick<Logger, 'warn' | 'info'>
  /** Counts an attempt by its outcome. */
  attempted: (outcome: Attempt['outcome']) => void
}

/** Bounds of the sender. */
export const senderBounds = {
  /** Endpoints that are spoken to at the same time; each gets one event after the other. */
  endpointsAtOnce: 16,
  /** How long an endpoint may take to answer, milliseconds. */
  deadlineMs: 15_000,
  /** Events of one endpoint before others get its place. */
  eventsAtATime: 100,
  /** How long an endpoint that takes its events slowly keeps its place, milliseconds. */
  turnMs: 60_000,
  /** How often the queue is looked through, and how soon after something was queued, milliseconds. */
  pollMs: 2_000,
  soonMs: 100,
} as const

/** Hands queued events over, each endpoint's in their order: the next one when the one before was taken. */
export class WebhookSender {
  readonly #parts: WebhookSenderParts
  readonly #lines = new Map<string, Promise<void>>()
  readonly #stopping = new AbortController()
  #looking: Promise<void> = Promise.resolve()
  #callOffPoll: (() => void) | undefined
  #callOffSoon: (() => void) | undefined

  constructor(parts: WebhookSenderParts) {
    this.#parts = parts
    parts.queue.onQueued = () => this.wake()
  }

  /** Begins to look through the queue. */
  start(): void {
    this.#poll()
  }

  /** Ends what is under way and begins nothing more; what was not taken for sure is sent again. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#callOffPoll?.()
    this.#callOffSoon?.()
    await this.#looking
    await Promise.all(this.#lines.values())
  }

  /** Something was queued: looks soon, when its transaction is through. */
  wake(): void {
    if (this.#callOffSoon || this.#stopping.signal.aborted) return
    this.#callOffSoon = this.#parts.timers.after(senderBounds.soonMs, () => {
      this.#callOffSoon = undefined
      this.look()
    })
  }

  /** Looks through the queue, one look at a time. */
  look(): void {
    this.#looking = this.#looking.then(() => this.#look())
  }

  #poll(): void {
    if (this.#stopping.signal.aborted) return
    this.look()
    this.#callOffPoll = this.#parts.timers.after(senderBounds.pollMs, () => this.#poll())
  }

  async #look(): Promise<void> {
    const { clock, db, logger, queue, repository } = this.#parts
    if (!queue.inUse || this.#stopping.signal.aborted) return
    try {
      // Those that are spoken to already may be among them.
      for (const id of await repository.due(db, clock.now(), 2 * senderBounds.endpointsAtOnce)) {
        if (this.#lines.size >= senderBounds.endpointsAtOnce) return
        if (this.#lines.has(id)) continue
        const line = this.#run(id).finally(() => this.#lines.delete(id))
        this.#lines.set(id, line)
      }
    } catch (error) {
      logger.warn({ reason: String(error) }, 'the queue of webhooks could not be looked through')
    }
  }

  /** One endpoint's events, until none waits, one fails or others shall have its place. */
  async #run(id: string): Promise<void> {
    const { clock, db, logger, repository } = this.#parts
    const end = clock.now().getTime() + senderBounds.turnMs
    try {
      for (let sent = 0; sent < senderBounds.eventsAtATime && clock.now().getTime() < end; sent++) {
        const next = await repository.next(db, id, clock.now())
        if (!next || this.#stopping.signal.aborted) return
        const attempt = await this.#attempt(next)
        if (this.#stopping.signal.aborted && attempt.outcome !== 'DELIVERED') return
        this.#parts.attempted(attempt.outcome)
        if (attempt.outcome === 'DELIVERED') {
          await db.transaction((tx) => repository.taken(tx, next.event, clock.now()))
        } else return await this.#fail(next.endpoint, attempt)
      }
      this.wake()
    } catch (error) {
      logger.warn({ endpoint: id, reason: String(error) }, 'what came of a webhook could not be stored')
    }
  }

  async #attempt({ endpoint, event }: { endpoint: WebhookRow; event: WebhookEventRow }): Promise<Attempt> {
    const now = this.#parts.clock.now()
    const secrets = this.#secretsOf(endpoint, now)
    if (secrets.length === 0) {
      return { outcome: 'FAILED', reason: 'The county’s node cannot read its secret any more: rotate it.' }
    }
    const headers = signatureHeaders({ id: event.id, at: now, body: event.body }, secrets)
    const deadline = new AbortController()
    const end = () => deadline.abort(new DOMException('The deadline passed.', 'TimeoutError'))
    const callOff = this.#parts.timers.after(senderBounds.deadlineMs, end)
    const signal = AbortSignal.any([deadline.signal, this.#stopping.signal])
    try {
      return await this.#parts.poster.post(endpoint.url, headers, event.body, signal)
    } finally {
      callOff()
    }
  }

  #secretsOf({ id, secret, oldSecret, oldSecretUntil }: WebhookRow, now: Date): string[] {
    const sealed =
      oldSecret !== null && oldSecretUntil !== null && oldSecretUntil > now ? [secret, oldSecret] : [secret]
    return sealed.flatMap((each) => this.#parts.box.open(each, id) ?? [])
  }

  async #fail({ id, failures }: WebhookRow, attempt: Exclude<Attempt, { outcome: 'DELIVERED' }>): Promise<void> {
    const { clock, db, logger, repository } = this.#parts
    const now = clock.now()
    const gone = attempt.outcome === 'GONE'
    const reason = attempt.outcome === 'FAILED' ? attempt.reason : 'It answered 410 Gone: it wants no more events.'
    const nextAttemptAt = new Date(now.getTime() + pauseAfterFailure(failures, clock.uuid()))
    if (gone || failures === 0) logger.warn({ endpoint: id, reason }, 'a webhook was not taken')
    await repository.failed(db, id, { now, reason, nextAttemptAt, gone })
  }
}
