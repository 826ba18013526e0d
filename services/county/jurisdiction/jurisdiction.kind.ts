import type { Database } from '../../platform/database.ts'
import {
  type Acknowledgement,
  type Applied,
  type ApplyContext,
  type MatterKind,
  Refusal,
  type StoredEnvelope,
} from '../delivery/contract.ts'
import { MatterDueRepository } from '../matters/matter-due.repository.ts'
import { changeOf, earlier, notedOf, openingOf } from './jurisdiction.changes.ts'
import { type DisputeMessage, readDisputeMessage } from './jurisdiction.document.ts'
import { machineFacts, penOf } from './jurisdiction.facts.ts'
import {
  type DisputeEvent,
  type DisputeState,
  decideDispute,
  disputeNotes,
  disputeOpenings,
} from './jurisdiction.machine.ts'
import { linkMovedCases, moveOwnCase } from './jurisdiction-outcome.ts'
import { type DisputeRow, JurisdictionRepository } from './jurisdiction.repository.ts'

/** In envelopes. */
export const disputeKind = 'JURISDICTION_DISPUTE'

/** Takes up envelopes of disputes about jurisdiction: the only place where their facts are written. */
export class JurisdictionDisputeKind implements MatterKind {
  readonly kind = disputeKind
  readonly slug = 'dispute'
  readonly opening = disputeOpenings
  readonly notes = disputeNotes
  readonly #disputes = new JurisdictionRepository()
  readonly #due = new MatterDueRepository()

  /** The message of an envelope. */
  decode(event: string, body: unknown): DisputeMessage {
    return readDisputeMessage(event, body)
  }

  /** Takes up one envelope; see {@link MatterKind.apply}. */
  async apply(tx: Database, envelope: StoredEnvelope & { body: unknown }, context: ApplyContext): Promise<Applied> {
    const { payload } = envelope
    const message = envelope.body as DisputeMessage
    const row = context.matter
      ? await this.#step(tx, envelope, message, context)
      : await this.#open(tx, envelope, message, context)
    await this.#due.touch(tx, payload.matter, context.receivedAt ?? new Date(payload.at))
    const joins = message.event === 'ESCALATE' && row.superiorNode !== null ? [row.superiorNode] : []
    return { pen: penOf(row, row.state as DisputeState), joins }
  }

  /** The respondent received the dispute, or the superior the request: their limits run from that moment. */
  async acknowledged(tx: Database, { payload }: StoredEnvelope, acknowledgement: Acknowledgement): Promise<void> {
    const { event, matter } = payload
    if (event !== 'RAISE' && event !== 'RAISE_DIRECTLY' && event !== 'ESCALATE') return
    const row = await this.#disputes.lock(tx, matter)
    if (!row) return
    const { recipient } = acknowledgement
    const receivedAt = new Date(acknowledgement.receivedAt)
    await this.#disputes.update(tx, matter, {
      ...(event !== 'ESCALATE' && recipient === row.respondent && { receivedAt: earlier(row.receivedAt, receivedAt) }),
      ...(event !== 'RAISE' && recipient === row.superiorNode && { referredAt: earlier(row.referredAt, receivedAt) }),
    })
    await this.#due.stale(tx, matter)
  }

  async #open(
    tx: Database,
    envelope: StoredEnvelope,
    message: DisputeMessage,
    context: ApplyContext,
  ): Promise<DisputeRow> {
    if (message.event !== 'RAISE' && message.event !== 'RAISE_DIRECTLY') {
      throw new Refusal('NOT_OPENING', `${message.event} does not open a dispute.`)
    }
    const row = openingOf(envelope, message, context)
    await this.#disputes.insert(tx, row)
    return this.#demand(tx, row.id)
  }

  async #step(
    tx: Database,
    envelope: StoredEnvelope,
    message: DisputeMessage,
    context: ApplyContext,
  ): Promise<DisputeRow> {
    const { payload } = envelope
    const before = await this.#demand(tx, payload.matter)
    if (context.note) {
      await this.#disputes.update(tx, before.id, notedOf(before, message, envelope))
      return this.#demand(tx, before.id)
    }
    const change = changeOf(before, message, envelope, context)
    // Whether something must be handed over follows from what was decided; this step may decide it.
    const facts = machineFacts({ ...before, ...change }, before.state)
    const state = decideDispute(facts, message.event as DisputeEvent)
    await this.#disputes.update(tx, before.id, { ...change, state })
    const row = await this.#demand(tx, before.id)
    if (message.event === 'HAND_OVER') {
      const { items } = message.body
      await this.#disputes.putItems(
        tx,
        items.map((item, index) => ({ ...item, dispute: row.id, position: index + 1 })),
      )
      if (payload.sender === context.county) await moveOwnCase(tx, row, payload)
    }
    if (message.event === 'TAKE_OVER') {
      await this.#takeOver(tx, row, message.body.differences)
      await linkMovedCases(tx, row, { county: context.county, takeover: envelope })
    }
    return row
  }

  async #takeOver(
    tx: Database,
    { id }: DisputeRow,
    differences: readonly { position: number; remark: string }[],
  ): Promise<void> {
    const listed = (await this.#disputes.items(tx, [id])).get(id)?.length ?? 0
    const stray = differences.find(({ position }) => position > listed)
    if (stray) throw new Refusal('RULE_BROKEN', `The handover list has no line ${stray.position}.`)
    await this.#disputes.takeOver(tx, id, differences)
  }

  async #demand(tx: Database, id: string): Promise<DisputeRow> {
    const row = await this.#disputes.lock(tx, id)
    if (!row) throw new Error('The matter has no dispute.')
    return row
  }
}
