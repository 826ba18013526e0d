import type { Database } from '../../platform/database.ts'
import { ExchangeError, badInput } from '../../platform/errors.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import type { NodeParts } from '../db/node-parts.ts'
import { newRecordId } from '../db/record-id.ts'
import type { SecretBox } from './secret-box.ts'
import type { TargetGuard } from './target-guard.ts'
import { testEvent } from './webhook-events.ts'
import type { WebhookQueue } from './webhook-queue.ts'
import { type WebhookStanding, standingOf } from './webhook-schedule.ts'
import { newWebhookSecret } from './webhook-signature.ts'
import type { Waiting, WebhookRepository, WebhookRow } from './webhook.repository.ts'

/** An endpoint as its agency sees it: without secrets. */
export type Webhook = Omit<WebhookRow, 'agency' | 'secret' | 'oldSecret' | 'failures'> & {
  standing: WebhookStanding
  /** Attempts that failed one after the other. */
  failures: number
  waiting: Waiting
}

/** An endpoint with the secret that it has just got, which is shown this once. */
export interface WebhookWithSecret {
  webhook: Webhook
  secret: string
}

/** What the service is made of. */
export interface WebhookServiceParts {
  parts: Pick<NodeParts, 'authoriser' | 'clock' | 'county' | 'db'>
  repository: WebhookRepository
  queue: WebhookQueue
  guard: TargetGuard
  box: SecretBox
}

const mostPerAgency = 5
const longestNote = 200
/** How long both secrets sign after a rotation. */
const overlapMs = 86_400_000
const nothingWaits: Waiting = { count: 0, oldest: null }

/** Endpoints of agencies' own systems; each agency deals with its own only. */
export class WebhookService {
  readonly #parts: WebhookServiceParts['parts']
  readonly #repository: WebhookRepository
  readonly #queue: WebhookQueue
  readonly #guard: TargetGuard
  readonly #box: SecretBox

  constructor({ parts, repository, queue, guard, box }: WebhookServiceParts) {
    this.#parts = parts
    this.#repository = repository
    this.#queue = queue
    this.#guard = guard
    this.#box = box
  }

  /** The asking agency's endpoints, the oldest first. */
  async list(context: RequestContext): Promise<Webhook[]> {
    this.#parts.authoriser.toHandle(context)
    const { db } = this.#parts
    const found = await this.#repository.ofAgency(db, context.viewer.agency)
    return this.#show(db, found)
  }

  /** Registers an endpoint; CONFLICT when the agency has registered this URL, or five of them. */
  async add(context: RequestContext, url: string, note: string | null): Promise<WebhookWithSecret> {
    this.#parts.authoriser.toHandle(context)
    const { clock, county, db } = this.#parts
    const { agency } = context.viewer
    const place = this.#guard.demand(url)
    if ((note?.length ?? 0) > longestNote) throw badInput(`"note" has more than ${longestNote} characters.`, 'note')
    const now = clock.now()
    const id = newRecordId(county, 'webhook', clock)
    const secret = newWebhookSecret()
    const added = await db.transaction(async (tx) => {
      await this.#repository.lockAgency(tx, agency)
      const held = await this.#repository.ofAgency(tx, agency)
      if (held.some((each) => each.url === place)) {
        throw new ExchangeError('CONFLICT', 'This agency has registered that URL already.', { argument: 'url' })
      }
      if (held.length >= mostPerAgency) {
        throw new ExchangeError('CONFLICT', `An agency registers ${mostPerAgency} endpoints at most. Remove one first.`)
      }
      const sealed = this.#box.seal(secret, id)
      await this.#repository.add(tx, {
        id,
        agency,
        url: place,
        note,
        secret: sealed,
        createdAt: now,
        nextAttemptAt: now,
      })
      return this.#one(tx, agency, id)
    })
    await this.#queue.load(db)
    return { webhook: added, secret }
  }

  /** Gives an endpoint a new secret; for a day the old one signs as well. */
  async rotate(context: RequestContext, id: string): Promise<WebhookWithSecret> {
    this.#parts.authoriser.toHandle(context)
    const { clock, db } = this.#parts
    const secret = newWebhookSecret()
    const webhook = await db.transaction(async (tx) => {
      const row = await this.#own(tx, context.viewer.agency, id)
      const oldSecretUntil = new Date(clock.now().getTime() + overlapMs)
      const change = { secret: this.#box.seal(secret, id), oldSecret: row.secret, oldSecretUntil }
      await this.#repository.change(tx, id, change)
      return this.#one(tx, row.agency, id)
    })
    return { webhook, secret }
  }

  /** Removes an endpoint and what waits for it; gives its id. */
  async remove(context: RequestContext, id: string): Promise<string> {
    this.#parts.authoriser.toHandle(context)
    await this.#parts.db.transaction(async (tx) => {
      await this.#own(tx, context.viewer.agency, id)
      await this.#repository.remove(tx, id)
    })
    return id
  }

  /** Queues a test event, and ends a pause: what waits is tried at once, also where the endpoint was disabled. */
  async test(context: RequestContext, id: string): Promise<Webhook> {
    this.#parts.authoriser.toHandle(context)
    const { clock, db } = this.#parts
    const webhook = await db.transaction(async (tx) => {
      const row = await this.#own(tx, context.viewer.agency, id)
      const now = clock.now()
      await this.#repository.change(tx, id, { nextAttemptAt: now, disabledAt: null })
      await this.#queue.put(tx, [testEvent(id, clock.uuid(), now)], id)
      return this.#one(tx, row.agency, id)
    })
    this.#queue.onQueued()
    return webhook
  }

  async #own(tx: Database, agency: string, id: string): Promise<WebhookRow> {
    const row = await this.#repository.lock(tx, agency, id)
    if (!row) throw new ExchangeError('NOT_FOUND', 'This agency has no such endpoint.', { key: id.slice(0, 80) })
    return row
  }

  async #one(tx: Database, agency: string, id: string): Promise<Webhook> {
    const [webhook] = await this.#show(tx, [await this.#own(tx, agency, id)])
    if (!webhook) throw new Error('The endpoint is gone.')
    return webhook
  }

  async #show(db: Database, found: readonly WebhookRow[]): Promise<Webhook[]> {
    const waiting = await this.#repository.waiting(
      db,
      found.map(({ id }) => id),
    )
    return found.map(({ agency: _agency, secret: _secret, oldSecret: _oldSecret, ...row }) => ({
      ...row,
      standing: standingOf(row),
      waiting: waiting.get(row.id) ?? nothingWaits,
    }))
  }
}
