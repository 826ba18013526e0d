import { GraphQLDate } from 'graphql-scalars'
import { Field, ID, InputType, Int } from 'type-graphql'
import { CountyCodeScalar } from '../../platform/codes/county-code.scalar.ts'
import { SubjectCodeScalar } from '../../platform/codes/subject-code.scalar.ts'
import { MatterAttachmentInput } from '../matters/attachment.input.ts'
import type { DeclineGround, PartOutcome } from './assistance-request.labels.ts'
import { DeclineGroundEnum, PartOutcomeEnum } from './assistance-request.type.ts'

/** An assisting agency and what it is asked for. */
@InputType('AssistancePartInput', { description: '协查单位及其协查事项.' })
export class AssistancePartInput {
  @Field(() => CountyCodeScalar, { description: '协查县.' })
  county!: string

  @Field(() => ID, {
    nullable: true,
    description:
      '协查单位在交换目录中的标识; the counterpart at the same level (对方同级部门) when neither it nor a name is given.',
  })
  agency?: string | null

  @Field(() => String, { nullable: true, description: '协查单位名称, where the directory does not list it.' })
  name?: string | null

  @Field(() => [String], { description: '协查事项, in their order: what is wanted.' })
  tasks!: string[]
}

/** Whom to ask back. */
@InputType('AssistanceContactInput', { description: '联系人.' })
export class AssistanceContactInput {
  @Field(() => String, { description: '联系人姓名.' })
  name!: string

  @Field(() => String, { description: '联系电话.' })
  phone!: string

  @Field(() => String, { description: '联系地址.' })
  address!: string
}

/** A letter to be issued. */
@InputType('AssistanceDraftInput', { description: '协助调查函拟稿.' })
export class AssistanceDraftInput {
  @Field(() => ID, { description: '本县案件, for which assistance is asked.' })
  case!: string

  @Field(() => SubjectCodeScalar, { nullable: true, description: '协查对象代码, where it is known.' })
  subject?: string | null

  @Field(() => String, {
    nullable: true,
    description: '协查对象名称或姓名; that of the case, with its code, when left out.',
  })
  subjectName?: string | null

  @Field(() => String, { description: '案情简要: what it is about.' })
  facts!: string

  @Field(() => AssistanceContactInput, { description: '联系人.' })
  contact!: AssistanceContactInput

  @Field(() => [AssistancePartInput], { description: '协查单位, of one or several counties, each with its part.' })
  parts!: AssistancePartInput[]
}

/** What makes a draft a letter. */
@InputType('AssistanceLetterInput', { description: '协助调查函文号和附件.' })
export class AssistanceLetterInput {
  @Field(() => String, { description: '文号, unique among the letters of the own county.' })
  number!: string

  @Field(() => String, { nullable: true, description: '经办人执法证号; the asking officer’s own when left out.' })
  certificate?: string | null

  @Field(() => [MatterAttachmentInput], { nullable: true, description: '附件.' })
  attachments?: MatterAttachmentInput[] | null
}

/** A line of the material of an answer. */
@InputType('AssistanceMaterialInput', { description: '证据材料.' })
export class AssistanceMaterialInput {
  @Field(() => String, { description: '名称.' })
  name!: string

  @Field(() => String, { description: '数量及单位, e.g. 1份.' })
  quantity!: string

  @Field(() => String, { nullable: true, description: '备注.' })
  note?: string | null

  @Field(() => String, { nullable: true, description: '附件摘要: SHA-256 of the attachment that it is.' })
  attachment?: string | null
}

/** What is said with a step. */
@InputType('AssistanceStepInput', { description: '办理内容: each event needs its own part of it.' })
export class AssistanceStepInput {
  @Field(() => String, {
    nullable: true,
    description:
      '理由、协查结果或说明: needed for DECLINE and EXTEND (reason), ANSWER_PART (findings, or why it is UNABLE), REPLY (conclusion) and ASK_SUPPLEMENT (what).',
  })
  text?: string | null

  @Field(() => String, {
    nullable: true,
    description: '签收人、经办人或接收人执法证号; the asking officer’s own when left out.',
  })
  certificate?: string | null

  @Field(() => DeclineGroundEnum, { nullable: true, description: '不予协助的情形: needed for DECLINE.' })
  ground?: DeclineGround | null

  @Field(() => GraphQLDate, {
    nullable: true,
    description: '延期后的届满日: needed for EXTEND, later than the present one.',
  })
  until?: Date | null

  @Field(() => Int, { nullable: true, description: '部分序号, from 1: needed for ANSWER_PART.' })
  part?: number | null

  @Field(() => PartOutcomeEnum, { nullable: true, description: '完成情况: needed for ANSWER_PART.' })
  outcome?: PartOutcome | null

  @Field(() => [AssistanceMaterialInput], { nullable: true, description: '证据材料 for ANSWER_PART.' })
  material?: AssistanceMaterialInput[] | null

  @Field(() => String, {
    nullable: true,
    description: '复函文号 for REPLY; 补充协查函文号, needed for ASK_SUPPLEMENT.',
  })
  number?: string | null

  @Field(() => [Int], { nullable: true, description: '需要补充的部分序号: needed for ASK_SUPPLEMENT.' })
  parts?: number[] | null

  @Field(() => [MatterAttachmentInput], { nullable: true, description: '附件.' })
  attachments?: MatterAttachmentInput[] | null
}
