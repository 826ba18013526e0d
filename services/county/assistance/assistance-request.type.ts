import { GraphQLDate, GraphQLDateTime } from 'graphql-scalars'
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql'
import { CaseReference } from '../cases/case-link.type.ts'
import { labelledEnum } from '../connection/labelled-enum.ts'
import { Matter } from '../matters/matter.type.ts'
import { County } from '../registry/county.type.ts'
import { Subject } from '../registry/subject.type.ts'
import {
  type DeclineGround,
  type PartOutcome,
  assistanceNoteLabels,
  assistanceStepLabels,
  declineGroundBases,
  declineGroundLabels,
  partOutcomeLabels,
} from './assistance-request.labels.ts'
import type { AssistanceNote } from './assistance-request.machine.ts'
import type { AssistanceStepEvent } from './assistance-request.service.ts'

const grounds = Object.entries(declineGroundLabels).map(([ground, label]) => [
  ground,
  `${label} (${declineGroundBases[ground as DeclineGround]})`,
])

/** GraphQL enum of {@link AssistanceStepEvent}. */
export const AssistanceStepEnum = labelledEnum<AssistanceStepEvent>(
  'AssistanceStep',
  '协助调查办理事项.',
  assistanceStepLabels,
)
/** GraphQL enum of {@link AssistanceNote}. */
export const AssistanceNoteEnum = labelledEnum<AssistanceNote>(
  'AssistanceNote',
  '协助调查备注: changes no state.',
  assistanceNoteLabels,
)
/** GraphQL enum of {@link DeclineGround}. */
export const DeclineGroundEnum = labelledEnum<DeclineGround>(
  'AssistanceDeclineGround',
  '不予协助的情形.',
  Object.fromEntries(grounds) as Record<DeclineGround, string>,
)
/** GraphQL enum of {@link PartOutcome}. */
export const PartOutcomeEnum = labelledEnum('AssistancePartOutcome', '协办任务完成情况.', partOutcomeLabels)

/** A line of the material of an answer. */
@ObjectType('AssistanceMaterial', { description: '证据材料: what a part was answered with.' })
export class AssistanceMaterialType {
  @Field(() => Int, { description: '部分序号.' })
  part!: number

  @Field(() => Int, { description: '序号, from 1.' })
  position!: number

  @Field(() => String, { description: '名称.' })
  name!: string

  @Field(() => String, { description: '数量及单位.' })
  quantity!: string

  @Field(() => String, { nullable: true, description: '备注.' })
  note!: string | null

  @Field(() => String, { nullable: true, description: '附件摘要: SHA-256 of the attachment that it is.' })
  attachment!: string | null
}

/** One assisting agency's part of a letter. */
@ObjectType('AssistancePart', { description: '协办任务: one assisting agency, what it is asked for, and its answer.' })
export class AssistancePartType {
  @Field(() => Int, { description: '序号, from 1.' })
  position!: number

  @Field(() => ID, { nullable: true, description: '协查单位在交换目录中的标识; null where it is not listed.' })
  agencyId!: string | null

  @Field(() => String, { description: '协查单位.' })
  agencyName!: string

  @Field(() => [String], { description: '协查事项.' })
  tasks!: string[]

  @Field(() => PartOutcomeEnum, { nullable: true, description: '完成情况; null while it is open.' })
  outcome!: PartOutcome | null

  @Field(() => String, { nullable: true, description: '完成情况的中文名称.' })
  outcomeLabel!: string | null

  @Field(() => String, { nullable: true, description: '协查结果, or why it could not be done.' })
  findings!: string | null

  @Field(() => String, { nullable: true, description: '经办人.' })
  answeredBy!: string | null

  @Field(() => String, { nullable: true, description: '经办人执法证号.' })
  answeredCertificate!: string | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '答复时间.' })
  answeredAt!: Date | null
}

/** An extension of the limit that runs. */
@ObjectType('AssistanceExtension', { description: '延期告知 (程序规定第四十五条).' })
export class AssistanceExtensionType {
  @Field(() => GraphQLDateTime, { description: '告知时间, by the assisting county’s clock.' })
  toldAt!: Date

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description:
      '请求方收到时间, as its acknowledgement says; null before. One that was received later than the working day after the limit’s last day does not extend it.',
  })
  receivedAt!: Date | null

  @Field(() => GraphQLDate, { description: '延期后的届满日.' })
  until!: string

  @Field(() => String, { description: '理由.' })
  reason!: string
}

/** Assistance that one county asks of another; its id is the requester's, and both counties hold it. */
@Directive('@reference')
@Directive('@requiresScopes(scopes: [["matter:read"], ["matter:write"]])')
@ObjectType('AssistanceRequest', {
  implements: Matter,
  description: '协助调查: what one county’s letter asks of another, as the caller’s county holds it.',
})
export class AssistanceRequest extends Matter {
  @Field(() => ID, { description: '函件标识: the same in the matters of all counties that one letter asks.' })
  letter!: string

  @Field(() => [ID], {
    description: '同一函件的其他协查: the other matters of the letter; known to its own county only.',
  })
  sameLetter!: string[]

  @Field(() => [County], { description: '同一函件的其他协查县.' })
  alsoAsked!: County[]

  @Field(() => String, { nullable: true, description: '文号; null before the letter is issued.' })
  number!: string | null

  @Field(() => String, { description: '案由.' })
  title!: string

  @Field(() => CaseReference, { description: '请求方案件.' })
  originCase!: CaseReference

  @Field(() => String, { description: '请求方案号.' })
  originCaseNumber!: string

  @Field(() => Subject, { nullable: true, description: '协查对象; null when its code is not known.' })
  subject!: Subject | null

  @Field(() => String, { description: '协查对象名称或姓名.' })
  subjectName!: string

  @Field(() => String, { description: '案情简要.' })
  facts!: string

  @Field(() => String, { description: '主办部门.' })
  fromAgency!: string

  @Field(() => String, { description: '联系人.' })
  contactName!: string

  @Field(() => String, { description: '联系电话.' })
  contactPhone!: string

  @Field(() => String, { description: '联系地址.' })
  contactAddress!: string

  @Field(() => [String], { description: '附件名称.' })
  enclosures!: string[]

  @Field(() => [AssistancePartType], { description: '协办任务, in their order.' })
  parts!: AssistancePartType[]

  @Field(() => [AssistanceMaterialType], { description: '证据材料.' })
  materials!: AssistanceMaterialType[]

  @Field(() => [AssistanceExtensionType], { description: '延期告知, oldest first.' })
  extensions!: AssistanceExtensionType[]

  @Field(() => String, {
    description: '协助调查函打印件: a complete HTML document without scripts, A4, in the layout of form 17.',
  })
  printable!: string

  @Field(() => GraphQLDateTime, { nullable: true, description: '发函时间.' })
  issuedAt!: Date | null

  @Field(() => String, { nullable: true, description: '发函经办人.' })
  issuedBy!: string | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '送达时间, as the assisting node acknowledged it.' })
  receivedAt!: Date | null

  @Field(() => String, { nullable: true, description: '签收人.' })
  receivedBy!: string | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '签收时间.' })
  signedForAt!: Date | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '开展协查时间.' })
  begunAt!: Date | null

  @Field(() => DeclineGroundEnum, { nullable: true, description: '不予协助的情形.' })
  declineGround!: DeclineGround | null

  @Field(() => String, { nullable: true, description: '不予协助的依据.' })
  declineBasis!: string | null

  @Field(() => String, { nullable: true, description: '不予协助的理由.' })
  declineReason!: string | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '不予协助时间.' })
  declinedAt!: Date | null

  @Field(() => String, { nullable: true, description: '复函文号.' })
  replyNumber!: string | null

  @Field(() => String, { nullable: true, description: '复函结论.' })
  conclusion!: string | null

  @Field(() => String, { nullable: true, description: '复函经办人.' })
  repliedBy!: string | null

  @Field(() => String, { nullable: true, description: '复函经办人执法证号.' })
  repliedCertificate!: string | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '函复时间; null while a supplement is awaited.' })
  repliedAt!: Date | null

  @Field(() => Int, { description: '补充协查次数.' })
  supplements!: number

  @Field(() => String, { nullable: true, description: '补充协查函文号, of the last one.' })
  supplementNumber!: string | null

  @Field(() => String, { nullable: true, description: '补充协查事项, of the last one.' })
  supplementWhat!: string | null

  @Field(() => [Int], { description: '补充协查涉及的部分序号, of the last one.' })
  supplementParts!: number[]

  @Field(() => String, { nullable: true, description: '办结说明.' })
  closingNote!: string | null

  @Field(() => String, { nullable: true, description: '接收反馈人.' })
  closedBy!: string | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '办结时间.' })
  closedAt!: Date | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '请求撤回时间.' })
  withdrawalAskedAt!: Date | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '撤回时间.' })
  withdrawnAt!: Date | null
}
