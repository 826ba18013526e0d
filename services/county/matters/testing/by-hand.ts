import { and, asc, eq } from 'drizzle-orm'
import { envelopes } from '../../delivery/delivery.table.ts'
import type { Exchange } from './exchange.ts'

/**
 * Carries the envelopes of one matter by hand, in whatever order the test likes: no county reaches another by itself. The
 * exchange's counties must all be cut off.
 */
export class ByHand {
  readonly #exchange: Exchange
  readonly #parties: readonly string[]
  readonly #matter: string
  readonly #taken = new Set<string>()
  readonly #bag: { jws: string; sender: string; recipient: string }[] = []

  constructor(exchange: Exchange, parties: readonly string[], matter: string) {
    this.#exchange = exchange
    this.#parties = parties
    this.#matter = matter
  }

  /** Takes what the counties have written since, one letter for each recipient. */
  async collect(): Promise<void> {
    for (const sender of this.#parties) {
      const rows = await this.#exchange
        .at(sender)
        .db.select({ hash: envelopes.hash, jws: envelopes.jws })
        .from(envelopes)
        .where(and(eq(envelopes.matter, this.#matter), eq(envelopes.sender, sender)))
        .orderBy(asc(envelopes.sequence))
      for (const { hash, jws } of rows) {
        if (this.#taken.has(hash)) continue
        this.#taken.add(hash)
        const others = this.#parties.filter((party) => party !== sender)
        this.#bag.push(...others.map((recipient) => ({ jws, sender, recipient })))
      }
    }
  }

  /** Hands over some letter of the bag; does nothing when it is empty. */
  async handOver(which: number): Promise<void> {
    const [letter] = this.#bag.splice(which % Math.max(1, this.#bag.length), 1)
    if (letter) await this.#exchange.at(letter.recipient).delivery.receive([letter.jws], letter.sender)
  }

  /** Hands over all that is left, the newest first. */
  async handOverAll(): Promise<void> {
    await this.collect()
    while (this.#bag.length > 0) await this.handOver(this.#bag.length - 1)
  }
}
