import { randomBytes } from 'node:crypto'

/** Slots of a segment that has just been made. */
const leastSlots = 8
/** Number of segments; a power of two. */
const segmentCount = 256
const segmentBits = 8
/** A segment grows when it is fuller than this. */
const fullest = 0.8
/** Bytes of a slot: 4 and 4 of the key, 2 of the value. */
const slotBytes = 10

/**
 * A map from 64-bit keys (an upper and a lower half, each an unsigned 32-bit integer) to numbers from 1 to 65535, at
 * about 17 bytes an entry. It consists of 256 tables that grow one after the other, so that neither the memory that
 * growing needs nor the time that one call takes is ever that of the whole map. Where a key stands depends on a secret
 * of the map: nobody who chooses keys can make it slow.
 */
export class CompactMap {
  readonly #segments: (Segment | undefined)[] = Array.from({ length: segmentCount })
  readonly #slots: number
  readonly #seed: Seed
  #size = 0

  /** `expected`: how many entries there will be, when known; saves growing. */
  constructor(expected = 0) {
    this.#slots = slotsFor(expected / segmentCount)
    const random = randomBytes(8)
    this.#seed = { low: random.readInt32LE(0), high: random.readInt32LE(4) }
  }

  /** Number of entries. */
  get size(): number {
    return this.#size
  }

  /** Bytes of memory that the entries take. */
  get bytes(): number {
    return this.#segments.reduce((sum, segment) => sum + (segment?.bytes ?? 0), 0)
  }

  /** Number of parts that {@link updateSegment} takes. */
  get segments(): number {
    return segmentCount
  }

  /** The value, 0 when there is none. */
  get(high: number, low: number): number {
    const mixed = mix(high, low, this.#seed)
    return this.#segments[mixed >>> (32 - segmentBits)]?.get(mixed, high, low) ?? 0
  }

  /** Sets the value, from 1 to 65535; RangeError otherwise. */
  set(high: number, low: number, value: number): void {
    if (!Number.isInteger(value) || value < 1 || value > 65_535) throw new RangeError('A value is from 1 to 65535.')
    const mixed = mix(high, low, this.#seed)
    const segment = (this.#segments[mixed >>> (32 - segmentBits)] ??= new Segment(this.#slots, this.#seed))
    if (segment.set(mixed, high, low, value)) this.#size += 1
  }

  /** Whether there was an entry to delete. */
  delete(high: number, low: number): boolean {
    const mixed = mix(high, low, this.#seed)
    const deleted = this.#segments[mixed >>> (32 - segmentBits)]?.delete(mixed, high, low) ?? false
    if (deleted) this.#size -= 1
    return deleted
  }

  /** Calls `visit` for each entry, in no order; the map must not be changed meanwhile. */
  forEach(visit: (high: number, low: number, value: number) => void): void {
    for (const segment of this.#segments) segment?.forEach(visit)
  }

  /**
   * Replaces each value of one part by what `replace` says, 0 to delete the entry. An entry stays in its part as long
   * as it lives: who has done all parts, with other changes in between, has met every entry that was there throughout.
   */
  updateSegment(index: number, replace: (value: number) => number): void {
    const segment = this.#segments[index]
    if (!segment) return
    this.#size -= segment.update(replace)
    if (segment.size === 0) this.#segments[index] = undefined
  }
}

interface Seed {
  low: number
  high: number
}

/** Scatters a key over 32 bits: the upper ones choose the segment, the lower ones the slot. */
function mix(high: number, low: number, seed: Seed): number {
  let mixed = Math.imul(low ^ seed.low, 0x9e3779b1)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13) ^ high ^ seed.high, 0xc2b2ae35)
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x27d4eb2f)
  return mixed ^ (mixed >>> 15)
}

function slotsFor(entries: number): number {
  let slots = leastSlots
  while (slots * fullest < entries) slots *= 2
  return slots
}

/** One table with open addressing and linear probing; a value of 0 marks a free slot. */
class Segment {
  #high: Uint32Array
  #low: Uint32Array
  #value: Uint16Array
  readonly #seed: Seed
  size = 0

  constructor(slots: number, seed: Seed) {
    this.#high = new Uint32Array(slots)
    this.#low = new Uint32Array(slots)
    this.#value = new Uint16Array(slots)
    this.#seed = seed
  }

  get bytes(): number {
    return this.#value.length * slotBytes
  }

  get(mixed: number, high: number, low: number): number {
    return this.#value[this.#find(mixed, high, low)] ?? 0
  }

  /** Whether the key is new. */
  set(mixed: number, high: number, low: number, value: number): boolean {
    let slot = this.#find(mixed, high, low)
    const isNew = this.#value[slot] === 0
    if (isNew) {
      this.size += 1
      if (this.size > this.#value.length * fullest) {
        this.#resize(this.#value.length * 2)
        slot = this.#find(mixed, high, low)
      }
      this.#high[slot] = high
      this.#low[slot] = low
    }
    this.#value[slot] = value
    return isNew
  }

  delete(mixed: number, high: number, low: number): boolean {
    const slot = this.#find(mixed, high, low)
    if (this.#value[slot] === 0) return false
    this.#clear(slot)
    return true
  }

  forEach(visit: (high: number, low: number, value: number) => void): void {
    for (let slot = 0; slot < this.#value.length; slot += 1) {
      const value = this.#value[slot] ?? 0
      if (value !== 0) visit(this.#high[slot] ?? 0, this.#low[slot] ?? 0, value)
    }
  }

  /** How many entries were deleted. */
  update(replace: (value: number) => number): number {
    const before = this.size
    for (let slot = 0; slot < this.#value.length; slot += 1) {
      const value = this.#value[slot] ?? 0
      if (value === 0) continue
      const next = replace(value)
      this.#value[slot] = next
      if (next === 0) this.size -= 1
    }
    // The freed slots lie in the middle of other keys' ways: everything finds a new place.
    if (this.size < before) this.#resize(slotsFor(this.size))
    return before - this.size
  }

  #resize(slots: number): void {
    const [highs, lows, values] = [this.#high, this.#low, this.#value]
    this.#high = new Uint32Array(slots)
    this.#low = new Uint32Array(slots)
    this.#value = new Uint16Array(slots)
    for (let from = 0; from < values.length; from += 1) {
      const value = values[from] ?? 0
      if (value === 0) continue
      const [high, low] = [highs[from] ?? 0, lows[from] ?? 0]
      const slot = this.#find(mix(high, low, this.#seed), high, low)
      this.#high[slot] = high
      this.#low[slot] = low
      this.#value[slot] = value
    }
  }

  /** Frees a slot and moves up what had to pass it: no way may have a gap. */
  #clear(freed: number): void {
    const mask = this.#value.length - 1
    let gap = freed
    for (let slot = (gap + 1) & mask; this.#value[slot] !== 0; slot = (slot + 1) & mask) {
      const [high, low] = [this.#high[slot] ?? 0, this.#low[slot] ?? 0]
      const home = mix(high, low, this.#seed) & mask
      if (((slot - home) & mask) < ((slot - gap) & mask)) continue
      this.#high[gap] = high
      this.#low[gap] = low
      this.#value[gap] = this.#value[slot] ?? 0
      gap = slot
    }
    this.#value[gap] = 0
    this.size -= 1
  }

  /** Slot of the key, or the free one where it would stand. */
  #find(mixed: number, high: number, low: number): number {
    const mask = this.#value.length - 1
    let slot = mixed & mask
    while (this.#value[slot] !== 0 && (this.#low[slot] !== low || this.#high[slot] !== high)) slot = (slot + 1) & mask
    return slot
  }
}
