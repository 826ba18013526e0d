import { Field, ID, InputType, Int } from 'type-graphql'
import { CountyCodeScalar } from '../../platform/codes/county-code.scalar.ts'
import { SubjectCodeScalar } from '../../platform/codes/subject-code.scalar.ts'
import type { SupervisionField } from '../cases/enforcement-case.labels.ts'
import { SupervisionFieldEnum } from '../cases/enforcement-case.type.ts'
import { MatterAttachmentInput } from '../matters/attachment.input.ts'
import type { CommonView, Standard, Tier } from './consultation.document.ts'
import type { DiscretionTier, FineBasis } from './consultation.labels.ts'
import { DiscretionTierEnum, FineBasisEnum } from './consultation.type.ts'

/** A range of fines to be entered. */
@InputType('FineRangeInput', { description: '罚款幅度, both ends included.' })
export class FineRangeInput {
  @Field(() => FineBasisEnum, { description: '计算基数.' })
  basis!: FineBasis

  @Field(() => String, { description: '下限: yuan with two decimals at most, or a multiple with four.' })
  min!: string

  @Field(() => String, { description: '上限: yuan with two decimals at most, or a multiple with four.' })
  max!: string
}

/** One tier of a standard to be entered. */
@InputType('DiscretionTierInput', { description: '裁量阶次规定.' })
export class DiscretionTierInput {
  @Field(() => DiscretionTierEnum, { description: '裁量阶次; each once.' })
  tier!: DiscretionTier

  @Field(() => String, { description: '适用法律.' })
  law!: string

  @Field(() => String, { description: '适用条款.' })
  article!: string

  @Field(() => String, { description: '认定标准.' })
  criteria!: string

  @Field(() => FineRangeInput, { nullable: true, description: '罚款幅度, where the tier knows a fine.' })
  fine?: FineRangeInput | null

  @Field(() => String, { nullable: true, description: '其他处罚措施.' })
  measures?: string | null
}

/** The own county's standard for the offence. */
@InputType('ConsultationStandardInput', { description: '本县裁量标准.' })
export class ConsultationStandardInput {
  @Field(() => String, { nullable: true, description: '裁量基准名称及文号.' })
  document?: string | null

  @Field(() => [DiscretionTierInput], { description: '各裁量阶次的规定, one to five.' })
  tiers!: DiscretionTierInput[]
}

/** A consultation to be opened. */
@InputType('ConsultationInput', { description: '发起会商.' })
export class ConsultationInput {
  @Field(() => [CountyCodeScalar], { description: '参加会商的其他县, one to twenty.' })
  counties!: string[]

  @Field(() => String, { description: '会商题目.' })
  title!: string

  @Field(() => String, { description: '重大理由: why the violation is a major one.' })
  gravity!: string

  @Field(() => SupervisionFieldEnum, { description: '监管领域.' })
  field!: SupervisionField

  @Field(() => String, { description: '违法行为类型: a code of the directory’s acts.' })
  act!: string

  @Field(() => SubjectCodeScalar, { nullable: true, description: '当事人代码, with its name.' })
  subject?: string | null

  @Field(() => String, { nullable: true, description: '当事人名称或姓名.' })
  subjectName?: string | null

  @Field(() => ID, { nullable: true, description: '本县案件, from which the consultation arises.' })
  originCase?: string | null

  @Field(() => ConsultationStandardInput, { description: '本县裁量标准.' })
  standard!: ConsultationStandardInput

  @Field(() => [MatterAttachmentInput], { nullable: true, description: '附件.' })
  attachments?: MatterAttachmentInput[] | null
}

/** A common view to be proposed. */
@InputType('CommonViewInput', { description: '共同意见.' })
export class CommonViewInput {
  @Field(() => String, { description: '适用法律.' })
  law!: string

  @Field(() => String, { description: '适用条款.' })
  article!: string

  @Field(() => String, { description: '认定标准.' })
  criteria!: string

  @Field(() => [DiscretionTierInput], { description: '处罚尺度, one to five tiers.' })
  tiers!: DiscretionTierInput[]

  @Field(() => String, { description: '意见正文.' })
  text!: string
}

/** What is said with an action. */
@InputType('ConsultationActionInput', { description: '会商内容: each action needs its own part of it.' })
export class ConsultationActionInput {
  @Field(() => String, {
    nullable: true,
    description: '理由、分歧或说明: needed for CLOSE (differences), OBJECT (reason), COMMENT and REMIND.',
  })
  text?: string | null

  @Field(() => ConsultationStandardInput, { nullable: true, description: '本县裁量标准: needed for ENTER_STANDARD.' })
  standard?: ConsultationStandardInput | null

  @Field(() => CommonViewInput, { nullable: true, description: '共同意见: needed for PROPOSE.' })
  view?: CommonViewInput | null

  @Field(() => Int, {
    nullable: true,
    description: '稿次: needed for AGREE, OBJECT and CONCLUDE; the proposal that was read.',
  })
  proposal?: number | null

  @Field(() => CountyCodeScalar, { nullable: true, description: '新主持县: needed for HAND_OVER.' })
  to?: string | null

  @Field(() => [MatterAttachmentInput], { nullable: true, description: '附件.' })
  attachments?: MatterAttachmentInput[] | null
}

/** A standard as envelopes bear it. */
export function plainStandard({ document, tiers }: ConsultationStandardInput): Standard {
  return { document: document ?? null, tiers: tiers.map(plainTier) }
}

/** A common view as envelopes bear it. */
export function plainView({ law, article, criteria, tiers, text }: CommonViewInput): CommonView {
  return { law, article, criteria, tiers: tiers.map(plainTier), text }
}

function plainTier({ tier, law, article, criteria, fine, measures }: DiscretionTierInput): Tier {
  const range = fine ? { basis: fine.basis, min: fine.min, max: fine.max } : null
  return { tier, law, article, criteria, fine: range, measures: measures ?? null }
}
