import type { Database } from '../../platform/database.ts'
import { groupBy } from '../db/batch.ts'
import { together } from '../db/write-batch.ts'
import { rowOf, rowsOfOutbox } from './appender.ts'
import { type Acknowledgement, Refusal, type RefusalCode, othersOf, readMatterId } from './contract.ts'
import type { DeliveryRepository, EnvelopeRow, Settlement } from './delivery.repository.ts'
import { type Unverified, type Verified, acknowledgementType, storedPayload } from './envelope-jws.ts'
import { MatterState } from './matter-state.ts'
import { type Answers, type Gap, type ReceptionWork, type Waiting, bySender } from './reception-work.ts'

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
  readonly #parts: ReceptionWork
  readonly #tx: Database
  readonly #answers: Answers
  /** New here and not stored yet, by hash. */
  #fresh: Parameters<DeliveryRepository['add']>[1][] = []
  readonly #placed = new Map<string, Waiting>()
  readonly #settled: Settlement[] = []

  constructor(parts: ReceptionWork) {
    this.#parts = parts
    this.#tx = parts.tx
    this.#answers = parts.answers
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
      if (known) await this.#again(known)
      else if (each.ok) await place(each, false)
      else await this.#refuse(each, { code: each.code, reason: each.reason }, each.claimed)
    }
    for (const each of aside) await place(each, true)
    const gaps: Gap[] = []
    const waiting = await this.#waiting(ids)
    const drain = async (state: MatterState): Promise<void> => {
      gaps.push(...(await this.#drain(state, waiting.get(state.id) ?? [])))
    }
    const apart = new Set([...states.values()].filter(({ id }) => this.#isApart(waiting.get(id) ?? [])))
    await together([...apart].map(drain))
    for (const state of states.values()) if (!apart.has(state)) await drain(state)
    await repository.settle(this.#tx, this.#settled)
    return gaps
  }

  /** What waits in a matter concerns no other one. Savepoints are one after the other in any case. */
  #isApart(waiting: readonly Waiting[]): boolean {
    const { careful, kinds } = this.#parts
    if (careful) return false
    return waiting.every(({ envelope: { payload } }) => kinds.get(payload.kind)?.apart?.includes(payload.event))
  }

  /** What waits in these matters, with what is new, which is stored now. */
  async #waiting(ids: readonly string[]): Promise<Map<string, Waiting[]>> {
    const { repository } = this.#parts
    const all = new Map(this.#placed)
    for (const row of (await repository.waiting(this.#tx, ids)).values()) {
      for (const { jws, hash, code, acknowledgement } of row) {
        if (all.has(hash)) continue
        all.set(hash, { envelope: { ok: true, jws, hash, payload: storedPayload(jws) }, code, acknowledgement })
      }
    }
    await this.#store()
    return groupBy([...all.values()].toSorted(bySender), ({ envelope }) => envelope.payload.matter)
  }

  async #store(): Promise<void> {
    await this.#parts.repository.add(this.#tx, ...this.#fresh)
    this.#fresh = []
  }

  /** Answers for an envelope that is held already; one that waits gets the acknowledgement that it had before a restore. */
  async #again({ hash, status, acknowledgement }: EnvelopeRow): Promise<void> {
    const waits = status === 'WAITING'
    this.#answers.set(hash, waits ? null : acknowledgement)
    const lost = this.#parts.lost.get(hash)
    if (waits && acknowledgement === null && lost !== undefined) {
      await this.#parts.repository.keepAcknowledgement(this.#tx, hash, lost)
    }
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

  /** What this county had acknowledged before it was restored concerns it, whoever had brought it into the matter. */
  #concerns({ payload, hash }: Verified, state: MatterState): boolean {
    const { county } = this.#parts
    const { sender, recipients } = payload
    return sender === county || recipients.includes(county) || state.addressed(county) || this.#parts.lost.has(hash)
  }

  /** Stores an envelope that is new here, or refuses it; whether it can be applied is seen later. */
  async #place(envelope: Verified, state: MatterState, reused: true | undefined): Promise<void> {
    const { payload, hash } = envelope
    const { clock } = this.#parts
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
      const rival = state.at(payload.sender, payload.sequence)
      if (rival && !state.isParty(payload.sender)) {
        const reason = `Its number is that of the envelope ${rival.hash}, and its sender is not known to be party.`
        await this.#note(envelope, 'NOT_PARTY', reason, payload)
        this.#answers.set(hash, null)
        return
      }
      if (payload.sender === this.#parts.county) this.lost = true
      const status = rival ? 'FORK' : 'WAITING'
      const acknowledgement = this.#parts.lost.get(hash) ?? null
      const code = reused ? 'ID_REUSED' : null
      this.#fresh.push({ ...rowOf(envelope, { status, depth: null }), acknowledgement, code })
      state.put(rowOf(envelope, { status, depth: null }))
      if (rival) return this.#fork(envelope, state, `Its number is that of the envelope ${rival.hash}.`)
      this.#placed.set(hash, { envelope, code, acknowledgement })
      this.#answers.set(hash, null)
    }
  }

  /** Applies what waits and no longer needs to; gives whose envelopes still wait. */
  async #drain(state: MatterState, all: readonly Waiting[]): Promise<Gap[]> {
    let waiting = all
    for (;;) {
      if (state.row?.frozenAt) {
        for (const each of waiting) await this.#frozen(each)
        return []
      }
      const next = waiting.find(({ envelope }) => ['READY', 'FORK'].includes(state.readiness(envelope.payload)))
      if (!next) break
      waiting = waiting.filter((each) => each !== next)
      if (state.readiness(next.envelope.payload) === 'READY') await this.#take(next, state)
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
    const senders = new Set(waiting.map(({ envelope }) => envelope.payload.sender))
    return [...senders].map((sender) => ({ matter: state.id, sender }))
  }

  async #take(waiting: Waiting, state: MatterState): Promise<void> {
    const { envelope } = waiting
    const { payload, hash } = envelope
    const { county, clock, repository, book } = this.#parts
    const own = payload.sender === county
    const before = waiting.acknowledgement
    const lost = before === null ? undefined : await this.#ownAcknowledgement(before, hash)
    const receivedAt = own ? null : lost ? new Date(lost.receivedAt) : clock.now()
    const depth = state.row && !state.isParty(payload.sender) ? null : state.depthOf(payload)
    const verdict = await this.#verdict(waiting, state, receivedAt)
    const status = verdict ? 'REFUSED' : 'APPLIED'
    const same = lost && (lost.outcome === 'REFUSED') === (verdict !== undefined)
    const acknowledgement = own ? null : same ? before : await this.#sign(envelope, payload, verdict, receivedAt)
    if (verdict && !state.row) state.row = await book.addMatter(this.#tx, envelope, null)
    const { code = null, reason = null } = verdict ?? {}
    this.#settled.push({ hash, status, depth, receivedAt, acknowledgement, code, reason })
    state.put(rowOf(envelope, { status, depth }))
    this.#answers.set(hash, acknowledgement)
    // It was this county's own before a restore; whoever has it already answers as it did then.
    if (own) await repository.queue(this.#tx, rowsOfOutbox(envelope, payload.recipients, clock.now()))
  }

  /** Applies an envelope; gives why it is refused, undefined when it was applied. */
  async #verdict(
    { code, envelope }: Waiting,
    state: MatterState,
    receivedAt: Date | null,
  ): Promise<Verdict | undefined> {
    if (code === 'ID_REUSED') return { code, reason: 'Its id stands in another envelope.' }
    const { book, careful } = this.#parts
    const before = state.row
    try {
      if (careful) await this.#tx.transaction((inner) => book.apply(inner, envelope, state, receivedAt))
      else await book.apply(this.#tx, envelope, state, receivedAt)
      return undefined
    } catch (error) {
      state.row = before
      if (!careful || !(error instanceof Refusal)) throw error
      return { code: error.code, reason: error.message.slice(0, 500) }
    }
  }

  /** Ends the delivery of what will not be applied any more; it is kept. */
  async #frozen({ envelope, code, acknowledgement: before }: Waiting): Promise<void> {
    const { clock, county } = this.#parts
    const { payload, hash } = envelope
    if (code === 'FROZEN') {
      this.#answers.set(hash, before)
      return
    }
    const verdict = { code: 'FROZEN' as const, reason: 'The matter has been frozen.' }
    const acknowledgement = payload.sender === county ? null : await this.#sign(envelope, payload, verdict, clock.now())
    this.#settled.push({ hash, status: 'WAITING', depth: null, receivedAt: null, acknowledgement, ...verdict })
    this.#answers.set(hash, acknowledgement)
  }

  /** Keeps both of two histories as evidence, freezes the matter, and tells the sender and all other parties. */
  async #fork(envelope: Verified, state: MatterState, reason: string): Promise<void> {
    const { book, clock, county, repository } = this.#parts
    const { payload, hash } = envelope
    const now = clock.now()
    const own = payload.sender === county
    const verdict = { code: 'FORK' as const, reason }
    const acknowledgement = own ? null : await this.#sign(envelope, payload, verdict, now)
    const receivedAt = own ? null : now
    this.#settled.push({ hash, status: 'FORK', depth: null, receivedAt, acknowledgement, ...verdict })
    await this.#store()
    state.put(rowOf(envelope, { status: 'FORK', depth: null }))
    state.row ??= await book.addMatter(this.#tx, envelope, null)
    const why = { at: now, reason: 'FORK', by: payload.sender } as const
    if (await repository.freeze(this.#tx, state.id, why)) await this.#parts.listener?.frozen(this.#tx, state.id, why)
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
      courier: this.#parts.courier,
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
