import type { Database } from '../../platform/database.ts'
import { ExchangeError } from '../../platform/errors.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import { noteShown } from '../access/subjects-shown.ts'
import { closedStages } from '../cases/enforcement-case.machine.ts'
import type { HandoverItem } from '../clues/clue-transfer.document.ts'
import { Batch } from '../db/batch.ts'
import type { NodeParts } from '../db/node-parts.ts'
import { countyOfId } from '../db/record-id.ts'
import type { AttachmentReference, Delivery } from '../delivery/contract.ts'
import { MatterPapers } from '../matters/matter-papers.ts'
import type { DisputeBodies, Raising } from './jurisdiction.document.ts'
import { clueHolderOf, opponentOf, penOf } from './jurisdiction.facts.ts'
import { disputeKind } from './jurisdiction.kind.ts'
import type { DisputeStepEvent } from './jurisdiction.labels.ts'
import type { DisputeNote, DisputeState } from './jurisdiction.machine.ts'
import { type DisputeStep, JurisdictionPapers } from './jurisdiction-papers.ts'
import { type DisputeItemRow, type DisputeRow, JurisdictionRepository } from './jurisdiction.repository.ts'

/** What the service is told of a step. */
export type { DisputeStep } from './jurisdiction-papers.ts'
/** What the service answers with. */
export type { DisputeItemRow, DisputeRow } from './jurisdiction.repository.ts'

/** A dispute about an own case and another county's, on the same subject and act. */
export interface DisputeDraft {
  case: string
  otherCase: string
  /** The county that is to have jurisdiction; the own one when left out. */
  county: string | null
  facts: string
  reason: string
  /** 直接报请指定管辖: the common superior is asked at once. */
  directly: boolean
  attachments: readonly AttachmentReference[]
}

const consulting: readonly string[] = ['RAISED', 'CONSULTING']

/** Disputes about jurisdiction, as a county or a common superior deals with them. */
export class JurisdictionService {
  readonly #parts: NodeParts
  readonly #delivery: Delivery
  readonly #disputes = new JurisdictionRepository()
  readonly #matters: MatterPapers
  readonly #papers: JurisdictionPapers
  readonly #byId: Batch<DisputeRow>
  readonly #items: Batch<DisputeItemRow[]>
  readonly #documents: Batch<string>

  constructor(parts: NodeParts, delivery: Delivery) {
    this.#parts = parts
    this.#delivery = delivery
    this.#matters = new MatterPapers(parts)
    this.#papers = new JurisdictionPapers(parts, this.#matters)
    this.#byId = new Batch((ids) => this.#disputes.byIds(parts.db, ids))
    this.#items = new Batch((ids) => this.#disputes.items(parts.db, ids))
    this.#documents = new Batch((hashes) => this.#disputes.documents(parts.db, hashes))
  }

  /** One dispute; undefined when this node holds none of that id. */
  async find(context: RequestContext, id: string): Promise<DisputeRow | undefined> {
    this.#parts.authoriser.toHandle(context)
    const row = await this.#byId.get(context, id)
    if (row?.subjectCode) noteShown(context, [row.subjectCode])
    return row
  }

  /** The handover list of a dispute, in its order. */
  async items(context: RequestContext, id: string): Promise<DisputeItemRow[]> {
    this.#parts.authoriser.toHandle(context)
    return (await this.#items.get(context, id)) ?? []
  }

  /** The signed document in which something was stated, by its hash. */
  async document(context: RequestContext, hash: string): Promise<string | undefined> {
    this.#parts.authoriser.toHandle(context)
    return this.#documents.get(context, hash)
  }

  /** Raises a dispute between an own open case and another county's. */
  async raise(context: RequestContext, draft: DisputeDraft): Promise<DisputeRow> {
    this.#parts.authoriser.toWrite(context)
    const { county } = this.#parts
    const respondent = countyOfId(draft.otherCase, 'case', 'otherCase')
    this.#matters.demandOtherCounty(respondent, 'otherCase')
    return this.#delivery.act(async (tx) => {
      const own = await this.#matters.filedCase(tx, draft.case, 'case')
      if (own.decision !== null || closedStages.some((stage) => stage === own.stage)) {
        throw new ExchangeError('TRANSITION_REFUSED', 'The case has been decided or closed.', { key: own.id })
      }
      await this.#demandNoOther(tx, [draft.case, draft.otherCase], own.act)
      noteShown(context, [own.subjectCode])
      const body: Raising = {
        subject: own.subjectCode,
        subjectName: own.subjectName,
        act: own.act,
        facts: draft.facts,
        claim: await this.#papers.claim(tx, own.id),
        otherCase: draft.otherCase,
        clue: null,
        ...this.#papers.agencies(context, respondent),
        county: draft.county ?? county,
        reason: draft.reason,
      }
      const { directly, attachments } = draft
      return this.#open(tx, context, { respondent, body, directly, follows: null, attachments })
    })
  }

  /**
   * Takes a dispute one step further; the machine says whose turn it is. A county that is to ESCALATE while the other one
   * owes it an answer asks the superior directly (处罚法 art. 25): in a dispute of its own that follows this one.
   */
  async advance(context: RequestContext, id: string, event: DisputeStepEvent, step: DisputeStep): Promise<DisputeRow> {
    this.#parts.authoriser.toWrite(context)
    return this.#delivery.act(async (tx) => {
      await this.#delivery.lock(tx, id)
      const row = await this.#demand(tx, context, id)
      const state = row.state as DisputeState
      if (consulting.includes(state)) {
        if (event === 'ESCALATE' && penOf(row, state) !== this.#parts.county) {
          return this.#escalateDirectly(tx, context, row, step)
        }
        await this.#demandStillOpen(tx, row, event)
      }
      const body = await this.#papers.bodyOf(tx, row, event, step)
      const node = event === 'ESCALATE' ? (body as DisputeBodies['ESCALATE']).superior.node : null
      await this.#send(tx, context, { id, event, body, attachments: step.attachments }, node === null ? [] : [node])
      return this.#demand(tx, context, id)
    })
  }

  /** 移送: hands over the own case, and what belongs to it, to the county that has jurisdiction. */
  async handOver(
    context: RequestContext,
    id: string,
    given: {
      number: string
      items: readonly HandoverItem[]
      certificate: string | null
      attachments: readonly AttachmentReference[]
    },
  ): Promise<DisputeRow> {
    this.#parts.authoriser.toWrite(context)
    return this.#delivery.act(async (tx) => {
      await this.#delivery.lock(tx, id)
      const row = await this.#demand(tx, context, id)
      const { number, items, certificate, attachments } = given
      const body = {
        number,
        ...(await this.#papers.movedCase(tx, row)),
        items,
        handedOverBy: await this.#matters.signatory(tx, context, certificate),
      }
      await this.#send(tx, context, { id, event: 'HAND_OVER', body, attachments })
      await this.#moveClue(tx, context, row, 'RETURN')
      return this.#demand(tx, context, id)
    })
  }

  /** 接收: takes over what the other county has handed over, or the clue that lies here. */
  async takeOver(
    context: RequestContext,
    id: string,
    given: {
      case: string | null
      certificate: string | null
      differences: readonly { position: number; remark: string }[]
      attachments: readonly AttachmentReference[]
    },
  ): Promise<DisputeRow> {
    this.#parts.authoriser.toWrite(context)
    return this.#delivery.act(async (tx) => {
      await this.#delivery.lock(tx, id)
      const row = await this.#demand(tx, context, id)
      const { differences, attachments } = given
      const body = {
        ...(await this.#papers.continuedCase(tx, row, given.case)),
        takenOverBy: await this.#matters.signatory(tx, context, given.certificate),
        differences,
      }
      await this.#send(tx, context, { id, event: 'TAKE_OVER', body, attachments })
      await this.#moveClue(tx, context, row, 'ACCEPT')
      return this.#demand(tx, context, id)
    })
  }

  /** Adds a note, which changes no state. STATE_CLAIM states when the own case was filed: the one named, or the dispute's. */
  async note(
    context: RequestContext,
    id: string,
    event: DisputeNote,
    given: { text: string | null; case: string | null; attachments: readonly AttachmentReference[] },
  ): Promise<DisputeRow> {
    this.#parts.authoriser.toWrite(context)
    return this.#delivery.act(async (tx) => {
      await this.#delivery.lock(tx, id)
      const row = await this.#demand(tx, context, id)
      const { text, attachments } = given
      const named = given.case ?? (this.#parts.county === row.raiser ? row.raiserCase : row.respondentCase) ?? ''
      const body = event === 'STATE_CLAIM' ? { claim: await this.#papers.claim(tx, named), text } : { text }
      await this.#send(tx, context, { id, event, body, attachments })
      return this.#demand(tx, context, id)
    })
  }

  async #open(
    tx: Database,
    context: RequestContext,
    given: {
      respondent: string
      body: Raising
      directly: boolean
      follows: string | null
      attachments: readonly AttachmentReference[]
    },
  ): Promise<DisputeRow> {
    const { respondent, body, directly, follows, attachments } = given
    const { fromAgency, toAgency } = body
    const superior = directly
      ? this.#papers.superior([this.#parts.county, respondent], [fromAgency.system, toAgency?.system])
      : undefined
    const matter = this.#delivery.newMatter(disputeKind)
    await this.#delivery.open(tx, {
      kind: disputeKind,
      matter,
      recipients: [respondent, ...(superior?.node ? [superior.node] : [])],
      event: superior ? 'RAISE_DIRECTLY' : 'RAISE',
      body: superior ? { ...body, superior, follows } : body,
      attachments,
      actor: await this.#matters.actor(tx, context),
    })
    return this.#demand(tx, context, matter)
  }

  async #escalateDirectly(
    tx: Database,
    context: RequestContext,
    row: DisputeRow,
    { text, county, attachments }: DisputeStep,
  ): Promise<DisputeRow> {
    await this.#demandStillOpen(tx, row, 'ESCALATE')
    const own = this.#parts.county
    const raises = own === row.raiser
    const [ownCase, otherCase] = raises ? [row.raiserCase, row.respondentCase] : [row.respondentCase, row.raiserCase]
    const respondent = opponentOf(row, own)
    const body: Raising = {
      subject: row.subjectCode,
      subjectName: row.subjectName,
      act: row.act,
      facts: row.facts,
      claim: ownCase === null ? null : await this.#papers.claim(tx, ownCase),
      otherCase,
      clue: row.clue,
      ...this.#papers.agencies(context, respondent),
      county: county ?? (row.clue === null ? own : row.proposedCounty),
      reason: text ?? '',
    }
    return this.#open(tx, context, { respondent, body, directly: true, follows: row.id, attachments })
  }

  /** What was decided about a clue moves it on, at the county that holds it: to its sender, or to be dealt with here. */
  async #moveClue(tx: Database, context: RequestContext, row: DisputeRow, event: 'ACCEPT' | 'RETURN'): Promise<void> {
    if (row.clue === null || clueHolderOf(row) !== this.#parts.county) return
    const body = { note: null, dispute: row.id }
    await this.#send(tx, context, { id: row.clue, event, body, attachments: [] })
  }

  async #send(
    tx: Database,
    context: RequestContext,
    given: {
      id: string
      event: string
      body: Readonly<Record<string, unknown>>
      attachments: readonly AttachmentReference[]
    },
    joins: readonly string[] = [],
  ): Promise<void> {
    const { id, event, body, attachments } = given
    const actor = await this.#matters.actor(tx, context)
    await this.#delivery.send(tx, { matter: id, event, body, attachments, actor, joins })
  }

  /** One dispute at a time about two cases. */
  async #demandNoOther(tx: Database, cases: readonly [string, string], act: string): Promise<void> {
    const known = await this.#disputes.about(tx, { subject: null, act, cases })
    const open = known.find(
      (row) => row.state !== 'ENDED' && cases.every((id) => id === row.raiserCase || id === row.respondentCase),
    )
    if (!open) return
    throw new ExchangeError('CONFLICT', 'There is a dispute about these two cases.', { key: open.id })
  }

  /** Once the superior was asked in a dispute that follows, or to keep a clue from being nobody's, nothing but an end. */
  async #demandStillOpen(tx: Database, row: DisputeRow, event: DisputeStepEvent): Promise<void> {
    const following = await this.#disputes.following(tx, row)
    if (event === 'END_CONSULTATION' && row.clue !== null && !following) {
      throw new ExchangeError(
        'TRANSITION_REFUSED',
        'An objection to a clue is settled by agreement or designation: else nobody would deal with the clue.',
      )
    }
    if (!following || event === 'END_CONSULTATION') return
    throw new ExchangeError('TRANSITION_REFUSED', 'The superior has been asked in the dispute that follows this one.', {
      key: following.id,
    })
  }

  async #demand(tx: Database, context: RequestContext, id: string): Promise<DisputeRow> {
    const row = (await this.#disputes.byIds(tx, [id])).get(id)
    if (!row) throw new ExchangeError('NOT_FOUND', 'There is no such dispute in this county.', { key: id })
    if (row.subjectCode) noteShown(context, [row.subjectCode])
    return row
  }
}
