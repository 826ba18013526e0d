import { GraphQLDate, GraphQLDateTime } from 'graphql-scalars'
import { Directive, Field, ID, InputType, ObjectType } from 'type-graphql'
import { SubjectCodeScalar } from '../../platform/codes/subject-code.scalar.ts'
import type { ListingCategory } from '../../platform/directory/snapshot.ts'
import { labelledEnum } from '../connection/labelled-enum.ts'
import { County } from '../registry/county.type.ts'
import type { ListingState } from './credit-listing.machine.ts'
import type { ListingRelation } from './credit-listing.repository.ts'
import { ListingCategoryEnum, ListingStateEnum } from './credit-listing.type.ts'

const ListingRelationEnum = labelledEnum(
  'ListingRelation',
  '关联方式: how a listing concerns the subject asked about.',
  {
    LISTED_SUBJECT: '本身被列入',
    LEGAL_REPRESENTATIVE: '为被列入单位的法定代表人 (负责人)',
  } satisfies Record<ListingRelation, string>,
)

/** What a credit check needs to know of a listing. */
@Directive('@inaccessible')
@ObjectType('StandingListing', { description: '核查要素: what a credit check needs to know of a listing.' })
export class StandingListing {
  @Field(() => ID, { description: '条目标识.' })
  id!: string

  @Field(() => ListingRelationEnum, { description: '关联方式.' })
  relation!: ListingRelation

  @Field(() => String, { description: '列入决定书文号.' })
  documentNumber!: string

  @Field(() => SubjectCodeScalar, { description: '被列入主体代码.' })
  subjectCode!: string

  @Field(() => String, { description: '被列入主体名称.' })
  subjectName!: string

  @Field(() => ListingCategoryEnum, { description: '列入情形.' })
  category!: ListingCategory

  @Field(() => String, { description: '列入情形的中文名称.' })
  categoryLabel!: string

  @Field(() => ListingStateEnum, { description: '名单状态.' })
  state!: ListingState

  @Field(() => String, { description: '名单状态的中文名称.' })
  stateLabel!: string

  @Field(() => String, { description: '列入事由.' })
  facts!: string

  @Field(() => String, { description: '列入依据.' })
  basis!: string

  @Field(() => String, { description: '作出决定机关.' })
  organ!: string

  @Field(() => GraphQLDate, { description: '列入日期.' })
  listedOn!: string

  @Field(() => GraphQLDate, { description: '效力届满日: first day without effect.' })
  effectUntil!: string

  @Field(() => [String], { description: '惩戒措施代码 that the decision names.' })
  imposedMeasures!: string[]

  @Field(() => GraphQLDate, { nullable: true, description: '法定限制期届满日.' })
  restrictionUntil?: string | null
}

/** One question of a credit check. */
@Directive('@inaccessible')
@InputType('CreditQuestion', { description: '核查问题: one subject and the matter it applies for.' })
export class CreditQuestion {
  @Field(() => SubjectCodeScalar, { description: '所询主体代码.' })
  subject!: string

  @Field(() => String, { description: '许可事项代码.' })
  matter!: string
}

/** What one county's list says about one subject. */
@Directive('@inaccessible')
@ObjectType('CreditStanding', { description: '信用状况: what the list says about one subject.' })
export class CreditStanding {
  @Field(() => SubjectCodeScalar, { description: '所询主体代码, as asked.' })
  subject!: string

  @Field(() => String, { description: '所询许可事项, as asked.' })
  matter!: string

  @Field(() => [StandingListing], { description: '数据时点有效的名单条目.' })
  listings!: StandingListing[]
}

/** One county's answer to all questions of a credit check, of one moment. */
@Directive('@inaccessible')
@ObjectType('CreditStandings', { description: '信用核查答复: one county’s answer to all questions, of one moment.' })
export class CreditStandings {
  @Field(() => County, { description: '答复县.' })
  county!: County

  @Field(() => GraphQLDateTime, { description: '数据时点.' })
  asOf!: Date

  @Field(() => String, { description: '名单版本号.' })
  listVersion!: string

  @Field(() => [CreditStanding], { description: '各项答复, one for each question, in the order of the questions.' })
  standings!: CreditStanding[]
}
