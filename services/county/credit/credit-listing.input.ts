import { GraphQLDate } from 'graphql-scalars'
import { Field, InputType } from 'type-graphql'
import { SubjectCodeScalar } from '../../platform/codes/subject-code.scalar.ts'
import type { ListingCategory } from '../../platform/directory/snapshot.ts'
import { labelledEnum } from '../connection/labelled-enum.ts'
import { type HeavyPenalty, heavyPenaltyLabels } from './credit-listing.labels.ts'
import type { ListingState } from './credit-listing.machine.ts'
import { ListingCategoryEnum, ListingStateEnum } from './credit-listing.type.ts'

const HeavyPenaltyEnum = labelledEnum('HeavyPenalty', '较重行政处罚 (第二条、第十二条): kinds of heavy penalty.', {
  ...heavyPenaltyLabels,
})

/** Which listings are wanted; conditions add up. */
@InputType('CreditListingFilter', { description: '名单查询条件; conditions add up.' })
export class CreditListingFilter {
  @Field(() => SubjectCodeScalar, { nullable: true, description: '当事人代码.' })
  subject?: string | null

  @Field(() => ListingCategoryEnum, { nullable: true, description: '列入情形.' })
  category?: ListingCategory | null

  @Field(() => [ListingStateEnum], { nullable: true, description: '名单状态, any of these.' })
  states?: ListingState[] | null

  @Field(() => Boolean, { nullable: true, description: '现时是否有效.' })
  hasEffect?: boolean | null

  @Field(() => GraphQLDate, { nullable: true, description: '列入日期起, inclusive.' })
  listedFrom?: Date | null

  @Field(() => GraphQLDate, { nullable: true, description: '列入日期止, inclusive.' })
  listedTo?: Date | null
}

/** A proposal to list a subject. */
@InputType('EnterListingInput', { description: '拟列入登记: a proposal to list a subject.' })
export class EnterListingInput {
  @Field(() => String, { description: '列入决定书文号, unique in the county.' })
  documentNumber!: string

  @Field(() => SubjectCodeScalar, { description: '当事人代码.' })
  subject!: string

  @Field(() => String, { description: '当事人名称或姓名.' })
  subjectName!: string

  @Field(() => String, { nullable: true, description: '法定代表人 (负责人) 姓名.' })
  legalRepresentative?: string | null

  @Field(() => SubjectCodeScalar, { nullable: true, description: '法定代表人 (负责人) 公民身份号码.' })
  legalRepresentativeCode?: string | null

  @Field(() => ListingCategoryEnum, { description: '列入情形.' })
  category!: ListingCategory

  @Field(() => String, { description: '列入事由.' })
  facts!: string

  @Field(() => String, { description: '列入依据.' })
  basis!: string

  @Field(() => String, { description: '作出决定机关.' })
  organ!: string

  @Field(() => HeavyPenaltyEnum, {
    nullable: true,
    description: '较重行政处罚: required for every category but REFUSAL_TO_PERFORM (第十二条).',
  })
  heavyPenalty?: HeavyPenalty | null

  @Field(() => String, {
    nullable: true,
    description: '行政处罚决定书文号: required for every category but REFUSAL_TO_PERFORM (第十三条).',
  })
  penaltyDocument?: string | null

  @Field(() => String, { nullable: true, description: '备注.' })
  note?: string | null
}

/** What a step in a listing's life rests on. */
@InputType('AdvanceListingDetails', {
  description: '办理要素: what the step rests on; which are needed depends on it.',
})
export class AdvanceListingDetails {
  @Field(() => String, { nullable: true, description: '上级机关同意文号, for LIST.' })
  superiorConsent?: string | null

  @Field(() => [String], { nullable: true, description: '惩戒措施代码 named by the decision, for LIST.' })
  imposedMeasures?: string[] | null

  @Field(() => GraphQLDate, { nullable: true, description: '法定限制期届满日 (first day without it), for LIST.' })
  restrictionUntil?: Date | null

  @Field(() => Boolean, { nullable: true, description: '已自觉履行处罚决定等义务, for REMOVE_EARLY.' })
  obligationsFulfilled?: boolean | null

  @Field(() => Boolean, { nullable: true, description: '已主动消除危害后果和不良影响, for REMOVE_EARLY.' })
  harmRemoved?: boolean | null

  @Field(() => Boolean, { nullable: true, description: '未再受到较重行政处罚, for REMOVE_EARLY.' })
  noNewPenalty?: boolean | null

  @Field(() => String, { nullable: true, description: '文书文号 of the document the step rests on.' })
  document?: string | null

  @Field(() => String, { nullable: true, description: '事由.' })
  reason?: string | null
}
