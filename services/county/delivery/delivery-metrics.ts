import { Gauge, type Registry } from 'prom-client'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import type { DeliveryRepository } from './delivery.repository.ts'

/** How long figures are kept before they are read again. */
const freshMs = 5_000
const states = ['PENDING', 'ACCEPTED', 'REFUSED'] as const

/** Registers the figures of delivery: outgoing envelopes by state, and since when the oldest waits. */
export function registerDeliveryMetrics(
  registry: Registry,
  parts: { db: Database; repository: DeliveryRepository; clock: Clock },
): void {
  const { db, repository, clock } = parts
  let read: { at: number; figures: ReturnType<DeliveryRepository['figures']> } | undefined
  const figures = (): ReturnType<DeliveryRepository['figures']> => {
    const now = clock.now().getTime()
    if (read && now - read.at < freshMs) return read.figures
    read = { at: now, figures: repository.figures(db) }
    return read.figures
  }
  const registers = [registry]
  // oxlint-disable-next-line no-new -- it registers itself
  new Gauge({
    name: 'liandong_outgoing_envelopes',
    help: 'Own envelopes, one a recipient, by state.',
    labelNames: ['state'],
    registers,
    async collect() {
      const found = await figures().catch(() => undefined)
      this.reset()
      if (found === undefined) return
      for (const state of states) this.set({ state }, found.find((each) => each.state === state)?.count ?? 0)
    },
  })
  // oxlint-disable-next-line no-new -- it registers itself
  new Gauge({
    name: 'liandong_oldest_unacknowledged_seconds',
    help: 'Age of the oldest own envelope that a recipient has not acknowledged; 0 when there is none.',
    registers,
    async collect() {
      const found = await figures().catch(() => undefined)
      this.reset()
      if (found === undefined) return
      const oldest = found.find(({ state }) => state === 'PENDING')?.oldest
      this.set(oldest ? Math.max(0, clock.now().getTime() - oldest.getTime()) / 1_000 : 0)
    },
  })
}
