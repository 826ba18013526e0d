import { GraphQLDateTime } from 'graphql-scalars'
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql'
import { CaseReference } from '../cases/case-link.type.ts'
import type { ClueSource, SupervisionField, SupervisionStage } from '../cases/enforcement-case.labels.ts'
import { ClueSourceEnum, SupervisionFieldEnum, SupervisionStageEnum } from '../cases/enforcement-case.type.ts'
import { labelledEnum } from '../connection/labelled-enum.ts'
import { Matter } from '../matters/matter.type.ts'
import { Subject } from '../registry/subject.type.ts'
import {
  type CluePriority,
  type ClueTopic,
  type HandoverKind,
  type TestingKind,
  clueNoteLabels,
  cluePriorityLabels,
  clueStepLabels,
  clueTopicLabels,
  handoverKindLabels,
  testingKindLabels,
} from './clue-transfer.labels.ts'
import type { ClueNote } from './clue-transfer.machine.ts'
import type { ClueStepEvent } from './clue-transfer.service.ts'

/** GraphQL enum of {@link ClueStepEvent}. */
export const ClueStepEnum = labelledEnum<ClueStepEvent>('ClueStep', '线索办理事项.', clueStepLabels)
/** GraphQL enum of {@link ClueNote}. */
export const ClueNoteEnum = labelledEnum<ClueNote>('ClueNote', '线索备注: changes no state.', clueNoteLabels)
/** GraphQL enum of {@link ClueTopic}. */
export const ClueTopicEnum = labelledEnum('ClueTopic', '话题标签 (息双办〔2022〕6号 二.3).', clueTopicLabels)
/** GraphQL enum of {@link CluePriority}. */
export const CluePriorityEnum = labelledEnum('CluePriority', '重点标记 (息双办〔2022〕6号 二.3).', cluePriorityLabels)
/** GraphQL enum of {@link HandoverKind}. */
export const HandoverKindEnum = labelledEnum('HandoverKind', '移交内容.', handoverKindLabels)
/** GraphQL enum of {@link TestingKind}. */
export const TestingKindEnum = labelledEnum('TestingKind', '检测、检验、检疫、鉴定、辨认.', testingKindLabels)

/** Somebody who signed the handover list. */
@ObjectType('Signatory', { description: '移交人或接收人: who signed the handover list.' })
export class Signatory {
  @Field(() => String, { description: '姓名.' })
  name!: string

  @Field(() => String, { description: '执法证号.' })
  certificate!: string
}

/** A line of a handover list. */
@ObjectType('HandoverItem', { description: '移交清单项: goods or papers that go over with a clue.' })
export class HandoverItemType {
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

  @Field(() => Boolean, { nullable: true, description: '清点相符; null before the handover.' })
  asListed!: boolean | null

  @Field(() => String, { nullable: true, description: '清点不符的情况.' })
  remark!: string | null
}

/** A test during the verification of a clue. */
@ObjectType('ClueTest', {
  description: '检测、检验、检疫、鉴定: its time does not count towards verification (程序规定第十八条).',
})
export class ClueTest {
  @Field(() => TestingKindEnum, { description: '种类.' })
  kind!: TestingKind

  @Field(() => String, { description: '内容.' })
  what!: string

  @Field(() => GraphQLDateTime, { description: '开始时间.' })
  begunAt!: Date

  @Field(() => GraphQLDateTime, { nullable: true, description: '完成时间; null while it goes on.' })
  endedAt!: Date | null

  @Field(() => String, { nullable: true, description: '结果.' })
  result!: string | null
}

/** A clue transferred from one county to another; its id is its sender's, and both counties hold it. */
@Directive('@reference')
@Directive('@requiresScopes(scopes: [["matter:read"], ["matter:write"]])')
@ObjectType('ClueTransfer', {
  implements: Matter,
  description: '线索移送: a clue that one county hands to another, as the caller’s county holds it.',
})
export class ClueTransfer extends Matter {
  @Field(() => String, { nullable: true, description: '移送函文号; null before the transfer.' })
  number!: string | null

  @Field(() => String, { description: '线索名称.' })
  title!: string

  @Field(() => ClueSourceEnum, { description: '线索来源.' })
  source!: ClueSource

  @Field(() => String, { description: '线索来源的中文名称.' })
  sourceLabel!: string

  @Field(() => SupervisionFieldEnum, { description: '监管领域.' })
  field!: SupervisionField

  @Field(() => String, { description: '监管领域的中文名称.' })
  fieldLabel!: string

  @Field(() => SupervisionStageEnum, { nullable: true, description: '监管环节.' })
  supervisionStage!: SupervisionStage | null

  @Field(() => String, { description: '违法行为类型代码.' })
  act!: string

  @Field(() => String, { description: '违法行为类型名称.' })
  actLabel!: string

  @Field(() => [ClueTopicEnum], { description: '话题标签.' })
  topics!: ClueTopic[]

  @Field(() => [CluePriorityEnum], { description: '重点标记.' })
  priorities!: CluePriority[]

  @Field(() => String, { nullable: true, description: '监管方法建议.' })
  methodNote!: string | null

  @Field(() => Subject, { nullable: true, description: '涉嫌主体; null when its code is not known.' })
  subject!: Subject | null

  @Field(() => String, { description: '涉嫌主体名称或姓名.' })
  subjectName!: string

  @Field(() => String, { description: '涉嫌违法事实.' })
  facts!: string

  @Field(() => String, { description: '移送机关.' })
  fromAgency!: string

  @Field(() => String, { nullable: true, description: '对方同级部门; null when the directory knows none.' })
  toAgency!: string | null

  @Field(() => CaseReference, { nullable: true, description: '移送方案件, from which the clue comes.' })
  originCase!: CaseReference | null

  @Field(() => String, { nullable: true, description: '事先通报内容.' })
  noticeRequest!: string | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '事先通报时间.' })
  noticeGivenAt!: Date | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '确认收到通报时间.' })
  noticeAcknowledgedAt!: Date | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '移送时间.' })
  sentAt!: Date | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '送达时间, as the recipient’s node acknowledged it.' })
  receivedAt!: Date | null

  @Field(() => Signatory, { nullable: true, description: '移交人.' })
  handedOverBy!: Signatory | null

  @Field(() => Signatory, { nullable: true, description: '接收人.' })
  takenOverBy!: Signatory | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '签收清点时间.' })
  takenOverAt!: Date | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '接受时间.' })
  acceptedAt!: Date | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '提出异议时间.' })
  objectedAt!: Date | null

  @Field(() => String, { nullable: true, description: '异议理由.' })
  objectionReason!: string | null

  @Field(() => ID, { nullable: true, description: '管辖争议标识, which the objection opened or which settled it.' })
  dispute!: string | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '开始核查时间.' })
  verifyingAt!: Date | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '延长核查期限时间.' })
  extendedAt!: Date | null

  @Field(() => String, { nullable: true, description: '延长理由.' })
  extensionReason!: string | null

  @Field(() => String, { nullable: true, description: '批准延长的负责人.' })
  extensionApprovedBy!: string | null

  @Field(() => CaseReference, { nullable: true, description: '接收方案件, filed from the clue.' })
  case!: CaseReference | null

  @Field(() => String, { nullable: true, description: '接收方案号.' })
  caseNumber!: string | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '立案时间.' })
  filedAt!: Date | null

  @Field(() => String, { nullable: true, description: '不予立案理由.' })
  notFiledReason!: string | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '决定是否立案时间.' })
  decidedAt!: Date | null

  @Field(() => String, { nullable: true, description: '反馈内容.' })
  feedback!: string | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '反馈时间.' })
  feedbackAt!: Date | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '请求撤回时间.' })
  withdrawalAskedAt!: Date | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '撤回时间.' })
  withdrawnAt!: Date | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '按管辖争议结果退回时间.' })
  returnedAt!: Date | null

  @Field(() => [HandoverItemType], { description: '移交清单.' })
  items!: HandoverItemType[]

  @Field(() => [ClueTest], { description: '检测、检验、检疫、鉴定记录.' })
  tests!: ClueTest[]
}
