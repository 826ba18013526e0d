import { ExchangeError, badInput } from '../../platform/errors.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import { EnforcementCaseRepository } from '../cases/enforcement-case.repository.ts'
import { Batch, groupBy } from '../db/batch.ts'
import type { NodeParts } from '../db/node-parts.ts'
import { countyOfId } from '../db/record-id.ts'
import type { AttachmentReference, Delivery } from '../delivery/contract.ts'
import { amendmentsOf } from './evidence-step.ts'
import { EvidencePapers, type EvidenceStepGiven } from './evidence-papers.ts'
import type { EvidenceBodies, LegalityReview } from './evidence.document.ts'
import { evidenceKind } from './evidence.kind.ts'
import { type EvidenceAmendment, type EvidenceRemark, type EvidenceStep, affecting } from './evidence.machine.ts'
import { type CitationRow, EvidenceRepository, type EvidenceRow, type VersionRow } from './evidence.repository.ts'

/** What the service is told of a step. */
export type { EvidenceStepGiven } from './evidence-papers.ts'
/** What the service answers with. */
export type { EvidenceRow, VersionRow } from './evidence.repository.ts'

/** What an officer says when sharing a piece from an own case. */
export interface EvidenceShare {
  case: string
  recipients: readonly string[]
  content: Pick<
    EvidenceBodies['SHARE'],
    | 'evidence'
    | 'document'
    | 'title'
    | 'number'
    | 'description'
    | 'collectedPlace'
    | 'appraiser'
    | 'purpose'
    | 'forCase'
  >
  collectedAt: Date
  /** 执法证号 of who collected it. */
  collectors: readonly string[]
  checklist: LegalityReview
  file: AttachmentReference
  attachments: readonly AttachmentReference[]
}

/** A citation with what it means now. */
export interface CitationView extends CitationRow {
  /** The first correction or withdrawal after which it was not reviewed. */
  affectedBy: VersionRow | undefined
  /** An own case: whether it has been decided. Another county's: what it last told. */
  decided: boolean | null
}

/** A piece of an own case with all counties that it was shared with. */
export interface SharedPiece {
  /** SHA-256 of the first version. */
  hash: string
  title: string
  sharings: EvidenceRow[]
}

const mostRecipients = 20
const mostForCase = 200

/** Evidence that this county shares with others, and what it does with what it was given. */
export class EvidenceService {
  readonly #parts: NodeParts
  readonly #delivery: Delivery
  readonly #evidence = new EvidenceRepository()
  readonly #cases = new EnforcementCaseRepository()
  readonly #papers: EvidencePapers
  readonly #byId: Batch<EvidenceRow>
  readonly #versions: Batch<VersionRow[]>
  readonly #citations: Batch<CitationView[]>
  readonly #citedIn: Batch<CitationView[]>
  readonly #sharedFrom: Batch<EvidenceRow[]>

  constructor(parts: NodeParts, delivery: Delivery) {
    const { db } = parts
    this.#parts = parts
    this.#delivery = delivery
    this.#papers = new EvidencePapers(parts)
    this.#byId = new Batch((ids) => this.#evidence.byIds(db, ids))
    this.#versions = new Batch((ids) => this.#evidence.versions(db, ids))
    this.#citations = new Batch(async (ids) =>
      this.#seen(await this.#evidence.citations(db, ids), (row) => row.sharing),
    )
    this.#citedIn = new Batch(async (ids) => this.#seen(await this.#evidence.citationsIn(db, ids), (row) => row.caseId))
    this.#sharedFrom = new Batch((ids) => this.#evidence.sharedFrom(db, ids))
  }

  /** One piece; undefined when this county holds none of that id. */
  async find(context: RequestContext, id: string): Promise<EvidenceRow | undefined> {
    this.#parts.authoriser.toHandle(context)
    return this.#byId.get(context, id)
  }

  /** The versions of a piece and its withdrawal, oldest first. */
  async versions(context: RequestContext, id: string): Promise<VersionRow[]> {
    this.#parts.authoriser.toHandle(context)
    return (await this.#versions.get(context, id)) ?? []
  }

  /** The citations of a piece, in their order. */
  async citations(context: RequestContext, id: string): Promise<CitationView[]> {
    this.#parts.authoriser.toHandle(context)
    return (await this.#citations.get(context, id)) ?? []
  }

  /** Whether the asker is an agency of this county; others are shown nothing of evidence. */
  owns(context: RequestContext): boolean {
    return context.viewer.county === this.#parts.county
  }

  /** Citations in an own case, oldest first. */
  async citedIn(context: RequestContext, caseId: string): Promise<CitationView[]> {
    this.#parts.authoriser.toHandle(context)
    return (await this.#citedIn.get(context, caseId)) ?? []
  }

  /** Pieces that an own case shared, oldest first. */
  async sharedFrom(context: RequestContext, caseId: string): Promise<SharedPiece[]> {
    this.#parts.authoriser.toHandle(context)
    const rows = (await this.#sharedFrom.get(context, caseId)) ?? []
    return [...groupBy(rows, ({ piece }) => piece)].map(([hash, sharings]) => ({
      hash,
      title: sharings[0]?.title ?? '',
      sharings,
    }))
  }

  /** Pieces that were shared for an own case or are cited in it: 200, of each county the latest. */
  async forCase(context: RequestContext, caseId: string): Promise<EvidenceRow[]> {
    this.#parts.authoriser.toHandle(context)
    countyOfId(caseId, 'case', 'case')
    return this.#evidence.forCase(this.#parts.db, caseId, mostForCase)
  }

  /**
   * Shares a piece of an own case with other counties, one matter each. CONFLICT with the first one's id where the file
   * stands shared with one of them from that case.
   */
  async share(context: RequestContext, share: EvidenceShare): Promise<EvidenceRow[]> {
    this.#parts.authoriser.toWrite(context)
    const { content, file } = share
    const recipients = [...new Set(share.recipients)]
    if (recipients.length === 0 || recipients.length > mostRecipients) {
      throw badInput(`"recipients" names between 1 and ${mostRecipients} counties.`, 'recipients')
    }
    for (const recipient of recipients) this.#papers.demandOtherCounty(recipient, 'recipients')
    if (
      content.forCase !== null &&
      recipients.some((each) => countyOfId(content.forCase ?? '', 'case', 'forCase') !== each)
    )
      throw badInput('"forCase" is a case of the one county with which the piece is shared.', 'forCase')
    this.#papers.demandPast(share.collectedAt, 'collectedAt')
    return this.#delivery.act(async (tx) => {
      // Whoever shares or amends pieces of one case does so one after the other.
      await this.#delivery.lock(tx, share.case)
      const row = await this.#papers.ownCase(tx, share.case, 'case')
      if (content.forCase !== null) await this.#papers.demandRoom(tx, content.forCase)
      const collectors = await this.#papers.officers(tx, context, share.collectors)
      const actor = await this.#papers.actor(tx, context)
      const ids: string[] = []
      for (const recipient of recipients) {
        const same = { originCase: row.id, recipient, hash: file.hash }
        const first = await this.#evidence.sharedBefore(tx, same)
        if (first !== undefined) {
          throw new ExchangeError(
            'CONFLICT',
            `This file was shared with ${recipient} from this case before: ${first}.`,
            {
              key: first,
            },
          )
        }
        const body: EvidenceBodies['SHARE'] = {
          ...content,
          hash: file.hash,
          collectors,
          collectedAt: share.collectedAt.toISOString(),
          checklist: share.checklist,
          originCase: row.id,
          originCaseNumber: row.number,
          ...this.#papers.agencies(context, recipient),
        }
        const attachments = [file, ...share.attachments]
        const opening = { kind: evidenceKind, recipients: [recipient], event: 'SHARE', body, attachments, actor }
        ids.push((await this.#delivery.open(tx, opening)).payload.matter)
      }
      return this.#rows(tx, ids)
    })
  }

  /** A step of the recipient: it decides about a piece, cites it in an own case, or reviews a case that cites it. */
  async advance(
    context: RequestContext,
    id: string,
    event: EvidenceStep,
    given: EvidenceStepGiven,
  ): Promise<EvidenceRow> {
    this.#parts.authoriser.toWrite(context)
    return this.#delivery.act(async (tx) => {
      await this.#delivery.lock(tx, id)
      await this.#demand(tx, id)
      const body = await this.#papers.bodyOf(tx, context, event, given)
      const actor = await this.#papers.actor(tx, context)
      await this.#delivery.send(tx, { matter: id, event, body, attachments: given.attachments, actor })
      return this.#demand(tx, id)
    })
  }

  /**
   * Corrects or withdraws an own piece, with `everywhere` for every county that it stands shared with and can be told: one
   * whose matter is frozen does not keep the others from it.
   */
  async amend(
    context: RequestContext,
    id: string,
    event: EvidenceAmendment,
    given: { text: string; file: AttachmentReference | null; description: string | null; everywhere: boolean },
  ): Promise<EvidenceRow[]> {
    this.#parts.authoriser.toWrite(context)
    const { text, file, description, everywhere } = given
    if (event === 'CORRECT' && !file) throw badInput('CORRECT needs the corrected file.', 'file')
    const body = event === 'WITHDRAW' ? { reason: text } : { hash: file?.hash, changed: text, description }
    return this.#delivery.act(async (tx) => {
      const { originCase } = await this.#demand(tx, id)
      await this.#delivery.lock(tx, originCase)
      const row = await this.#demand(tx, id)
      const others = everywhere ? await this.#evidence.everywhere(tx, row) : []
      const told = await this.#delivery.matters(tx, others)
      const ids = new Set([id, ...others.filter((other) => told.get(other)?.frozenAt === null)])
      const actor = await this.#papers.actor(tx, context)
      const attachments = file && event === 'CORRECT' ? [file] : []
      for (const matter of [...ids].toSorted()) {
        await this.#delivery.send(tx, { matter, event, body, attachments, actor })
      }
      return this.#rows(tx, [...ids].toSorted())
    })
  }

  /** Adds a note, which changes nothing. */
  async note(
    context: RequestContext,
    id: string,
    event: EvidenceRemark,
    given: { text: string; attachments: readonly AttachmentReference[] },
  ): Promise<EvidenceRow> {
    this.#parts.authoriser.toWrite(context)
    const { text, attachments } = given
    return this.#delivery.act(async (tx) => {
      await this.#demand(tx, id)
      const actor = await this.#papers.actor(tx, context)
      await this.#delivery.send(tx, { matter: id, event, body: { text }, attachments, actor })
      return this.#demand(tx, id)
    })
  }

  /** What citations mean now, in two further statements. */
  async #seen(
    found: ReadonlyMap<string, CitationRow[]>,
    key: (row: CitationRow) => string,
  ): Promise<Map<string, CitationView[]>> {
    const rows = [...found.values()].flat()
    const { db } = this.#parts
    const [versions, cases] = await Promise.all([
      this.#evidence.versions(
        db,
        rows.map(({ sharing }) => sharing),
      ),
      this.#cases.byIds(
        db,
        rows.map(({ caseId }) => caseId),
      ),
    ])
    const views = rows.map((row): CitationView => {
      const own = cases.get(row.caseId)
      const [affectedBy] = affecting(row, amendmentsOf(versions.get(row.sharing) ?? []))
      return { ...row, affectedBy, decided: own ? own.decision !== null : row.caseDecided }
    })
    return groupBy(views, key)
  }

  async #demand(tx: NodeParts['db'], id: string): Promise<EvidenceRow> {
    const row = (await this.#evidence.byIds(tx, [id])).get(id)
    if (row) return row
    throw new ExchangeError('NOT_FOUND', 'There is no such shared evidence in this county.', { key: id })
  }

  async #rows(tx: NodeParts['db'], ids: readonly string[]): Promise<EvidenceRow[]> {
    const found = await this.#evidence.byIds(tx, ids)
    return ids.flatMap((id) => found.get(id) ?? [])
  }
}
