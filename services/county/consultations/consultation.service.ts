import { ExchangeError, badInput } from '../../platform/errors.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import { noteShown } from '../access/subjects-shown.ts'
import type { Page, PageRequest } from '../connection/page.ts'
import { Batch } from '../db/batch.ts'
import type { NodeParts } from '../db/node-parts.ts'
import type { AttachmentReference, Delivery } from '../delivery/contract.ts'
import { MatterPapers } from '../matters/matter-papers.ts'
import type { CommonView, ConsultationQuestion, Standard } from './consultation.document.ts'
import { consultationKind, isOfChair } from './consultation.kind.ts'
import {
  type ConsultationEvent,
  type ConsultationFacts,
  type ConsultationNote,
  withoutAnswer,
  withoutStandard,
} from './consultation.machine.ts'
import { type ConsultationRecord, ConsultationRepository, type ConsultationSearch } from './consultation.repository.ts'
import { factsOf } from './consultation.standing.ts'

/** What the service answers with. */
export type { AnswerRow, ConsultationRecord, ProposalRow, StandardRow } from './consultation.repository.ts'

/** What an officer writes to open a consultation. */
export interface ConsultationOpening {
  /** The other counties. */
  counties: readonly string[]
  question: Omit<ConsultationQuestion, 'fromAgency'>
  standard: Standard
  attachments: readonly AttachmentReference[]
}

/** What can be done in a consultation that there is. */
export type ConsultationAction = ConsultationEvent | ConsultationNote

/** What an officer says with an action; each needs its own part of it. */
export interface ConsultationSaying {
  text: string | null
  standard: Standard | null
  view: CommonView | null
  proposal: number | null
  to: string | null
  attachments: readonly AttachmentReference[]
}

/** Consultations on major cases that this county takes part in. */
export class ConsultationService {
  readonly #parts: NodeParts
  readonly #delivery: Delivery
  readonly #consultations = new ConsultationRepository()
  readonly #papers: MatterPapers
  readonly #byId: Batch<ConsultationRecord>

  constructor(parts: NodeParts, delivery: Delivery) {
    this.#parts = parts
    this.#delivery = delivery
    this.#papers = new MatterPapers(parts)
    this.#byId = new Batch((ids) => this.#consultations.byIds(parts.db, ids))
  }

  /** One consultation; undefined when this county holds none of that id. */
  async find(context: RequestContext, id: string): Promise<ConsultationRecord | undefined> {
    this.#parts.authoriser.toHandle(context)
    return shown(context, await this.#byId.get(context, id))
  }

  /** One page of the consultations that meet the search, the one opened last first. */
  async page(
    context: RequestContext,
    search: ConsultationSearch,
    request: PageRequest,
  ): Promise<Page<ConsultationRecord>> {
    this.#parts.authoriser.toHandle(context)
    const { rows, ...page } = await this.#consultations.page(this.#parts.db, search, request)
    const ids = rows.map(({ id }) => id)
    const records = await this.#byId.getAll(context, ids)
    for (const record of records) shown(context, record)
    return { ...page, rows: records }
  }

  /** Opens a consultation from an own case or a topic, with the own standard. */
  async open(context: RequestContext, opening: ConsultationOpening): Promise<ConsultationRecord> {
    this.#parts.authoriser.toWrite(context)
    const { counties, question, standard, attachments } = opening
    const [first] = counties
    if (first === undefined) throw badInput('"counties" names no other county.', 'counties')
    for (const county of counties) this.#papers.demandOtherCounty(county, 'counties')
    this.#papers.demandAct(question.act, 'act')
    const { fromAgency } = this.#papers.agencies(context, first)
    return this.#delivery.act(async (tx) => {
      if (question.originCase !== null) await this.#papers.ownCase(tx, question.originCase, 'originCase')
      const { payload } = await this.#delivery.open(tx, {
        kind: consultationKind,
        recipients: counties,
        event: 'OPEN',
        body: { question: { ...question, fromAgency }, standard },
        attachments,
        actor: await this.#papers.actor(tx, context),
      })
      return this.#demand(tx, context, payload.matter)
    })
  }

  /**
   * Takes part in a consultation: what is the chair's, only the chair can do; the rest any county. After its end only
   * comments and reminders are taken.
   */
  async act(
    context: RequestContext,
    id: string,
    event: ConsultationAction,
    saying: ConsultationSaying,
  ): Promise<ConsultationRecord> {
    this.#parts.authoriser.toWrite(context)
    return this.#delivery.act(async (tx) => {
      await this.#delivery.lock(tx, id)
      const record = await this.#demand(tx, context, id)
      if (!isOfChair(event)) demandInTime(record, event, saying.proposal)
      await this.#delivery.send(tx, {
        matter: id,
        event,
        body: bodyOf(event, saying, factsOf(record)),
        attachments: saying.attachments,
        actor: await this.#papers.actor(tx, context),
      })
      return this.#demand(tx, context, id)
    })
  }

  async #demand(tx: NodeParts['db'], context: RequestContext, id: string): Promise<ConsultationRecord> {
    const record = shown(context, (await this.#consultations.byIds(tx, [id])).get(id))
    if (record) return record
    throw new ExchangeError('NOT_FOUND', 'There is no such consultation in this county.', { key: id })
  }
}

/** What this county can know before it writes: others may have gone on in the meantime, and then it counts as said. */
function demandInTime(record: ConsultationRecord, event: ConsultationNote, proposal: number | null): void {
  if (event === 'COMMENT' || event === 'REMIND') return
  if (record.endedAt !== null) {
    throw new ExchangeError('TRANSITION_REFUSED', 'The consultation is at its end: only comments are taken.', {
      key: record.id,
    })
  }
  if (event === 'ENTER_STANDARD' || proposal === record.proposal) return
  const message = `"proposal" is not the present one, which is ${record.proposal}: read that one first.`
  throw record.proposal === 0
    ? new ExchangeError('TRANSITION_REFUSED', 'No common view has been proposed yet.', { key: record.id })
    : badInput(message, 'proposal')
}

/** The body of an action; what is missing in it delivery refuses as BAD_USER_INPUT. */
function bodyOf(
  event: ConsultationAction,
  saying: ConsultationSaying,
  facts: ConsultationFacts,
): Readonly<Record<string, unknown>> {
  const { text, standard, view, proposal, to } = saying
  switch (event) {
    case 'HAND_OVER':
      return { to, note: text }
    case 'PROPOSE':
      return { ...view, without: withoutStandard(facts) }
    case 'CONCLUDE':
      return { proposal, without: withoutAnswer(facts), note: text }
    case 'AGREE':
      return { proposal, note: text }
    case 'CLOSE':
      return { differences: text }
    case 'ENTER_STANDARD':
      return { ...standard }
    case 'OBJECT':
      return { proposal, reason: text }
    case 'COMMENT':
    case 'REMIND':
      return { text }
  }
  return event satisfies never
}

function shown<Found extends ConsultationRecord | undefined>(context: RequestContext, record: Found): Found {
  if (record?.subjectCode) noteShown(context, [record.subjectCode])
  return record
}
