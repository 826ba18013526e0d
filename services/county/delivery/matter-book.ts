import type { Database } from '../../platform/database.ts'
import type { NodeParts } from '../db/node-parts.ts'
import {
  type MatterKind,
  type MatterListener,
  type Party,
  Refusal,
  type StoredEnvelope,
  othersOf,
  readMatterId,
} from './contract.ts'
import type { DeliveryRepository } from './delivery.repository.ts'
import type { MatterState } from './matter-state.ts'

/** What the parts of delivery are made of. */
export interface BookParts extends Pick<NodeParts, 'county' | 'clock'> {
  repository: DeliveryRepository
  kinds: ReadonlyMap<string, MatterKind>
  listener?: MatterListener | undefined
}

/** Takes envelopes up, own and received alike: who may act, what the kind makes of it, who must act next. */
export class MatterBook {
  readonly #parts: BookParts

  constructor(parts: BookParts) {
    this.#parts = parts
  }

  /**
   * Applies an envelope whose place in the chain is right; changes the matter's row and `state`. Throws Refusal; then the
   * caller rolls back.
   */
  async apply(tx: Database, envelope: StoredEnvelope, state: MatterState, receivedAt: Date | null): Promise<void> {
    const { payload } = envelope
    const { county, repository } = this.#parts
    const kind = this.#parts.kinds.get(payload.kind)
    if (!kind) throw new Refusal('KIND_UNKNOWN', `This county knows no matters of kind ${payload.kind}.`)
    const before = state.row
    const isNote = kind.notes.includes(payload.event)
    if (before) demandTurn(before, kind, envelope, isNote)
    else demandOpening(kind, envelope)
    const body = kind.decode(payload.event, payload.body)
    const context = { county, own: payload.sender === county, matter: before, note: isNote, receivedAt }
    const { pen, joins = [] } = await kind.apply(tx, { ...envelope, body }, context)
    const strangers = othersOf(payload.recipients, payload.sender).filter(
      (party) => before && !before.parties.includes(party),
    )
    const uninvited = strangers.find((party) => !joins.includes(party))
    if (uninvited !== undefined) {
      throw new Refusal('STRANGER_NAMED', `${payload.event} does not bring ${uninvited} into the matter.`)
    }
    if (!before) {
      state.row = await this.addMatter(tx, envelope, pen)
      await this.#parts.listener?.applied(tx, envelope, state.row)
      return
    }
    const parties = [...before.parties, ...strangers]
    const given =
      isNote || pen === before.pen ? before : { pen, penFrom: payload.sender, penSequence: payload.sequence }
    const moved = { pen: given.pen, penFrom: given.penFrom, penSequence: given.penSequence, parties }
    demandParty(moved.pen, parties)
    if (moved.pen !== before.pen || strangers.length > 0) await repository.moveMatter(tx, before.id, moved)
    state.row = { ...before, ...moved }
    await this.#handOver(tx, envelope, strangers)
    await this.#parts.listener?.applied(tx, envelope, state.row)
  }

  /** Enters a matter as its first envelope names it. */
  async addMatter(tx: Database, { payload }: StoredEnvelope, pen: Party | null) {
    const row = {
      id: payload.matter,
      kind: payload.kind,
      parties: [payload.sender, ...payload.recipients],
      pen,
      penFrom: payload.sender,
      penSequence: payload.sequence,
      openedAt: new Date(payload.at),
    }
    demandParty(pen, row.parties)
    await this.#parts.repository.addMatter(tx, row)
    return { ...row, frozenAt: null, frozenReason: null, frozenBy: null }
  }

  /**
   * Queues what this county sent before a party came in: it is to have the whole history. What brought it in goes first,
   * where that is this county's: nothing else of the matter concerns the newcomer before, however long the history is.
   */
  async #handOver(tx: Database, { payload, hash: first }: StoredEnvelope, newcomers: readonly Party[]): Promise<void> {
    const { county, clock, repository } = this.#parts
    const { matter } = payload
    const others = othersOf(newcomers, county)
    if (others.length === 0) return
    const now = clock.now()
    const own = (await repository.ownOf(tx, matter, county)).toSorted(
      (one, other) => Number(other.hash === first) - Number(one.hash === first),
    )
    await repository.queue(
      tx,
      own.flatMap(({ hash, sequence }) =>
        others.map((recipient) => ({
          envelope: hash,
          recipient,
          matter,
          sequence,
          queuedAt: now,
          state: 'PENDING',
          nextAttemptAt: now,
        })),
      ),
    )
  }
}

function demandOpening(kind: MatterKind, { payload }: StoredEnvelope): void {
  const id = readMatterId(payload.matter)
  const opens =
    id?.slug === kind.slug &&
    id.county === payload.sender &&
    payload.sequence === 1 &&
    kind.opening.includes(payload.event)
  if (!opens) throw new Refusal('NOT_OPENING', `${payload.event} does not open this matter.`)
}

function demandTurn(
  matter: NonNullable<MatterState['row']>,
  kind: MatterKind,
  { payload }: StoredEnvelope,
  isNote: boolean,
): void {
  if (payload.kind !== matter.kind || payload.matter !== matter.id) {
    throw new Refusal('MALFORMED', `The matter is of kind ${matter.kind}.`)
  }
  if (!matter.parties.includes(payload.sender)) {
    throw new Refusal('NOT_PARTY', `${payload.sender} is no party to this matter.`)
  }
  if (isNote) return
  if (kind.opening.includes(payload.event)) throw new Refusal('NOT_OPENING', 'The matter has been opened before.')
  if (matter.pen !== payload.sender) {
    throw new Refusal('NOT_YOUR_TURN', matter.pen === null ? 'The matter is at its end.' : `${matter.pen} acts next.`)
  }
  // Else a third party that does not have that envelope yet would refuse what the others take up.
  const { penFrom, penSequence } = matter
  if (penFrom !== payload.sender && (payload.seen[penFrom]?.sequence ?? 0) < penSequence) {
    throw new Refusal('NOT_YOUR_TURN', `${payload.sender} acted without having seen that it was its turn.`)
  }
}

function demandParty(pen: Party | null, parties: readonly Party[]): void {
  if (pen !== null && !parties.includes(pen)) throw new Error(`The kind handed the pen to ${pen}, who is no party.`)
}
