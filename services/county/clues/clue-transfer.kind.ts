import type { Database } from '../../platform/database.ts'
import { together } from '../db/write-batch.ts'
import {
  type Acknowledgement,
  type Applied,
  type ApplyContext,
  type EnvelopePayload,
  type MatterKind,
  Refusal,
  type StoredEnvelope,
} from '../delivery/contract.ts'
import { MatterDueRepository } from '../matters/matter-due.repository.ts'
import { linkCases } from './clue-case-link.ts'
import { type ClueBodies, type ClueMessage, readClueMessage } from './clue-transfer.document.ts'
import { type ClueEvent, type ClueState, clueNotes, cluePens, decideClue } from './clue-transfer.machine.ts'
import { ClueTransferRepository, type ClueRow } from './clue-transfer.repository.ts'

/** In envelopes. */
export const clueKind = 'CLUE_TRANSFER'
/** In matter ids. */
export const clueSlug = 'clue'

type Transfer = ClueBodies['SEND']

/** Takes up envelopes of clue transfers: the only place where their facts are written. */
export class ClueTransferKind implements MatterKind {
  readonly kind = clueKind
  readonly slug = clueSlug
  readonly opening = ['GIVE_NOTICE', 'SEND']
  readonly notes = clueNotes
  readonly apart = [...this.opening, ...clueNotes]
  readonly #clues = new ClueTransferRepository()
  readonly #due = new MatterDueRepository()

  /** The message of an envelope. */
  decode(event: string, body: unknown): ClueMessage {
    return readClueMessage(event, body)
  }

  /** Takes up one envelope; see {@link MatterKind.apply}. */
  async apply(tx: Database, envelope: StoredEnvelope & { body: unknown }, context: ApplyContext): Promise<Applied> {
    const { payload } = envelope
    const message = envelope.body as ClueMessage
    const [state] = await together([
      context.matter ? this.#step(tx, envelope, message, context) : this.#open(tx, envelope, message, context),
      this.#due.touch(tx, payload.matter, context.receivedAt ?? new Date(payload.at)),
    ])
    const side = cluePens[state]
    const [sender, recipient] = context.matter?.parties ?? [payload.sender, ...payload.recipients]
    return { pen: side === null ? null : ((side === 'SENDER' ? sender : recipient) ?? null) }
  }

  /** The recipient received the transfer: the limit of verification runs from that moment. */
  async acknowledged(tx: Database, { payload }: StoredEnvelope, { receivedAt }: Acknowledgement): Promise<void> {
    if (payload.event !== 'SEND' && payload.event !== 'SEND_AFTER_NOTICE') return
    await together([
      this.#clues.received(tx, payload.matter, new Date(receivedAt)),
      this.#due.stale(tx, payload.matter),
    ])
  }

  async #step(
    tx: Database,
    { payload, hash, jws }: StoredEnvelope,
    message: ClueMessage,
    context: ApplyContext,
  ): Promise<ClueState> {
    const at = new Date(payload.at)
    const row = await this.#clues.lock(tx, payload.matter)
    if (!row) throw new Error('The matter has no clue.')
    if (isNote(message.event)) {
      await this.#clues.update(tx, row.id, noted(row, message, payload.sender, at))
      return row.state as ClueState
    }
    const facts = {
      state: row.state,
      extended: row.extendedAt !== null,
      withdrawalAsked: row.withdrawalAskedAt !== null,
    }
    const state = decideClue(facts, message.event as ClueEvent)
    const change = changeOf(row, message, { hash, sender: payload.sender, at, receivedAt: context.receivedAt })
    await this.#clues.update(tx, row.id, { ...change, state })
    await this.#lists(tx, row, message, payload, at)
    if (message.event === 'FILE' && row.transferHash !== null) {
      const transfer = await this.#clues.document(tx, row.transferHash)
      if (transfer !== undefined)
        await linkCases(tx, { ...row, ...change }, { county: context.county, transfer, filing: jws })
    }
    return state
  }

  async #open(
    tx: Database,
    { payload, hash }: StoredEnvelope,
    message: ClueMessage,
    context: ApplyContext,
  ): Promise<ClueState> {
    const { matter, sender, recipients } = payload
    const [recipient] = recipients
    if (recipient === undefined || recipients.length !== 1) {
      throw new Refusal('RULE_BROKEN', 'A clue is transferred to one county.')
    }
    if (message.event !== 'GIVE_NOTICE' && message.event !== 'SEND') {
      throw new Refusal('NOT_OPENING', `${message.event} does not open a clue transfer.`)
    }
    const at = new Date(payload.at)
    const state = decideClue({ state: 'DRAFT', extended: false, withdrawalAsked: false }, message.event)
    const content = contentOf(message.body.clue, sender)
    const step =
      message.event === 'SEND'
        ? sent(message.body, { hash, at, receivedAt: context.receivedAt })
        : { noticeRequest: message.body.request, noticeGivenAt: at }
    await together([
      this.#clues.open(tx, { id: matter, sender, recipient, ...content, ...step, state }, context.own),
      message.event === 'SEND' ? this.#clues.addItems(tx, itemsOf(matter, message.body)) : undefined,
    ])
    return state
  }

  /** What an event says in rows of its own. */
  async #lists(tx: Database, row: ClueRow, message: ClueMessage, payload: EnvelopePayload, at: Date): Promise<void> {
    const { id } = row
    switch (message.event) {
      case 'SEND_AFTER_NOTICE':
        return this.#clues.putItems(tx, id, itemsOf(id, message.body))
      case 'RECEIVE': {
        const listed = (await this.#clues.items(tx, [id])).get(id)?.length ?? 0
        const stray = message.body.differences.find(({ position }) => position > listed)
        if (stray) throw new Refusal('RULE_BROKEN', `The handover list has no line ${stray.position}.`)
        return this.#clues.takeOver(tx, id, message.body.differences)
      }
      case 'BEGIN_TESTING': {
        const { kind, what } = message.body
        return this.#clues.beginTest(tx, { clue: id, sequence: payload.sequence, begunAt: at, kind, what })
      }
      case 'END_TESTING':
        return this.#clues.endTest(tx, id, { endedAt: at, result: message.body.result })
      default:
        return undefined
    }
  }
}

/** Lines of the handover list, from 1. */
function itemsOf(clue: string, { items }: Transfer) {
  return items.map((item, index) => ({ ...item, clue, position: index + 1 }))
}

function isNote(event: string): boolean {
  return clueNotes.some((note) => note === event)
}

/** What a note changes: no state, but what was said when. */
function noted(row: ClueRow, { event }: ClueMessage, by: string, at: Date): Partial<ClueRow> {
  if (event === 'ACKNOWLEDGE_NOTICE') {
    if (by !== row.recipient || row.noticeGivenAt === null) {
      throw new Refusal('RULE_BROKEN', 'Only the county that was given notice confirms it.')
    }
    return { noticeAcknowledgedAt: earlier(row.noticeAcknowledgedAt, at) }
  }
  if (event !== 'ASK_WITHDRAWAL') return {}
  if (by !== row.sender) throw new Refusal('RULE_BROKEN', 'Only the sender asks to have its clue back.')
  return { withdrawalAskedAt: earlier(row.withdrawalAskedAt, at) }
}

/** What a step changes in the clue. */
function changeOf(
  row: ClueRow,
  message: ClueMessage,
  how: { hash: string; sender: string; at: Date; receivedAt: Date | null },
): Partial<ClueRow> {
  const { at } = how
  switch (message.event) {
    case 'SEND_AFTER_NOTICE':
      return { ...contentOf(message.body.clue, how.sender), ...sent(message.body, how) }
    case 'WITHDRAW':
    case 'RELEASE':
      return { withdrawnAt: at }
    case 'RECEIVE': {
      const { takenOverBy, receivedAt } = message.body
      if (new Date(receivedAt) > at) {
        throw new Refusal('RULE_BROKEN', 'A transfer was received before anybody says so.')
      }
      const { name, certificate } = takenOverBy
      return {
        receivedAt: earlier(row.receivedAt, new Date(receivedAt)),
        takenOverBy: name,
        takenOverCertificate: certificate,
        takenOverAt: at,
      }
    }
    case 'ACCEPT':
      return { acceptedAt: at, ...(message.body.dispute !== null && { dispute: message.body.dispute }) }
    case 'OBJECT':
      return { objectedAt: at, objectionReason: message.body.reason, dispute: message.body.dispute }
    case 'RETURN':
      return { returnedAt: at, dispute: message.body.dispute }
    case 'VERIFY':
      return { verifyingAt: at }
    case 'EXTEND': {
      const { reason, approvedBy } = message.body
      return { extendedAt: at, extensionReason: reason, extensionApprovedBy: approvedBy }
    }
    case 'FILE': {
      const { case: caseId, caseNumber, filedAt } = message.body
      demandCaseOf(row.recipient, caseId)
      return { caseId, caseNumber, filedAt: new Date(filedAt), decidedAt: at }
    }
    case 'DECLINE_FILING': {
      const { reason, approvedBy } = message.body
      return { notFiledReason: reason, notFiledApprovedBy: approvedBy, decidedAt: at }
    }
    case 'GIVE_FEEDBACK':
      return { feedback: message.body.result, feedbackAt: at }
    default:
      return {}
  }
}

function contentOf(clue: Transfer['clue'], sender: string) {
  const { subject, fromAgency, toAgency, ...rest } = clue
  if (rest.originCase !== null) demandCaseOf(sender, rest.originCase)
  return {
    ...rest,
    subjectCode: subject,
    fromAgencyId: fromAgency.id,
    fromAgencyName: fromAgency.name,
    toAgencyId: toAgency?.id ?? null,
    toAgencyName: toAgency?.name ?? null,
  }
}

function sent(
  { number, handedOverBy }: Transfer,
  { hash, at, receivedAt }: { hash: string; at: Date; receivedAt: Date | null },
): Partial<ClueRow> {
  const { name, certificate } = handedOverBy
  const signed = { handedOverBy: name, handedOverCertificate: certificate }
  return { number, sentAt: at, transferHash: hash, ...signed, ...(receivedAt && { receivedAt }) }
}

function demandCaseOf(county: string, id: string): void {
  if (id.startsWith(`${county}:`)) return
  throw new Refusal('RULE_BROKEN', `${id} is no case of ${county}, which names it as its own.`)
}

/** The earlier moment: what a county says later takes nothing back. */
function earlier(known: Date | null, other: Date): Date {
  return known === null || other < known ? other : known
}
