import { GraphQLDate } from 'graphql-scalars'
import { Directive, Field, ID, InputType, ObjectType } from 'type-graphql'
import { County } from '../registry/county.type.ts'

/** An enforcement body of a county. */
@ObjectType('Agency', { description: '行政执法机关: an enforcement body of a county.' })
export class Agency {
  @Field(() => ID, { description: '标识: <county>:agency:<uuid>.' })
  id!: string

  @Field(() => County, { description: '所属县.' })
  county!: County

  @Field(() => String, { description: '机关名称.' })
  name!: string

  @Field(() => String, { nullable: true, description: '统一社会信用代码 of the body.' })
  code?: string | null

  @Field(() => String, { nullable: true, description: '在交换目录中的标识: the agency id of its tokens.' })
  exchangeAgency?: string | null
}

/** An enforcement officer of a county. */
@Directive('@requiresScopes(scopes: [["case:read"], ["case:write"]])')
@ObjectType('Officer', { description: '行政执法人员: an enforcement officer of a county.' })
export class Officer {
  @Field(() => ID, { description: '标识: <county>:officer:<uuid>.' })
  id!: string

  @Field(() => County, { description: '所属县.' })
  county!: County

  @Field(() => String, { description: '姓名.' })
  name!: string

  @Field(() => String, { description: '执法证号.' })
  certificate!: string

  @Field(() => GraphQLDate, { nullable: true, description: '执法证有效期止, inclusive.' })
  certificateUntil?: string | null

  /** Id of the body. */
  agencyId!: string
}

/** An officer to be entered. */
@InputType('RegisterOfficerInput', { description: '行政执法人员登记内容.' })
export class RegisterOfficerInput {
  @Field(() => String, { description: '姓名.' })
  name!: string

  @Field(() => String, { description: '执法证号, unique in the county.' })
  certificate!: string

  @Field(() => GraphQLDate, { nullable: true, description: '执法证有效期止, inclusive.' })
  certificateUntil?: Date | null
}
