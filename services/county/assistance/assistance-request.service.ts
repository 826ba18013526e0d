import { ExchangeError, badInput } from '../../platform/errors.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import { noteShown } from '../access/subjects-shown.ts'
import { Batch } from '../db/batch.ts'
import type { NodeParts } from '../db/node-parts.ts'
import { countyOfId } from '../db/record-id.ts'
import { type AttachmentReference, type Delivery, Refusal } from '../delivery/contract.ts'
import type { MatterService } from '../matters/matter.service.ts'
import { printAssistanceLetter } from './assistance-letter.ts'
import { AssistancePapers, type AskedPart, type AssistanceStep, type AssistanceStepEvent } from './assistance-papers.ts'
import { type AssistanceBodies, readAssistanceMessage } from './assistance-request.document.ts'
import { assistanceKind, columnsOf, partsOf } from './assistance-request.kind.ts'
import type { AssistanceNote } from './assistance-request.machine.ts'
import {
  AssistanceRequestRepository,
  type AssistanceRow,
  type ExtensionRow,
  type MaterialRow,
  type PartRow,
} from './assistance-request.repository.ts'

/** What the service is told of a step. */
export type { AskedPart, AssistanceStep, AssistanceStepEvent } from './assistance-papers.ts'
/** What the service answers with. */
export type { AssistanceRow, ExtensionRow, MaterialRow, PartRow } from './assistance-request.repository.ts'

/** What an officer writes when drafting a letter. */
export interface AssistanceDraft {
  case: string
  /** 协查对象; that of the case when left out. */
  subject: { code: string | null; name: string } | null
  facts: string
  contact: { name: string; phone: string; address: string }
  parts: readonly AskedPart[]
}

/** What an officer adds when issuing a letter. */
export interface AssistanceLetter {
  /** 文号, not that of another letter of this county. */
  number: string
  /** 执法证号 of who signs; the asking officer's own when left out. */
  certificate: string | null
  attachments: readonly AttachmentReference[]
}

const mostDrafts = 200
const mostOfCase = 200

/** Assistance requests of this county: the letters that it issues, and what it does with those that it was sent. */
export class AssistanceRequestService {
  readonly #parts: NodeParts
  readonly #delivery: Delivery
  readonly #requests = new AssistanceRequestRepository()
  readonly #papers: AssistancePapers
  readonly #byId: Batch<AssistanceRow>
  readonly #byLetter: Batch<AssistanceRow[]>
  readonly #partsOf: Batch<PartRow[]>
  readonly #materials: Batch<MaterialRow[]>
  readonly #extensions: Batch<ExtensionRow[]>

  constructor(parts: NodeParts, delivery: Delivery, matters: MatterService) {
    const { db, county } = parts
    this.#parts = parts
    this.#delivery = delivery
    this.#papers = new AssistancePapers(parts, matters)
    this.#byId = new Batch((ids) => this.#requests.byIds(db, ids))
    this.#byLetter = new Batch((letters) => this.#requests.ofLetters(db, county, letters))
    this.#partsOf = new Batch((ids) => this.#requests.parts(db, ids))
    this.#materials = new Batch((ids) => this.#requests.materials(db, ids))
    this.#extensions = new Batch((ids) => this.#requests.extensions(db, ids))
  }

  /** One request; undefined when this county holds none of that id. */
  async find(context: RequestContext, id: string): Promise<AssistanceRow | undefined> {
    this.#parts.authoriser.toHandle(context)
    const row = await this.#byId.get(context, id)
    return row && this.#shown(context, [row])[0]
  }

  /** The county's drafts, the first 200 matters. */
  async drafts(context: RequestContext): Promise<AssistanceRow[]> {
    this.#parts.authoriser.toHandle(context)
    return this.#shown(context, await this.#requests.drafts(this.#parts.db, mostDrafts))
  }

  /** The requests that this county issued, or was sent, for a case; the first 200. */
  async ofCase(context: RequestContext, id: string): Promise<AssistanceRow[]> {
    this.#parts.authoriser.toHandle(context)
    countyOfId(id, 'case', 'case')
    return this.#shown(context, await this.#requests.ofCase(this.#parts.db, id, mostOfCase))
  }

  /** The matters of a letter that this county issued or drafts, one for each assisting county. */
  async ofLetter(context: RequestContext, letter: string): Promise<AssistanceRow[]> {
    this.#parts.authoriser.toHandle(context)
    return this.#shown(context, (await this.#byLetter.get(context, letter)) ?? [])
  }

  /** The parts of a request, in their order. */
  async parts(context: RequestContext, id: string): Promise<PartRow[]> {
    this.#parts.authoriser.toHandle(context)
    return (await this.#partsOf.get(context, id)) ?? []
  }

  /** What the parts of a request were answered with, in its order. */
  async materials(context: RequestContext, id: string): Promise<MaterialRow[]> {
    this.#parts.authoriser.toHandle(context)
    return (await this.#materials.get(context, id)) ?? []
  }

  /** The extensions of the limit that runs, oldest first. */
  async extensions(context: RequestContext, id: string): Promise<ExtensionRow[]> {
    this.#parts.authoriser.toHandle(context)
    return (await this.#extensions.get(context, id)) ?? []
  }

  /**
   * 协助调查函 of a request, to be printed; with `supplement` the last one that asked for a supplement. NOT_FOUND when there
   * is none.
   */
  async print(context: RequestContext, id: string, supplement = false): Promise<string> {
    this.#parts.authoriser.toHandle(context)
    const [row, parts] = await Promise.all([this.#byId.get(context, id), this.#partsOf.get(context, id)])
    if (!row) throw noSuchRequest(id)
    if (supplement && row.supplements === 0) {
      throw new ExchangeError('NOT_FOUND', 'No supplement has been asked for in this request.', { key: id })
    }
    const asked = supplement ? parts?.filter(({ position }) => row.supplementParts.includes(position)) : parts
    return printAssistanceLetter(row, asked ?? [], supplement)
  }

  /** Drafts a letter, or writes the draft `letter` anew: one matter for each assisting county. Nothing leaves the county. */
  async draft(context: RequestContext, letter: string | undefined, draft: AssistanceDraft): Promise<AssistanceRow[]> {
    this.#parts.authoriser.toWrite(context)
    const { county, clock, db } = this.#parts
    if (draft.parts.length === 0) throw badInput('"parts" is empty: a letter asks at least one agency.', 'parts')
    const group = letter ?? clock.uuid()
    const asked = this.#papers.partsByCounty(context, draft.parts)
    return db.transaction(async (tx) => {
      if (letter !== undefined && (await this.#requests.discard(tx, letter)) === 0) throw noSuchDraft(letter)
      const about = await this.#papers.ownCase(tx, draft.case, 'case')
      for (const [assistant, parts] of asked) {
        const content = {
          letter: group,
          title: about.title,
          case: draft.case,
          caseNumber: about.number,
          subject: draft.subject ? draft.subject.code : about.subjectCode,
          subjectName: draft.subject?.name ?? about.subjectName,
          facts: draft.facts,
          fromAgency: this.#papers.agencies(context, assistant).fromAgency,
          contact: draft.contact,
          alsoAsked: [...asked.keys()].filter((other) => other !== assistant),
          parts,
        }
        demandReadable(content)
        const row = { ...columnsOf(content, county), id: this.#delivery.newMatter(assistanceKind), requester: county }
        await this.#requests.put(tx, { ...row, assistant, state: 'DRAFT' }, partsOf(parts))
      }
      return this.#shown(context, (await this.#requests.ofLetters(tx, county, [group])).get(group) ?? [])
    })
  }

  /** Throws the draft of a letter away. */
  async discard(context: RequestContext, letter: string): Promise<boolean> {
    this.#parts.authoriser.toWrite(context)
    if ((await this.#requests.discard(this.#parts.db, letter)) > 0) return true
    throw noSuchDraft(letter)
  }

  /** 出具协助调查函: issues a drafted letter to all the counties that it asks, at once or not at all. */
  async issue(context: RequestContext, letter: string, given: AssistanceLetter): Promise<AssistanceRow[]> {
    this.#parts.authoriser.toWrite(context)
    const { county } = this.#parts
    return this.#delivery.act(async (tx) => {
      const drafted = (await this.#requests.ofLetters(tx, county, [letter])).get(letter) ?? []
      for (const { id } of drafted.toSorted((one, other) => (one.id < other.id ? -1 : 1))) {
        await this.#delivery.lock(tx, id)
        if ((await this.#requests.lock(tx, id))?.state !== 'DRAFT') throw noSuchDraft(letter)
      }
      if (drafted.length === 0) throw noSuchDraft(letter)
      if (await this.#requests.numberTaken(tx, county, given.number, letter)) {
        throw badInput('Another letter of this county bears this number (文号).', 'number')
      }
      const parts = await this.#requests.parts(
        tx,
        drafted.map(({ id }) => id),
      )
      const signedBy = await this.#papers.signatory(tx, context, given.certificate)
      const actor = await this.#papers.actor(tx, context)
      for (const row of drafted) {
        const content = letterOf(row, parts.get(row.id) ?? [])
        await this.#delivery.open(tx, {
          kind: assistanceKind,
          matter: row.id,
          recipients: [row.assistant],
          event: 'ISSUE',
          body: { ...content, number: given.number, signedBy },
          attachments: given.attachments,
          actor,
        })
      }
      return this.#shown(context, (await this.#requests.ofLetters(tx, county, [letter])).get(letter) ?? [])
    })
  }

  /** Takes a request one step further; the machine says whose turn it is. */
  async advance(
    context: RequestContext,
    id: string,
    event: AssistanceStepEvent,
    step: AssistanceStep,
  ): Promise<AssistanceRow> {
    this.#parts.authoriser.toWrite(context)
    return this.#delivery.act(async (tx) => {
      await this.#delivery.lock(tx, id)
      const row = await this.#demand(tx, context, id)
      const body = await this.#papers.bodyOf(tx, context, row, event, step)
      const actor = await this.#papers.actor(tx, context)
      await this.#delivery.send(tx, { matter: id, event, body, attachments: step.attachments, actor })
      return this.#demand(tx, context, id)
    })
  }

  /** Adds a note, which changes no state: a reminder, a comment, further material, a request to have the letter back. */
  async note(
    context: RequestContext,
    id: string,
    event: AssistanceNote,
    given: { text: string; attachments: readonly AttachmentReference[] },
  ): Promise<AssistanceRow> {
    this.#parts.authoriser.toWrite(context)
    const { text, attachments } = given
    return this.#delivery.act(async (tx) => {
      await this.#demand(tx, context, id)
      const actor = await this.#papers.actor(tx, context)
      await this.#delivery.send(tx, { matter: id, event, body: { text }, attachments, actor })
      return this.#demand(tx, context, id)
    })
  }

  async #demand(tx: NodeParts['db'], context: RequestContext, id: string): Promise<AssistanceRow> {
    const row = (await this.#requests.byIds(tx, [id])).get(id)
    if (!row) throw noSuchRequest(id)
    this.#shown(context, [row])
    return row
  }

  #shown(context: RequestContext, rows: AssistanceRow[]): AssistanceRow[] {
    noteShown(
      context,
      rows.flatMap(({ subjectCode }) => subjectCode ?? []),
    )
    return rows
  }
}

/** What the envelope will demand too, with the argument named. */
function demandReadable(content: Omit<AssistanceBodies['ISSUE'], 'number' | 'signedBy'>): void {
  try {
    readAssistanceMessage('ISSUE', { ...content, number: '-', signedBy: { name: '-', certificate: '-' } })
  } catch (error) {
    throw error instanceof Refusal ? badInput(error.message, 'input') : error
  }
}

function letterOf(
  row: AssistanceRow,
  parts: readonly PartRow[],
): Omit<AssistanceBodies['ISSUE'], 'number' | 'signedBy'> {
  const { letter, title, facts, subjectName, alsoAsked } = row
  return {
    letter,
    title,
    facts,
    subjectName,
    alsoAsked,
    subject: row.subjectCode,
    case: row.originCase,
    caseNumber: row.originCaseNumber,
    fromAgency: { id: row.fromAgencyId, name: row.fromAgencyName },
    contact: { name: row.contactName, phone: row.contactPhone, address: row.contactAddress },
    parts: parts.map(({ agencyId, agencyName, tasks }) => ({ agency: { id: agencyId, name: agencyName }, tasks })),
  }
}

function noSuchRequest(id: string): ExchangeError {
  return new ExchangeError('NOT_FOUND', 'There is no such assistance request in this county.', { key: id })
}

function noSuchDraft(letter: string): ExchangeError {
  return new ExchangeError('NOT_FOUND', 'There is no such draft of a letter in this county.', { key: letter })
}
