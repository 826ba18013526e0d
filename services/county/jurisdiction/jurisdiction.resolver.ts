import { Arg, Ctx, Directive, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import type { RequestContext } from '../../platform/viewer.ts'
import { dayOf } from '../connection/day.ts'
import type { NodeParts } from '../db/node-parts.ts'
import { MatterAttachmentInput, plainAttachments } from '../matters/attachment.input.ts'
import type { MatterService } from '../matters/matter.service.ts'
import { HistoryLineType, toHistoryLine } from '../matters/matter.type.ts'
import { CaseHandoverInput, CaseTakeoverInput, DisputeInput, DisputeStepInput } from './jurisdiction.input.ts'
import type { DisputeStepEvent } from './jurisdiction.labels.ts'
import type { DisputeNote } from './jurisdiction.machine.ts'
import { toDispute } from './jurisdiction.record.ts'
import type { DisputeRow, JurisdictionService } from './jurisdiction.service.ts'
import {
  DisputeHandoverItem,
  DisputeNoteEnum,
  DisputeStepEnum,
  FilingClaim,
  JurisdictionDispute,
} from './jurisdiction.type.ts'

const writes = '@requiresScopes(scopes: [["matter:write"]])'

/** Fields of disputes about jurisdiction. */
@Resolver(() => JurisdictionDispute)
export class JurisdictionResolver {
  readonly #service: JurisdictionService
  readonly #matters: MatterService
  readonly #parts: NodeParts

  constructor(services: { disputes: JurisdictionService; matters: MatterService }, parts: NodeParts) {
    this.#service = services.disputes
    this.#matters = services.matters
    this.#parts = parts
  }

  @Directive('@routed(by: VIEWER)')
  @Directive('@requiresScopes(scopes: [["matter:read"]])')
  @Query(() => JurisdictionDispute, {
    nullable: true,
    description: '管辖争议: one dispute as the own county, or the superior, holds it; null when there is none.',
  })
  jurisdictionDispute(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '管辖争议标识.' }) id: string,
  ): Promise<JurisdictionDispute | null> {
    return this.#find(context, id)
  }

  @Directive('@routed(by: VIEWER)')
  @Directive(writes)
  @Mutation(() => JurisdictionDispute, {
    description: '提出管辖争议 (行政处罚法第二十五条): about an own open case and another county’s.',
  })
  async raiseJurisdictionDispute(
    @Ctx() context: RequestContext,
    @Arg('input', () => DisputeInput, { description: '争议内容.' }) input: DisputeInput,
  ): Promise<JurisdictionDispute> {
    const { county, directly, attachments, ...rest } = input
    const given = { county: county ?? null, directly: directly ?? false, attachments: plainAttachments(attachments) }
    return this.#toDispute(context, await this.#service.raise(context, { ...rest, ...given }))
  }

  @Directive('@routed(by: VIEWER)')
  @Directive(writes)
  @Mutation(() => JurisdictionDispute, {
    description: '管辖争议办理: consult, agree, ask the common superior, designate; only whoever’s turn it is can.',
  })
  async advanceJurisdictionDispute(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '管辖争议标识.' }) id: string,
    @Arg('event', () => DisputeStepEnum, { description: '办理事项.' }) event: DisputeStepEvent,
    @Arg('step', () => DisputeStepInput, { nullable: true, description: '办理内容.' })
    step: DisputeStepInput | null | undefined,
  ): Promise<JurisdictionDispute> {
    const row = await this.#service.advance(context, id, event, {
      text: step?.text ?? null,
      county: step?.county ?? null,
      number: step?.number ?? null,
      date: dayOf(step?.date) ?? null,
      receivedOn: dayOf(step?.receivedOn) ?? null,
      attachments: plainAttachments(step?.attachments),
    })
    return this.#toDispute(context, row)
  }

  @Directive('@routed(by: VIEWER)')
  @Directive(writes)
  @Mutation(() => JurisdictionDispute, {
    description: '移送案件和材料: hand the own case over to the county that has jurisdiction; it can decide no more.',
  })
  async handOverCase(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '管辖争议标识.' }) id: string,
    @Arg('letter', () => CaseHandoverInput, { description: '案件移送函.' }) letter: CaseHandoverInput,
  ): Promise<JurisdictionDispute> {
    const items = (letter.items ?? []).map(({ kind, name, quantity, note }) => ({
      kind,
      name,
      quantity,
      note: note ?? null,
    }))
    const row = await this.#service.handOver(context, id, {
      number: letter.number,
      items,
      certificate: letter.certificate ?? null,
      attachments: plainAttachments(letter.attachments),
    })
    return this.#toDispute(context, row)
  }

  @Directive('@routed(by: VIEWER)')
  @Directive(writes)
  @Mutation(() => JurisdictionDispute, {
    description: '接收案件和材料: take over what was handed over; the two cases are linked at both counties.',
  })
  async takeOverCase(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '管辖争议标识.' }) id: string,
    @Arg('takeover', () => CaseTakeoverInput, { nullable: true, description: '接收内容.' })
    takeover: CaseTakeoverInput | null | undefined,
  ): Promise<JurisdictionDispute> {
    const row = await this.#service.takeOver(context, id, {
      case: takeover?.case ?? null,
      certificate: takeover?.certificate ?? null,
      differences: (takeover?.differences ?? []).map(({ position, remark }) => ({ position, remark })),
      attachments: plainAttachments(takeover?.attachments),
    })
    return this.#toDispute(context, row)
  }

  @Directive('@routed(by: VIEWER)')
  @Directive(writes)
  @Mutation(() => JurisdictionDispute, {
    description: '备注: state when the own case was filed, remind, comment, or say something of a recorded notice.',
  })
  async noteOnJurisdictionDispute(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '管辖争议标识.' }) id: string,
    @Arg('note', () => DisputeNoteEnum, { description: '备注种类.' }) note: DisputeNote,
    @Arg('text', () => String, { nullable: true, description: '内容; only STATE_CLAIM goes without.' })
    text: string | null | undefined,
    @Arg('case', () => ID, { nullable: true, description: '本县案件 for STATE_CLAIM, when the dispute names none.' })
    caseId: string | null | undefined,
    @Arg('attachments', () => [MatterAttachmentInput], { nullable: true, description: '附件.' })
    attachments: MatterAttachmentInput[] | null | undefined,
  ): Promise<JurisdictionDispute> {
    const given = { text: text ?? null, case: caseId ?? null, attachments: plainAttachments(attachments) }
    return this.#toDispute(context, await this.#service.note(context, id, note, given))
  }

  @FieldResolver(() => [DisputeHandoverItem], { description: '移交清单.' })
  items(@Ctx() context: RequestContext, @Root() dispute: JurisdictionDispute): Promise<DisputeHandoverItem[]> {
    return this.#service.items(context, dispute.id) as Promise<DisputeHandoverItem[]>
  }

  @FieldResolver(() => [HistoryLineType], { description: '办理记录, oldest first; all parties show the same.' })
  async history(@Ctx() context: RequestContext, @Root() dispute: JurisdictionDispute): Promise<HistoryLineType[]> {
    return (await this.#matters.history(context, dispute.id)).map(toHistoryLine)
  }

  /** Disputes by their ids, for the inbox. */
  readonly records = async (
    context: RequestContext,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, JurisdictionDispute>> => {
    const found = await Promise.all(ids.map((id) => this.#find(context, id)))
    return new Map(found.flatMap((dispute) => (dispute ? [[dispute.id, dispute]] : [])))
  }

  async #find(context: RequestContext, id: string): Promise<JurisdictionDispute | null> {
    const row = await this.#service.find(context, id)
    return row ? this.#toDispute(context, row) : null
  }

  async #toDispute(context: RequestContext, row: DisputeRow): Promise<JurisdictionDispute> {
    const standing = await this.#matters.standing(context, row.id)
    const actLabel = this.#parts.directory.act(row.act)?.label ?? row.act
    return { ...toDispute(row, actLabel, standing), items: [], history: [] }
  }
}

/** What a county has signed of its own case. */
@Resolver(() => FilingClaim)
export class FilingClaimResolver {
  readonly #service: JurisdictionService

  constructor(service: JurisdictionService) {
    this.#service = service
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: '签名文书: the JWS, by that county, in which it stated this; null until it has.',
  })
  async document(@Ctx() context: RequestContext, @Root() claim: FilingClaim): Promise<string | null> {
    return claim.hash === null ? null : ((await this.#service.document(context, claim.hash)) ?? null)
  }
}
