import { CompactMap } from '../../services/platform/hit-index/compact-map.ts'
import { CountySets, everyCounty } from './county-sets.ts'

/** What the merged map has of a hash: the members that list it, or that it may be listed by all. */
export type Holders = readonly number[] | 'ALL'

const nobody: Holders = []

/**
 * The digests of all counties under one epoch's key: which members list a hash. A *member* is one county's list as it
 * was loaded once, by number; loading it anew makes a new member. So a list can be loaded beside the one in use, and
 * what is left of a retired member means nothing, wherever it still stands, until it is swept out.
 */
export class MergedMap {
  readonly #map = new CompactMap()
  readonly #sets = new CountySets()
  readonly #retired = new Set<number>()
  #sweeping: Promise<void> | undefined

  /** Number of different hashes. */
  get size(): number {
    return this.#map.size
  }

  /** Bytes of memory that the entries take. */
  get bytes(): number {
    return this.#map.bytes
  }

  /** Who lists the hash, retired members included. */
  holders(high: number, low: number): Holders {
    const set = this.#map.get(high, low)
    if (set === 0) return nobody
    return set === everyCounty ? 'ALL' : this.#sets.members(set)
  }

  /** Whether the member has not had the hash before; true as well where that is not known. */
  add(high: number, low: number, member: number): boolean {
    const set = this.#map.get(high, low)
    if (set === everyCounty) return true
    const members = this.#sets.members(set)
    if (members.includes(member)) return false
    this.#map.set(high, low, this.#sets.use([...members, member].toSorted((one, other) => one - other)))
    this.#sets.release(set)
    return true
  }

  /** Whether the member had the hash; true as well where that is not known. */
  remove(high: number, low: number, member: number): boolean {
    const set = this.#map.get(high, low)
    if (set === everyCounty) return true
    const members = this.#sets.members(set)
    if (!members.includes(member)) return false
    const next = this.#sets.use(members.filter((each) => each !== member))
    if (next === 0) this.#map.delete(high, low)
    else this.#map.set(high, low, next)
    this.#sets.release(set)
    return true
  }

  /**
   * Sweeps the member out, part by part with a `pause` after each; nothing may be added to it any more. Resolves when
   * it has left. `isOver` ends the sweep early.
   */
  async retire(member: number, pause: () => Promise<void>, isOver: () => boolean = () => false): Promise<void> {
    this.#retired.add(member)
    while (this.#retired.has(member) && !isOver()) {
      this.#sweeping ??= this.#sweep(pause, isOver).finally(() => (this.#sweeping = undefined))
      await this.#sweeping
    }
  }

  async #sweep(pause: () => Promise<void>, isOver: () => boolean): Promise<void> {
    const leaving = new Set(this.#retired)
    for (let part = 0; part < this.#map.segments; part += 1) {
      if (isOver()) return
      this.#map.updateSegment(part, (set) => this.#without(set, leaving))
      await pause()
    }
    for (const member of leaving) this.#retired.delete(member)
  }

  #without(set: number, leaving: ReadonlySet<number>): number {
    const members = this.#sets.members(set)
    if (!members.some((member) => leaving.has(member))) return set
    const next = this.#sets.use(members.filter((member) => !leaving.has(member)))
    this.#sets.release(set)
    return next
  }
}
