import { Arg, Ctx, Directive, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import type { RequestContext } from '../../platform/viewer.ts'
import { EnforcementCase } from '../cases/enforcement-case.type.ts'
import type { AttachmentReference } from '../delivery/contract.ts'
import { MatterAttachmentInput, plainAttachments } from '../matters/attachment.input.ts'
import type { MatterService } from '../matters/matter.service.ts'
import { HistoryLineType, toHistoryLine } from '../matters/matter.type.ts'
import type { LegalityReview } from './evidence.document.ts'
import { EvidenceStepInput, type LegalityCheckInput, ShareEvidenceInput } from './evidence.input.ts'
import type { EvidenceAmendment, EvidenceRemark, EvidenceStep } from './evidence.machine.ts'
import { toCitation, toEvidenceSharing } from './evidence.record.ts'
import type { EvidenceRow, EvidenceService, SharedPiece } from './evidence.service.ts'
import {
  EvidenceAmendmentEnum,
  EvidenceCitation,
  EvidenceNoteEnum,
  EvidenceSharing,
  EvidenceStepEnum,
  SharedEvidence,
} from './evidence.type.ts'

const reads = '@requiresScopes(scopes: [["matter:read"]])'
const writes = '@requiresScopes(scopes: [["matter:write"]])'

/** Fields of shared evidence. */
@Resolver(() => EvidenceSharing)
export class EvidenceResolver {
  readonly #service: EvidenceService
  readonly #matters: MatterService

  constructor(services: { evidence: EvidenceService; matters: MatterService }) {
    this.#service = services.evidence
    this.#matters = services.matters
  }

  @Directive('@routed(by: VIEWER)')
  @Directive(reads)
  @Query(() => EvidenceSharing, {
    nullable: true,
    description: '证据互认: one piece as the own county holds it; null when there is none.',
  })
  async evidenceSharing(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '证据互认标识.' }) id: string,
  ): Promise<EvidenceSharing | null> {
    const row = await this.#service.find(context, id)
    return row ? this.#toSharing(context, row) : null
  }

  @Directive('@routed(by: VIEWER)')
  @Directive(reads)
  @Query(() => [SharedEvidence], {
    nullable: true,
    description: '已提供的证据: what an own case shared, piece by piece with every county that it was shared with.',
  })
  async sharedEvidence(
    @Ctx() context: RequestContext,
    @Arg('case', () => ID, { description: '本县案件.' }) id: string,
  ): Promise<SharedEvidence[]> {
    const pieces = await this.#service.sharedFrom(context, id)
    return Promise.all(pieces.map((piece) => this.toPiece(context, piece)))
  }

  @Directive('@routed(by: VIEWER)')
  @Directive(reads)
  @Query(() => [EvidenceSharing], {
    nullable: true,
    description:
      '收到的证据: what other counties shared for an own case, or what it cites: 200, of each county the latest.',
  })
  async evidenceForCase(
    @Ctx() context: RequestContext,
    @Arg('case', () => ID, { description: '本县案件.' }) id: string,
  ): Promise<EvidenceSharing[]> {
    const rows = await this.#service.forCase(context, id)
    return Promise.all(rows.map((row) => this.#toSharing(context, row)))
  }

  @Directive('@routed(by: VIEWER)')
  @Directive(writes)
  @Mutation(() => [EvidenceSharing], {
    description: '提供证据: share a piece of an own case with other counties; one matter for each.',
  })
  async shareEvidence(
    @Ctx() context: RequestContext,
    @Arg('input', () => ShareEvidenceInput, { description: '证据内容.' }) input: ShareEvidenceInput,
  ): Promise<EvidenceSharing[]> {
    const { evidence, document, title, collectedPlace, purpose, recipients, collectors, collectedAt } = input
    const rows = await this.#service.share(context, {
      case: input.case,
      recipients,
      content: {
        evidence,
        document,
        title,
        collectedPlace,
        purpose,
        number: input.number ?? null,
        description: input.description ?? null,
        appraiser: input.appraiser ?? null,
        forCase: input.forCase ?? null,
      },
      collectedAt,
      collectors,
      checklist: plainChecks(input.checklist),
      file: plainFile(input.file),
      attachments: plainAttachments(input.attachments),
    })
    return Promise.all(rows.map((row) => this.#toSharing(context, row)))
  }

  @Directive('@routed(by: VIEWER)')
  @Directive(writes)
  @Mutation(() => EvidenceSharing, {
    description:
      '证据办理: the recipient recognises, verifies on site, rejects, cites in an own case, or reviews a case that cites it.',
  })
  async advanceEvidence(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '证据互认标识.' }) id: string,
    @Arg('event', () => EvidenceStepEnum, { description: '办理事项.' }) event: EvidenceStep,
    @Arg('step', () => EvidenceStepInput, { description: '办理内容.' }) step: EvidenceStepInput,
  ): Promise<EvidenceSharing> {
    const row = await this.#service.advance(context, id, event, {
      version: step.version ?? null,
      text: step.text ?? null,
      certificate: step.certificate ?? null,
      checklist: plainChecks(step.checklist),
      ground: step.ground ?? null,
      verifiers: step.verifiers ?? [],
      verifiedAt: step.verifiedAt ?? null,
      place: step.place ?? null,
      findings: step.findings ?? null,
      case: step.case ?? null,
      outcome: step.outcome ?? null,
      replacement: step.replacement ?? null,
      attachments: plainAttachments(step.attachments),
    })
    return this.#toSharing(context, row)
  }

  @Directive('@routed(by: VIEWER)')
  @Directive(writes)
  @Mutation(() => [EvidenceSharing], {
    description:
      '更正或撤回证据: the county that shared it corrects or withdraws a piece at any time; every citing case is told.',
  })
  async amendEvidence(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '证据互认标识.' }) id: string,
    @Arg('event', () => EvidenceAmendmentEnum, { description: '更正或撤回.' }) event: EvidenceAmendment,
    @Arg('text', () => String, { description: '更正内容或撤回理由.' }) text: string,
    @Arg('file', () => MatterAttachmentInput, { nullable: true, description: '更正后的文件: needed for CORRECT.' })
    file: MatterAttachmentInput | null | undefined,
    @Arg('description', () => String, { nullable: true, description: '更正后的物证描述.' })
    description: string | null | undefined,
    @Arg('everywhere', () => Boolean, {
      nullable: true,
      description: '向所有接收县: for every county that the piece stands shared with, in one step.',
    })
    everywhere: boolean | null | undefined,
  ): Promise<EvidenceSharing[]> {
    const given = {
      text,
      file: file ? plainFile(file) : null,
      description: description ?? null,
      everywhere: everywhere ?? false,
    }
    const rows = await this.#service.amend(context, id, event, given)
    return Promise.all(rows.map((row) => this.#toSharing(context, row)))
  }

  @Directive('@routed(by: VIEWER)')
  @Directive(writes)
  @Mutation(() => EvidenceSharing, {
    description: '备注: remind, comment, or send further material; either county at any time.',
  })
  async noteOnEvidence(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '证据互认标识.' }) id: string,
    @Arg('note', () => EvidenceNoteEnum, { description: '备注种类.' }) note: EvidenceRemark,
    @Arg('text', () => String, { description: '内容.' }) text: string,
    @Arg('attachments', () => [MatterAttachmentInput], { nullable: true, description: '附件.' })
    attachments: MatterAttachmentInput[] | null | undefined,
  ): Promise<EvidenceSharing> {
    const given = { text, attachments: plainAttachments(attachments) }
    return this.#toSharing(context, await this.#service.note(context, id, note, given))
  }

  @FieldResolver(() => [HistoryLineType], { description: '办理记录, oldest first; both counties show the same.' })
  async history(@Ctx() context: RequestContext, @Root() sharing: EvidenceSharing): Promise<HistoryLineType[]> {
    return (await this.#matters.history(context, sharing.id)).map(toHistoryLine)
  }

  /** Pieces by their ids, for the inbox. */
  readonly records = async (
    context: RequestContext,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, EvidenceSharing>> => {
    const found = await Promise.all(ids.map((id) => this.evidenceSharing(context, id)))
    return new Map(found.flatMap((sharing) => (sharing ? [[sharing.id, sharing]] : [])))
  }

  /** A piece with every county that it was shared with. */
  async toPiece(context: RequestContext, { hash, title, sharings }: SharedPiece): Promise<SharedEvidence> {
    return { hash, title, sharings: await Promise.all(sharings.map((row) => this.#toSharing(context, row))) }
  }

  async #toSharing(context: RequestContext, row: EvidenceRow): Promise<EvidenceSharing> {
    const [versions, citations, standing] = await Promise.all([
      this.#service.versions(context, row.id),
      this.#service.citations(context, row.id),
      this.#matters.standing(context, row.id),
    ])
    return { ...toEvidenceSharing(row, versions, citations, standing), history: [] }
  }
}

/** Evidence of a case: shown to agencies of its own county only. */
@Resolver(() => EnforcementCase)
export class EvidenceOfCaseResolver {
  readonly #service: EvidenceService
  readonly #sharings: EvidenceResolver

  constructor(service: EvidenceService, sharings: EvidenceResolver) {
    this.#service = service
    this.#sharings = sharings
  }

  @Directive(reads)
  @FieldResolver(() => [EvidenceCitation], {
    nullable: true,
    description: '援用的证据: evidence of other counties that the case cites; null for agencies of other counties.',
  })
  async citedEvidence(
    @Ctx() context: RequestContext,
    @Root() record: EnforcementCase,
  ): Promise<EvidenceCitation[] | null> {
    if (!this.#service.owns(context)) return null
    return (await this.#service.citedIn(context, record.id)).map(toCitation)
  }

  @Directive(reads)
  @FieldResolver(() => [SharedEvidence], {
    nullable: true,
    description: '提供的证据: evidence of the case that was shared; null for agencies of other counties.',
  })
  async sharedEvidence(
    @Ctx() context: RequestContext,
    @Root() record: EnforcementCase,
  ): Promise<SharedEvidence[] | null> {
    if (!this.#service.owns(context)) return null
    const pieces = await this.#service.sharedFrom(context, record.id)
    return Promise.all(pieces.map((piece) => this.#sharings.toPiece(context, piece)))
  }
}

function plainFile({ hash, size, mediaType, name }: MatterAttachmentInput): AttachmentReference {
  return { hash, size, mediaType, name }
}

function plainChecks(checks: readonly LegalityCheckInput[] | null | undefined): LegalityReview {
  return (checks ?? []).map(({ item, answer, note }) => ({ item, answer, note: note ?? null }))
}
