import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../services/platform/clock.ts'
import type { CountyLink, Outcome } from './county-link.ts'
import type { FrameFetcher } from './fetch-frame.ts'

/** How long a county may hold a request back until there is news. */
const waitSeconds = 25
/** Between two requests at least: a county that does not wait is not asked in a loop. */
const leastMs = 50
const leastRenewalMs = 1_000
const firstRetryMs = 500
const longestRetryMs = 30_000
const declinedMs = 60_000

/** What became of one request, for figures and the log. */
export type PollResult = Outcome | 'DECLINED' | 'FAILED'

/** What a poller needs. */
export interface PollerParts {
  link: CountyLink
  fetcher: FrameFetcher
  clock: Clock
  /** Runs a request for a whole list; few of these are under way at once. */
  inLine: (this: void, run: () => Promise<PollResult>) => Promise<PollResult>
  /** Told of each result; `detail` says what failed. */
  onResult: (this: void, result: PollResult, detail?: string) => void
}

/** Keeps one county's digest up to date by long-poll until it is stopped. Resolves when it has ended. Never rejects. */
export async function poll(parts: PollerParts, signal: AbortSignal): Promise<void> {
  let failures = 0
  let shift = 0
  while (!signal.aborted) {
    const began = parts.clock.now().getTime()
    const result = await pollOnce(parts, signal)
    failures = pauses.has(result) ? failures + 1 : 0
    shift = Number.parseInt(parts.clock.uuid().slice(0, 8), 16) / 0xffff_ffff
    const took = parts.clock.now().getTime() - began
    await sleep(pauseAfter(result, { failures, shift, took }), undefined, { signal }).catch(() => {})
  }
}

const pauses = new Set<PollResult>([
  'FAILED',
  'GAP',
  'MISMATCH',
  'RESTORED',
  'MALFORMED',
  'SIGNATURE',
  'WRONG_COUNTY',
  'WRONG_GATEWAY',
  'REPLAYED',
  'ALTERED',
  'EPOCH_UNKNOWN',
  'CLOCK_AHEAD',
  'STALE',
  'EXPIRED',
])

/**
 * Milliseconds until the next request: hardly any after news, more and more after failures in a row, up to half a
 * minute. `shift`, from 0 to 1, keeps gateways and counties from asking in step.
 */
export function pauseAfter(
  result: PollResult,
  { failures, shift, took }: { failures: number; shift: number; took: number },
): number {
  if (result === 'DECLINED') return declinedMs * (0.75 + shift / 2)
  if (!pauses.has(result)) return result === 'RENEWAL' ? Math.max(leastMs, leastRenewalMs - took) : leastMs
  // What does not continue is asked for in full at once.
  if (failures === 1 && (result === 'GAP' || result === 'MISMATCH')) return leastMs
  return Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(failures - 1, 10)) * (0.5 + shift / 2)
}

async function pollOnce(parts: PollerParts, signal: AbortSignal): Promise<PollResult> {
  const { link, fetcher, inLine, onResult } = parts
  const ask = async (): Promise<PollResult> => {
    const request = link.request()
    const answer = await fetcher.fetch(request, request.mayWait ? waitSeconds : 0, signal)
    if (signal.aborted) return 'FAILED'
    if ('failed' in answer) {
      onResult('FAILED', answer.failed)
      return 'FAILED'
    }
    if ('declined' in answer) {
      await link.declined()
      onResult('DECLINED')
      return 'DECLINED'
    }
    const outcome = await link.receive(request, answer.frame, answer.receivedAt)
    onResult(outcome)
    return outcome
  }
  try {
    return link.request().mayWait ? await ask() : await inLine(ask)
  } catch (error) {
    onResult('FAILED', error instanceof Error ? error.message : 'unknown reason')
    return 'FAILED'
  }
}
