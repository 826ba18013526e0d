import type { Database } from '../../platform/database.ts'
import {
  type Applied,
  type ApplyContext,
  type EnvelopePayload,
  type MatterKind,
  Refusal,
  type StoredEnvelope,
} from '../delivery/contract.ts'
import { MatterDueRepository } from '../matters/matter-due.repository.ts'
import { type ConsultationMessage, type Standard, readConsultationMessage } from './consultation.document.ts'
import {
  type ConsultationEvent,
  type ConsultationFacts,
  awaitedOf,
  consultationEvents,
  consultationNotes,
  decideConsultation,
  penOf,
  withoutAnswer,
  withoutStandard,
} from './consultation.machine.ts'
import { type ConsultationRecord, ConsultationRepository, type ConsultationRow } from './consultation.repository.ts'
import { factsOf } from './consultation.standing.ts'

/** In envelopes. */
export const consultationKind = 'CONSULTATION'

/**
 * Takes up envelopes of consultations: the only place where their facts are written. The chair's events follow each
 * other, since one county has the pen; the notes of the others write rows that nobody else writes, and each envelope is
 * judged by what it says that its sender had seen. So all counties come to the same facts, in whatever order notes reach
 * them and whoever writes them.
 */
export class ConsultationKind implements MatterKind {
  readonly kind = consultationKind
  readonly slug = 'consultation'
  readonly opening = ['OPEN']
  readonly notes = consultationNotes
  readonly #consultations = new ConsultationRepository()
  readonly #due = new MatterDueRepository()

  /** The message of an envelope. */
  decode(event: string, body: unknown): ConsultationMessage {
    return readConsultationMessage(event, body)
  }

  /** Takes up one envelope; see {@link MatterKind.apply}. */
  async apply(tx: Database, envelope: StoredEnvelope & { body: unknown }, context: ApplyContext): Promise<Applied> {
    const { matter, at } = envelope.payload
    const message = envelope.body as ConsultationMessage
    if (context.matter) await this.#takeUp(tx, envelope, message, await this.#demand(tx, matter))
    else await this.#open(tx, envelope, message)
    const facts = factsOf(await this.#demand(tx, matter))
    await this.#due.touch(tx, matter, context.receivedAt ?? new Date(at), awaitedOf(facts))
    return { pen: penOf(facts) }
  }

  async #demand(tx: Database, id: string): Promise<ConsultationRecord> {
    const record = (await this.#consultations.byIds(tx, [id])).get(id)
    if (!record) throw new Error('The matter has no consultation.')
    return record
  }

  async #open(tx: Database, envelope: StoredEnvelope, message: ConsultationMessage): Promise<void> {
    if (message.event !== 'OPEN') throw new Refusal('NOT_OPENING', `${message.event} does not open a consultation.`)
    const { matter, sender, recipients, at } = envelope.payload
    const { subject, fromAgency, ...question } = message.body.question
    if (question.originCase !== null && !question.originCase.startsWith(`${sender}:`)) {
      throw new Refusal('RULE_BROKEN', `${question.originCase} is no case of ${sender}, which names it as its own.`)
    }
    await this.#consultations.insert(tx, {
      ...question,
      id: matter,
      parties: [sender, ...recipients],
      chair: sender,
      state: 'COLLECTING',
      subjectCode: subject,
      fromAgencyId: fromAgency.id,
      fromAgencyName: fromAgency.name,
      openedAt: new Date(at),
    })
    await this.#putStandard(tx, envelope, message.body.standard)
  }

  async #takeUp(
    tx: Database,
    envelope: StoredEnvelope,
    message: ConsultationMessage,
    record: ConsultationRecord,
  ): Promise<void> {
    const { id } = record
    const { sender } = envelope.payload
    const signed = signatureOf(envelope)
    switch (message.event) {
      case 'ENTER_STANDARD':
        return this.#putStandard(tx, envelope, message.body)
      case 'AGREE':
      case 'OBJECT': {
        const { proposal } = message.body
        demandAnswerable(asSeenBy(envelope.payload, record), proposal, sender)
        const agreed = message.event === 'AGREE'
        const reason = message.event === 'AGREE' ? message.body.note : message.body.reason
        return this.#consultations.putAnswer(tx, { consultation: id, proposal, ...signed, agreed, reason })
      }
      case 'COMMENT':
      case 'REMIND':
        return undefined
      default:
        return this.#advance(tx, envelope, message, record)
    }
  }

  /** Events of the chair. */
  async #advance(
    tx: Database,
    envelope: StoredEnvelope,
    message: ConsultationMessage,
    record: ConsultationRecord,
  ): Promise<void> {
    const event = consultationEvents.find((each) => each === message.event)
    if (!event) throw new Refusal('NOT_OPENING', 'The consultation has been opened before.')
    const seen = factsOf(asSeenBy(envelope.payload, record))
    const state = decideConsultation(seen, event, new Date(envelope.payload.at))
    demandNamed(message, seen)
    const number = record.proposal + 1
    if (message.event === 'PROPOSE') {
      const { law, article, criteria, tiers, text } = message.body
      const view = { law, article, criteria, tiers, text }
      const signed = signatureOf(envelope)
      await this.#consultations.addProposal(tx, { consultation: record.id, number, ...view, ...signed })
    }
    const change = changeOf(record, message, envelope.payload)
    await this.#consultations.update(tx, record.id, { ...change, state })
  }

  #putStandard(tx: Database, envelope: StoredEnvelope, { document, tiers }: Standard): Promise<void> {
    const consultation = envelope.payload.matter
    return this.#consultations.putStandard(tx, { consultation, document, tiers, ...signatureOf(envelope) })
  }
}

function signatureOf({ payload, hash }: StoredEnvelope) {
  const { sender, sequence, at, actor } = payload
  return {
    county: sender,
    at: new Date(at),
    agency: actor.agency,
    officer: actor.officer,
    officerName: actor.name ?? null,
    envelope: hash,
    sequence,
  }
}

/** What the sender of an envelope had seen: others may hold more or less, and must judge it alike. */
function asSeenBy({ sender, seen }: EnvelopePayload, record: ConsultationRecord): ConsultationRecord {
  const knew = (county: string, sequence: number) => county === sender || sequence <= (seen[county]?.sequence ?? 0)
  return {
    ...record,
    standards: record.standards.filter(({ county, since }) => knew(county, since)),
    proposals: record.proposals.filter(({ county, sequence }) => knew(county, sequence)),
    answers: record.answers.filter(({ county, sequence }) => knew(county, sequence)),
  }
}

/** The chair names whom it goes on without, and nobody else. */
function demandNamed(message: ConsultationMessage, facts: ConsultationFacts): void {
  if (message.event !== 'PROPOSE' && message.event !== 'CONCLUDE') return
  const silent = message.event === 'PROPOSE' ? withoutStandard(facts) : withoutAnswer(facts)
  if (silent.toSorted().join() === message.body.without.toSorted().join()) return
  throw new Refusal('RULE_BROKEN', `What is missing is that of: ${silent.join(', ')}. It names others.`)
}

/** Judged by what the answering county itself has seen and said, so that all counties judge alike. */
function demandAnswerable({ proposals, answers }: ConsultationRecord, proposal: number, sender: string): void {
  const answered = proposals.find(({ number }) => number === proposal)
  if (!answered) throw new Refusal('RULE_BROKEN', `There is no proposal ${proposal}.`)
  if (answered.county === sender) throw new Refusal('RULE_BROKEN', 'A county does not answer its own proposal.')
  const before = answers.find((answer) => answer.proposal === proposal && answer.county === sender)
  if (before?.agreed) throw new Refusal('RULE_BROKEN', `${sender} has agreed to proposal ${proposal}: that is final.`)
}

/** What an event of the chair changes beside the state. */
function changeOf(
  { parties, proposal }: ConsultationRecord,
  message: ConsultationMessage,
  { sender, at }: EnvelopePayload,
): Partial<ConsultationRow> {
  switch (message.event) {
    case 'HAND_OVER': {
      const { to } = message.body
      if (to === sender || !parties.includes(to)) {
        throw new Refusal('RULE_BROKEN', 'The chair goes to another county of the consultation.')
      }
      return { chair: to }
    }
    case 'PROPOSE':
      return { proposal: proposal + 1 }
    case 'CONCLUDE':
      if (message.body.proposal !== proposal) {
        throw new Refusal('RULE_BROKEN', `The present proposal is ${proposal}: no other is concluded.`)
      }
      return { endedAt: new Date(at) }
    case 'CLOSE':
      return { endedAt: new Date(at), differences: message.body.differences }
    default:
      return {}
  }
}

/** Whether an event is the chair's. */
export function isOfChair(event: string): event is ConsultationEvent {
  return consultationEvents.some((each) => each === event)
}
