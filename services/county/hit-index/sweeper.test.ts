import { expect, it } from 'vitest'
import type { Database } from '../../platform/database.ts'
import { createSweeper, untilNextSweep } from './sweeper.ts'

it('compares hourly, and soon after midnight in Shanghai', () => {
  expect(untilNextSweep(new Date('2026-03-01T04:00:00Z'))).toBe(3_600_000)
  expect(untilNextSweep(new Date('2026-03-01T15:30:00Z'))).toBe(1_800_000 + 10_000)
  expect(untilNextSweep(new Date('2026-03-01T16:00:00Z'))).toBe(3_600_000)
})

it('says without a code of anybody that it failed, lets the node start, and stops at once', async () => {
  const said: unknown[] = []
  const log = (...parts: unknown[]): void => void said.push(parts)
  const transaction = () => Promise.reject(new Error('no row for 411528187506150012'))
  const sweeper = createSweeper({
    db: { transaction } as unknown as Database,
    clock: { now: () => new Date(), uuid: () => '' },
    logger: { info: log, warn: log } as never,
  })
  await sweeper.start()
  await sweeper.stop()
  expect(said).toHaveLength(1)
  expect(JSON.stringify(said)).toContain('could not be compared')
  expect(JSON.stringify(said)).not.toContain('18750615')
})
