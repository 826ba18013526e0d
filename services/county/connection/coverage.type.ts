import { GraphQLDateTime } from 'graphql-scalars'
import { Directive, Field, ObjectType } from 'type-graphql'
import { County } from '../registry/county.type.ts'
import { labelledEnum } from './labelled-enum.ts'

/** Why a county did not answer. */
export const OutageReason = labelledEnum('OutageReason', '未答复原因: why a county did not answer.', {
  TIMEOUT: '超时: no answer before the deadline.',
  UNREACHABLE: '无法连接: no connection, or it broke.',
  REFUSED: '拒绝: the county refused, or is suspended.',
  FAULT: '故障: what came back was not a valid answer.',
  STALE: '数据过期: what it published is past its validity.',
})
/** Why a county did not answer. */
export type OutageReason = keyof typeof OutageReason

/** A county that answered. */
@Directive('@shareable')
@ObjectType('CountyAnswer', { description: '已答复的县: a county that answered.' })
export class CountyAnswer {
  @Field(() => County, { description: '答复的县.' })
  county!: County

  @Field(() => GraphQLDateTime, { description: '数据时点: the moment its answer describes.' })
  asOf!: Date

  @Field(() => String, { nullable: true, description: '名单版本号: version of its credit list, where one was read.' })
  listVersion?: string | null
}

/** A county whose answer is missing. */
@Directive('@shareable')
@ObjectType('CountyOutage', { description: '未答复的县: a county whose answer is missing.' })
export class CountyOutage {
  @Field(() => County, { description: '未答复的县.' })
  county!: County

  @Field(() => OutageReason, { description: '未答复原因.' })
  reason!: OutageReason
}

/** Who answered; a county's own part says that it did. */
@Directive('@shareable')
@ObjectType('Coverage', { description: '覆盖情况: which counties answered and which did not.' })
export class Coverage {
  @Field(() => Boolean, { description: '是否完整: true when every county that was asked answered.' })
  complete!: boolean

  @Field(() => [CountyAnswer], { description: '已答复的县.' })
  answered!: CountyAnswer[]

  @Field(() => [CountyOutage], { description: '未答复的县及原因.' })
  unanswered!: CountyOutage[]
}

/** The coverage of one county's own answer. */
export function ownCoverage(county: string, asOf: Date, listVersion: string | null = null): Coverage {
  return { complete: true, answered: [{ county: { code: county }, asOf, listVersion }], unanswered: [] }
}
