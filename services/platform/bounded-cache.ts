/** A map that holds at most `capacity` entries and forgets the one that was used longest ago. */
export class BoundedCache<Value extends object> {
  readonly #entries = new Map<string, Value>()

  /** @param capacity a positive whole number */
  constructor(readonly capacity: number) {
    if (!Number.isInteger(capacity) || capacity < 1) throw new RangeError(`capacity must be positive, not ${capacity}.`)
  }

  /** How many entries it holds. */
  get size(): number {
    return this.#entries.size
  }

  /** The entry, which counts as used. */
  get(key: string): Value | undefined {
    const value = this.#entries.get(key)
    if (value) this.set(key, value)
    return value
  }

  /** Keeps the entry in place of any other under its key. */
  set(key: string, value: Value): void {
    this.#entries.delete(key)
    this.#entries.set(key, value)
    if (this.#entries.size > this.capacity) {
      for (const oldest of this.#entries.keys()) {
        this.#entries.delete(oldest)
        break
      }
    }
  }

  /** The entry, made and kept when absent. What `make` throws is thrown, and nothing kept. */
  getOrMake(key: string, make: () => Value): Value {
    const value = this.#entries.get(key) ?? make()
    this.set(key, value)
    return value
  }
}
