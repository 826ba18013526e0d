/**
 * Remembers which document numbers a file has had so far, in 16 bytes a slot: 34 MB for a million rows. Numbers are kept
 * as 64 bits of their hash; that two of a million numbers agree has a chance of 3 in 10^8. Contents are kept as 32 bits.
 */
export class SeenRows {
  #capacity = 1024
  #size = 0
  /** Key of 2 words, content of 1 word, line of 1 word; line 0 marks a free slot. */
  #slots = new Uint32Array(this.#capacity * 4)

  /**
   * Notes a row. Gives undefined when its document number is new, else the line that had it first and whether that row
   * was equal. `key` and `content` are at least 8 bytes of a hash; `line` counts from 1.
   */
  add(key: Buffer, content: Buffer, line: number): { line: number; equal: boolean } | undefined {
    if (this.#size * 10 > this.#capacity * 7) this.#grow()
    const words = [key.readUInt32LE(0), key.readUInt32LE(4), content.readUInt32LE(0), line] as const
    const at = this.#find(words[0], words[1])
    const found = this.#slots[at + 3]
    if (found !== undefined && found !== 0) {
      return { line: found, equal: this.#slots[at + 2] === words[2] }
    }
    this.#slots.set(words, at)
    this.#size += 1
    return undefined
  }

  #find(low: number, high: number): number {
    let slot = low & (this.#capacity - 1)
    for (;;) {
      const at = slot * 4
      if (this.#slots[at + 3] === 0 || (this.#slots[at] === low && this.#slots[at + 1] === high)) return at
      slot = (slot + 1) & (this.#capacity - 1)
    }
  }

  #grow(): void {
    const old = this.#slots
    this.#capacity *= 2
    this.#slots = new Uint32Array(this.#capacity * 4)
    for (let at = 0; at < old.length; at += 4) {
      if (old[at + 3] !== 0) this.#slots.set(old.subarray(at, at + 4), this.#find(old[at] ?? 0, old[at + 1] ?? 0))
    }
  }
}
