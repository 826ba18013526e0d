import { Counter, Gauge, type Registry } from 'prom-client'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import type { Attempt } from './webhook-post.ts'
import { standingOf, webhookStandings } from './webhook-schedule.ts'
import type { WebhookRepository } from './webhook.repository.ts'

/** How long figures are kept before they are read again. */
const freshMs = 5_000

/** Registers the figures of webhooks; gives what counts an attempt. No label names an agency or an address. */
export function registerWebhookMetrics(
  registry: Registry,
  { db, clock, repository }: { db: Database; clock: Clock; repository: WebhookRepository },
): (outcome: Attempt['outcome']) => void {
  type Figures = Awaited<ReturnType<WebhookRepository['figures']>>
  let read: { at: number; figures: Promise<Figures | undefined> } | undefined
  const figures = (): Promise<Figures | undefined> => {
    const now = clock.now().getTime()
    if (!read || now - read.at >= freshMs) {
      read = { at: now, figures: repository.figures(db).catch(() => undefined) }
    }
    return read.figures
  }
  const registers = [registry]
  const gauge = (name: string, help: string, labelNames: string[], show: (gauge: Gauge, found: Figures) => void) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      async collect() {
        const found = await figures()
        this.reset()
        if (found) show(this, found)
      },
    })
  gauge('liandong_webhook_waiting_events', 'Events that wait for agencies’ systems.', [], (each, { waiting }) =>
    each.set([...waiting.values()].reduce((sum, { count }) => sum + count, 0)),
  )
  gauge(
    'liandong_webhook_oldest_waiting_seconds',
    'Age of the oldest event that waits for an agency’s system; 0 when there is none.',
    [],
    (each, { waiting }) => {
      const now = clock.now().getTime()
      const oldest = Math.min(now, ...[...waiting.values()].map((one) => one.oldest?.getTime() ?? now))
      each.set((now - oldest) / 1_000)
    },
  )
  gauge(
    'liandong_webhook_endpoints',
    'Registered endpoints of agencies’ systems, by standing.',
    ['standing'],
    (each, { endpoints }) => {
      for (const standing of webhookStandings) {
        each.set({ standing }, endpoints.filter((endpoint) => standingOf(endpoint) === standing).length)
      }
    },
  )
  const attempts = new Counter({
    name: 'liandong_webhook_attempts_total',
    help: 'Attempts to hand an event to an agency’s system, by outcome.',
    labelNames: ['outcome'],
    registers,
  })
  return (outcome) => attempts.inc({ outcome })
}
