import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import type { Logger } from '../../platform/log.ts'
import { Digest, hashCodes } from './digest.ts'
import type { Epoch } from './epoch.ts'
import {
  allowSeconds,
  countMembers,
  type ListHead,
  type ListNews,
  membersAfter,
  readHead,
  readNews,
} from './hit-index.repository.ts'
import { clockIsBehind, sweep } from './sweep.ts'

/** The hit index in memory, as the list was at `asOf`. */
export interface FollowedList {
  epoch: Epoch
  head: ListHead
  /** Taken before the list was read: whatever was committed before is in it. */
  asOf: Date
  digest: Digest
}

const codesInOnePage = 20_000
const longestLoadSeconds = 120
/** A database that is put back while it is read is read again, this often. */
const mostTries = 3

/** Keeps the hit index in memory and follows the list. Its methods must be called one after the other. */
export class ListFollower {
  readonly #parts: { db: Database; clock: Clock; logger: Pick<Logger, 'info' | 'warn'> }
  #followed: FollowedList | undefined
  #swept = false

  constructor(parts: { db: Database; clock: Clock; logger: Pick<Logger, 'info' | 'warn'> }) {
    this.#parts = parts
  }

  /** What is in memory; undefined before the first reading. */
  get followed(): FollowedList | undefined {
    return this.#followed
  }

  /** Reads what has changed, or the whole list when it must, and gives the hit index as it is now. */
  async follow(epoch: Epoch): Promise<FollowedList> {
    const { clock, db, logger } = this.#parts
    if (!this.#swept) {
      // A database of before there was a hit index has none until the first sweep.
      await sweep(db, clock.now())
      this.#swept = true
    }
    for (let tries = 0; tries < mostTries; tries += 1) {
      const held = this.#followed
      const asOf = clock.now()
      const isHeld = held !== undefined && held.epoch.id === epoch.id && Buffer.from(epoch.key).equals(held.epoch.key)
      const news = await readNews(db, isHeld ? held.head.version : 0)
      if (news === undefined || clockIsBehind(news.head.changedAt, asOf)) {
        logger.warn({ changedAt: news?.head.changedAt }, 'the list was changed later than now: it is compared anew')
        await sweep(db, asOf)
      } else if (isHeld && continuesFrom(held, news)) return this.#apply(held, news, asOf)
      else {
        const loaded = await this.#load(epoch)
        if (loaded) return loaded
      }
    }
    throw new Error('The list does not stand still long enough to be read.')
  }

  /**
   * Hashes that came and went since a point of the list; undefined when that is not to be had. `followed` must be what
   * {@link follow} gave last; `outdated` when the list has moved on since.
   */
  async changesSince(
    followed: FollowedList,
    point: { version: number; chain: string },
  ): Promise<{ inHistory: boolean; added?: Uint8Array; removed?: Uint8Array } | 'outdated'> {
    const news = await readNews(this.#parts.db, point.version)
    if (news?.head.version !== followed.head.version || news.head.chain !== followed.head.chain) return 'outdated'
    const inHistory = point.version <= followed.head.version && news.known === point.chain
    if (!inHistory || !news.changes) return { inHistory }
    const came = await hashCodes(followed.epoch.key, news.changes.added)
    const went = await hashCodes(followed.epoch.key, news.changes.removed)
    return { inHistory, ...followed.digest.changesBy(came, went) }
  }

  async #apply(held: FollowedList, news: ListNews, asOf: Date): Promise<FollowedList> {
    const { added = [], removed = [] } = news.changes ?? {}
    const came = await hashCodes(held.epoch.key, added)
    const went = await hashCodes(held.epoch.key, removed)
    // From here on without a pause; and what fails half-way leaves nothing that could be handed out.
    this.#followed = undefined
    for (const hash of came) held.digest.add(hash)
    for (const hash of went) held.digest.remove(hash)
    this.#followed = { ...held, head: news.head, asOf }
    return this.#followed
  }

  /** Reads the list as a whole, in pages of one snapshot; undefined when there is none yet. */
  async #load(epoch: Epoch): Promise<FollowedList | undefined> {
    const { clock, db, logger } = this.#parts
    const asOf = clock.now()
    const loaded = await db.transaction(
      async (tx) => {
        await allowSeconds(tx, longestLoadSeconds)
        const head = await readHead(tx)
        if (!head) return undefined
        const digest = new Digest(await countMembers(tx))
        let after = ''
        for (;;) {
          const codes = await membersAfter(tx, after, codesInOnePage)
          for (const hash of await hashCodes(epoch.key, codes)) digest.add(hash)
          const last = codes.at(-1)
          if (last === undefined || codes.length < codesInOnePage) break
          after = last
        }
        return { epoch, head, asOf, digest }
      },
      { isolationLevel: 'repeatable read', accessMode: 'read only' },
    )
    if (loaded) {
      logger.info({ epoch: epoch.id, version: loaded.head.version, entries: loaded.digest.count }, 'hit index loaded')
    }
    this.#followed = loaded
    return loaded
  }
}

/** Whether the news go on from what is held, with every change in between. */
function continuesFrom({ head }: FollowedList, news: ListNews): boolean {
  return news.head.lineage === head.lineage && news.known === head.chain && news.changes !== undefined
}
