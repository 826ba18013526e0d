import { eq } from 'drizzle-orm'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import type { MatterListener, MatterRow, StoredEnvelope } from '../delivery/contract.ts'
import { matters } from '../delivery/delivery.table.ts'
import { matterDues } from '../matters/matter-due.table.ts'
import { type Views, matterChanged, matterFrozen } from './webhook-events.ts'
import type { QueuedEvent, WebhookRepository } from './webhook.repository.ts'

/** What the queue is made of. */
export interface WebhookQueueParts {
  clock: Clock
  repository: WebhookRepository
  views: Views
}

/** Queues events in the transaction of what they tell of, so that none is told that did not happen, and none is lost. */
export class WebhookQueue implements MatterListener {
  readonly #parts: WebhookQueueParts
  /** Without any endpoint a matter's transaction is spared a statement. */
  #inUse = false
  /** Runs when something was queued; its transaction may still be open. */
  onQueued: () => void = () => {}

  constructor(parts: WebhookQueueParts) {
    this.#parts = parts
  }

  /** Somebody has registered. */
  get inUse(): boolean {
    return this.#inUse
  }

  /** Looks whether anybody has registered. */
  async load(db: Database): Promise<void> {
    this.#inUse = await this.#parts.repository.any(db)
  }

  /** Queues events for every endpoint, or for one. */
  async put(tx: Database, events: readonly QueuedEvent[], only?: string): Promise<void> {
    if (!this.#inUse) return
    await this.#parts.repository.queue(tx, events, this.#parts.clock.now(), only)
    this.onQueued()
  }

  /** See {@link MatterListener.applied}. */
  async applied(tx: Database, envelope: StoredEnvelope, matter: MatterRow): Promise<void> {
    if (!this.#inUse) return
    const [due] = await tx.select().from(matterDues).where(eq(matterDues.matter, matter.id))
    await this.put(tx, [matterChanged(this.#parts.views, envelope, { ...waitingFor(due), ...matter })])
  }

  /** See {@link MatterListener.frozen}. */
  async frozen(tx: Database, id: string, why: Parameters<MatterListener['frozen']>[2]): Promise<void> {
    if (!this.#inUse) return
    const [matter] = await tx.select().from(matters).where(eq(matters.id, id))
    if (matter) await this.put(tx, [matterFrozen(this.#parts.views, matter as MatterRow, why)])
  }
}

function waitingFor(due: typeof matterDues.$inferSelect | undefined) {
  return { awaited: due?.awaited ?? [], resting: due?.resting ?? false }
}
