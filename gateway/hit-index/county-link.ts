import { z } from 'zod'
import type { Clock } from '../../services/platform/clock.ts'
import type { Directory } from '../../services/platform/directory/directory.ts'
import { ExchangeError } from '../../services/platform/errors.ts'
import {
  type Accepted,
  type Anchor,
  type FrameChecks,
  FrameRefused,
  type Refusal,
  acceptFrame,
  samePosition,
} from './acceptor.ts'
import type { FedHitIndex } from './hit-index.ts'

/** What is kept on disk of a county beside its frames. */
export const linkStateSchema = z.object({
  anchor: z.object({
    lineage: z.string(),
    version: z.int().nonnegative(),
    chain: z.string(),
    left: z.array(z.string()).readonly(),
    restored: z.boolean(),
  }),
  /** The latest frame without hashes, base64; null when the last one is in the log. */
  renewal: z.string().nullable(),
})
export type LinkState = z.infer<typeof linkStateSchema>

/** Where a county's frames are kept across restarts. What is given back may be damaged: all of it is verified again. */
export interface FrameStore {
  load(): Promise<{ frames: readonly Uint8Array[]; isWhole: boolean; state: LinkState | undefined }>
  /** These frames in place of all others; none to forget them. */
  replace(frames: readonly Uint8Array[]): Promise<void>
  append(frame: Uint8Array): Promise<void>
  saveState(state: LinkState): Promise<void>
  /** Bytes of the first frame and of all others. */
  size(): { first: number; further: number }
}

/** A question to a county for its digest. */
export interface FrameRequest {
  nonce: string
  /** Epoch milliseconds. */
  sentAt: number
  /** What the gateway has; empty when it has nothing. */
  query: Readonly<Record<string, string>>
  /** Whether it may be answered by a delta, so that the county may wait for one. */
  mayWait: boolean
}

/** What became of an answer. */
export type Outcome = Accepted['kind'] | Refusal

/** No epoch has this id: who names it gets the whole list, and whether it continues what they saw last. */
const noEpoch = '*'
/** More left lineages than these are not remembered. */
const mostLeft = 100
/** Deltas may take this much on disk, however short the list is. */
const leastForDeltas = 1_048_576

/** What a link needs. */
export interface LinkParts {
  county: string
  gateway: string
  directory: Pick<Directory, 'keysOf' | 'county' | 'snapshot'>
  index: FedHitIndex
  clock: Clock
  /** Absent: nothing is kept across restarts. */
  store?: FrameStore | undefined
  logger: {
    warn(about: Record<string, unknown>, message: string): void
    error(about: Record<string, unknown>, message: string): void
  }
}

/** One county's part of the index: what is asked, and what is done with the answers. One thing at a time. */
export class CountyLink {
  readonly #parts: LinkParts
  #anchor: Anchor | undefined
  #wantsFull = false

  constructor(parts: LinkParts) {
    this.#parts = parts
  }

  /** Takes up what is on disk, as far as it can be verified. */
  async restore(): Promise<void> {
    const { store } = this.#parts
    if (!store) return
    const { frames, isWhole, state } = await store.load()
    const good: Uint8Array[] = []
    for (const frame of state?.anchor.restored === true ? [] : frames) {
      if (!(await this.#replay(frame))) break
      good.push(frame)
    }
    if (!isWhole || good.length < frames.length) await this.#keep(() => store.replace(good))
    this.#setAnchor(furthest(state?.anchor, this.#anchor))
    if (state && state.renewal !== null) await this.#replay(Buffer.from(state.renewal, 'base64'))
  }

  /** What to ask next. */
  request(): FrameRequest {
    const { clock, county, index } = this.#parts
    const sentAt = clock.now().getTime()
    const nonce = clock.uuid()
    const anchor = this.#anchor
    if (!anchor) return { nonce, sentAt, query: {}, mayWait: false }
    const { version, chain, lineage } = anchor
    const query = { since: String(version), chain, lineage }
    const held = index.held(county)
    const isLong = this.#deltasAreLong()
    if (!held || this.#wantsFull || isLong || anchor.restored || !samePosition(held, anchor)) {
      return { nonce, sentAt, query: { ...query, epoch: noEpoch }, mayWait: false }
    }
    return { nonce, sentAt, query: { ...query, epoch: held.epoch.id }, mayWait: true }
  }

  /** Verifies an answer and takes it in. `receivedAt`: when its first byte came. */
  async receive(request: FrameRequest, bytes: Uint8Array, receivedAt: number): Promise<Outcome> {
    const { county, index, logger } = this.#parts
    try {
      const { nonce, sentAt } = request
      const accepted = await acceptFrame(bytes, this.#checks({ nonce, sentAt, receivedAt }))
      if (accepted.newLineage) {
        logger.warn(
          { county, version: accepted.statement.version },
          'a county began a new history of its list: it was restored from a backup, or set up anew',
        )
      }
      await this.#save(accepted, bytes)
      if (!(await index.take(county, accepted))) throw new FrameRefused('MISMATCH')
      this.#setAnchor(accepted.anchor)
      this.#wantsFull = false
      return accepted.kind
    } catch (error) {
      if (!(error instanceof FrameRefused)) throw error
      await this.#refused(error.reason)
      return error.reason
    }
  }

  /** The county publishes no digest, or not any more: what it said before is not used either. */
  async declined(): Promise<void> {
    const { county, index, store } = this.#parts
    index.drop(county)
    await this.#keep(() => store?.replace([]))
  }

  async #refused(reason: Refusal): Promise<void> {
    const { county, index, logger, store } = this.#parts
    if (reason === 'GAP' || reason === 'MISMATCH') this.#wantsFull = true
    if (reason === 'MISMATCH') {
      // What is held may be what is wrong.
      index.drop(county)
      await this.#keep(() => store?.replace([]))
    }
    if (reason !== 'RESTORED' || !this.#anchor) return
    index.drop(county)
    if (!this.#anchor.restored) {
      logger.error(
        { county, version: this.#anchor.version },
        'a county’s list was set back to an earlier state: it is asked live until its office has resumed the list',
      )
    }
    this.#anchor = { ...this.#anchor, restored: true }
    const state = { anchor: this.#anchor, renewal: null }
    await this.#keep(() => store?.saveState(state))
    await this.#keep(() => store?.replace([]))
  }

  /** Before it is taken in: what vouches once is not forgotten by a crash. */
  async #save({ kind, anchor }: Accepted, bytes: Uint8Array): Promise<void> {
    const { store } = this.#parts
    if (!store) return
    const state = {
      anchor: bounded(anchor),
      renewal: kind === 'RENEWAL' ? Buffer.from(bytes).toString('base64') : null,
    }
    if (kind === 'FULL') await this.#keep(() => store.replace([bytes]))
    if (kind === 'DELTA') await this.#keep(() => store.append(bytes))
    await this.#keep(() => store.saveState(state))
  }

  /** Whether the frame could be taken in. */
  async #replay(frame: Uint8Array): Promise<boolean> {
    const { county, index } = this.#parts
    try {
      const accepted = await acceptFrame(frame, this.#checks())
      if (!(await index.take(county, accepted))) return false
      this.#setAnchor(accepted.anchor)
      return true
    } catch (error) {
      if (error instanceof FrameRefused || error instanceof ExchangeError) return false
      throw error
    }
  }

  #checks(request?: FrameChecks['request']): FrameChecks {
    const { county, gateway, directory, clock, index } = this.#parts
    const now = clock.now().getTime()
    return { county, gateway, directory, now, request, held: index.held(county), anchor: this.#anchor }
  }

  #setAnchor(anchor: Anchor | undefined): void {
    this.#anchor = anchor && bounded(anchor)
    if (anchor) this.#parts.index.setFloor(this.#parts.county, anchor.version)
  }

  #deltasAreLong(): boolean {
    const size = this.#parts.store?.size()
    return size !== undefined && size.further > Math.max(size.first, leastForDeltas)
  }

  /** A disk that fails costs the next start its memory, and nothing else. */
  async #keep(write: () => Promise<void> | undefined): Promise<void> {
    try {
      await write()
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      this.#parts.logger.error({ county: this.#parts.county, reason }, 'the hit index could not be kept on disk')
    }
  }
}

/** The further of two points known of a county: of the one kept by itself, and of the last frame in the log. */
function furthest(kept: Anchor | undefined, logged: Anchor | undefined): Anchor | undefined {
  if (!kept || !logged) return kept ?? logged
  if (kept.lineage === logged.lineage) return logged.version > kept.version ? { ...kept, ...point(logged) } : kept
  // The log is written first: a lineage that was not left is the newer one.
  return kept.left.includes(logged.lineage) ? kept : { ...logged, left: [...kept.left, kept.lineage] }
}

function point({ version, chain }: Anchor): { version: number; chain: string } {
  return { version, chain }
}

function bounded(anchor: Anchor): Anchor {
  return { ...anchor, left: anchor.left.slice(-mostLeft) }
}
