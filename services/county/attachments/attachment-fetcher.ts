import { type FileHandle, open } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { mostAttachmentBytes } from '../../platform/attachments/attachment.ts'
import { TransferWatch, type TransferLimits, transferLimits } from '../../platform/attachments/transfer.ts'
import { ExchangeError } from '../../platform/errors.ts'
import type { Logger } from '../../platform/log.ts'
import type { AttachmentReference } from '../delivery/contract.ts'
import { type FileSource, FileRefused, type RemoteFile } from './file-source.ts'
import { type FileStore, onDisk, sizeOf } from './file-store.ts'
import { demandType } from './media-type.ts'

/** How persistently files are fetched. */
export interface FetchBounds extends Pick<TransferLimits, 'idleMs' | 'totalMs'> {
  /** Files at the same time. */
  atOnce: number
  /** Of these, those from one county: a slow one must not keep the files of all others away. */
  eachAtOnce: number
  /** Attempts in a row that bring nothing, before it is given up until somebody asks again. */
  attempts: number
  /** The pause after the first of these in milliseconds; it doubles up to 30 s. */
  pauseMs: number
  /** For how long whoever asks is told that it was given up, before it is tried anew, in milliseconds. */
  givenUpMs: number
}

const usualBounds: FetchBounds = {
  ...transferLimits,
  atOnce: 8,
  eachAtOnce: 4,
  attempts: 6,
  pauseMs: 500,
  givenUpMs: 10_000,
}
const longestPauseMs = 30_000
const mostGivenUp = 1_000

/** One file on its way from another county. */
export interface Fetch {
  /** Resolves when the file is complete, verified and has its name. */
  readonly done: Promise<void>
  /** Bytes so far. */
  received: number
  /** Somebody has waited for it as long as one waits: who else has the file is asked as well. */
  late: boolean
}

interface Running extends Fetch {
  county: string
}

/**
 * Fetches files from the counties whose documents name them, each from each of these once for all who wait for it: one that
 * names another's file can neither hold it up nor spoil it. What was had before a break is kept and continued, also by another
 * process; what turns out not to be what the document names is thrown away.
 */
export class AttachmentFetcher {
  readonly #store: FileStore
  readonly #source: FileSource
  readonly #bounds: FetchBounds
  readonly #logger: Pick<Logger, 'info' | 'warn'>
  readonly #running = new Map<string, Running>()
  readonly #givenUp = new Map<string, Fetch>()
  readonly #stopped = new AbortController()

  constructor(
    parts: { store: FileStore; source: FileSource; logger: Pick<Logger, 'info' | 'warn'> },
    bounds: Partial<FetchBounds> = {},
  ) {
    this.#store = parts.store
    this.#source = parts.source
    this.#logger = parts.logger
    this.#bounds = { ...usualBounds, ...bounds }
  }

  /**
   * The fetch of this file from this county that is under way, or a new one; `kept` runs when the file has its name. One that failed is given
   * for a while, so that it is also told to who came when it had taken too long to wait for.
   */
  fetch(reference: AttachmentReference, remote: Omit<RemoteFile, 'hash'>, kept: () => Promise<void>): Fetch {
    const { county } = remote
    const key = `${county} ${reference.hash}`
    const known = this.#running.get(key) ?? this.#givenUp.get(key)
    if (known) return known
    const fromCounty = [...this.#running.values()].filter((each) => each.county === county)
    if (this.#running.size >= this.#bounds.atOnce || fromCounty.length >= this.#bounds.eachAtOnce) {
      throw new ExchangeError(
        'OVERLOADED',
        'Too many files are being fetched from other counties. Try again in a while.',
      )
    }
    const fetch = { county, received: 0, late: false, done: Promise.resolve() }
    fetch.done = this.#run(reference, { ...remote, hash: reference.hash }, fetch)
      .then(kept)
      .finally(() => this.#running.delete(key))
    fetch.done.catch(() => this.#giveUp(key, fetch))
    this.#running.set(key, fetch)
    return fetch
  }

  /** Breaks off what is under way; resolves when nothing is. */
  async stop(): Promise<void> {
    this.#stopped.abort()
    await Promise.allSettled([...this.#running.values()].map(({ done }) => done))
  }

  #giveUp(key: string, fetch: Fetch): void {
    if (this.#stopped.signal.aborted || this.#givenUp.size >= mostGivenUp) return
    this.#givenUp.set(key, fetch)
    setTimeout(() => this.#givenUp.delete(key), this.#bounds.givenUpMs).unref()
  }

  async #run(reference: AttachmentReference, remote: RemoteFile, fetch: { received: number }): Promise<void> {
    const { size, hash } = reference
    const watch = new TransferWatch(this.#bounds, [this.#stopped.signal])
    const partial = this.#store.partial(remote.county, hash)
    try {
      const before = await sizeOf(partial)
      await this.#complete(partial, reference, remote, fetch, watch)
      if (before > 0 && !(await this.#store.verify(partial, reference))) {
        // What an earlier attempt had left may have been spoiled: once more, from the start.
        await this.#store.remove(partial)
        await this.#complete(partial, reference, remote, fetch, watch)
      }
      if (!(await this.#store.verify(partial, reference)))
        throw this.#damaged(remote, 'is not the one that its document names')
      await demandType(partial, reference.mediaType).catch(() => {
        throw this.#damaged(remote, `is not of the type that its document names`)
      })
      await this.#store.keep(partial, hash)
      this.#logger.info({ county: remote.county, bytes: size }, 'a file was fetched')
    } catch (error) {
      if (error instanceof ExchangeError && error.extensions['reason'] === 'FAULT') await this.#store.remove(partial)
      throw error
    } finally {
      watch.end()
    }
  }

  /** Fetches until the partial file has its size, beginning where it ends. */
  async #complete(
    partial: string,
    { size }: AttachmentReference,
    remote: RemoteFile,
    fetch: { received: number },
    watch: TransferWatch,
  ): Promise<void> {
    let failures = 0
    for (;;) {
      if (watch.signal.aborted) throw this.#unanswered(remote, 'TIMEOUT', 'too slow, or this node stops')
      const had = await sizeOf(partial)
      fetch.received = had
      if (had === size) return
      if (had > size) await this.#store.remove(partial)
      try {
        await this.#once(partial, had > size ? 0 : had, size, remote, fetch, watch)
      } catch (error) {
        if (error instanceof ExchangeError) throw error
        if (error instanceof FileRefused) throw this.#unanswered(remote, 'REFUSED', error.message)
        // An attempt that brought something is none in vain.
        failures = fetch.received > had ? 1 : failures + 1
        if (failures >= this.#bounds.attempts) throw this.#unanswered(remote, 'UNREACHABLE', reasonOf(error))
        await sleep(this.#pause(failures), undefined, { signal: watch.signal }).catch(() => {})
      }
    }
  }

  async #once(
    partial: string,
    from: number,
    size: number,
    remote: RemoteFile,
    fetch: { received: number },
    watch: TransferWatch,
  ): Promise<void> {
    await this.#store.demandRoom(size - from)
    const answer = await this.#source.open(remote, from, watch.signal)
    let file: FileHandle | undefined
    try {
      file = await onDisk(open(partial, answer.from === 0 ? 'w' : 'a', 0o600))
      fetch.received = answer.from
      for await (const chunk of watch.over(answer.body, mostAttachmentBytes)) {
        if (fetch.received + chunk.length > size) throw this.#damaged(remote, 'is longer than its document says')
        await onDisk(file.writeFile(chunk))
        fetch.received += chunk.length
      }
      if (fetch.received < size) throw new Error(`ended after ${fetch.received} of ${size} bytes`)
    } finally {
      answer.close()
      await file?.sync().catch(() => {})
      await file?.close()
    }
  }

  #pause(failures: number): number {
    return Math.min(longestPauseMs, this.#bounds.pauseMs * 2 ** (failures - 1))
  }

  #damaged({ county }: RemoteFile, what: string): ExchangeError {
    this.#logger.warn({ county, what }, 'a file that another county sent was refused')
    return new ExchangeError('COUNTY_UNANSWERED', `The file that ${county} sent ${what}: it was refused.`, {
      county,
      reason: 'FAULT',
    })
  }

  #unanswered({ county }: RemoteFile, reason: string, detail: string): ExchangeError {
    this.#logger.warn({ county, reason, detail }, 'a file could not be fetched from another county')
    return new ExchangeError('COUNTY_UNANSWERED', `County ${county} did not hand over the file: ${reason}.`, {
      county,
      reason,
    })
  }
}

/** What went wrong, without an address. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown reason'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}
