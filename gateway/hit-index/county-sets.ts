/** Stands for all counties: what an entry has when there are more different sets than numbers. */
export const everyCounty = 65_535

/** Uses of a set are counted in 32 bits; a map does not have so many entries. */
const numbers = everyCounty + 1

/**
 * Numbers sets of members, so that an entry of the merged map needs two bytes for the counties that have it. A set has a
 * number while an entry uses it. 0 is the empty set.
 */
export class CountySets {
  readonly #numberOf = new Map<string, number>()
  readonly #members: (readonly number[])[] = [[]]
  readonly #uses = new Uint32Array(numbers)
  readonly #free: number[] = []

  /** Members in ascending order; none for {@link everyCounty}, which has no members of its own. */
  members(set: number): readonly number[] {
    return this.#members[set] ?? []
  }

  /** How many sets are in use. */
  get size(): number {
    return this.#numberOf.size
  }

  /** The number of these members (ascending), used once more; 0 for none, {@link everyCounty} when no number is free. */
  use(members: readonly number[]): number {
    if (members.length === 0) return 0
    const key = members.join()
    const set = this.#numberOf.get(key) ?? this.#number(key, members)
    this.#uses[set] = (this.#uses[set] ?? 0) + 1
    return set
  }

  /** Takes back one use. */
  release(set: number): void {
    if (set === 0 || set === everyCounty) return
    const left = (this.#uses[set] ?? 0) - 1
    this.#uses[set] = left
    if (left > 0) return
    this.#numberOf.delete(this.members(set).join())
    this.#members[set] = []
    this.#free.push(set)
  }

  #number(key: string, members: readonly number[]): number {
    const set = this.#free.pop() ?? this.#members.length
    if (set >= everyCounty) return everyCounty
    this.#numberOf.set(key, set)
    this.#members[set] = members
    return set
  }
}
