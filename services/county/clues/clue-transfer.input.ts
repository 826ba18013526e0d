import { Field, ID, InputType, Int } from 'type-graphql'
import { CountyCodeScalar } from '../../platform/codes/county-code.scalar.ts'
import { SubjectCodeScalar } from '../../platform/codes/subject-code.scalar.ts'
import type { ClueSource, SupervisionField, SupervisionStage } from '../cases/enforcement-case.labels.ts'
import { ClueSourceEnum, SupervisionFieldEnum, SupervisionStageEnum } from '../cases/enforcement-case.type.ts'
import { MatterAttachmentInput } from '../matters/attachment.input.ts'
import type { CluePriority, ClueTopic, HandoverKind, TestingKind } from './clue-transfer.labels.ts'
import { CluePriorityEnum, ClueTopicEnum, HandoverKindEnum, TestingKindEnum } from './clue-transfer.type.ts'

/** A line of the handover list to be. */
@InputType('HandoverItemInput', { description: '移交清单项.' })
export class HandoverItemInput {
  @Field(() => HandoverKindEnum, { description: '移交内容.' })
  kind!: HandoverKind

  @Field(() => String, { description: '名称.' })
  name!: string

  @Field(() => String, { description: '数量及单位, e.g. 3箱.' })
  quantity!: string

  @Field(() => String, { nullable: true, description: '特征或备注.' })
  note?: string | null
}

/** A clue to be sent to another county. */
@InputType('ClueDraftInput', { description: '线索移送拟稿.' })
export class ClueDraftInput {
  @Field(() => CountyCodeScalar, { description: '接收县.' })
  recipient!: string

  @Field(() => String, { description: '线索名称.' })
  title!: string

  @Field(() => ClueSourceEnum, { description: '线索来源.' })
  source!: ClueSource

  @Field(() => SupervisionFieldEnum, { description: '监管领域.' })
  field!: SupervisionField

  @Field(() => SupervisionStageEnum, { nullable: true, description: '监管环节.' })
  supervisionStage?: SupervisionStage | null

  @Field(() => String, { description: '违法行为类型: a code of the directory’s acts.' })
  act!: string

  @Field(() => [ClueTopicEnum], { nullable: true, description: '话题标签.' })
  topics?: ClueTopic[] | null

  @Field(() => [CluePriorityEnum], { nullable: true, description: '重点标记.' })
  priorities?: CluePriority[] | null

  @Field(() => String, { nullable: true, description: '监管方法建议.' })
  methodNote?: string | null

  @Field(() => SubjectCodeScalar, { nullable: true, description: '涉嫌主体代码, where it is known.' })
  subject?: string | null

  @Field(() => String, { description: '涉嫌主体名称或姓名.' })
  subjectName!: string

  @Field(() => String, { description: '涉嫌违法事实.' })
  facts!: string

  @Field(() => ID, {
    nullable: true,
    description: '本县案件, from which the clue comes; the case filed is linked to it.',
  })
  originCase?: string | null

  @Field(() => [HandoverItemInput], { nullable: true, description: '移交清单.' })
  items?: HandoverItemInput[] | null
}

/** The letter that transfers a clue. */
@InputType('ClueLetterInput', { description: '移送函.' })
export class ClueLetterInput {
  @Field(() => String, { description: '移送函文号.' })
  number!: string

  @Field(() => String, {
    nullable: true,
    description: '移交人执法证号, who signs the handover list; the asking officer’s own when left out.',
  })
  certificate?: string | null

  @Field(() => [MatterAttachmentInput], { nullable: true, description: '附件.' })
  attachments?: MatterAttachmentInput[] | null
}

/** What was not as listed. */
@InputType('HandoverDifferenceInput', { description: '清点不符的移交清单项.' })
export class HandoverDifferenceInput {
  @Field(() => Int, { description: '序号, from 1.' })
  position!: number

  @Field(() => String, { description: '不符的情况.' })
  remark!: string
}

/** What is said with a step. */
@InputType('ClueStepInput', { description: '办理内容: each event needs its own part of it.' })
export class ClueStepInput {
  @Field(() => String, {
    nullable: true,
    description:
      '理由、说明或结果: needed for OBJECT, WITHDRAW, EXTEND, DECLINE_FILING (reason), BEGIN_TESTING (what), END_TESTING and GIVE_FEEDBACK (result).',
  })
  text?: string | null

  @Field(() => String, { nullable: true, description: '批准的负责人: needed for EXTEND and DECLINE_FILING.' })
  approvedBy?: string | null

  @Field(() => String, {
    nullable: true,
    description: '接收人执法证号 for RECEIVE: who signs the handover list; the asking officer’s own when left out.',
  })
  certificate?: string | null

  @Field(() => [HandoverDifferenceInput], { nullable: true, description: '清点不符的项 for RECEIVE.' })
  differences?: HandoverDifferenceInput[] | null

  @Field(() => TestingKindEnum, { nullable: true, description: '检测检验鉴定种类: needed for BEGIN_TESTING.' })
  testing?: TestingKind | null

  @Field(() => ID, { nullable: true, description: '本县案件: needed for FILE; the case must have been filed.' })
  case?: string | null

  @Field(() => [MatterAttachmentInput], { nullable: true, description: '附件.' })
  attachments?: MatterAttachmentInput[] | null
}
