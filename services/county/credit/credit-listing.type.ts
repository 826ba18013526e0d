import { GraphQLDate, GraphQLDateTime } from 'graphql-scalars'
import { Directive, Field, ID, ObjectType } from 'type-graphql'
import type { ListingCategory } from '../../platform/directory/snapshot.ts'
import { connectionOf } from '../connection/connection.type.ts'
import { labelledEnum } from '../connection/labelled-enum.ts'
import { County } from '../registry/county.type.ts'
import { Subject } from '../registry/subject.type.ts'
import { categoryLabels, listingEventLabels, listingStateLabels } from './credit-listing.labels.ts'
import type { ListingState } from './credit-listing.machine.ts'

/** GraphQL enum of {@link ListingCategory}. */
export const ListingCategoryEnum = labelledEnum(
  'ListingCategory',
  '列入情形: category of a listing, 严重违法失信名单管理办法 art. 5 to 11.',
  categoryLabels,
)
/** GraphQL enum of {@link ListingState}. */
export const ListingStateEnum = labelledEnum('CreditListingState', '名单状态: state of a listing.', listingStateLabels)
/** GraphQL enum of the events of a listing. */
export const ListingEventEnum = labelledEnum('CreditListingEvent', '名单事项: what may happen to a listing.', {
  ...listingEventLabels,
})

/** One step in a listing's life. */
@ObjectType('CreditListingStep', { description: '名单办理记录: one step in the life of a listing.' })
export class CreditListingStep {
  @Field(() => String, { description: '事项: the event, or ENTER for the entry itself.' })
  event!: string

  @Field(() => ListingStateEnum, { nullable: true, description: '原状态.' })
  fromState?: ListingState | null

  @Field(() => ListingStateEnum, { description: '新状态.' })
  toState!: ListingState

  @Field(() => GraphQLDateTime, { description: '办理时间.' })
  at!: Date

  @Field(() => String, { description: '办理机关在交换目录中的标识.' })
  agency!: string

  @Field(() => String, { nullable: true, description: '办理人员执法证号; shown in its own county only.' })
  officer?: string | null

  @Field(() => String, { nullable: true, description: '文书文号.' })
  document?: string | null

  @Field(() => String, { nullable: true, description: '备注.' })
  note?: string | null
}

/** An entry of the list of serious breakers of trust. */
@Directive('@key(fields: "id")')
@Directive('@shareable')
@Directive('@requiresScopes(scopes: [["credit:check"], ["credit:read"]])')
@ObjectType('CreditListing', {
  description: '严重违法失信名单条目: an entry of the list of serious breakers of trust.',
})
export class CreditListing {
  @Field(() => ID, { description: '标识: <county>:listing:<uuid>.' })
  id!: string

  @Field(() => County, { description: '列入县: the county whose list it is.' })
  county!: County

  @Field(() => Subject, { description: '当事人: the listed subject.' })
  subject!: Subject

  @Field(() => String, { description: '列入决定书文号.' })
  documentNumber!: string

  @Field(() => String, { nullable: true, description: '法定代表人 (负责人) 姓名.' })
  legalRepresentative?: string | null

  @Field(() => ListingCategoryEnum, { description: '列入情形.' })
  category!: ListingCategory

  @Field(() => String, { description: '列入情形的中文名称.' })
  categoryLabel!: string

  @Field(() => String, { description: '列入事由.' })
  facts!: string

  @Field(() => String, { description: '列入依据.' })
  basis!: string

  @Field(() => String, { description: '作出决定机关.' })
  organ!: string

  @Field(() => String, { nullable: true, description: '所依据的行政处罚决定书文号.' })
  penaltyDocument?: string | null

  @Field(() => ListingStateEnum, { description: '名单状态.' })
  state!: ListingState

  @Field(() => String, { description: '名单状态的中文名称.' })
  stateLabel!: string

  @Field(() => Boolean, { description: '现时是否有效: whether it has legal effect now, computed from its dates.' })
  hasEffect!: boolean

  @Field(() => GraphQLDate, { description: '登记日期: when it came on the county’s books; entries are sorted by it.' })
  enteredOn!: string

  @Field(() => GraphQLDate, { nullable: true, description: '列入日期.' })
  listedOn?: string | null

  @Field(() => GraphQLDate, { nullable: true, description: '恢复列入日期, from which the term runs anew (第二十条).' })
  restoredOn?: string | null

  @Field(() => GraphQLDate, { nullable: true, description: '公示起始日期.' })
  publishedFrom?: string | null

  @Field(() => GraphQLDate, { nullable: true, description: '公示截止日期.' })
  publishedUntil?: string | null

  @Field(() => GraphQLDate, { nullable: true, description: '效力届满日: first day without effect (第二十一条).' })
  effectUntil?: string | null

  @Field(() => [String], { description: '惩戒措施代码: measures of the catalogue that the decision names.' })
  imposedMeasures!: string[]

  @Field(() => GraphQLDate, {
    nullable: true,
    description: '法定限制期届满日: first day after the longest restriction.',
  })
  restrictionUntil?: string | null

  @Field(() => String, { nullable: true, description: '上级机关同意文号 (第二十二条).' })
  superiorConsent?: string | null

  @Field(() => GraphQLDate, { nullable: true, description: '移出或撤销日期.' })
  removedOn?: string | null

  @Field(() => String, { nullable: true, description: '移出或撤销事由.' })
  removedReason?: string | null

  @Field(() => String, { nullable: true, description: '移出或撤销机关.' })
  removedBy?: string | null

  @Field(() => String, { description: '名单版本号: list version in which it last changed.' })
  version!: string

  @Field(() => GraphQLDateTime, { description: '更新时间.' })
  updatedAt!: Date
}

/** A page of listings. */
export const CreditListingConnection = connectionOf(CreditListing, 'CreditListing', '严重违法失信名单条目')
