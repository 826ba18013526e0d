import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '../../platform/clock.ts'
import { redactIdentityNumbers } from '../../platform/codes/mask.ts'
import type { Database } from '../../platform/database.ts'
import type { Logger } from '../../platform/log.ts'
import { AttachmentRepository } from './attachment.repository.ts'
import type { FileStore } from './file-store.ts'

/** An upload that no document names, and a fetch that does not go on, are kept so long. */
const keptMs = 30 * 86_400_000
const everyMs = 86_400_000
const atOnce = 100

/** What the sweep needs. */
export interface SweepParts {
  db: Database
  store: FileStore
  clock: Clock
  logger: Pick<Logger, 'info' | 'warn'>
}

/**
 * Removes uploads that no document has named for 30 days, and what was left of fetches; how many uploads. First their entries,
 * then the files: where it breaks off a file is left that nothing names, which the next sweep takes, and never the other way
 * round.
 */
export async function sweepAttachments(parts: SweepParts, signal?: AbortSignal): Promise<number> {
  const { db, store, clock } = parts
  const before = new Date(clock.now().getTime() - keptMs)
  const repository = new AttachmentRepository()
  await store.sweepPartial(before)
  await removeMarked(parts, signal)
  for (let removed = 0; ;) {
    signal?.throwIfAborted()
    const taken = await db.transaction(async (tx) => {
      const hashes = await repository.takeUnused(tx, before, atOnce)
      for (const hash of hashes) await store.mark(hash)
      return hashes.length
    })
    await removeMarked(parts, signal)
    removed += taken
    if (taken < atOnce) return removed
  }
}

/** Removes the files that were marked and are not entered, or entered again. */
async function removeMarked({ db, store, clock }: SweepParts, signal?: AbortSignal): Promise<void> {
  const repository = new AttachmentRepository()
  for (const hash of await store.marked()) {
    signal?.throwIfAborted()
    await db.transaction(async (tx) => {
      // Who uploads the same file meanwhile waits until it is gone, and gives it its name after that.
      if (!(await repository.reserve(tx, hash, clock.now()))) return
      await store.remove(store.path(hash))
      await repository.drop(tx, hash)
    })
    await store.unmark(hash)
  }
}

/** Sweeps at the start and once a day. Gives what stops it, which resolves when nothing is under way. */
export function startSweeping(parts: SweepParts): () => Promise<void> {
  const over = new AbortController()
  const running = (async () => {
    while (!over.signal.aborted) {
      try {
        const removed = await sweepAttachments(parts, over.signal)
        if (removed > 0) parts.logger.info({ removed }, 'uploads that no document names were removed')
      } catch (error) {
        const cause = redactIdentityNumbers(error instanceof Error ? error.message : String(error))
        if (!over.signal.aborted) parts.logger.warn({ cause }, 'uploads could not be swept')
      }
      await sleep(everyMs, undefined, { signal: over.signal, ref: false }).catch(() => {})
    }
  })()
  return async () => {
    over.abort()
    await running
  }
}
