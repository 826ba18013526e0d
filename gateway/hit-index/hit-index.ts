import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Clock } from '../../services/platform/clock.ts'
import type { Directory } from '../../services/platform/directory/directory.ts'
import type { HitIndexEpoch } from '../../services/platform/directory/snapshot.ts'
import { type Accepted, type HeldContents, sameEpoch, samePosition } from './acceptor.ts'
import type { HitIndex } from './contract.ts'
import { CoverageViews, type Digest } from './coverage-views.ts'
import { eachHash } from './hash-sum.ts'
import { MergedMap } from './merged-map.ts'

/** Hashes that are taken in without letting others have their turn. */
const usualTurn = 4_096
/** A delta of more hashes is taken in like a list: the county does not vouch meanwhile. */
const longestTurn = 20_000

/** What the index has of one county, for figures. */
export interface IndexedCounty {
  county: string
  entries: number
  /** Epoch milliseconds. */
  asOf: number
  /** Whether it vouches at the moment, apart from agreements. */
  vouches: boolean
}

/** How the index is fed: by whoever has verified a frame. */
export interface FedHitIndex extends HitIndex {
  /** The contents that the county's next delta must continue. */
  held(county: string): HeldContents | undefined
  /**
   * Takes in a frame that the acceptor let pass against {@link held}; one at a time for each county. False when the
   * hashes contradict what is held: the county is then out, or as before when it was a full list. False as well, and
   * nothing has changed, when something else was taken in since the frame was let pass.
   */
  take(county: string, accepted: Accepted): Promise<boolean>
  /** Takes the county out; it is asked live. */
  drop(county: string): void
  /** Highest list version that the county has been seen at. */
  setFloor(county: string, version: number): void
  figures(): { counties: readonly IndexedCounty[]; bytes: number; entries: number }
  /** Ends what goes on in the background. */
  close(): Promise<void>
}

/** An empty index. `pause` lets others have their turn; tests hand in their own, and smaller turns. */
export function createHitIndex(options: {
  directory: Pick<Directory, 'snapshot' | 'agreementFor'>
  clock: Clock
  pause?: () => Promise<void>
  hashesInOneTurn?: number
  mostAtOnce?: number
}): FedHitIndex {
  const { directory, clock, pause = () => nextTurn() } = options
  const { hashesInOneTurn = usualTurn, mostAtOnce = longestTurn } = options
  const maps = new Map<string, MergedMap>()
  const digests = new Map<string, Digest>()
  const floors = new Map<string, number>()
  /** Uses of a map: lists that are held or being loaded. */
  const uses = new Map<MergedMap, number>()
  const background = new Set<Promise<void>>()
  /** Raised when a county is dropped, so that a list that is being loaded for it does not come back. */
  const drops = new Map<string, number>()
  const views = new CoverageViews({ directory, digests })
  let members = 0
  let isClosed = false

  function mapOf({ id, key }: HitIndexEpoch): MergedMap {
    const name = `${id} ${key}`
    const map = maps.get(name) ?? new MergedMap()
    maps.set(name, map)
    return map
  }

  function hold(map: MergedMap): void {
    uses.set(map, (uses.get(map) ?? 0) + 1)
  }

  /** Gives up a member; the last of an epoch takes the map with it. */
  function retire(map: MergedMap, member: number): void {
    const left = (uses.get(map) ?? 0) - 1
    uses.set(map, left)
    if (left <= 0) {
      uses.delete(map)
      for (const [name, each] of maps) if (each === map) maps.delete(name)
      return
    }
    const sweep = map.retire(member, pause, () => isClosed || !uses.has(map)).finally(() => background.delete(sweep))
    background.add(sweep)
  }

  function drop(county: string): void {
    drops.set(county, (drops.get(county) ?? 0) + 1)
    const digest = digests.get(county)
    if (!digest) return
    digests.delete(county)
    views.changed()
    retire(digest.map, digest.member)
  }

  async function takeFull(county: string, accepted: Accepted): Promise<boolean> {
    const map = mapOf(accepted.epoch)
    const member = (members += 1)
    const dropsBefore = drops.get(county)
    hold(map)
    const isWhole = await inTurns(accepted.body, (high, low) => map.add(high, low, member))
    if (!isWhole || isClosed || drops.get(county) !== dropsBefore) {
      retire(map, member)
      return isWhole
    }
    const previous = digests.get(county)
    digests.set(county, digestOf(accepted, map, member))
    views.changed()
    if (previous) retire(previous.map, previous.member)
    return true
  }

  async function takeDelta(county: string, accepted: Accepted, digest: Digest): Promise<boolean> {
    const { body, statement } = accepted
    const { map, member } = digest
    const dropsBefore = drops.get(county)
    const apply = (high: number, low: number, at: number): boolean =>
      at < statement.added ? map.add(high, low, member) : map.remove(high, low, member)
    let fits: boolean
    if (statement.added + statement.removed > mostAtOnce) {
      digests.delete(county)
      views.changed()
      fits = await inTurns(body, apply)
    } else fits = inOneTurn(body, 0, hashesIn(body), apply)
    if (fits && !isClosed && drops.get(county) === dropsBefore) {
      digests.set(county, digestOf(accepted, map, member))
      views.changed()
      return true
    }
    digests.delete(county)
    views.changed()
    retire(map, member)
    return fits
  }

  /** Calls `apply` with each hash of the body; stops at the first false. */
  async function inTurns(body: Uint8Array, apply: (high: number, low: number, at: number) => boolean) {
    for (let from = 0; from < hashesIn(body); from += hashesInOneTurn) {
      if (from > 0) await pause()
      if (isClosed || !inOneTurn(body, from, Math.min(from + hashesInOneTurn, hashesIn(body)), apply)) return false
    }
    return true
  }

  return {
    look: (question) => views.look(question, clock.now().getTime()),
    floor: (county) => floors.get(county) ?? 0,
    held: (county) => digests.get(county),
    async take(county, accepted) {
      if (accepted.kind === 'FULL') return takeFull(county, accepted)
      const digest = digests.get(county)
      if (!digest || !continues(accepted, digest)) return false
      if (accepted.kind === 'DELTA') return takeDelta(county, accepted, digest)
      digests.set(county, digestOf(accepted, digest.map, digest.member))
      views.renewed(county)
      return true
    },
    drop,
    setFloor: (county, version) => void floors.set(county, version),
    figures() {
      const vouching = views.vouching(clock.now().getTime())
      return {
        counties: [...digests].map(([county, { count, asOf }]) => ({
          county,
          entries: count,
          asOf,
          vouches: vouching.has(county),
        })),
        bytes: sum(maps.values(), (map) => map.bytes),
        entries: sum(maps.values(), (map) => map.size),
      }
    },
    async close() {
      isClosed = true
      await Promise.all(background)
    },
  }
}

function digestOf({ statement, epoch, signer }: Accepted, map: MergedMap, member: number): Digest {
  const { lineage, version, chain, count, sum: total } = statement
  const [asOf, validUntil] = [Date.parse(statement.asOf), Date.parse(statement.validUntil)]
  return { lineage, version, chain, count, sum: total, epoch, signer, asOf, validUntil, map, member }
}

/** What was verified before may have been overtaken: then what it takes off is not what is missing from it. */
function continues({ statement: { since, lineage }, epoch }: Accepted, digest: Digest): boolean {
  return since !== null && samePosition(digest, { ...since, lineage }) && sameEpoch(digest.epoch, epoch)
}

function hashesIn(body: Uint8Array): number {
  return body.length / 8
}

function inOneTurn(
  body: Uint8Array,
  from: number,
  to: number,
  apply: (high: number, low: number, at: number) => boolean,
): boolean {
  let at = from
  let isGood = true
  eachHash(body, from, to, (high, low) => {
    isGood = apply(high, low, at) && isGood
    at += 1
  })
  return isGood
}

function sum<Value>(values: Iterable<Value>, of: (value: Value) => number): number {
  let total = 0
  for (const value of values) total += of(value)
  return total
}
