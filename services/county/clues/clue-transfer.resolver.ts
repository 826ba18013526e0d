import { Arg, Ctx, Directive, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import type { RequestContext } from '../../platform/viewer.ts'
import { toReference } from '../cases/case-link.resolver.ts'
import { clueSourceLabels, supervisionFieldLabels } from '../cases/enforcement-case.labels.ts'
import { labelOf } from '../connection/labelled-enum.ts'
import type { NodeParts } from '../db/node-parts.ts'
import { MatterAttachmentInput, plainAttachments } from '../matters/attachment.input.ts'
import { matterFields } from '../matters/matter-fields.ts'
import type { MatterService, MatterStanding } from '../matters/matter.service.ts'
import { HistoryLineType, type NextActor, toHistoryLine } from '../matters/matter.type.ts'
import { ClueDraftInput, ClueLetterInput, ClueStepInput } from './clue-transfer.input.ts'
import { clueDuties, clueStateLabels } from './clue-transfer.labels.ts'
import { type ClueNote, type ClueState, cluePens } from './clue-transfer.machine.ts'
import type { ClueRow, ClueStepEvent, ClueTransferService } from './clue-transfer.service.ts'
import { ClueNoteEnum, ClueStepEnum, ClueTest, ClueTransfer, HandoverItemType } from './clue-transfer.type.ts'

const writes = '@requiresScopes(scopes: [["matter:write"]])'

/** Fields of clue transfers. */
@Resolver(() => ClueTransfer)
export class ClueTransferResolver {
  readonly #service: ClueTransferService
  readonly #matters: MatterService
  readonly #parts: NodeParts

  constructor(services: { clues: ClueTransferService; matters: MatterService }, parts: NodeParts) {
    this.#service = services.clues
    this.#matters = services.matters
    this.#parts = parts
  }

  @Directive('@routed(by: VIEWER)')
  @Directive('@requiresScopes(scopes: [["matter:read"]])')
  @Query(() => ClueTransfer, {
    nullable: true,
    description: '线索移送: one clue as the own county holds it, a draft too; null when there is none.',
  })
  clueTransfer(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '线索标识.' }) id: string,
  ): Promise<ClueTransfer | null> {
    return this.#find(context, id)
  }

  @Directive('@routed(by: VIEWER)')
  @Directive('@requiresScopes(scopes: [["matter:read"]])')
  @Query(() => [ClueTransfer], { nullable: true, description: '线索移送拟稿: the own county’s drafts, the first 200.' })
  async clueDrafts(@Ctx() context: RequestContext): Promise<ClueTransfer[]> {
    return Promise.all((await this.#service.drafts(context)).map((row) => this.#toClue(context, row)))
  }

  @Directive('@routed(by: VIEWER)')
  @Directive(writes)
  @Mutation(() => ClueTransfer, { description: '拟稿: draft a clue transfer, or write a draft anew. Nothing is sent.' })
  async draftClue(
    @Ctx() context: RequestContext,
    @Arg('input', () => ClueDraftInput, { description: '线索内容.' }) input: ClueDraftInput,
    @Arg('id', () => ID, { nullable: true, description: '拟稿标识, to write it anew.' }) id: string | null | undefined,
  ): Promise<ClueTransfer> {
    const { recipient, items, ...content } = input
    const row = await this.#service.draft(context, id ?? undefined, {
      recipient,
      content: {
        ...content,
        supervisionStage: content.supervisionStage ?? null,
        topics: content.topics ?? [],
        priorities: content.priorities ?? [],
        methodNote: content.methodNote ?? null,
        subject: content.subject ?? null,
        originCase: content.originCase ?? null,
      },
      items: (items ?? []).map(({ kind, name, quantity, note }) => ({ kind, name, quantity, note: note ?? null })),
    })
    return this.#toClue(context, row)
  }

  @Directive('@routed(by: VIEWER)')
  @Directive(writes)
  @Mutation(() => Boolean, { description: '废弃拟稿: throw a draft away.' })
  discardClueDraft(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '拟稿标识.' }) id: string,
  ): Promise<boolean> {
    return this.#service.discard(context, id)
  }

  @Directive('@routed(by: VIEWER)')
  @Directive(writes)
  @Mutation(() => ClueTransfer, {
    description:
      '事先通报 (息双办〔2022〕6号 二.2): give notice of a drafted clue to the counterpart at the same level.',
  })
  async giveClueNotice(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '拟稿标识.' }) id: string,
    @Arg('request', () => String, { description: '请予协助、配合和支持的事项.' }) request: string,
  ): Promise<ClueTransfer> {
    return this.#toClue(context, await this.#service.giveNotice(context, id, request))
  }

  @Directive('@routed(by: VIEWER)')
  @Directive(writes)
  @Mutation(() => ClueTransfer, {
    description: '线索移送: send a drafted clue, or one of which notice was given, with its handover list signed.',
  })
  async sendClue(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '拟稿标识.' }) id: string,
    @Arg('letter', () => ClueLetterInput, { description: '移送函.' }) letter: ClueLetterInput,
  ): Promise<ClueTransfer> {
    const { number, certificate, attachments } = letter
    const given = { number, certificate: certificate ?? null, attachments: plainAttachments(attachments) }
    return this.#toClue(context, await this.#service.send(context, id, given))
  }

  @Directive('@routed(by: VIEWER)')
  @Directive(writes)
  @Mutation(() => ClueTransfer, {
    description: '线索办理: take a clue one step further; only the county whose turn it is can.',
  })
  async advanceClue(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '线索标识.' }) id: string,
    @Arg('event', () => ClueStepEnum, { description: '办理事项.' }) event: ClueStepEvent,
    @Arg('step', () => ClueStepInput, { nullable: true, description: '办理内容.' })
    step: ClueStepInput | null | undefined,
  ): Promise<ClueTransfer> {
    const row = await this.#service.advance(context, id, event, {
      text: step?.text ?? null,
      approvedBy: step?.approvedBy ?? null,
      certificate: step?.certificate ?? null,
      differences: (step?.differences ?? []).map(({ position, remark }) => ({ position, remark })),
      testing: step?.testing ?? null,
      case: step?.case ?? null,
      attachments: plainAttachments(step?.attachments),
    })
    return this.#toClue(context, row)
  }

  @Directive('@routed(by: VIEWER)')
  @Directive(writes)
  @Mutation(() => ClueTransfer, {
    description: '备注: remind, comment, send further material, or ask to have a clue back; either county at any time.',
  })
  async noteOnClue(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '线索标识.' }) id: string,
    @Arg('note', () => ClueNoteEnum, { description: '备注种类.' }) note: ClueNote,
    @Arg('text', () => String, { description: '内容.' }) text: string,
    @Arg('attachments', () => [MatterAttachmentInput], { nullable: true, description: '附件.' })
    attachments: MatterAttachmentInput[] | null | undefined,
  ): Promise<ClueTransfer> {
    const given = { text, attachments: plainAttachments(attachments) }
    return this.#toClue(context, await this.#service.note(context, id, note, given))
  }

  @FieldResolver(() => [HandoverItemType], { description: '移交清单.' })
  items(@Ctx() context: RequestContext, @Root() clue: ClueTransfer): Promise<HandoverItemType[]> {
    return this.#service.items(context, clue.id) as Promise<HandoverItemType[]>
  }

  @FieldResolver(() => [ClueTest], { description: '检测、检验、检疫、鉴定记录.' })
  tests(@Ctx() context: RequestContext, @Root() clue: ClueTransfer): Promise<ClueTest[]> {
    return this.#service.tests(context, clue.id) as Promise<ClueTest[]>
  }

  @FieldResolver(() => [HistoryLineType], { description: '办理记录, oldest first; both counties show the same.' })
  async history(@Ctx() context: RequestContext, @Root() clue: ClueTransfer): Promise<HistoryLineType[]> {
    return (await this.#matters.history(context, clue.id)).map(toHistoryLine)
  }

  /** Clues by their ids, for the inbox. */
  readonly records = async (
    context: RequestContext,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, ClueTransfer>> => {
    const found = await Promise.all(ids.map((id) => this.#find(context, id)))
    return new Map(found.flatMap((clue) => (clue ? [[clue.id, clue]] : [])))
  }

  async #find(context: RequestContext, id: string): Promise<ClueTransfer | null> {
    const row = await this.#service.find(context, id)
    return row ? this.#toClue(context, row) : null
  }

  async #toClue(context: RequestContext, row: ClueRow): Promise<ClueTransfer> {
    const standing = await this.#matters.standing(context, row.id)
    const actLabel = this.#parts.directory.act(row.act)?.label ?? row.act
    return { ...toClueTransfer(row, actLabel, standing), items: [], tests: [], history: [] }
  }
}

/** The record of a stored clue, without what has resolvers of its own. */
export function toClueTransfer(
  row: ClueRow,
  actLabel: string,
  standing: MatterStanding | undefined,
): Omit<ClueTransfer, 'items' | 'tests' | 'history'> {
  const { subjectCode, subjectName } = row
  return {
    ...(row as ClueRow & Pick<ClueTransfer, 'source' | 'field' | 'supervisionStage' | 'topics' | 'priorities'>),
    ...matterFields(
      {
        id: row.id,
        typename: 'ClueTransfer',
        kind: 'CLUE_TRANSFER',
        kindLabel: '线索移送',
        state: row.state,
        stateLabel: labelOf(clueStateLabels, row.state),
        parties: [row.sender, row.recipient],
        nextActor: nextActorOf(row),
      },
      standing,
    ),
    sourceLabel: labelOf(clueSourceLabels, row.source),
    fieldLabel: labelOf(supervisionFieldLabels, row.field),
    actLabel,
    subject: subjectCode === null ? null : { code: subjectCode, name: subjectName },
    fromAgency: row.fromAgencyName,
    toAgency: row.toAgencyName,
    originCase: row.originCase === null ? null : toReference(row.originCase),
    handedOverBy: signatory(row.handedOverBy, row.handedOverCertificate),
    takenOverBy: signatory(row.takenOverBy, row.takenOverCertificate),
    case: row.caseId === null ? null : toReference(row.caseId),
  }
}

function signatory(name: string | null, certificate: string | null): ClueTransfer['handedOverBy'] {
  return name === null || certificate === null ? null : { name, certificate }
}

function nextActorOf(row: ClueRow): NextActor | null {
  const state = row.state as ClueState
  const side = cluePens[state]
  const duty = clueDuties[state]
  if (side === null || duty === null) return null
  const sends = side === 'SENDER'
  return {
    county: { code: sends ? row.sender : row.recipient },
    agency: sends ? row.fromAgencyName : row.toAgencyName,
    duty: duty.zh,
    dutyEn: duty.en,
  }
}
