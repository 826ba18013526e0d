import type { Database } from '../../platform/database.ts'
import type { CountySigner } from '../signing/county-signer.ts'
import { rowOf, rowsOfOutbox } from './appender.ts'
import { type Acknowledgement, type Party, Refusal, type RefusalCode, othersOf, readMatterId } from './contract.ts'
import type { EnvelopeRow } from './delivery.repository.ts'
import {
  type DocumentReader,
  type Unverified,
  type Verified,
  acknowledgementType,
  storedPayload,
} from './envelope-jws.ts'
import type { BookParts, MatterBook } from './matter-book.ts'
import { MatterState } from './matter-state.ts'

/** What taking envelopes in needs. */
export interface ReceptionParts extends BookParts {
  book: MatterBook
  reader: DocumentReader
  signer: CountySigner
}

/** A county whose envelope waits for something that it had seen. */
export interface Gap {
  matter: string
  sender: Party
}

/** By the hash of an envelope, this county's signed acknowledgement; null while it must be sent again. */
export type Answers = Map<string, string | null>

type Verdict = { code: RefusalCode; reason: string }

/** How far a sender's clock may be ahead before an envelope must wait. */
const clockToleranceMs = 600_000
const mostEvidence = 65_536
/** Envelopes of one sender that may wait in one matter; further ones are taken when the gap is filled. */
const mostWaiting = 1_000

interface Claimed {
  id: string | null
  matter: string | null
  sender: string | null
}

/** One transaction in which a batch is taken in. */
export class Reception {
  readonly #parts: ReceptionParts
  readonly #tx: Database
  readonly #courier: Party | null
  readonly #lost: ReadonlyMap<string, string>
  readonly #answers: Answers

  constructor(
    parts: ReceptionParts,
    tx: Database,
    courier: Party | null,
    lost: ReadonlyMap<string, string>,
    answers: Answers,
  ) {
    this.#parts = parts
    this.#tx = tx
    this.#courier = courier
    this.#lost = lost
    this.#answers = answers
  }

  /** Something came in that this county has signed and does not hold: it was restored from a backup. */
  lost = false

  async run(read: readonly (Verified | Unverified)[]): Promise<Gap[]> {
    const { repository } = this.#parts
    const good = read.filter((each): each is Verified => each.ok)
    const ids = [...new Set(good.map(({ payload }) => payload.matter))].toSorted()
    await repository.lock(this.#tx, ids)
    const states = await MatterState.load(this.#tx, repository, ids)
    const stored = await repository.byHash(
      this.#tx,
      read.map(({ hash }) => hash),
    )
    const reused = await this.#reused(good)
    // Who is party may stand in a later envelope of the batch: they come in twice, the second time with that known.
    const aside: Verified[] = []
    const place = async (each: Verified, last: boolean): Promise<void> => {
      const state = states.get(each.payload.matter)
      if (!state) throw new Error('A matter was not loaded.')
      if (!last && !this.#concerns(each, state)) {
        aside.push(each)
        return
      }
      await this.#place(each, state, reused.get(each.hash))
    }
    for (const each of new Map(read.map((document) => [document.hash, document])).values()) {
      const known = stored.get(each.hash)
      if (known) this.#answers.set(each.hash, known.status === 'WAITING' ? null : known.acknowledgement)
      else if (each.ok) await place(each, false)
      else await this.#refuse(each, { code: each.code, reason: each.reason }, each.claimed)
    }
    for (const each of aside) await place(each, true)
    const gaps: Gap[] = []
    const waiting = await repository.waiting(this.#tx, ids)
    for (const state of states.values()) gaps.push(...(await this.#drain(state, waiting.get(state.id) ?? [])))
    return gaps
  }

  /** Ids that stand in another envelope already. */
  async #reused(good: readonly Verified[]): Promise<Map<string, true>> {
    const held = await this.#parts.repository.byId(
      this.#tx,
      good.map(({ payload }) => payload.id),
    )
    const first = new Map(held.map(({ id, hash }) => [id, hash]))
    const reused = new Map<string, true>()
    for (const { payload, hash } of good) {
      if ((first.get(payload.id) ?? hash) !== hash) reused.set(hash, true)
      else first.set(payload.id, hash)
    }
    return reused
  }

  #concerns({ payload }: Verified, state: MatterState): boolean {
    const { county } = this.#parts
    return payload.sender === county || payload.recipients.includes(county) || state.addressed(county)
  }

  /** Stores an envelope that is new here, or refuses it; whether it can be applied is seen later. */
  async #place(envelope: Verified, state: MatterState, reused: true | undefined): Promise<void> {
    const { payload, hash } = envelope
    const { clock, repository } = this.#parts
    const parties = [...payload.recipients, payload.sender]
    const opener = readMatterId(payload.matter)?.county ?? ''
    if (new Set(parties).size < parties.length || payload.sender in payload.seen) {
      await this.#refuse(envelope, { code: 'MALFORMED', reason: 'It names a county twice.' }, payload)
    } else if (payload.sender !== opener && !(opener in payload.seen)) {
      const reason = `${payload.sender} has not seen what opened the matter.`
      await this.#refuse(envelope, { code: 'NOT_PARTY', reason }, payload)
    } else if (!this.#concerns(envelope, state)) {
      await this.#note(envelope, 'NOT_ADDRESSED', 'Nothing here says that this county is party to the matter.', payload)
      this.#answers.set(hash, null)
    } else if (Date.parse(payload.at) > clock.now().getTime() + clockToleranceMs) {
      await this.#note(envelope, 'FROM_THE_FUTURE', `It bears the time ${payload.at}.`, payload)
      this.#answers.set(hash, null)
    } else if (state.waitingOf(payload.sender) >= mostWaiting && state.readiness(payload) !== 'READY') {
      this.#answers.set(hash, null)
    } else {
      if (payload.sender === this.#parts.county) this.lost = true
      const rival = state.at(payload.sender, payload.sequence)
      const status = rival ? 'FORK' : 'WAITING'
      await repository.add(this.#tx, {
        ...rowOf(envelope, { status, depth: null }),
        acknowledgement: this.#lost.get(hash) ?? null,
        ...(reused && { code: 'ID_REUSED' }),
      })
      state.put({ ...rowOf(envelope, { status, depth: null }) })
      if (rival) await this.#fork(envelope, state, `Its number is that of the envelope ${rival.hash}.`)
      else this.#answers.set(hash, null)
    }
  }

  /** Applies what waits and no longer needs to; gives whose envelopes still wait. */
  async #drain(state: MatterState, rows: readonly EnvelopeRow[]): Promise<Gap[]> {
    let waiting = rows.map((row) => ({
      row,
      envelope: { ok: true as const, jws: row.jws, hash: row.hash, payload: storedPayload(row.jws) },
    }))
    for (;;) {
      if (state.row?.frozenAt) {
        for (const each of waiting) await this.#frozen(each.row, each.envelope)
        return []
      }
      const next = waiting.find(({ envelope }) => ['READY', 'FORK'].includes(state.readiness(envelope.payload)))
      if (!next) break
      waiting = waiting.filter((each) => each !== next)
      if (state.readiness(next.envelope.payload) === 'READY') await this.#take(next.row, next.envelope, state)
      else await this.#fork(next.envelope, state, 'It denies what its sender had sent before.')
    }
    for (const { envelope } of waiting) {
      if (state.readiness(envelope.payload) !== 'CONTRADICTION') continue
      await this.#note(
        envelope,
        'CONTRADICTION',
        'It names an envelope of another party that is not the one held here.',
        envelope.payload,
      )
    }
    const senders = new Set(waiting.map(({ row }) => row.sender))
    return [...senders].map((sender) => ({ matter: state.id, sender }))
  }

  async #take(row: EnvelopeRow, envelope: Verified, state: MatterState): Promise<void> {
    const { payload, hash } = envelope
    const { county, clock, repository, book } = this.#parts
    const own = payload.sender === county
    const lost = row.acknowledgement === null ? undefined : await this.#ownAcknowledgement(row.acknowledgement, hash)
    const receivedAt = own ? null : lost ? new Date(lost.receivedAt) : clock.now()
    const depth = state.depthOf(payload)
    const verdict = await this.#verdict(row, envelope, state, receivedAt)
    const status = verdict ? 'REFUSED' : 'APPLIED'
    const same = lost && (lost.outcome === 'REFUSED') === (verdict !== undefined)
    const acknowledgement = own
      ? null
      : same
        ? row.acknowledgement
        : await this.#sign(envelope, payload, verdict, receivedAt)
    if (verdict && !state.row) state.row = await book.addMatter(this.#tx, envelope, null)
    const change = {
      status,
      depth,
      receivedAt,
      acknowledgement,
      code: verdict?.code ?? null,
      reason: verdict?.reason ?? null,
    }
    await repository.settle(this.#tx, hash, change)
    state.put({ ...rowOf(envelope, { status, depth }) })
    this.#answers.set(hash, acknowledgement)
    // It was this county's own before a restore; whoever has it already answers as it did then.
    if (own) await repository.queue(this.#tx, rowsOfOutbox(envelope, payload.recipients, clock.now()))
  }

  /** Applies an envelope in a savepoint; gives why it is refused, undefined when it was applied. */
  async #verdict(
    row: EnvelopeRow,
    envelope: Verified,
    state: MatterState,
    receivedAt: Date | null,
  ): Promise<Verdict | undefined> {
    if (row.code === 'ID_REUSED') return { code: 'ID_REUSED', reason: 'Its id stands in another envelope.' }
    const before = state.row
    try {
      await this.#tx.transaction((inner) => this.#parts.book.apply(inner, envelope, state, receivedAt))
      return undefined
    } catch (error) {
      state.row = before
      if (!(error instanceof Refusal)) throw error
      return { code: error.code, reason: error.message.slice(0, 500) }
    }
  }

  /** Ends the delivery of what will not be applied any more; it is kept. */
  async #frozen(row: EnvelopeRow, envelope: Verified): Promise<void> {
    const { clock, county, repository } = this.#parts
    const own = envelope.payload.sender === county
    const verdict = { code: 'FROZEN' as const, reason: 'The matter has been frozen.' }
    const known = row.code === 'FROZEN'
    const acknowledgement = own
      ? null
      : known
        ? row.acknowledgement
        : await this.#sign(envelope, envelope.payload, verdict, clock.now())
    if (!known) await repository.settle(this.#tx, envelope.hash, { ...verdict, acknowledgement })
    this.#answers.set(envelope.hash, acknowledgement)
  }

  /** Keeps both of two histories as evidence, freezes the matter, and tells the sender and all other parties. */
  async #fork(envelope: Verified, state: MatterState, reason: string): Promise<void> {
    const { book, clock, county, repository } = this.#parts
    const { payload, hash } = envelope
    const now = clock.now()
    const own = payload.sender === county
    const verdict = { code: 'FORK' as const, reason }
    const acknowledgement = own ? null : await this.#sign(envelope, payload, verdict, now)
    await repository.settle(this.#tx, hash, {
      status: 'FORK',
      ...verdict,
      receivedAt: own ? null : now,
      acknowledgement,
    })
    state.put({ ...rowOf(envelope, { status: 'FORK', depth: null }) })
    state.row ??= await book.addMatter(this.#tx, envelope, null)
    await repository.freeze(this.#tx, state.id, { at: now, reason: 'FORK', by: payload.sender })
    state.row = { ...state.row, frozenAt: now, frozenReason: 'FORK', frozenBy: payload.sender }
    await this.#note(envelope, 'FORK', reason, payload)
    this.#answers.set(hash, acknowledgement)
    const rival = state.at(payload.sender, payload.sequence)?.hash
    const rows = rowsOfOutbox(envelope, othersOf(state.row.parties, county), now)
    const evidence = rival === undefined ? rows : rows.flatMap((row) => [{ ...row, envelope: rival }, row])
    await repository.queue(this.#tx, evidence)
  }

  /** Refuses what nobody can be held to, or what has no place in any chain. */
  async #refuse(document: Verified | Unverified, verdict: Verdict, claimed: Claimed): Promise<void> {
    await this.#note(document, verdict.code, verdict.reason, claimed)
    // The directory may bring the key with its next serial: an honest county is not to be refused for good.
    if (verdict.code === 'KEY_UNKNOWN') this.#answers.set(document.hash, null)
    else this.#answers.set(document.hash, await this.#sign(document, claimed, verdict, this.#parts.clock.now()))
  }

  async #note(document: { jws: string; hash: string }, code: string, detail: string, claimed: Claimed): Promise<void> {
    await this.#parts.repository.note(this.#tx, {
      at: this.#parts.clock.now(),
      code,
      county: claimed.sender,
      courier: this.#courier,
      matter: claimed.matter,
      hash: document.hash,
      detail: detail.slice(0, 500),
      evidence: document.jws.slice(0, mostEvidence),
    })
  }

  async #ownAcknowledgement(jws: string, hash: string): Promise<Acknowledgement | undefined> {
    const found = await this.#parts.reader.acknowledgement(jws, this.#parts.county)
    return found?.hash === hash ? found : undefined
  }

  #sign(
    { hash }: { hash: string },
    { id, matter, sender }: Claimed,
    verdict: Verdict | undefined,
    receivedAt: Date | null,
  ): Promise<string> {
    const { county, clock, signer } = this.#parts
    const content: Acknowledgement = {
      v: 1,
      envelope: id,
      hash,
      matter,
      sender,
      recipient: county,
      receivedAt: (receivedAt ?? clock.now()).toISOString(),
      outcome: verdict ? 'REFUSED' : 'ACCEPTED',
      ...(verdict && { code: verdict.code, reason: verdict.reason.slice(0, 500) }),
    }
    return signer.sign(content, acknowledgementType)
  }
}
