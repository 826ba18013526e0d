import { Arg, Args, Ctx, Directive, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import type { RequestContext } from '../../platform/viewer.ts'
import { toReference } from '../cases/case-link.resolver.ts'
import { type SupervisionField, supervisionFieldLabels } from '../cases/enforcement-case.labels.ts'
import { type Connection, toConnection } from '../connection/connection.type.ts'
import { ownCoverage } from '../connection/coverage.type.ts'
import { labelOf } from '../connection/labelled-enum.ts'
import { OwnPageArguments } from '../connection/page-arguments.type.ts'
import { readPage } from '../connection/page.ts'
import type { NodeParts } from '../db/node-parts.ts'
import { plainAttachments } from '../matters/attachment.input.ts'
import { matterFields } from '../matters/matter-fields.ts'
import type { MatterService, MatterStanding } from '../matters/matter.service.ts'
import type { BothLanguages } from '../matters/matter-view.ts'
import { HistoryLineType, toHistoryLine } from '../matters/matter.type.ts'
import { type ComparisonCell, compareStandards } from './comparison.ts'
import type { Tier } from './consultation.document.ts'
import { ConsultationActionInput, ConsultationInput, plainStandard, plainView } from './consultation.input.ts'
import {
  consultationStateLabels,
  discretionTierLabels,
  standardDifferenceLabels,
  standardEnteredLabels,
} from './consultation.labels.ts'
import { type ConsultationState, awaitedOf } from './consultation.machine.ts'
import type {
  AnswerRow,
  ConsultationAction,
  ConsultationRecord,
  ConsultationService,
  ProposalRow,
  StandardRow,
} from './consultation.service.ts'
import { factsOf, nextOf } from './consultation.standing.ts'
import {
  type CommonViewType,
  Consultation,
  ConsultationActionEnum,
  type ConsultationAnswer,
  ConsultationConnection,
  type ConsultationSignature,
  ConsultationStateEnum,
  type DiscretionTierRule,
} from './consultation.type.ts'
import { fineText } from './fine-range.ts'

const writes = '@requiresScopes(scopes: [["matter:write"]])'

/** Fields of consultations on major cases. */
@Resolver(() => Consultation)
export class ConsultationResolver {
  readonly #service: ConsultationService
  readonly #matters: MatterService
  readonly #parts: NodeParts

  constructor(services: { consultations: ConsultationService; matters: MatterService }, parts: NodeParts) {
    this.#service = services.consultations
    this.#matters = services.matters
    this.#parts = parts
  }

  @Directive('@routed(by: VIEWER)')
  @Directive('@requiresScopes(scopes: [["matter:read"]])')
  @Query(() => Consultation, {
    nullable: true,
    description: '会商: one consultation as the own county holds it; null when there is none.',
  })
  consultation(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '会商标识.' }) id: string,
  ): Promise<Consultation | null> {
    return this.#find(context, id)
  }

  @Directive('@routed(by: VIEWER)')
  @Directive('@requiresScopes(scopes: [["matter:read"]])')
  @Query(() => ConsultationConnection, {
    nullable: true,
    description:
      '会商查询: the own county’s consultations, the one opened last first; with `state: CONCLUDED` and `act` the common ' +
      'views that a decision on such an act can cite.',
  })
  async consultations(
    @Ctx() context: RequestContext,
    @Arg('act', () => String, { nullable: true, description: '违法行为类型代码.' }) act: string | null | undefined,
    @Arg('state', () => ConsultationStateEnum, { nullable: true, description: '会商状态.' })
    state: ConsultationState | null | undefined,
    @Args(() => OwnPageArguments) page: OwnPageArguments,
  ): Promise<Connection<Consultation>> {
    const search = { act: act ?? undefined, state: state ?? undefined }
    const request = readPage(page, 'consultations', { act: act ?? null, state: state ?? null })
    const found = await this.#service.page(context, search, request)
    const rows = await Promise.all(found.rows.map((record) => this.#toConsultation(context, record)))
    return toConnection(
      { ...found, rows },
      request,
      ({ openedAt, id }) => [openedAt.toISOString(), id],
      (row) => row,
      ownCoverage(this.#parts.county, this.#parts.clock.now()),
    )
  }

  @Directive('@routed(by: VIEWER)')
  @Directive(writes)
  @Mutation(() => Consultation, {
    description:
      '发起会商 (息双办〔2022〕6号 二.4): open a consultation on a major case, with the own county’s standard.',
  })
  async openConsultation(
    @Ctx() context: RequestContext,
    @Arg('input', () => ConsultationInput, { description: '会商内容.' }) input: ConsultationInput,
  ): Promise<Consultation> {
    const { counties, title, gravity, field, act, subject, subjectName, originCase, standard, attachments } = input
    const record = await this.#service.open(context, {
      counties,
      question: {
        title,
        gravity,
        field,
        act,
        subject: subject ?? null,
        subjectName: subjectName ?? null,
        originCase: originCase ?? null,
      },
      standard: plainStandard(standard),
      attachments: plainAttachments(attachments),
    })
    return this.#toConsultation(context, record)
  }

  @Directive('@routed(by: VIEWER)')
  @Directive(writes)
  @Mutation(() => Consultation, {
    description: '参加会商: enter the own standard, propose, answer, comment, conclude or close.',
  })
  async actInConsultation(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '会商标识.' }) id: string,
    @Arg('action', () => ConsultationActionEnum, { description: '会商事项.' }) action: ConsultationAction,
    @Arg('input', () => ConsultationActionInput, { nullable: true, description: '会商内容.' })
    input: ConsultationActionInput | null | undefined,
  ): Promise<Consultation> {
    const record = await this.#service.act(context, id, action, {
      text: input?.text ?? null,
      standard: input?.standard ? plainStandard(input.standard) : null,
      view: input?.view ? plainView(input.view) : null,
      proposal: input?.proposal ?? null,
      to: input?.to ?? null,
      attachments: plainAttachments(input?.attachments),
    })
    return this.#toConsultation(context, record)
  }

  @FieldResolver(() => [HistoryLineType], { description: '办理记录, oldest first; all counties show the same lines.' })
  async history(@Ctx() context: RequestContext, @Root() consultation: Consultation): Promise<HistoryLineType[]> {
    return (await this.#matters.history(context, consultation.id)).map(toHistoryLine)
  }

  /** Consultations by their ids, for the inbox. */
  readonly records = async (
    context: RequestContext,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, Consultation>> => {
    const found = await Promise.all(ids.map((id) => this.#find(context, id)))
    return new Map(found.flatMap((each) => (each ? [[each.id, each]] : [])))
  }

  async #find(context: RequestContext, id: string): Promise<Consultation | null> {
    const record = await this.#service.find(context, id)
    return record ? this.#toConsultation(context, record) : null
  }

  async #toConsultation(context: RequestContext, record: ConsultationRecord): Promise<Consultation> {
    const standing = await this.#matters.standing(context, record.id)
    const actLabel = this.#parts.directory.act(record.act)?.label ?? record.act
    return { ...toConsultation(record, { actLabel, own: this.#parts.county, standing }), history: [] }
  }
}

function toConsultation(
  record: ConsultationRecord,
  more: { actLabel: string; own: string; standing: MatterStanding | undefined },
): Omit<Consultation, 'history'> {
  const { id, state, parties, subjectCode, subjectName, title, gravity, act, openedAt, endedAt } = record
  const facts = factsOf(record)
  const next = nextOf(facts, more.own)
  const proposals = record.proposals.map((row) => toView(row, record.answers))
  const commonView = state === 'CONCLUDED' ? (proposals.at(-1) ?? null) : null
  const agreed = commonView?.answers.filter((answer) => answer.agreed) ?? []
  const signatures = commonView ? [commonView.signature, ...agreed.map(({ signature }) => signature)] : []
  const common = matterFields(
    {
      id,
      typename: 'Consultation',
      kind: 'CONSULTATION',
      kindLabel: '重大违法行为会商',
      state,
      stateLabel: labelOf(consultationStateLabels, state),
      parties,
      nextActor: next && { county: { code: next.county }, agency: null, duty: next.duty.zh, dutyEn: next.duty.en },
    },
    more.standing,
  )
  return {
    ...common,
    title,
    gravity,
    field: record.field as SupervisionField,
    fieldLabel: labelOf(supervisionFieldLabels, record.field),
    act,
    actLabel: more.actLabel,
    subject: subjectCode === null || subjectName === null ? null : { code: subjectCode, name: subjectName },
    subjectName,
    originCase: record.originCase === null ? null : toReference(record.originCase),
    fromAgency: record.fromAgencyName,
    chair: { code: record.chair },
    openedAt,
    awaited: awaitedOf(facts).map((code) => ({ code })),
    standards: record.standards.map((row) => ({
      county: { code: row.county },
      document: row.document,
      revision: row.revision,
      tiers: row.tiers.map(toRule),
      signature: toSignature(row),
    })),
    comparison: compareStandards(parties, record.standards).map(({ tier, cells, differences }) => ({
      tier,
      tierLabel: discretionTierLabels[tier],
      cells: cells.map((cell) => ({
        county: { code: cell.county },
        entered: cell.entered,
        enteredLabel: enteredOf(cell).zh,
        enteredLabelEn: enteredOf(cell).en,
        rule: cell.tier && toRule(cell.tier),
      })),
      differences,
      differenceLabels: differences.map((difference) => standardDifferenceLabels[difference]),
    })),
    proposals,
    commonView,
    signatures,
    withoutAgreement: commonView
      ? parties.filter((code) => !signatures.some(({ county }) => county.code === code)).map((code) => ({ code }))
      : [],
    endedAt,
    remainingDifferences: record.differences,
  }
}

function enteredOf({ entered }: ComparisonCell): BothLanguages {
  return entered ? standardEnteredLabels.entered : standardEnteredLabels.notEntered
}

function toView(row: ProposalRow, answers: readonly AnswerRow[]): CommonViewType {
  const { number, law, article, criteria, tiers, text } = row
  const own = answers.filter(({ proposal }) => proposal === number)
  return {
    number,
    law,
    article,
    criteria,
    tiers: tiers.map(toRule),
    text,
    signature: toSignature(row),
    answers: own.map((answer): ConsultationAnswer => {
      return { agreed: answer.agreed, reason: answer.reason, signature: toSignature(answer) }
    }),
  }
}

function toRule({ fine, ...rest }: Tier): DiscretionTierRule {
  return { ...rest, tierLabel: discretionTierLabels[rest.tier], fine: fine && { ...fine, label: fineText(fine) } }
}

function toSignature(row: StandardRow | ProposalRow | AnswerRow): ConsultationSignature {
  const { county, agency, officer, officerName, at, envelope } = row
  return { county: { code: county }, agency, officer, officerName, at, document: envelope }
}
