import { GraphQLDate } from 'graphql-scalars'
import { Field, ID, InputType } from 'type-graphql'
import { CountyCodeScalar } from '../../platform/codes/county-code.scalar.ts'
import { HandoverDifferenceInput, HandoverItemInput } from '../clues/clue-transfer.input.ts'
import { MatterAttachmentInput } from '../matters/attachment.input.ts'

/** A dispute to be raised. */
@InputType('DisputeInput', { description: '管辖争议: about an own open case and another county’s, on one act.' })
export class DisputeInput {
  @Field(() => ID, { description: '本县案件; it must have been filed.' })
  case!: string

  @Field(() => ID, { description: '对方案件.' })
  otherCase!: string

  @Field(() => CountyCodeScalar, { nullable: true, description: '提出由其管辖的县; the own one when left out.' })
  county?: string | null

  @Field(() => String, { description: '争议的违法事实.' })
  facts!: string

  @Field(() => String, { description: '理由.' })
  reason!: string

  @Field(() => Boolean, {
    nullable: true,
    description: '直接报请共同的上一级机关指定管辖 (行政处罚法第二十五条); false when left out.',
  })
  directly?: boolean | null

  @Field(() => [MatterAttachmentInput], { nullable: true, description: '附件.' })
  attachments?: MatterAttachmentInput[] | null
}

/** What is said with a step. */
@InputType('DisputeStepInput', { description: '办理内容: each event needs its own part of it.' })
export class DisputeStepInput {
  @Field(() => String, {
    nullable: true,
    description:
      '理由或说明: needed for PROPOSE, ESCALATE, END_CONSULTATION, DESIGNATE and RECORD_DESIGNATION (the reasons of the notice).',
  })
  text?: string | null

  @Field(() => CountyCodeScalar, {
    nullable: true,
    description: '由其管辖的县: needed for DESIGNATE and RECORD_DESIGNATION; for PROPOSE the own one when left out.',
  })
  county?: string | null

  @Field(() => String, { nullable: true, description: '指定管辖通知书文号: needed for DESIGNATE, RECORD_DESIGNATION.' })
  number?: string | null

  @Field(() => GraphQLDate, {
    nullable: true,
    description: '指定管辖通知书日期: needed for DESIGNATE, RECORD_DESIGNATION.',
  })
  date?: Date | null

  @Field(() => GraphQLDate, {
    nullable: true,
    description:
      '上级机关收到申请之日, today at the latest, for RECEIVE and RECORD_DESIGNATION where the superior has no node.',
  })
  receivedOn?: Date | null

  @Field(() => [MatterAttachmentInput], { nullable: true, description: '附件: a scan of the notice that is recorded.' })
  attachments?: MatterAttachmentInput[] | null
}

/** The letter that hands a case over. */
@InputType('CaseHandoverInput', { description: '案件移送函 (行政处罚文书格式之四).' })
export class CaseHandoverInput {
  @Field(() => String, { description: '案件移送函文号.' })
  number!: string

  @Field(() => [HandoverItemInput], { nullable: true, description: '移交清单.' })
  items?: HandoverItemInput[] | null

  @Field(() => String, {
    nullable: true,
    description: '移交人执法证号; the asking officer’s own when left out.',
  })
  certificate?: string | null

  @Field(() => [MatterAttachmentInput], { nullable: true, description: '附件.' })
  attachments?: MatterAttachmentInput[] | null
}

/** What takes a case over. */
@InputType('CaseTakeoverInput', { description: '接收案件和材料.' })
export class CaseTakeoverInput {
  @Field(() => ID, {
    nullable: true,
    description: '继续办理的本县案件; the one that the dispute is about when left out.',
  })
  case?: string | null

  @Field(() => String, {
    nullable: true,
    description: '接收人执法证号; the asking officer’s own when left out.',
  })
  certificate?: string | null

  @Field(() => [HandoverDifferenceInput], { nullable: true, description: '清点不符的项.' })
  differences?: HandoverDifferenceInput[] | null

  @Field(() => [MatterAttachmentInput], { nullable: true, description: '附件.' })
  attachments?: MatterAttachmentInput[] | null
}
