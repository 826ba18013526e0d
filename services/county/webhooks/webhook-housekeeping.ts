import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import { shanghaiDay } from '../../platform/directory/snapshot-lookups.ts'
import type { Logger } from '../../platform/log.ts'
import type { Timers } from '../delivery/courier.ts'
import { WebhookDeadlineRepository } from './webhook-deadline.repository.ts'
import { type Views, matterDue } from './webhook-events.ts'
import type { WebhookQueue } from './webhook-queue.ts'
import type { WebhookRepository } from './webhook.repository.ts'

/** What housekeeping is made of. */
export interface HousekeepingParts {
  db: Database
  clock: Clock
  timers: Timers
  repository: WebhookRepository
  queue: WebhookQueue
  views: Views
  logger: Pick<Logger, 'warn'>
}

/** Computes anew the days of matters in which something happened. */
export interface DueDaysKeeper {
  refreshDays(signal: AbortSignal): Promise<void>
}

/** How long events wait, and how many for one endpoint. */
export const queueBounds = { days: 30, events: 100_000 } as const

const everyMs = 600_000
const batch = 200
const dayMs = 86_400_000

/** What is done now and then: tells of deadlines, forgets old secrets, and gives up what has waited for too long. */
export class WebhookHousekeeping {
  readonly #parts: HousekeepingParts
  readonly #deadlines = new WebhookDeadlineRepository()
  readonly #stopping = new AbortController()
  #running: Promise<void> = Promise.resolve()
  #callOff: (() => void) | undefined

  constructor(parts: HousekeepingParts) {
    this.#parts = parts
  }

  /** Does it now, and every ten minutes. */
  start(days: DueDaysKeeper): void {
    if (this.#stopping.signal.aborted) return
    this.#running = this.keep(days).catch((error: unknown) => {
      if (!this.#stopping.signal.aborted)
        this.#parts.logger.warn({ reason: String(error) }, 'webhooks were not tidied up')
    })
    this.#callOff = this.#parts.timers.after(everyMs, () => this.start(days))
  }

  async stop(): Promise<void> {
    this.#stopping.abort()
    this.#callOff?.()
    await this.#running
  }

  /** Does all of it once. */
  async keep(days: DueDaysKeeper): Promise<void> {
    const { clock, db, logger, queue, repository } = this.#parts
    await queue.load(db)
    if (!queue.inUse) return
    await days.refreshDays(this.#stopping.signal)
    while ((await this.#tellDeadlines()) === batch) this.#stopping.signal.throwIfAborted()
    const now = clock.now()
    const before = new Date(now.getTime() - queueBounds.days * dayMs)
    const givenUp = await db.transaction(async (tx) => {
      await repository.forget(tx, now)
      return repository.giveUp(tx, before, queueBounds.events)
    })
    if (givenUp > 0) logger.warn({ events: givenUp }, 'webhook events that nobody took were given up')
  }

  #tellDeadlines(): Promise<number> {
    const { clock, db, queue, views } = this.#parts
    const now = clock.now()
    return db.transaction(async (tx) => {
      const untold = await this.#deadlines.untold(tx, shanghaiDay(now), batch)
      await queue.put(
        tx,
        untold.map((due) => matterDue(views, due, now)),
      )
      await this.#deadlines.note(tx, untold)
      return untold.length
    })
  }
}
