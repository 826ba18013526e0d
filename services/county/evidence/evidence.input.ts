import { GraphQLDateTime } from 'graphql-scalars'
import { Field, ID, InputType, Int } from 'type-graphql'
import { CountyCodeScalar } from '../../platform/codes/county-code.scalar.ts'
import { MatterAttachmentInput } from '../matters/attachment.input.ts'
import type {
  CitationOutcome,
  EvidenceDocument,
  EvidenceKind,
  LegalityAnswer,
  LegalityItem,
  RejectionGround,
} from './evidence.labels.ts'
import {
  CitationOutcomeEnum,
  EvidenceDocumentEnum,
  EvidenceKindEnum,
  LegalityAnswerEnum,
  LegalityItemEnum,
  RejectionGroundEnum,
} from './evidence.type.ts'

/** An answer to an item of the legality checklist. */
@InputType('LegalityCheckInput', { description: '合法性审查项目的结论.' })
export class LegalityCheckInput {
  @Field(() => LegalityItemEnum, { description: '项目.' })
  item!: LegalityItem

  @Field(() => LegalityAnswerEnum, { description: '结论.' })
  answer!: LegalityAnswer

  @Field(() => String, { nullable: true, description: '说明: needed where the answer is NO.' })
  note?: string | null
}

/** A piece of evidence to be shared. */
@InputType('ShareEvidenceInput', { description: '提供证据.' })
export class ShareEvidenceInput {
  @Field(() => ID, { description: '本县案件, from which it comes.' })
  case!: string

  @Field(() => [CountyCodeScalar], { description: '接收县, at most 20; one matter for each.' })
  recipients!: string[]

  @Field(() => EvidenceKindEnum, { description: '证据种类.' })
  evidence!: EvidenceKind

  @Field(() => EvidenceDocumentEnum, { description: '材料类型.' })
  document!: EvidenceDocument

  @Field(() => String, { description: '证据名称.' })
  title!: string

  @Field(() => String, { nullable: true, description: '文书编号.' })
  number?: string | null

  @Field(() => String, { nullable: true, description: '物证的名称、数量、特征: needed for PHYSICAL.' })
  description?: string | null

  @Field(() => MatterAttachmentInput, { description: '文件; for PHYSICAL a photograph or video of it.' })
  file!: MatterAttachmentInput

  @Field(() => [MatterAttachmentInput], { nullable: true, description: '其他附件.' })
  attachments?: MatterAttachmentInput[] | null

  @Field(() => [String], { description: '收集人执法证号, two at least (行政处罚法第四十二条).' })
  collectors!: string[]

  @Field(() => GraphQLDateTime, { description: '收集时间.' })
  collectedAt!: Date

  @Field(() => String, { description: '收集地点.' })
  collectedPlace!: string

  @Field(() => String, {
    nullable: true,
    description: '检测、检验、检疫、鉴定机构: needed for EXPERT_OPINION, TEST_REPORT and APPRAISAL.',
  })
  appraiser?: string | null

  @Field(() => [LegalityCheckInput], { description: '合法性审查: every item once.' })
  checklist!: LegalityCheckInput[]

  @Field(() => String, { description: '用途.' })
  purpose!: string

  @Field(() => ID, { nullable: true, description: '供对方哪一案件使用, where it is known; with one recipient only.' })
  forCase?: string | null
}

/** What is said with a step of the recipient. */
@InputType('EvidenceStepInput', { description: '办理内容: each event needs its own part of it.' })
export class EvidenceStepInput {
  @Field(() => Int, { nullable: true, description: '审查的版本号: needed for decisions; the version that stands.' })
  version?: number | null

  @Field(() => String, {
    nullable: true,
    description: '理由: needed for every decision and for REVIEW; for CITE 证明的事实.',
  })
  text?: string | null

  @Field(() => String, {
    nullable: true,
    description: '审查人执法证号; the asking officer’s own when left out.',
  })
  certificate?: string | null

  @Field(() => [LegalityCheckInput], {
    nullable: true,
    description: '接收方合法性审查, every item once: needed for RECOGNISE, VERIFY and REJECT.',
  })
  checklist?: LegalityCheckInput[] | null

  @Field(() => RejectionGroundEnum, { nullable: true, description: '不予互认的理由: needed for REJECT.' })
  ground?: RejectionGround | null

  @Field(() => [String], { nullable: true, description: '实地核查人执法证号: needed for VERIFY, two at least.' })
  verifiers?: string[] | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '实地核查时间: needed for VERIFY.' })
  verifiedAt?: Date | null

  @Field(() => String, { nullable: true, description: '实地核查地点: needed for VERIFY.' })
  place?: string | null

  @Field(() => String, { nullable: true, description: '实地核查情况: needed for VERIFY.' })
  findings?: string | null

  @Field(() => ID, { nullable: true, description: '本县案件: needed for CITE and REVIEW.' })
  case?: string | null

  @Field(() => CitationOutcomeEnum, { nullable: true, description: '复核结论: needed for REVIEW.' })
  outcome?: CitationOutcome | null

  @Field(() => String, { nullable: true, description: '替代的证据: needed for REVIEW with REPLACED.' })
  replacement?: string | null

  @Field(() => [MatterAttachmentInput], { nullable: true, description: '附件.' })
  attachments?: MatterAttachmentInput[] | null
}
