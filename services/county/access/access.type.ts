import { GraphQLDateTime } from 'graphql-scalars'
import { Field, Int, ObjectType } from 'type-graphql'
import { CountyCodeScalar } from '../../platform/codes/county-code.scalar.ts'
import type { PurposeKind } from '../../platform/viewer.ts'
import { connectionOf } from '../connection/connection.type.ts'
import { labelledEnum } from '../connection/labelled-enum.ts'

const PurposeKindEnum = labelledEnum('PurposeKind', '使用场景 (政务数据共享条例第二十条): what an access was for.', {
  APPROVAL: '行政审批',
  CASE: '执法办案',
  ANALYSIS: '统计分析',
} satisfies Record<PurposeKind, string>)

/** One access to the county's records, as its journal has it. */
@ObjectType('Access', { description: '访问记录: one access to the county’s records (政务数据共享条例第二十九条).' })
export class Access {
  @Field(() => Int, { description: '序号 in the county’s journal.' })
  sequence!: number

  @Field(() => GraphQLDateTime, { description: '访问时间.' })
  at!: Date

  @Field(() => String, { description: '事务编号: the same in the gateway’s journal.' })
  transaction!: string

  @Field(() => String, { description: '访问机关在交换目录中的标识.' })
  agency!: string

  @Field(() => CountyCodeScalar, { description: '访问机关所属县.' })
  agencyCounty!: string

  @Field(() => String, { nullable: true, description: '经由网关.' })
  actor?: string | null

  @Field(() => String, { nullable: true, description: '访问人员执法证号或工号.' })
  officer?: string | null

  @Field(() => PurposeKindEnum, { description: '使用场景.' })
  purpose!: PurposeKind

  @Field(() => String, { nullable: true, description: '使用依据: number of the approval or case, or the topic.' })
  purposeNumber?: string | null

  @Field(() => [String], { description: '访问内容: the root fields that were asked.' })
  fields!: string[]

  @Field(() => [String], {
    description:
      '涉及主体: organisations by their code, natural persons by a keyed reference with the last four characters.',
  })
  subjects!: string[]

  @Field(() => String, { description: '记录摘要: hash that chains it to the entry before.' })
  hash!: string
}

/** A page of accesses. */
export const AccessConnection = connectionOf(Access, 'Access', '访问记录')
