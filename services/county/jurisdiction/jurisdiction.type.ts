import { GraphQLDate, GraphQLDateTime } from 'graphql-scalars'
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql'
import { CaseReference } from '../cases/case-link.type.ts'
import type { HandoverKind } from '../clues/clue-transfer.labels.ts'
import { HandoverKindEnum, Signatory } from '../clues/clue-transfer.type.ts'
import { labelledEnum } from '../connection/labelled-enum.ts'
import { Matter } from '../matters/matter.type.ts'
import { County } from '../registry/county.type.ts'
import { Subject } from '../registry/subject.type.ts'
import { type DisputeStepEvent, disputeNoteLabels, disputeStepLabels } from './jurisdiction.labels.ts'
import type { DisputeNote } from './jurisdiction.machine.ts'

/** GraphQL enum of {@link DisputeStepEvent}. */
export const DisputeStepEnum = labelledEnum<DisputeStepEvent>(
  'DisputeStep',
  '管辖争议办理事项: ESCALATE while the other county owes an answer asks the superior directly, in a dispute that follows.',
  disputeStepLabels,
)
/** GraphQL enum of {@link DisputeNote}. */
export const DisputeNoteEnum = labelledEnum<DisputeNote>(
  'DisputeNote',
  '管辖争议备注: changes no state.',
  disputeNoteLabels,
)

/** What a county has signed of its own case. */
@ObjectType('FilingClaim', {
  description: '立案说明: what a county says of its own case; the earliest has jurisdiction (行政处罚法第二十五条).',
})
export class FilingClaim {
  @Field(() => County, { description: '办案县.' })
  county!: County

  @Field(() => CaseReference, { nullable: true, description: '案件; null when the county has none.' })
  case!: CaseReference | null

  @Field(() => String, { nullable: true, description: '案号; null until the county has stated it.' })
  number!: string | null

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: '立案时间, as the county has signed it; null until then.',
  })
  filedAt!: Date | null

  /** SHA-256 of the envelope. */
  hash!: string | null
}

/** A line of the handover list of a dispute. */
@ObjectType('DisputeHandoverItem', { description: '移交清单项: material that goes to the county with jurisdiction.' })
export class DisputeHandoverItem {
  @Field(() => Int, { description: '序号, from 1.' })
  position!: number

  @Field(() => HandoverKindEnum, { description: '移交内容.' })
  kind!: HandoverKind

  @Field(() => String, { description: '名称.' })
  name!: string

  @Field(() => String, { description: '数量及单位.' })
  quantity!: string

  @Field(() => String, { nullable: true, description: '特征或备注.' })
  note!: string | null

  @Field(() => Boolean, { nullable: true, description: '清点相符; null before it was taken over.' })
  asListed!: boolean | null

  @Field(() => String, { nullable: true, description: '清点不符的情况.' })
  remark!: string | null
}

/** A notice of designation. */
@ObjectType('DesignationNotice', { description: '指定管辖通知书 (行政处罚文书格式之二).' })
export class DesignationNotice {
  @Field(() => String, { description: '文号.' })
  number!: string

  @Field(() => GraphQLDate, { description: '日期.' })
  date!: string

  @Field(() => String, { description: '指定理由.' })
  reason!: string

  @Field(() => String, { description: '指定机关.' })
  superior!: string

  @Field(() => County, {
    nullable: true,
    description: '登记县, which recorded it from paper; null when the superior’s own node signed it.',
  })
  recordedBy!: County | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '对方确认登记时间.' })
  confirmedAt!: Date | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '对方提出异议时间.' })
  contestedAt!: Date | null
}

/** A dispute about jurisdiction; both counties, and a superior with a node, hold it. */
@Directive('@reference')
@Directive('@requiresScopes(scopes: [["matter:read"], ["matter:write"]])')
@ObjectType('JurisdictionDispute', {
  implements: Matter,
  description: '管辖争议: which of two counties has jurisdiction over one act, as the caller’s county holds it.',
})
export class JurisdictionDispute extends Matter {
  @Field(() => Subject, { nullable: true, description: '涉嫌主体; null when its code is not known.' })
  subject!: Subject | null

  @Field(() => String, { description: '涉嫌主体名称或姓名.' })
  subjectName!: string

  @Field(() => String, { description: '违法行为类型代码.' })
  act!: string

  @Field(() => String, { description: '违法行为类型名称.' })
  actLabel!: string

  @Field(() => String, { description: '争议的违法事实.' })
  facts!: string

  @Field(() => ID, { nullable: true, description: '线索标识, to which was objected; null for a dispute about cases.' })
  clue!: string | null

  @Field(() => ID, { nullable: true, description: '此前的管辖争议, in which the consultation led nowhere.' })
  follows!: string | null

  @Field(() => GraphQLDateTime, { description: '提出时间.' })
  raisedAt!: Date

  @Field(() => GraphQLDateTime, { nullable: true, description: '送达对方时间, as its node acknowledged it.' })
  receivedAt!: Date | null

  @Field(() => [FilingClaim], { description: '双方立案情况, the raising county first.' })
  claims!: FilingClaim[]

  @Field(() => County, {
    nullable: true,
    description: '最先立案的县, by day; null while one has not stated its filing, or when both filed on one day.',
  })
  filedFirst!: County | null

  @Field(() => County, { description: '最近一次意见提出由其管辖的县.' })
  proposedCounty!: County

  @Field(() => String, { description: '该意见的理由.' })
  proposalReason!: string

  @Field(() => County, { description: '提出该意见的县.' })
  proposedBy!: County

  @Field(() => String, { nullable: true, description: '共同的上一级机关, of the day on which it was asked.' })
  superior!: string | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '报请指定管辖时间.' })
  escalatedAt!: Date | null

  @Field(() => String, { nullable: true, description: '报请理由.' })
  escalationReason!: string | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '上级机关收到申请时间.' })
  referredAt!: Date | null

  @Field(() => County, { nullable: true, description: '有管辖权的县: agreed or designated; it binds both.' })
  outcome!: County | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '协商一致或者指定时间.' })
  decidedAt!: Date | null

  @Field(() => DesignationNotice, { nullable: true, description: '指定管辖通知书.' })
  notice!: DesignationNotice | null

  @Field(() => String, { nullable: true, description: '案件移送函文号.' })
  handoverNumber!: string | null

  @Field(() => Signatory, { nullable: true, description: '移交人.' })
  handedOverBy!: Signatory | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '移送时间.' })
  handedOverAt!: Date | null

  @Field(() => CaseReference, { nullable: true, description: '移送的案件.' })
  movedCase!: CaseReference | null

  @Field(() => CaseReference, { nullable: true, description: '继续办理的案件.' })
  continuedCase!: CaseReference | null

  @Field(() => Signatory, { nullable: true, description: '接收人.' })
  takenOverBy!: Signatory | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '接收时间.' })
  takenOverAt!: Date | null

  @Field(() => String, { nullable: true, description: '终止协商的理由.' })
  endedReason!: string | null

  @Field(() => [DisputeHandoverItem], { description: '移交清单.' })
  items!: DisputeHandoverItem[]
}
