import type { Database } from '../../platform/database.ts'
import type { Logger } from '../../platform/log.ts'
import { groupBy } from '../db/batch.ts'
import { type Party, Refusal } from './contract.ts'
import { type Unverified, type Verified, hashOf } from './envelope-jws.ts'
import type { Answers, Gap, ReceptionParts } from './reception-work.ts'
import { Reception } from './reception.ts'

/** An envelope that comes in, from whomever. */
export interface Incoming {
  jws: string
  /** This county's own earlier acknowledgement of it, which it lost in a restore. */
  acknowledgement?: string | undefined
}

/** What taking in a batch came to. */
export interface Received {
  /** For each envelope, in order, this county's signed acknowledgement; null for one that must be sent again. */
  answers: (string | null)[]
  /** Envelopes of these counties wait for something that their senders had seen. */
  gaps: Gap[]
  /** Something came in that this county has signed and does not hold: it was restored from a backup. */
  lost: boolean
}

/** What the receiver is made of. */
export interface ReceiverParts extends ReceptionParts {
  db: Database
  logger: Pick<Logger, 'warn' | 'error'>
}

/** Takes envelopes in: verified first, then in one transaction placed, applied in causal order and acknowledged. */
export class Receiver {
  readonly #parts: ReceiverParts

  constructor(parts: ReceiverParts) {
    this.#parts = parts
  }

  /**
   * Takes in a batch; safe to repeat. Whatever is wrong with one envelope leaves the others alone: where the batch as a
   * whole cannot be stored, each matter is tried by itself. Rejects when nothing could be stored at all, and with the
   * directory's errors.
   */
  async receive(batch: readonly Incoming[], courier: Party | null): Promise<Received> {
    const read = await Promise.all(batch.map(({ jws }) => this.#parts.reader.envelope(jws)))
    const own = await this.#lost(batch)
    const answers: Answers = new Map()
    const { gaps, lost } = await this.#store(read, own, courier, answers)
    return { answers: read.map(({ hash }) => answers.get(hash) ?? null), gaps, lost }
  }

  /** This county's own acknowledgements that came along, by the hash of the envelope; what it has not signed is left out. */
  async #lost(batch: readonly Incoming[]): Promise<Map<string, string>> {
    const { county, reader } = this.#parts
    const found = new Map<string, string>()
    for (const { jws, acknowledgement } of batch) {
      if (acknowledgement === undefined) continue
      const hash = hashOf(jws)
      if ((await reader.acknowledgement(acknowledgement, county))?.hash === hash) found.set(hash, acknowledgement)
    }
    return found
  }

  async #store(
    read: readonly (Verified | Unverified)[],
    own: ReadonlyMap<string, string>,
    courier: Party | null,
    answers: Answers,
  ): Promise<Omit<Received, 'answers'>> {
    const result: Omit<Received, 'answers'> = { gaps: [], lost: false }
    const attempt = async (part: readonly (Verified | Unverified)[], careful: boolean): Promise<void> => {
      const found: Answers = new Map()
      const done = await this.#parts.db.transaction(async (tx) => {
        const reception = new Reception({ ...this.#parts, tx, courier, lost: own, answers: found, careful })
        return { gaps: await reception.run(part), lost: reception.lost }
      })
      for (const [hash, answer] of found) answers.set(hash, answer)
      result.gaps.push(...done.gaps)
      result.lost ||= done.lost
    }
    try {
      await attempt(read, false).catch((error: unknown) => {
        if (!(error instanceof Refusal)) throw error
        return attempt(read, true)
      })
    } catch (error) {
      const parts = [...groupBy(read, (each) => (each.ok ? each.payload.matter : '')).values()]
      if (parts.length === 1) throw error
      this.#parts.logger.warn({ reason: messageOf(error) }, 'a batch of envelopes is taken in matter by matter')
      let failures = 0
      for (const part of parts) {
        try {
          await attempt(part, true)
        } catch (failure) {
          failures += 1
          this.#parts.logger.error({ reason: messageOf(failure) }, 'an envelope could not be taken in')
        }
      }
      if (failures === parts.length) throw error
    }
    return result
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
