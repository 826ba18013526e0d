import type { Registry } from 'prom-client'
import type { Logger } from '../../platform/log.ts'
import type { NodeParts } from '../db/node-parts.ts'
import type { MatterListener } from '../delivery/contract.ts'
import { type Timers, systemTimers } from '../delivery/courier.ts'
import type { MatterView } from '../matters/matter-view.ts'
import { type PrivateTargets, noPrivateTargets } from './private-targets.ts'
import { createSecretBox } from './secret-box.ts'
import { type Resolve, TargetGuard } from './target-guard.ts'
import { type DueDaysKeeper, WebhookHousekeeping } from './webhook-housekeeping.ts'
import { registerWebhookMetrics } from './webhook-metrics.ts'
import { createWebhookPoster } from './webhook-post.ts'
import { WebhookQueue } from './webhook-queue.ts'
import { WebhookSender } from './webhook-sender.ts'
import { WebhookRepository } from './webhook.repository.ts'
import { WebhookService } from './webhook.service.ts'

/** What webhooks are made of. */
export interface WebhooksParts {
  parts: Pick<NodeParts, 'authoriser' | 'clock' | 'county' | 'db'>
  views: readonly MatterView[]
  /** The county's secret from which the key for stored secrets is derived. */
  pepper: string
  targets?: PrivateTargets | undefined
  logger: Pick<Logger, 'info' | 'warn'>
  metrics: Registry
  timers?: Timers
  /** How names are resolved, where it is not by the system. */
  resolve?: Resolve
}

/** A county's webhooks: what agencies register, what is queued with each matter, and what hands it over. */
export interface Webhooks {
  service: WebhookService
  /** Queues what happens to matters. */
  listener: MatterListener
  housekeeping: WebhookHousekeeping
  /** Begins to send. `days` keeps the days on which matters are due. */
  start(days: DueDaysKeeper): Promise<void>
  stop(): Promise<void>
}

/** What the key for stored secrets is derived for. */
export const webhookSecretsUse = 'liandong webhook secrets'

/** Assembles a county's webhooks. */
export function createWebhooks(options: WebhooksParts): Webhooks {
  const { parts, logger, metrics, timers = systemTimers } = options
  const { db, clock } = parts
  const repository = new WebhookRepository()
  const views = new Map(options.views.map((view) => [view.kind.kind, view]))
  const queue = new WebhookQueue({ clock, repository, views })
  const guard = new TargetGuard(options.targets ?? noPrivateTargets, options.resolve)
  const box = createSecretBox(options.pepper, webhookSecretsUse)
  const poster = createWebhookPoster(guard)
  const attempted = registerWebhookMetrics(metrics, { db, clock, repository })
  const sender = new WebhookSender({ db, clock, timers, repository, queue, poster, box, logger, attempted })
  const housekeeping = new WebhookHousekeeping({ db, clock, timers, repository, queue, views, logger })
  return {
    service: new WebhookService({ parts, repository, queue, guard, box }),
    listener: queue,
    housekeeping,
    async start(days) {
      await queue.load(db)
      sender.start()
      housekeeping.start(days)
    },
    async stop() {
      await housekeeping.stop()
      await sender.stop()
      await poster.close()
    },
  }
}
