import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { JSONWebKeySet } from 'jose'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import {
  directoryOver,
  hasExpired,
  hold,
  type Directory,
  type DirectoryStatus,
  type HeldSnapshot,
} from './directory.ts'
import { fetchBounded } from './fetch-bounded.ts'
import { snapshotMediaType } from './sign-snapshot.ts'
import type { Snapshot } from './snapshot.ts'
import { verifySnapshot } from './verify-snapshot.ts'

const fetchDeadlineMs = 5_000
const maxBytes = 16 * 1024 * 1024
/** First wait after a failure; doubles up to the usual interval. */
const firstRetryMs = 1_000
const warnEveryMs = 3_600_000

/** What {@link createDirectory} needs. */
export interface CachedDirectoryOptions {
  /** Where the coordination node publishes the signed directory. */
  url: string
  /** Public keys of the coordination office. */
  trust: JSONWebKeySet
  /** File that keeps the last good snapshot between starts. */
  cacheFile: string
  clock: Clock
  logger: Pick<Logger, 'info' | 'warn' | 'error'>
  /** Interval between fetches in milliseconds, each shifted by up to a tenth. */
  refreshMs?: number
}

/** A directory fed by the coordination node. */
export interface CachedDirectory extends Directory {
  /** Fetches now; resolves when the attempt has ended, well or badly. Concurrent calls share one attempt. */
  refresh(): Promise<void>
}

/**
 * The directory with a cache on disk: loaded and verified again at start, refetched each minute, kept while the centre
 * is down, refused after expiry, taken up again when the centre returns. A bad snapshot never replaces a good one, in
 * memory or on disk.
 */
export function createDirectory(options: CachedDirectoryOptions): CachedDirectory {
  const { url, trust, cacheFile, clock, logger, refreshMs = 60_000 } = options
  let held: HeldSnapshot | undefined
  let confirmed = false
  let lastError: string | undefined
  let failures = 0
  let warnedAt = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> | undefined
  const stopping = new AbortController()

  /** Takes the snapshot up unless a newer one is held already. */
  function takeUp(snapshot: Snapshot): boolean {
    const current = held?.snapshot
    if (current && snapshot.serial === current.serial && snapshot.issuedAt <= current.issuedAt) return false
    held = hold(snapshot)
    return true
  }

  async function loadFromDisk(): Promise<void> {
    let jws: string
    try {
      jws = await readFile(cacheFile, 'utf8')
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return
      logger.warn({ cacheFile, reason: message(error) }, 'the cached directory could not be read')
      return
    }
    try {
      // An expired one is kept too: it is refused on use, but its serial still guards against an older one.
      takeUp(await verifySnapshot(jws, { trust, clock, allowExpired: true }))
      logger.info(status(), 'directory loaded from its cache')
    } catch (error) {
      logger.error({ cacheFile, reason: message(error) }, 'the cached directory was refused')
    }
  }

  async function fetchOnce(): Promise<void> {
    try {
      const fetched = await fetchBounded({
        url,
        deadlineMs: fetchDeadlineMs,
        maxBytes,
        accept: snapshotMediaType,
        signal: stopping.signal,
      })
      const jws = fetched.trim()
      const minimumSerial = held?.snapshot.serial
      const snapshot = await verifySnapshot(jws, {
        trust,
        clock,
        ...(minimumSerial === undefined ? {} : { minimumSerial }),
      })
      const changed = snapshot.serial !== minimumSerial
      if (takeUp(snapshot)) await writeCache(jws)
      if (changed || failures > 0) logger.info({ serial: snapshot.serial }, 'directory taken up from the centre')
      confirmed = true
      failures = 0
      lastError = undefined
    } catch (error) {
      if (stopping.signal.aborted) return
      confirmed = false
      failures += 1
      lastError = message(error)
      // The first failure is news; a centre that stays down is told by status and metrics.
      if (failures === 1) logger.warn({ url, reason: lastError }, 'the directory could not be refetched')
    }
    warnBeforeExpiry()
  }

  async function writeCache(jws: string): Promise<void> {
    const temporary = `${cacheFile}.${randomUUID()}.tmp`
    try {
      await mkdir(dirname(cacheFile), { recursive: true })
      await writeFile(temporary, jws, { mode: 0o600, flush: true })
      await rename(temporary, cacheFile)
    } catch (error) {
      // The node goes on with what it holds in memory; only its next start without the centre is at risk.
      logger.error({ cacheFile, reason: message(error) }, 'the directory could not be cached on disk')
      await rm(temporary, { force: true }).catch(() => {})
    }
  }

  function warnBeforeExpiry(): void {
    if (!held) return
    const { issuedAt, expiresAt } = held.snapshot
    const now = clock.now().getTime()
    const left = Date.parse(expiresAt) - now
    if (left > (Date.parse(expiresAt) - Date.parse(issuedAt)) / 4 || now - warnedAt < warnEveryMs) return
    warnedAt = now
    if (left <= 0) logger.error({ expiresAt, lastError }, 'the directory has expired: requests are refused')
    else logger.warn({ expiresAt, lastError }, 'the directory is about to expire')
  }

  function schedule(): void {
    if (stopping.signal.aborted) return
    const base = failures === 0 ? refreshMs : Math.min(refreshMs, firstRetryMs * 2 ** Math.min(failures - 1, 20))
    const shift = 0.9 + 0.2 * (Number.parseInt(clock.uuid().slice(0, 8), 16) / 0xffffffff)
    timer = setTimeout(() => void refresh().then(schedule), base * shift)
    timer.unref()
  }

  function refresh(): Promise<void> {
    running ??= fetchOnce().finally(() => {
      running = undefined
    })
    return running
  }

  function status(): DirectoryStatus {
    const error = lastError === undefined ? {} : { lastError }
    if (!held) return { state: 'MISSING', ...error }
    const { serial, issuedAt, expiresAt } = held.snapshot
    const state = hasExpired(held.snapshot, clock) ? 'EXPIRED' : confirmed ? 'FRESH' : 'STALE'
    return { state, serial, issuedAt, expiresAt, ...error }
  }

  return {
    ...directoryOver(() => held, clock),
    status,
    refresh,
    async start() {
      await loadFromDisk()
      const usable = held !== undefined && !hasExpired(held.snapshot, clock)
      const first = refresh().then(schedule)
      // With a valid snapshot nobody waits for the centre.
      if (!usable) await first
    },
    async stop() {
      stopping.abort()
      clearTimeout(timer)
      await running
    },
  }
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
