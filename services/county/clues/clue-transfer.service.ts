import { ExchangeError, badInput } from '../../platform/errors.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import { noteShown } from '../access/subjects-shown.ts'
import { Batch } from '../db/batch.ts'
import type { NodeParts } from '../db/node-parts.ts'
import { type Action, type AttachmentReference, type Delivery, Refusal } from '../delivery/contract.ts'
import { disputeKind } from '../jurisdiction/jurisdiction.kind.ts'
import { openDisputeOfObjection } from '../jurisdiction/objection.ts'
import { MatterPapers } from '../matters/matter-papers.ts'
import type { MatterService } from '../matters/matter.service.ts'
import { CluePapers, type ClueStep, type ClueStepEvent } from './clue-papers.ts'
import { demandNotPassedOn } from './clue-passing-on.ts'
import { type ClueBodies, type ClueContent, type HandoverItem, readClueMessage } from './clue-transfer.document.ts'
import { clueKind } from './clue-transfer.kind.ts'
import type { ClueNote } from './clue-transfer.machine.ts'
import { type ClueRow, type ClueTestRow, ClueTransferRepository, type HandoverRow } from './clue-transfer.repository.ts'

/** What the service is told of a step. */
export type { ClueStep, ClueStepEvent } from './clue-papers.ts'
/** What the service answers with. */
export type { ClueRow, ClueTestRow, HandoverRow } from './clue-transfer.repository.ts'

/** What an officer writes when drafting a clue. */
export interface ClueDraft {
  recipient: string
  content: Omit<ClueContent, 'fromAgency' | 'toAgency'>
  items: readonly HandoverItem[]
}

const mostDrafts = 200

/** Clue transfers of this county: what it sends, and what it does with what it was sent. */
export class ClueTransferService {
  readonly #parts: NodeParts
  readonly #delivery: Delivery
  readonly #clues = new ClueTransferRepository()
  readonly #papers: MatterPapers
  readonly #cluePapers: CluePapers
  readonly #byId: Batch<ClueRow>
  readonly #items: Batch<HandoverRow[]>
  readonly #tests: Batch<ClueTestRow[]>

  constructor(parts: NodeParts, delivery: Delivery, matters: MatterService) {
    this.#parts = parts
    this.#delivery = delivery
    this.#papers = new MatterPapers(parts)
    this.#cluePapers = new CluePapers(parts, matters, this.#papers)
    this.#byId = new Batch((ids) => this.#clues.byIds(parts.db, ids))
    this.#items = new Batch((ids) => this.#clues.items(parts.db, ids))
    this.#tests = new Batch((ids) => this.#clues.tests(parts.db, ids))
  }

  /** One clue; undefined when this county holds none of that id. */
  async find(context: RequestContext, id: string): Promise<ClueRow | undefined> {
    this.#parts.authoriser.toHandle(context)
    const row = await this.#byId.get(context, id)
    if (row?.subjectCode) noteShown(context, [row.subjectCode])
    return row
  }

  /** The county's drafts, the first 200. */
  async drafts(context: RequestContext): Promise<ClueRow[]> {
    this.#parts.authoriser.toHandle(context)
    const rows = await this.#clues.drafts(this.#parts.db, mostDrafts)
    noteShown(
      context,
      rows.flatMap(({ subjectCode }) => subjectCode ?? []),
    )
    return rows
  }

  /** The handover list of a clue, in its order. */
  async items(context: RequestContext, id: string): Promise<HandoverRow[]> {
    this.#parts.authoriser.toHandle(context)
    return (await this.#items.get(context, id)) ?? []
  }

  /** The tests during a clue's verification, oldest first. */
  async tests(context: RequestContext, id: string): Promise<ClueTestRow[]> {
    this.#parts.authoriser.toHandle(context)
    return (await this.#tests.get(context, id)) ?? []
  }

  /** Writes a draft, or another one in its place when `id` names it. Nothing leaves the county. */
  async draft(context: RequestContext, id: string | undefined, draft: ClueDraft): Promise<ClueRow> {
    this.#parts.authoriser.toWrite(context)
    const { county, db } = this.#parts
    const { recipient, items } = draft
    this.#papers.demandOtherCounty(recipient, 'recipient')
    const content: ClueContent = { ...draft.content, ...this.#papers.agencies(context, recipient) }
    this.#demandContent(content, items)
    return db.transaction(async (tx) => {
      if (content.originCase !== null) await this.#papers.ownCase(tx, content.originCase, 'originCase')
      await demandNotPassedOn(tx, county, content)
      if (id !== undefined && (await this.#clues.lock(tx, id))?.state !== 'DRAFT') throw noSuchDraft(id)
      const clue = id ?? this.#delivery.newMatter(clueKind)
      await this.#clues.put(tx, { id: clue, sender: county, recipient, state: 'DRAFT', ...columnsOf(content) })
      await this.#clues.putItems(
        tx,
        clue,
        items.map((item, index) => ({ ...item, clue, position: index + 1 })),
      )
      return this.#demand(tx, context, clue)
    })
  }

  /** Throws a draft away. */
  async discard(context: RequestContext, id: string): Promise<boolean> {
    this.#parts.authoriser.toWrite(context)
    if (await this.#clues.discard(this.#parts.db, id)) return true
    throw noSuchDraft(id)
  }

  /** 事先通报: gives notice of a draft to the other county's counterpart. */
  async giveNotice(context: RequestContext, id: string, request: string): Promise<ClueRow> {
    this.#parts.authoriser.toWrite(context)
    return this.#delivery.act(async (tx) => {
      const row = await this.#ownClue(tx, id)
      if (row.state !== 'DRAFT') throw noSuchDraft(id)
      const body: ClueBodies['GIVE_NOTICE'] = { clue: contentOf(row), request }
      await this.#delivery.open(tx, {
        kind: clueKind,
        matter: id,
        recipients: [row.recipient],
        event: 'GIVE_NOTICE',
        body,
        actor: await this.#papers.actor(tx, context),
      })
      return this.#demand(tx, context, id)
    })
  }

  /** 移送: sends a draft, or a clue of which notice was given, with its handover list signed. */
  async send(
    context: RequestContext,
    id: string,
    given: { number: string; certificate: string | null; attachments: readonly AttachmentReference[] },
  ): Promise<ClueRow> {
    this.#parts.authoriser.toWrite(context)
    return this.#delivery.act(async (tx) => {
      const row = await this.#ownClue(tx, id)
      const content = contentOf(row)
      if (row.state === 'DRAFT') await demandNotPassedOn(tx, this.#parts.county, content)
      const items = (await this.#clues.items(tx, [id])).get(id) ?? []
      const body: ClueBodies['SEND'] = {
        clue: content,
        number: given.number,
        items: items.map(({ kind, name, quantity, note }) => ({
          kind: kind as HandoverItem['kind'],
          name,
          quantity,
          note,
        })),
        handedOverBy: await this.#papers.signatory(tx, context, given.certificate),
      }
      const actor = await this.#papers.actor(tx, context)
      const { attachments } = given
      await (row.state === 'DRAFT'
        ? this.#delivery.open(tx, {
            kind: clueKind,
            matter: id,
            recipients: [row.recipient],
            event: 'SEND',
            body,
            attachments,
            actor,
          })
        : this.#delivery.send(tx, { matter: id, event: 'SEND_AFTER_NOTICE', body, attachments, actor }))
      return this.#demand(tx, context, id)
    })
  }

  /** Takes a clue one step further; the machine says whose turn it is. */
  async advance(context: RequestContext, id: string, event: ClueStepEvent, step: ClueStep): Promise<ClueRow> {
    this.#parts.authoriser.toWrite(context)
    return this.#delivery.act(async (tx) => {
      await this.#delivery.lock(tx, id)
      const row = await this.#demand(tx, context, id)
      if (event === 'ACCEPT') demandNotInDispute(row)
      const dispute = event === 'OBJECT' ? this.#delivery.newMatter(disputeKind) : undefined
      const said = await this.#cluePapers.bodyOf(tx, context, row, event, step)
      const body = dispute === undefined ? said : { ...said, dispute }
      await this.#delivery.send(tx, await this.#action(tx, context, { id, event, body, attachments: step.attachments }))
      if (dispute !== undefined) {
        const opened = { dispute, clue: row, reason: step.text ?? '' }
        await openDisputeOfObjection(tx, { parts: this.#parts, delivery: this.#delivery }, context, opened)
      }
      return this.#demand(tx, context, id)
    })
  }

  /** Adds a note, which changes no state: a reminder, a comment, further material, a request to have the clue back. */
  async note(
    context: RequestContext,
    id: string,
    event: ClueNote,
    given: { text: string; attachments: readonly AttachmentReference[] },
  ): Promise<ClueRow> {
    this.#parts.authoriser.toWrite(context)
    const { text, attachments } = given
    return this.#delivery.act(async (tx) => {
      await this.#demand(tx, context, id)
      await this.#delivery.send(tx, await this.#action(tx, context, { id, event, body: { text }, attachments }))
      return this.#demand(tx, context, id)
    })
  }

  async #action(
    tx: NodeParts['db'],
    context: RequestContext,
    given: { id: string; event: string; body: Action['body']; attachments: readonly AttachmentReference[] },
  ): Promise<Action> {
    const { id, event, body, attachments } = given
    return { matter: id, event, body, attachments, actor: await this.#papers.actor(tx, context) }
  }

  /** What the envelope will demand too, with the arguments named. */
  #demandContent(content: ClueContent, items: readonly HandoverItem[]): void {
    this.#papers.demandAct(content.act, 'act')
    try {
      readClueMessage('SEND', { clue: content, number: '-', items, handedOverBy: { name: '-', certificate: '-' } })
    } catch (error) {
      throw error instanceof Refusal ? badInput(error.message, 'input') : error
    }
  }

  async #ownClue(tx: NodeParts['db'], id: string): Promise<ClueRow> {
    await this.#delivery.lock(tx, id)
    const row = await this.#clues.lock(tx, id)
    if (row?.sender === this.#parts.county) return row
    throw noSuchClue(id)
  }

  async #demand(tx: NodeParts['db'], context: RequestContext, id: string): Promise<ClueRow> {
    const row = (await this.#clues.byIds(tx, [id])).get(id)
    if (!row) throw noSuchClue(id)
    if (row.subjectCode) noteShown(context, [row.subjectCode])
    return row
  }
}

function contentOf(row: ClueRow): ClueContent {
  const { title, source, field, supervisionStage, act, topics, priorities, methodNote, subjectName, facts } = row
  const plain = { title, source, field, supervisionStage, act, topics, priorities, methodNote, subjectName, facts }
  return {
    ...(plain as Omit<ClueContent, 'subject' | 'originCase' | 'fromAgency' | 'toAgency'>),
    subject: row.subjectCode,
    originCase: row.originCase,
    fromAgency: { id: row.fromAgencyId, name: row.fromAgencyName },
    toAgency: row.toAgencyId === null ? null : { id: row.toAgencyId, name: row.toAgencyName ?? row.toAgencyId },
  }
}

function columnsOf({ subject, fromAgency, toAgency, ...rest }: ClueContent) {
  return {
    ...rest,
    subjectCode: subject,
    fromAgencyId: fromAgency.id,
    fromAgencyName: fromAgency.name,
    toAgencyId: toAgency?.id ?? null,
    toAgencyName: toAgency?.name ?? null,
  }
}

function noSuchClue(id: string): ExchangeError {
  return new ExchangeError('NOT_FOUND', 'There is no such clue in this county.', { key: id })
}

function noSuchDraft(id: string): ExchangeError {
  return new ExchangeError('NOT_FOUND', 'There is no such draft of a clue in this county.', { key: id })
}

/** After an objection the clue waits for the dispute: who accepts it after all agrees there. */
function demandNotInDispute({ state, dispute }: ClueRow): void {
  if (state !== 'OBJECTED' || dispute === null) return
  throw new ExchangeError(
    'TRANSITION_REFUSED',
    'The clue waits for the dispute about jurisdiction: agree there, and take it over there once it is settled.',
    { key: dispute },
  )
}
