import type { Clock } from '../../services/platform/clock.ts'
import type { Directory } from '../../services/platform/directory/directory.ts'
import type { CountyEntry, Snapshot } from '../../services/platform/directory/snapshot.ts'
import { CountyLink, type FrameStore, type LinkParts } from './county-link.ts'
import { type FrameFetcher, createFrameFetcher } from './fetch-frame.ts'
import type { FedHitIndex } from './hit-index.ts'
import { type PollResult, poll } from './poller.ts'

/** How often the directory is looked at for counties that came, left or moved. */
const lookMs = 1_000
/** Whole lists that are fetched, or read from disk, at the same time. */
const mostInLine = 4

/** What keeps the index fed. */
export interface HitIndexFeedParts {
  directory: Directory
  index: FedHitIndex
  gateway: string
  clock: Clock
  /** Makes the gateway's own token for a county. */
  token: (county: string) => Promise<string>
  /** Where a county's frames are kept; absent when nowhere. */
  store?: ((county: string) => FrameStore) | undefined
  logger: LinkParts['logger'] & { info(about: Record<string, unknown>, message: string): void }
  /** Told of each answer, for figures. */
  onResult?(county: string, result: PollResult): void
}

/** A running feed. */
export interface HitIndexFeed {
  /** Ends all requests; resolves when they have ended. */
  stop(): Promise<void>
}

interface Running {
  url: string
  stop(): Promise<void>
}

/** Polls every ACTIVE county of the directory, as the directory has it at each moment, until it is stopped. */
export function startHitIndexFeed(parts: HitIndexFeedParts): HitIndexFeed {
  const { directory, index } = parts
  const running = new Map<string, Running>()
  const links = new Map<string, Promise<CountyLink>>()
  /** Those that are not polled any more and may still take in an answer: a link does one thing at a time. */
  const ending = new Map<string, Promise<void>>()
  const inLine = createLine(mostInLine)
  let seen: Snapshot | undefined
  let isStopped = false

  /** Where the county's list was seen last is remembered also while it is suspended. */
  function linkOf(county: string): Promise<CountyLink> {
    const known = links.get(county)
    if (known) return known
    const { gateway, clock, logger } = parts
    const link = new CountyLink({ county, gateway, directory, index, clock, logger, store: parts.store?.(county) })
    const restored = inLine(() => link.restore())
      .catch((error: unknown) => logger.error({ county, reason: reasonOf(error) }, 'kept frames could not be read'))
      .then(() => link)
    links.set(county, restored)
    return restored
  }

  function start({ code, url }: CountyEntry): void {
    const stopping = new AbortController()
    const fetcher = createFrameFetcher({
      url,
      token: () => parts.token(code),
      now: () => parts.clock.now().getTime(),
    })
    const ended = follow(code, fetcher, stopping.signal)
    running.set(code, {
      url,
      async stop() {
        stopping.abort()
        await ended
        await fetcher.close()
      },
    })
  }

  async function follow(county: string, fetcher: FrameFetcher, signal: AbortSignal): Promise<void> {
    const link = await linkOf(county)
    let last: PollResult | undefined
    const onResult = (result: PollResult, detail?: string): void => {
      parts.onResult?.(county, result)
      const told = { county, result, ...(detail !== undefined && { detail }) }
      // Once per state: a county that is down for a day is told by metrics and readiness.
      if (result === 'FULL' || stateOf(result) !== stateOf(last)) tell(result, told)
      last = result
    }
    await poll({ link, fetcher, clock: parts.clock, inLine, onResult }, signal)
  }

  function tell(result: PollResult, told: Record<string, unknown>): void {
    const state = stateOf(result)
    if (state === 'NEWS') parts.logger.info(told, 'the hit index has news of a county')
    else if (state === 'DECLINED') parts.logger.info(told, 'a county publishes no digest')
    else parts.logger.warn(told, 'the hit index has no news of a county')
  }

  async function end(county: string, each: Running, hasLeft: boolean): Promise<void> {
    running.delete(county)
    const ended = each.stop()
    ending.set(county, ended)
    await ended
    ending.delete(county)
    if (hasLeft) index.drop(county)
    // One that has moved is started anew by the next look.
    seen = undefined
  }

  function look(): void {
    const snapshot = snapshotOf(directory)
    if (isStopped || !snapshot || snapshot === seen) return
    seen = snapshot
    const active = new Map(
      snapshot.counties.filter(({ status }) => status === 'ACTIVE').map((county) => [county.code, county]),
    )
    for (const [county, each] of running) {
      const entry = active.get(county)
      if (entry?.url === each.url) continue
      void end(county, each, !entry)
      active.delete(county)
    }
    for (const [code, entry] of active) if (!running.has(code) && !ending.has(code)) start(entry)
  }

  look()
  const timer = setInterval(look, lookMs)
  timer.unref()
  return {
    async stop() {
      isStopped = true
      clearInterval(timer)
      await Promise.all([...ending.values(), ...[...running.values()].map((each) => each.stop())])
    },
  }
}

function stateOf(result: PollResult | undefined): PollResult | 'NEWS' | undefined {
  return result === 'FULL' || result === 'DELTA' || result === 'RENEWAL' ? 'NEWS' : result
}

function snapshotOf(directory: Directory): Snapshot | undefined {
  try {
    return directory.snapshot()
  } catch {
    return undefined
  }
}

/** Lets so many of the given runs be under way at once; the others wait their turn. */
function createLine(most: number): <Result>(run: () => Promise<Result>) => Promise<Result> {
  const waiting: (() => void)[] = []
  let free = most
  return async (run) => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await run()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free += 1
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
