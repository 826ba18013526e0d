import { GraphQLDate, GraphQLDateTime } from 'graphql-scalars'
import { Directive, Field, Float, ID, InputType, ObjectType } from 'type-graphql'
import { SubjectCodeScalar } from '../../platform/codes/subject-code.scalar.ts'
import { connectionOf } from '../connection/connection.type.ts'
import { County } from '../registry/county.type.ts'
import { Subject } from '../registry/subject.type.ts'

/** An administrative penalty, with the fields of the 双公示 exchange file. */
@Directive('@key(fields: "id")')
@Directive('@requiresScopes(scopes: [["credit:read"]])')
@ObjectType('Penalty', { description: '行政处罚: an administrative penalty, as published (双公示).' })
export class Penalty {
  @Field(() => ID, { description: '标识: <county>:penalty:<uuid>.' })
  id!: string

  @Field(() => County, { description: '作出处罚的县.' })
  county!: County

  @Field(() => Subject, { description: '行政相对人.' })
  subject!: Subject

  @Field(() => String, { description: '行政处罚决定书文号 (CF_WSH).' })
  documentNumber!: string

  @Field(() => String, { description: '行政相对人类别 (CF_XDR_LB).' })
  subjectKind!: string

  @Field(() => String, { nullable: true, description: '法定代表人 (CF_FRDB).' })
  legalRepresentative?: string | null

  @Field(() => String, { description: '违法行为类型 (CF_WFXW).' })
  act!: string

  @Field(() => String, { description: '违法事实 (CF_SY).' })
  facts!: string

  @Field(() => String, { description: '处罚依据 (CF_YJ).' })
  basis!: string

  @Field(() => String, { description: '处罚类别 (CF_CFLB).' })
  kind!: string

  @Field(() => String, { description: '处罚内容 (CF_NR).' })
  content!: string

  @Field(() => Float, { nullable: true, description: '罚款金额 (CF_NR_FK), 万元.' })
  fine?: number | null

  @Field(() => Float, { nullable: true, description: '没收违法所得、没收非法财物的金额 (CF_NR_WFFF), 万元.' })
  confiscated?: number | null

  @Field(() => String, { nullable: true, description: '暂扣或吊销证照名称及编号 (CF_NR_ZKDX).' })
  licenceAction?: string | null

  @Field(() => GraphQLDate, { description: '处罚决定日期 (CF_JDRQ); penalties are sorted by it.' })
  decidedOn!: string

  @Field(() => GraphQLDate, { nullable: true, description: '处罚有效期 (CF_YXQ).' })
  validUntil?: string | null

  @Field(() => GraphQLDate, { nullable: true, description: '公示截止期 (CF_GSJZQ).' })
  publishedUntil?: string | null

  @Field(() => String, { description: '处罚机关 (CF_CFJG).' })
  organ!: string

  @Field(() => String, { nullable: true, description: '处罚机关统一社会信用代码 (CF_CFJGDM).' })
  organCode?: string | null

  @Field(() => String, { nullable: true, description: '数据来源单位 (CF_SJLY).' })
  source?: string | null

  @Field(() => String, { nullable: true, description: '数据来源单位统一社会信用代码 (CF_SJLYDM).' })
  sourceCode?: string | null

  @Field(() => String, { nullable: true, description: '备注 (BZ).' })
  remark?: string | null

  @Field(() => GraphQLDateTime, { description: '更新时间.' })
  updatedAt!: Date
}

/** Which penalties are wanted; conditions add up. */
@InputType('PenaltyFilter', { description: '行政处罚查询条件; conditions add up.' })
export class PenaltyFilter {
  @Field(() => SubjectCodeScalar, { nullable: true, description: '行政相对人代码.' })
  subject?: string | null

  @Field(() => String, { nullable: true, description: '违法行为类型, as in the records.' })
  act?: string | null

  @Field(() => String, { nullable: true, description: '行政处罚决定书文号.' })
  documentNumber?: string | null

  @Field(() => GraphQLDate, { nullable: true, description: '处罚决定日期起, inclusive.' })
  decidedFrom?: Date | null

  @Field(() => GraphQLDate, { nullable: true, description: '处罚决定日期止, inclusive.' })
  decidedTo?: Date | null
}

/** A page of penalties. */
export const PenaltyConnection = connectionOf(Penalty, 'Penalty', '行政处罚')
