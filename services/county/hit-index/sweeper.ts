import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../platform/clock.ts'
import { redactIdentityNumbers } from '../../platform/codes/mask.ts'
import type { Database } from '../../platform/database.ts'
import { shanghaiDay } from '../../platform/directory/snapshot-lookups.ts'
import type { Logger } from '../../platform/log.ts'
import { endOfDay } from '../connection/day.ts'
import { sweep } from './sweep.ts'

const everyMs = 3_600_000
/** After midnight, so that the day is over by every clock that is right to a few seconds. */
const afterMidnightMs = 10_000
const afterFailureMs = 60_000

/** Keeps the hit index as the list is, by the day and whatever changed the list. */
export interface Sweeper {
  /** Compares once, then hourly and soon after each midnight in Asia/Shanghai. Resolves after the first time. */
  start(): Promise<void>
  /** Stops; resolves when nothing is under way any more. */
  stop(): Promise<void>
}

/** A sweeper over the county's database. What fails is logged and tried again after a minute. */
export function createSweeper(parts: { db: Database; clock: Clock; logger: Pick<Logger, 'info' | 'warn'> }): Sweeper {
  const over = new AbortController()
  let running: Promise<void> = Promise.resolve()

  async function once(): Promise<number> {
    const { clock, db, logger } = parts
    try {
      const changed = await sweep(db, clock.now())
      if (changed > 0) logger.info({ changed }, 'the hit index was brought up to date with the list')
      return untilNextSweep(clock.now())
    } catch (error) {
      const cause = redactIdentityNumbers(error instanceof Error ? error.message : String(error))
      logger.warn({ cause }, 'the hit index could not be compared with the list')
      return afterFailureMs
    }
  }

  async function goOn(firstDelay: number): Promise<void> {
    let delay = firstDelay
    while (!over.signal.aborted) {
      await sleep(delay, undefined, { signal: over.signal, ref: false }).catch(() => {})
      if (!over.signal.aborted) delay = await once()
    }
  }

  return {
    async start() {
      const first = once()
      running = first.then(goOn)
      await first
    },
    async stop() {
      over.abort()
      await running
    },
  }
}

/** Milliseconds until the next comparison: an hour, or until the day has ended in Asia/Shanghai. */
export function untilNextSweep(now: Date): number {
  return Math.min(everyMs, endOfDay(shanghaiDay(now)).getTime() - now.getTime() + afterMidnightMs)
}
