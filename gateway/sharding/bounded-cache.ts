/** A map that forgets what was not used for the longest time once it holds `size` entries. */
export class BoundedCache<V> {
  readonly #entries = new Map<string, V>()
  readonly #size: number

  constructor(size: number) {
    this.#size = size
  }

  /** The value under a key, made and kept if there is none. What `make` throws is not kept. */
  get(key: string, make: () => V): V {
    let value = this.#entries.get(key)
    if (value === undefined) {
      value = make()
      const [oldest] = this.#entries.keys()
      if (oldest !== undefined && this.#entries.size >= this.#size) this.#entries.delete(oldest)
    } else {
      this.#entries.delete(key)
    }
    this.#entries.set(key, value)
    return value
  }
}
