import type { Database } from '../../platform/database.ts'
import { shanghaiDay } from '../../platform/directory/snapshot-lookups.ts'
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
import { type AssistanceBodies, type AssistanceMessage, readAssistanceMessage } from './assistance-request.document.ts'
import {
  type AssistanceEvent,
  type AssistanceState,
  assistanceNotes,
  assistancePens,
  decideAssistance,
} from './assistance-request.machine.ts'
import { AssistanceRequestRepository, type AssistanceRow, type PartRow } from './assistance-request.repository.ts'

/** In envelopes. */
export const assistanceKind = 'ASSISTANCE_REQUEST'
/** 事项名称. */
export const assistanceLabel = '协助调查'

interface Signed {
  payload: EnvelopePayload
  hash: string
  at: Date
  /** When this county received it; null for an own envelope. */
  receivedAt: Date | null
}

/** Takes up envelopes of assistance requests: the only place where their facts are written. */
export class AssistanceRequestKind implements MatterKind {
  readonly kind = assistanceKind
  readonly slug = 'assistance'
  readonly opening = ['ISSUE']
  readonly notes = assistanceNotes
  readonly #requests = new AssistanceRequestRepository()
  readonly #due = new MatterDueRepository()

  /** The message of an envelope. */
  decode(event: string, body: unknown): AssistanceMessage {
    return readAssistanceMessage(event, body)
  }

  /** Takes up one envelope; see {@link MatterKind.apply}. */
  async apply(tx: Database, envelope: StoredEnvelope & { body: unknown }, context: ApplyContext): Promise<Applied> {
    const { payload, hash } = envelope
    const message = envelope.body as AssistanceMessage
    const signed = { payload, hash, at: new Date(payload.at), receivedAt: context.receivedAt }
    const state = await (context.matter ? this.#step(tx, signed, message) : this.#open(tx, signed, message))
    await this.#due.touch(tx, payload.matter, context.receivedAt ?? signed.at)
    const [requester, assistant] = context.matter?.parties ?? [payload.sender, ...payload.recipients]
    const side = assistancePens[state]
    return { pen: side === null ? null : ((side === 'REQUESTER' ? requester : assistant) ?? null) }
  }

  /**
   * The assisting county received the letter: its limit runs from that moment. Or the requester received an extension:
   * whether it came in time can be said now.
   */
  async acknowledged(tx: Database, { payload, hash }: StoredEnvelope, answer: Acknowledgement): Promise<void> {
    if (payload.event === 'EXTEND') return this.#due.stale(tx, payload.matter)
    if (payload.event !== 'ISSUE' && payload.event !== 'ASK_SUPPLEMENT') return
    const row = await this.#requests.lock(tx, payload.matter)
    if (row?.letterHash !== hash) return
    await this.#requests.update(tx, row.id, { receivedAt: earlier(row.receivedAt, new Date(answer.receivedAt)) })
    await this.#due.stale(tx, row.id)
  }

  async #open(tx: Database, signed: Signed, message: AssistanceMessage): Promise<AssistanceState> {
    const { payload, hash, at, receivedAt } = signed
    const { matter, sender, recipients, attachments } = payload
    const [assistant] = recipients
    if (assistant === undefined || recipients.length !== 1) {
      throw new Refusal('RULE_BROKEN', 'One county is asked in one matter; a letter to several opens one for each.')
    }
    if (message.event !== 'ISSUE') throw new Refusal('NOT_OPENING', `${message.event} does not open a request.`)
    const facts = { state: 'DRAFT', open: message.body.parts.length, supplements: 0, withdrawalAsked: false }
    const state = decideAssistance(facts, message.event)
    const { signedBy, number } = message.body
    const row = {
      ...columnsOf(message.body, sender),
      id: matter,
      requester: sender,
      assistant,
      state,
      number,
      enclosures: attachments.map(({ name }) => name),
      issuedAt: at,
      issuedBy: signedBy.name,
      issuedCertificate: signedBy.certificate,
      letterHash: hash,
      receivedAt,
    }
    await this.#requests.put(tx, row, partsOf(message.body.parts))
    return state
  }

  async #step(tx: Database, signed: Signed, message: AssistanceMessage): Promise<AssistanceState> {
    const { payload, at } = signed
    const row = await this.#requests.lock(tx, payload.matter)
    if (!row) throw new Error('The matter has no request.')
    if (isNote(message.event)) {
      await this.#requests.update(tx, row.id, noted(row, message, payload.sender, at))
      return row.state as AssistanceState
    }
    const parts = (await this.#requests.parts(tx, [row.id])).get(row.id) ?? []
    const facts = {
      state: row.state,
      open: parts.filter(({ outcome }) => outcome === null).length,
      supplements: row.supplements,
      withdrawalAsked: row.withdrawalAskedAt !== null,
    }
    const state = decideAssistance(facts, message.event as AssistanceEvent)
    await this.#lists(tx, row, parts, message, signed)
    await this.#requests.update(tx, row.id, { ...changeOf(row, message, signed), state })
    return state
  }

  /** What an event says in rows of its own. */
  async #lists(
    tx: Database,
    { id }: AssistanceRow,
    parts: readonly PartRow[],
    message: AssistanceMessage,
    { payload, at }: Signed,
  ): Promise<void> {
    switch (message.event) {
      case 'ANSWER_PART': {
        const { part, outcome, findings, material, answeredBy } = message.body
        demandParts(parts, [part])
        demandAttached(material, payload)
        const { name, certificate } = answeredBy
        const answer = { outcome, findings, answeredBy: name, answeredCertificate: certificate, answeredAt: at }
        return this.#requests.answer(tx, { request: id, part }, answer, material)
      }
      case 'EXTEND': {
        const { until, reason } = message.body
        const told = (await this.#requests.extensions(tx, [id])).get(id) ?? []
        if (until <= shanghaiDay(at) || told.some((each) => until <= each.until)) {
          throw new Refusal('RULE_BROKEN', 'The new day must be later than today and than any that was told before.')
        }
        return this.#requests.extend(tx, { request: id, sequence: payload.sequence, toldAt: at, until, reason })
      }
      case 'ASK_SUPPLEMENT':
        demandParts(parts, message.body.parts)
        await this.#requests.reopen(tx, id, message.body.parts)
        return this.#requests.clearExtensions(tx, id)
      default:
        return undefined
    }
  }
}

function isNote(event: string): boolean {
  return assistanceNotes.some((note) => note === event)
}

/** What a note changes: no state, but that the letter is asked back. */
function noted(row: AssistanceRow, { event }: AssistanceMessage, by: string, at: Date): Partial<AssistanceRow> {
  if (event !== 'ASK_WITHDRAWAL') return {}
  if (by !== row.requester) throw new Refusal('RULE_BROKEN', 'Only the county that issued the letter asks it back.')
  return { withdrawalAskedAt: earlier(row.withdrawalAskedAt, at) }
}

/** What a step changes in the request. */
function changeOf(
  row: AssistanceRow,
  message: AssistanceMessage,
  { hash, at, receivedAt }: Signed,
): Partial<AssistanceRow> {
  switch (message.event) {
    case 'RECEIVE': {
      const { receivedBy, receivedAt: acknowledged } = message.body
      if (new Date(acknowledged) > at) {
        throw new Refusal('RULE_BROKEN', 'A letter was received before anybody says so.')
      }
      const first = earlier(row.receivedAt, new Date(acknowledged))
      const { name, certificate } = receivedBy
      return { receivedAt: first, receivedBy: name, receivedCertificate: certificate, signedForAt: at }
    }
    case 'BEGIN':
      return { begunAt: row.begunAt ?? at }
    case 'DECLINE':
      return { declineGround: message.body.ground, declineReason: message.body.reason, declinedAt: at }
    case 'REPLY': {
      const { number, conclusion, signedBy } = message.body
      const { name, certificate } = signedBy
      return { replyNumber: number, conclusion, repliedBy: name, repliedCertificate: certificate, repliedAt: at }
    }
    case 'ASK_SUPPLEMENT': {
      const { number, what, parts } = message.body
      return {
        supplements: row.supplements + 1,
        supplementNumber: number,
        supplementWhat: what,
        supplementParts: parts,
        supplementAskedAt: at,
        letterHash: hash,
        receivedAt,
        repliedAt: null,
        // Who asks for a supplement does not want the letter back any more.
        withdrawalAskedAt: null,
      }
    }
    case 'CLOSE':
      return { closingNote: message.body.note, closedBy: message.body.takenOverBy.name, closedAt: at }
    case 'RELEASE':
      return { withdrawnAt: at }
    default:
      return {}
  }
}

type Letter = Omit<AssistanceBodies['ISSUE'], 'number' | 'signedBy'>

/** The columns of what a letter says; also those of a draft. `Refusal` when the case is none of the requester's. */
export function columnsOf(letter: Letter, requester: string) {
  const { title, facts, subjectName, alsoAsked, fromAgency, contact } = letter
  if (!letter.case.startsWith(`${requester}:`)) {
    throw new Refusal('RULE_BROKEN', `${letter.case} is no case of ${requester}, which names it as its own.`)
  }
  return {
    letter: letter.letter,
    title,
    facts,
    subjectCode: letter.subject,
    subjectName,
    alsoAsked,
    originCase: letter.case,
    originCaseNumber: letter.caseNumber,
    fromAgencyId: fromAgency.id,
    fromAgencyName: fromAgency.name,
    contactName: contact.name,
    contactPhone: contact.phone,
    contactAddress: contact.address,
  }
}

/** The rows of a letter's parts. */
export function partsOf(parts: Letter['parts']) {
  return parts.map(({ agency, tasks }, index) => ({
    position: index + 1,
    agencyId: agency.id,
    agencyName: agency.name,
    tasks,
  }))
}

function demandParts(parts: readonly PartRow[], wanted: readonly number[]): void {
  const stray = wanted.find((each) => !parts.some(({ position }) => position === each))
  if (stray !== undefined) throw new Refusal('RULE_BROKEN', `The letter has no part ${stray}.`)
}

/** Material that is said to be attached is attached. */
function demandAttached(material: AssistanceBodies['ANSWER_PART']['material'], { attachments }: EnvelopePayload): void {
  const hashes = new Set(attachments.map(({ hash }) => hash))
  if (material.every(({ attachment }) => attachment === null || hashes.has(attachment))) return
  throw new Refusal('RULE_BROKEN', 'The material names a file that is not among the attachments.')
}

/** The earlier moment: what a county says later takes nothing back. */
function earlier(known: Date | null, other: Date): Date {
  return known === null || other < known ? other : known
}
