import { ArgsType, Field, Int } from 'type-graphql'
import { CountyCodeScalar } from '../../platform/codes/county-code.scalar.ts'

/** Arguments of a sorted connection of one county. */
@ArgsType()
export class OwnPageArguments {
  @Field(() => Int, {
    nullable: true,
    description: '向后取的条数: this many from the start or after `after`, 1 to 200; 20 when left out.',
  })
  first?: number | null

  @Field(() => String, { nullable: true, description: '起始游标: only records after this cursor.' })
  after?: string | null

  @Field(() => Int, {
    nullable: true,
    description: '向前取的条数: this many from the end or before `before`, 1 to 200.',
  })
  last?: number | null

  @Field(() => String, { nullable: true, description: '截止游标: only records before this cursor.' })
  before?: string | null
}

/** Arguments of a sorted connection over the counties. */
@ArgsType()
export class PageArguments extends OwnPageArguments {
  @Field(() => [CountyCodeScalar], {
    nullable: true,
    description: '只查询这些县 (县级行政区划代码): only these counties; all when left out.',
  })
  counties?: string[] | null
}
