import { GraphQLDateTime } from 'graphql-scalars'
import { Directive, Field, Int, ObjectType } from 'type-graphql'
import { CaseReference } from '../cases/case-link.type.ts'
import type { SupervisionField } from '../cases/enforcement-case.labels.ts'
import { SupervisionFieldEnum } from '../cases/enforcement-case.type.ts'
import { connectionOf } from '../connection/connection.type.ts'
import { labelledEnum } from '../connection/labelled-enum.ts'
import { Matter } from '../matters/matter.type.ts'
import { County } from '../registry/county.type.ts'
import { Subject } from '../registry/subject.type.ts'
import {
  type DiscretionTier,
  type FineBasis,
  type StandardDifference,
  consultationActionLabels,
  consultationStateLabels,
  discretionTierLabels,
  fineBasisLabels,
  standardDifferenceLabels,
} from './consultation.labels.ts'

/** GraphQL enum of the states of a consultation. */
export const ConsultationStateEnum = labelledEnum('ConsultationState', '会商状态.', consultationStateLabels)
/** GraphQL enum of what can be done in a consultation. */
export const ConsultationActionEnum = labelledEnum('ConsultationAction', '会商事项.', consultationActionLabels)
/** GraphQL enum of {@link DiscretionTier}. */
export const DiscretionTierEnum = labelledEnum(
  'DiscretionTier',
  '裁量阶次: tier of a discretion standard.',
  discretionTierLabels,
)
/** GraphQL enum of {@link FineBasis}. */
export const FineBasisEnum = labelledEnum(
  'FineBasis',
  '罚款计算基数: what a range of fines is measured in.',
  fineBasisLabels,
)
const StandardDifferenceEnum = labelledEnum(
  'StandardDifference',
  '标准差异: what differs between the counties’ standards in a tier.',
  standardDifferenceLabels,
)

/** A range of fines. */
@ObjectType('FineRange', { description: '罚款幅度: a range of fines, both ends included.' })
export class FineRange {
  @Field(() => FineBasisEnum, { description: '计算基数.' })
  basis!: FineBasis

  @Field(() => String, { description: '下限: yuan or a multiple, as a decimal.' })
  min!: string

  @Field(() => String, { description: '上限: yuan or a multiple, as a decimal.' })
  max!: string

  @Field(() => String, { description: '罚款幅度的中文表述.' })
  label!: string
}

/** One tier of a standard. */
@ObjectType('DiscretionTierRule', { description: '裁量阶次规定: what a standard says of one tier.' })
export class DiscretionTierRule {
  @Field(() => DiscretionTierEnum, { description: '裁量阶次.' })
  tier!: DiscretionTier

  @Field(() => String, { description: '裁量阶次的中文名称.' })
  tierLabel!: string

  @Field(() => String, { description: '适用法律.' })
  law!: string

  @Field(() => String, { description: '适用条款.' })
  article!: string

  @Field(() => String, { description: '认定标准.' })
  criteria!: string

  @Field(() => FineRange, { nullable: true, description: '罚款幅度; null where the tier knows no fine.' })
  fine!: FineRange | null

  @Field(() => String, { nullable: true, description: '其他处罚措施.' })
  measures!: string | null
}

/** Who signed a part of a consultation, and in which document. */
@ObjectType('ConsultationSignature', { description: '签名: the county, agency and officer, and the signed document.' })
export class ConsultationSignature {
  @Field(() => County, { description: '县.' })
  county!: County

  @Field(() => String, { description: '机关在交换目录中的标识.' })
  agency!: string

  @Field(() => String, { description: '执法证号.' })
  officer!: string

  @Field(() => String, { nullable: true, description: '姓名.' })
  officerName!: string | null

  @Field(() => GraphQLDateTime, { description: '签名时间.' })
  at!: Date

  @Field(() => String, { description: '签名文书摘要: SHA-256 of the envelope, hexadecimal.' })
  document!: string
}

/** One county's standard for the offence. */
@ObjectType('ConsultationStandard', { description: '裁量标准: one county’s standard for the offence.' })
export class ConsultationStandard {
  @Field(() => County, { description: '县.' })
  county!: County

  @Field(() => String, { nullable: true, description: '裁量基准名称及文号; null where the county goes by practice.' })
  document!: string | null

  @Field(() => Int, { description: '第几次填报, from 1.' })
  revision!: number

  @Field(() => [DiscretionTierRule], { description: '各裁量阶次的规定.' })
  tiers!: DiscretionTierRule[]

  @Field(() => ConsultationSignature, { description: '填报签名.' })
  signature!: ConsultationSignature
}

/** One county's cell in a row of the comparison. */
@ObjectType('StandardCell', { description: '对照表单元格: what one county’s standard says of a tier.' })
export class StandardCell {
  @Field(() => County, { description: '县.' })
  county!: County

  @Field(() => Boolean, { description: '该县是否已填报标准.' })
  entered!: boolean

  @Field(() => String, { description: '已填报或者未填报.' })
  enteredLabel!: string

  @Field(() => String, { description: '是否填报的英文表述: entered, or not entered.' })
  enteredLabelEn!: string

  @Field(() => DiscretionTierRule, { nullable: true, description: '该阶次的规定; null where it has none.' })
  rule!: DiscretionTierRule | null
}

/** One tier of all standards, side by side. */
@ObjectType('StandardRow', { description: '对照表行: one tier of all counties’ standards, side by side.' })
export class StandardComparisonRow {
  @Field(() => DiscretionTierEnum, { description: '裁量阶次.' })
  tier!: DiscretionTier

  @Field(() => String, { description: '裁量阶次的中文名称.' })
  tierLabel!: string

  @Field(() => [StandardCell], { description: '各县的规定, in the order of the parties.' })
  cells!: StandardCell[]

  @Field(() => [StandardDifferenceEnum], { description: '差异; empty where the entered standards agree.' })
  differences!: StandardDifference[]

  @Field(() => [String], { description: '差异的中文名称.' })
  differenceLabels!: string[]
}

/** A county's answer to a proposal. */
@ObjectType('ConsultationAnswer', { description: '答复: a county’s answer to a proposed common view.' })
export class ConsultationAnswer {
  @Field(() => Boolean, { description: '是否同意.' })
  agreed!: boolean

  @Field(() => String, { nullable: true, description: '异议理由或者附言.' })
  reason!: string | null

  @Field(() => ConsultationSignature, { description: '签名.' })
  signature!: ConsultationSignature
}

/** A proposed common view. */
@ObjectType('CommonView', { description: '共同意见: a proposed common view and what the counties answered.' })
export class CommonViewType {
  @Field(() => Int, { description: '稿次, from 1.' })
  number!: number

  @Field(() => String, { description: '适用法律.' })
  law!: string

  @Field(() => String, { description: '适用条款.' })
  article!: string

  @Field(() => String, { description: '认定标准.' })
  criteria!: string

  @Field(() => [DiscretionTierRule], { description: '处罚尺度.' })
  tiers!: DiscretionTierRule[]

  @Field(() => String, { description: '意见正文.' })
  text!: string

  @Field(() => ConsultationSignature, { description: '提出方签名.' })
  signature!: ConsultationSignature

  @Field(() => [ConsultationAnswer], { description: '各县答复.' })
  answers!: ConsultationAnswer[]
}

/** A consultation on a major case, as the caller's county holds it. */
@Directive('@reference')
@Directive('@requiresScopes(scopes: [["matter:read"], ["matter:write"]])')
@ObjectType('Consultation', {
  implements: Matter,
  description: '重大违法行为会商 (息双办〔2022〕6号 二.4): counties consult about the standards for a major violation.',
})
export class Consultation extends Matter {
  @Field(() => String, { description: '会商题目.' })
  title!: string

  @Field(() => String, { description: '重大理由.' })
  gravity!: string

  @Field(() => SupervisionFieldEnum, { description: '监管领域.' })
  field!: SupervisionField

  @Field(() => String, { description: '监管领域的中文名称.' })
  fieldLabel!: string

  @Field(() => String, { description: '违法行为类型代码.' })
  act!: string

  @Field(() => String, { description: '违法行为类型名称.' })
  actLabel!: string

  @Field(() => Subject, { nullable: true, description: '当事人; null when it is about no one with a known code.' })
  subject!: Subject | null

  @Field(() => String, { nullable: true, description: '当事人名称或姓名.' })
  subjectName!: string | null

  @Field(() => CaseReference, { nullable: true, description: '发起方案件; null for a topic without a case.' })
  originCase!: CaseReference | null

  @Field(() => String, { description: '发起机关.' })
  fromAgency!: string

  @Field(() => County, {
    description: '主持县: proposes the common view, concludes or closes; the chair can be handed over.',
  })
  chair!: County

  @Field(() => GraphQLDateTime, { description: '发起时间.' })
  openedAt!: Date

  @Field(() => [County], {
    description:
      '待办县: whose standard or answer is awaited, for 30 days; 10 days later the chair may go on without. They do not ' +
      'wait for one another.',
  })
  awaited!: County[]

  @Field(() => [ConsultationStandard], { description: '各县裁量标准.' })
  standards!: ConsultationStandard[]

  @Field(() => [StandardComparisonRow], { description: '裁量标准对照表: a row for each tier, a cell for each county.' })
  comparison!: StandardComparisonRow[]

  @Field(() => [CommonViewType], { description: '共同意见各稿.' })
  proposals!: CommonViewType[]

  @Field(() => CommonViewType, { nullable: true, description: '达成的共同意见; null unless it was concluded.' })
  commonView!: CommonViewType | null

  @Field(() => [ConsultationSignature], {
    description: '共同意见签名: of every county that agreed, the proposing one first; empty unless it was concluded.',
  })
  signatures!: ConsultationSignature[]

  @Field(() => [County], {
    description: '未表态县: whose agreement to the concluded common view is not there, so that it is not theirs.',
  })
  withoutAgreement!: County[]

  @Field(() => GraphQLDateTime, { nullable: true, description: '结束时间.' })
  endedAt!: Date | null

  @Field(() => String, { nullable: true, description: '分歧: what remained when it was closed without agreement.' })
  remainingDifferences!: string | null
}

/** A page of consultations. */
export const ConsultationConnection = connectionOf(Consultation as never, 'Consultation', '重大违法行为会商')
