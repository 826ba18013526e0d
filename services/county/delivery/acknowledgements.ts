import type { Database } from '../../platform/database.ts'
import type { Logger } from '../../platform/log.ts'
import { groupBy } from '../db/batch.ts'
import { together } from '../db/write-batch.ts'
import type { Acknowledgement, Party } from './contract.ts'
import type { Held, OutgoingRow } from './delivery.repository.ts'
import { type DocumentReader, hashOf, storable, storedPayload } from './envelope-jws.ts'
import type { BookParts } from './matter-book.ts'

/** An own envelope that was handed over. */
export type Sent = OutgoingRow & { jws: string }

/** What taking acknowledgements in needs. */
export interface AcknowledgementParts extends BookParts {
  db: Database
  reader: DocumentReader
  logger: Pick<Logger, 'warn' | 'error'>
}

interface Settled {
  sent: Sent
  jws: string
  acknowledgement: Acknowledgement
}

const firstPauseMs = 1_000
const longestPauseMs = 300_000

/** How long to wait after so many failures: from `first` up to 5 minutes, each shifted by up to a quarter. */
export function pauseAfter(failures: number, random: string, first = firstPauseMs): number {
  const base = Math.min(longestPauseMs, first * 2 ** Math.min(failures, 20))
  return base * (0.75 + 0.5 * (Number.parseInt(random.slice(0, 8), 16) / 0xffffffff))
}

/** Takes in what recipients say of own envelopes. */
export class Acknowledgements {
  readonly #parts: AcknowledgementParts

  constructor(parts: AcknowledgementParts) {
    this.#parts = parts
  }

  /**
   * Stores the acknowledgements of a batch and lets each kind know; what was held back, or came with an acknowledgement
   * that is not the recipient's or is for something else, is put off. Safe to repeat.
   */
  async take(recipient: Party, batch: readonly Sent[], answers: readonly (string | null)[]): Promise<void> {
    const { clock, db, repository } = this.#parts
    const good: Settled[] = []
    const held = new Map<string, Held>()
    const read = await Promise.all(
      batch.map(async (sent, index) => {
        const jws = answers[index] ?? null
        return { sent, jws, acknowledgement: jws === null ? undefined : await this.#verified(jws, recipient, sent) }
      }),
    )
    for (const { sent, jws, acknowledgement } of read) {
      const { matter, sequence, attempts } = sent
      if (jws !== null && acknowledgement) good.push({ sent, jws, acknowledgement })
      else if ((held.get(matter)?.sequence ?? Infinity) > sequence) {
        const until = new Date(clock.now().getTime() + pauseAfter(attempts, clock.uuid()))
        held.set(matter, { matter, sequence, until })
      }
    }
    await repository.putOff(db, recipient, [...held.values()])
    await this.#settle(recipient, good)
  }

  async #verified(jws: string, recipient: Party, sent: Sent): Promise<Acknowledgement | undefined> {
    const { clock, db, reader, repository } = this.#parts
    const found = await reader.acknowledgement(jws, recipient)
    if (found?.hash === sent.envelope && found.matter === sent.matter) return found
    await repository.note(db, {
      at: clock.now(),
      code: 'ACKNOWLEDGEMENT_INVALID',
      county: recipient,
      courier: null,
      matter: sent.matter,
      hash: hashOf(jws),
      detail: found
        ? 'The acknowledgement is for something else than what was sent.'
        : 'The acknowledgement is not signed by the recipient.',
      evidence: storable(jws).slice(0, 65_536),
    })
    return undefined
  }

  async #settle(recipient: Party, good: readonly Settled[]): Promise<void> {
    if (good.length === 0) return
    try {
      await this.#store(recipient, good)
    } catch (error) {
      if (good.length === 1) throw error
      this.#parts.logger.warn({ reason: String(error) }, 'acknowledgements are stored one by one')
      let failure: unknown
      for (const each of good) await this.#store(recipient, [each]).catch((reason: unknown) => (failure = reason))
      // What could be stored is; the rest is asked for again after a pause.
      if (failure !== undefined) throw failure
    }
  }

  #store(recipient: Party, good: readonly Settled[]): Promise<void> {
    const { db, repository } = this.#parts
    return db.transaction(async (tx) => {
      await repository.lock(
        tx,
        good.map(({ sent }) => sent.matter),
      )
      const changed = await repository.acknowledge(
        tx,
        recipient,
        good.map(({ sent: { envelope }, jws, acknowledgement: { outcome, receivedAt } }) => ({
          envelope,
          state: outcome,
          acknowledgement: jws,
          acknowledgedAt: new Date(receivedAt),
        })),
      )
      const told = good.filter(({ sent }) => changed.has(sent.envelope))
      const matters = groupBy(told, ({ sent }) => sent.matter)
      await together(
        [...matters.values()].map(async (ofMatter) => {
          for (const each of ofMatter) await this.#tell(tx, each)
        }),
      )
    })
  }

  /** Lets the kind of a matter know what was answered. */
  async #tell(tx: Database, { sent, acknowledgement }: Settled): Promise<void> {
    const { clock, county, kinds, listener, repository } = this.#parts
    const { outcome, recipient } = acknowledgement
    const payload = storedPayload(sent.jws)
    const kind = kinds.get(payload.kind)
    const envelope = { payload, hash: sent.envelope, jws: sent.jws }
    if (outcome === 'ACCEPTED') {
      if (payload.recipients.includes(recipient)) await kind?.acknowledged?.(tx, envelope, acknowledgement)
      return
    }
    const isFork = acknowledgement.code === 'FORK'
    if (isFork || !kind?.notes.includes(payload.event)) {
      const why = { at: clock.now(), reason: isFork ? 'FORK' : 'REFUSED', by: isFork ? county : recipient } as const
      if (await repository.freeze(tx, sent.matter, why)) await listener?.frozen(tx, sent.matter, why)
    }
    await kind?.refused?.(tx, envelope, acknowledgement)
  }
}
