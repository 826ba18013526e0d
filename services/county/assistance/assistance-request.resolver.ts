import { Arg, Ctx, Directive, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import { badInput } from '../../platform/errors.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import { toReference } from '../cases/case-link.resolver.ts'
import { dayOf } from '../connection/day.ts'
import { labelOf } from '../connection/labelled-enum.ts'
import { MatterAttachmentInput, plainAttachments } from '../matters/attachment.input.ts'
import { matterFields } from '../matters/matter-fields.ts'
import type { MatterService, MatterStanding } from '../matters/matter.service.ts'
import { HistoryLineType, type NextActor, toHistoryLine } from '../matters/matter.type.ts'
import { AssistanceDraftInput, AssistanceLetterInput, AssistanceStepInput } from './assistance-request.input.ts'
import {
  type DeclineGround,
  assistanceDuties,
  assistanceStateLabels,
  declineGroundBases,
  partOutcomeLabels,
} from './assistance-request.labels.ts'
import { type AssistanceNote, type AssistanceState, assistancePens } from './assistance-request.machine.ts'
import type {
  AssistanceRequestService,
  AssistanceRow,
  AssistanceStep,
  AssistanceStepEvent,
} from './assistance-request.service.ts'
import {
  AssistanceExtensionType,
  AssistanceMaterialType,
  AssistanceNoteEnum,
  AssistancePartType,
  AssistanceRequest,
  AssistanceStepEnum,
} from './assistance-request.type.ts'

const reads = '@requiresScopes(scopes: [["matter:read"]])'
const writes = '@requiresScopes(scopes: [["matter:write"]])'

/** Fields of assistance requests. */
@Resolver(() => AssistanceRequest)
export class AssistanceRequestResolver {
  readonly #service: AssistanceRequestService
  readonly #matters: MatterService

  constructor(service: AssistanceRequestService, matters: MatterService) {
    this.#service = service
    this.#matters = matters
  }

  @Directive('@routed(by: VIEWER)')
  @Directive(reads)
  @Query(() => AssistanceRequest, {
    nullable: true,
    description: '协助调查: one request as the own county holds it, a draft too; null when there is none.',
  })
  async assistanceRequest(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '事项标识.' }) id: string,
  ): Promise<AssistanceRequest | null> {
    const row = await this.#service.find(context, id)
    return row ? this.#toRequest(context, row) : null
  }

  @Directive('@routed(by: VIEWER)')
  @Directive(reads)
  @Query(() => [AssistanceRequest], {
    nullable: true,
    description:
      '协助调查列表: of a case, those issued, the first 200; or of a letter of the own county, one for each county asked.',
  })
  async assistanceRequests(
    @Ctx() context: RequestContext,
    @Arg('case', () => ID, { nullable: true, description: '案件标识.' }) id: string | null | undefined,
    @Arg('letter', () => ID, { nullable: true, description: '函件标识.' }) letter: string | null | undefined,
  ): Promise<AssistanceRequest[]> {
    if (id && !letter) return this.#toRequests(context, await this.#service.ofCase(context, id))
    if (letter && !id) return this.#toRequests(context, await this.#service.ofLetter(context, letter))
    throw badInput('Give either "case" or "letter".', id ? 'letter' : 'case')
  }

  @Directive('@routed(by: VIEWER)')
  @Directive(reads)
  @Query(() => [AssistanceRequest], {
    nullable: true,
    description: '协助调查函拟稿: the own county’s drafts, the first 200.',
  })
  async assistanceDrafts(@Ctx() context: RequestContext): Promise<AssistanceRequest[]> {
    return this.#toRequests(context, await this.#service.drafts(context))
  }

  @Directive('@routed(by: VIEWER)')
  @Directive(writes)
  @Mutation(() => [AssistanceRequest], {
    description: '拟稿: draft a letter, or write a draft anew; one matter for each county asked. Nothing is sent.',
  })
  async draftAssistance(
    @Ctx() context: RequestContext,
    @Arg('input', () => AssistanceDraftInput, { description: '函件内容.' }) input: AssistanceDraftInput,
    @Arg('letter', () => ID, { nullable: true, description: '函件标识, to write its draft anew.' })
    letter: string | null | undefined,
  ): Promise<AssistanceRequest[]> {
    const { subject, subjectName, facts, contact, parts } = input
    if (subject && !subjectName) throw badInput('"subject" comes with "subjectName".', 'subjectName')
    const rows = await this.#service.draft(context, letter ?? undefined, {
      case: input.case,
      subject: subjectName ? { code: subject ?? null, name: subjectName } : null,
      facts,
      contact: { name: contact.name, phone: contact.phone, address: contact.address },
      parts: parts.map(({ county, agency, name, tasks }) => ({
        county,
        agency: agency ?? null,
        name: name ?? null,
        tasks,
      })),
    })
    return this.#toRequests(context, rows)
  }

  @Directive('@routed(by: VIEWER)')
  @Directive(writes)
  @Mutation(() => Boolean, { description: '废弃拟稿: throw the draft of a letter away.' })
  discardAssistanceDraft(
    @Ctx() context: RequestContext,
    @Arg('letter', () => ID, { description: '函件标识.' }) letter: string,
  ): Promise<boolean> {
    return this.#service.discard(context, letter)
  }

  @Directive('@routed(by: VIEWER)')
  @Directive(writes)
  @Mutation(() => [AssistanceRequest], {
    description: '出具协助调查函 (程序规定第四十五条): issue a drafted letter to all the counties that it asks.',
  })
  async issueAssistance(
    @Ctx() context: RequestContext,
    @Arg('letter', () => ID, { description: '函件标识.' }) letter: string,
    @Arg('input', () => AssistanceLetterInput, { description: '文号和附件.' }) input: AssistanceLetterInput,
  ): Promise<AssistanceRequest[]> {
    const { number, certificate, attachments } = input
    const given = { number, certificate: certificate ?? null, attachments: plainAttachments(attachments) }
    return this.#toRequests(context, await this.#service.issue(context, letter, given))
  }

  @Directive('@routed(by: VIEWER)')
  @Directive(writes)
  @Mutation(() => AssistanceRequest, {
    description: '协助调查办理: take a request one step further; only the county whose turn it is can.',
  })
  async advanceAssistance(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '事项标识.' }) id: string,
    @Arg('event', () => AssistanceStepEnum, { description: '办理事项.' }) event: AssistanceStepEvent,
    @Arg('step', () => AssistanceStepInput, { nullable: true, description: '办理内容.' })
    step: AssistanceStepInput | null | undefined,
  ): Promise<AssistanceRequest> {
    return this.#toRequest(context, await this.#service.advance(context, id, event, stepOf(step)))
  }

  @Directive('@routed(by: VIEWER)')
  @Directive(writes)
  @Mutation(() => AssistanceRequest, {
    description:
      '备注: remind, comment, send further material, or ask to have a letter back; either county at any time.',
  })
  async noteOnAssistance(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '事项标识.' }) id: string,
    @Arg('note', () => AssistanceNoteEnum, { description: '备注种类.' }) note: AssistanceNote,
    @Arg('text', () => String, { description: '内容.' }) text: string,
    @Arg('attachments', () => [MatterAttachmentInput], { nullable: true, description: '附件.' })
    attachments: MatterAttachmentInput[] | null | undefined,
  ): Promise<AssistanceRequest> {
    const given = { text, attachments: plainAttachments(attachments) }
    return this.#toRequest(context, await this.#service.note(context, id, note, given))
  }

  @FieldResolver(() => [ID], {
    description: '同一函件的其他协查: the other matters of the letter; known to its own county only.',
  })
  async sameLetter(@Ctx() context: RequestContext, @Root() { id, letter }: AssistanceRequest): Promise<string[]> {
    const rows = await this.#service.ofLetter(context, letter)
    return rows.some((row) => row.id === id) ? rows.map((row) => row.id).filter((other) => other !== id) : []
  }

  @FieldResolver(() => [AssistancePartType], { description: '协办任务, in their order.' })
  async parts(@Ctx() context: RequestContext, @Root() { id }: AssistanceRequest): Promise<AssistancePartType[]> {
    return (await this.#service.parts(context, id)).map((part) => ({
      ...part,
      outcome: part.outcome as AssistancePartType['outcome'],
      outcomeLabel: part.outcome === null ? null : labelOf(partOutcomeLabels, part.outcome),
    }))
  }

  @FieldResolver(() => [AssistanceMaterialType], { description: '证据材料.' })
  materials(@Ctx() context: RequestContext, @Root() { id }: AssistanceRequest): Promise<AssistanceMaterialType[]> {
    return this.#service.materials(context, id)
  }

  @FieldResolver(() => [AssistanceExtensionType], { description: '延期告知, oldest first.' })
  extensions(@Ctx() context: RequestContext, @Root() { id }: AssistanceRequest): Promise<AssistanceExtensionType[]> {
    return this.#service.extensions(context, id)
  }

  @FieldResolver(() => String, {
    description: '协助调查函打印件: a complete HTML document without scripts, A4, in the layout of form 17.',
  })
  printable(
    @Ctx() context: RequestContext,
    @Root() { id }: AssistanceRequest,
    @Arg('supplement', () => Boolean, {
      defaultValue: false,
      description: '补充协查函: the last one, rather than the first letter.',
    })
    supplement: boolean,
  ): Promise<string> {
    return this.#service.print(context, id, supplement)
  }

  @FieldResolver(() => [HistoryLineType], { description: '办理记录, oldest first; both counties show the same.' })
  async history(@Ctx() context: RequestContext, @Root() { id }: AssistanceRequest): Promise<HistoryLineType[]> {
    return (await this.#matters.history(context, id)).map(toHistoryLine)
  }

  /** Requests by their ids, for the inbox. */
  readonly records = async (
    context: RequestContext,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, AssistanceRequest>> => {
    const found = await Promise.all(ids.map((id) => this.assistanceRequest(context, id)))
    return new Map(found.flatMap((request) => (request ? [[request.id, request]] : [])))
  }

  #toRequests(context: RequestContext, rows: readonly AssistanceRow[]): Promise<AssistanceRequest[]> {
    return Promise.all(rows.map((row) => this.#toRequest(context, row)))
  }

  async #toRequest(context: RequestContext, row: AssistanceRow): Promise<AssistanceRequest> {
    return toAssistanceRequest(row, await this.#matters.standing(context, row.id))
  }
}

function stepOf(step: AssistanceStepInput | null | undefined): AssistanceStep {
  return {
    text: step?.text ?? null,
    certificate: step?.certificate ?? null,
    ground: step?.ground ?? null,
    until: dayOf(step?.until) ?? null,
    part: step?.part ?? null,
    outcome: step?.outcome ?? null,
    material: (step?.material ?? []).map(({ name, quantity, note, attachment }) => ({
      name,
      quantity,
      note: note ?? null,
      attachment: attachment ?? null,
    })),
    number: step?.number ?? null,
    parts: step?.parts ?? [],
    attachments: plainAttachments(step?.attachments),
  }
}

/** The record of a stored request; what has resolvers of its own is empty. */
function toAssistanceRequest(row: AssistanceRow, standing: MatterStanding | undefined): AssistanceRequest {
  const { id, state, requester, assistant, subjectCode, subjectName } = row
  const declineGround = row.declineGround as DeclineGround | null
  const common = {
    id,
    state,
    typename: 'AssistanceRequest',
    kind: 'ASSISTANCE_REQUEST',
    kindLabel: '协助调查',
    stateLabel: labelOf(assistanceStateLabels, state),
    parties: [requester, assistant],
    nextActor: nextActorOf(row),
  }
  return {
    ...row,
    ...matterFields(common, standing),
    alsoAsked: row.alsoAsked.map((code) => ({ code })),
    originCase: toReference(row.originCase),
    subject: subjectCode === null ? null : { code: subjectCode, name: subjectName },
    fromAgency: row.fromAgencyName,
    declineGround,
    declineBasis: declineGround && declineGroundBases[declineGround],
    sameLetter: [],
    parts: [],
    materials: [],
    extensions: [],
    printable: '',
    history: [],
  }
}

function nextActorOf(row: AssistanceRow): NextActor | null {
  const state = row.state as AssistanceState
  const side = assistancePens[state]
  const duty = assistanceDuties[state]
  if (side === null || duty === null) return null
  const asks = side === 'REQUESTER'
  return {
    county: { code: asks ? row.requester : row.assistant },
    agency: asks ? row.fromAgencyName : null,
    duty: duty.zh,
    dutyEn: duty.en,
  }
}
