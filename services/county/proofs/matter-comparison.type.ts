import { GraphQLDateTime } from 'graphql-scalars'
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql'
import { NodeCodeScalar } from '../../platform/codes/node-code.scalar.ts'

const nodes = '@requiresScopes(scopes: [["matter:deliver"]])'

/** An envelope as a county holds it. */
@Directive(nodes)
@ObjectType('ComparedEnvelope', { description: '比对文书: an envelope as the county holds it.' })
export class ComparedEnvelopeType {
  @Field(() => String, { description: '文书摘要: SHA-256, hex.' })
  hash!: string

  @Field(() => NodeCodeScalar, { description: '发出县.' })
  sender!: string

  @Field(() => Int, { description: '序号.' })
  sequence!: number

  @Field(() => GraphQLDateTime, { description: '签发时间.' })
  at!: Date

  @Field(() => String, { description: '处理结果: APPLIED, WAITING, REFUSED or FORK.' })
  status!: string
}

/** An acknowledgement as a county holds it. */
@Directive(nodes)
@ObjectType('ComparedReceipt', { description: '比对回执: an acknowledgement as the county holds it.' })
export class ComparedReceiptType {
  @Field(() => String, { description: '文书摘要.' })
  envelope!: string

  @Field(() => NodeCodeScalar, { description: '签收县.' })
  recipient!: string

  @Field(() => String, { nullable: true, description: '回执摘要: SHA-256, hex; null while none is held.' })
  hash!: string | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '签收时间.' })
  receivedAt!: Date | null
}

/** A matter as a county holds it. */
@Directive(nodes)
@ObjectType('ComparedMatter', { description: '比对事项: a matter that both counties are party to, as one holds it.' })
export class ComparedMatterType {
  @Field(() => ID, { description: '事项标识.' })
  matter!: string

  @Field(() => String, { description: '事项种类.' })
  kind!: string

  @Field(() => [NodeCodeScalar], { description: '参与县, in the order of their codes.' })
  parties!: string[]

  @Field(() => NodeCodeScalar, { nullable: true, description: '待办县; null at the end.' })
  pen!: string | null

  @Field(() => String, { nullable: true, description: '冻结: why, and on whose account; null when it is not frozen.' })
  frozen!: string | null

  @Field(() => String, { nullable: true, description: '事项状态; null for a kind that tells none.' })
  state!: string | null

  @Field(() => String, { nullable: true, description: '期限依据: what its deadline is computed from, as JSON text.' })
  deadline!: string | null

  @Field(() => [ComparedEnvelopeType], { description: '文书.' })
  envelopes!: ComparedEnvelopeType[]

  @Field(() => [ComparedReceiptType], { description: '两县之间的回执.' })
  receipts!: ComparedReceiptType[]
}

/** A page of matters. */
@Directive(nodes)
@ObjectType('ComparedMatters', { description: '比对事项一页, by id.' })
export class ComparedMattersType {
  @Field(() => [ComparedMatterType], { description: '事项.' })
  matters!: ComparedMatterType[]

  @Field(() => String, { nullable: true, description: '下一页起点: pass it as `after`; null on the last page.' })
  next!: string | null
}

/** An access as the journal has it. */
@Directive(nodes)
@ObjectType('ComparedAccess', { description: '比对访问记录: an access by the asking county, as the journal has it.' })
export class ComparedAccessType {
  @Field(() => Int, { description: '序号 in the journal.' })
  sequence!: number

  @Field(() => GraphQLDateTime, { description: '访问时间.' })
  at!: Date

  @Field(() => String, { description: '事务编号.' })
  transaction!: string

  @Field(() => String, { description: '访问机关, or county:<code> for the county’s node.' })
  agency!: string

  @Field(() => String, { nullable: true, description: '访问人员.' })
  officer!: string | null

  @Field(() => String, { description: '使用场景及依据.' })
  purpose!: string

  @Field(() => [String], { description: '访问内容: root fields.' })
  fields!: string[]
}

/** A stretch of a journal. */
@Directive(nodes)
@ObjectType('ComparedJournal', { description: '比对日志一段: a stretch of the county’s journal, walked and verified.' })
export class ComparedJournalType {
  @Field(() => [ComparedAccessType], { description: '访问记录 of the asking county only.' })
  accesses!: ComparedAccessType[]

  @Field(() => String, {
    description: '起点摘要: hash of the entry `after`; 64 zeros at the start, empty when there is none.',
  })
  before!: string

  @Field(() => GraphQLDateTime, { nullable: true, description: '起点时间: moment of that entry; null at the start.' })
  since!: Date | null

  @Field(() => Int, { description: '本段最后序号.' })
  sequence!: number

  @Field(() => String, { description: '本段最后一条的摘要.' })
  hash!: string

  @Field(() => Int, { nullable: true, description: '断裂处: the first entry that does not follow; null when all do.' })
  broken!: number | null

  @Field(() => Boolean, { description: '是否还有更多.' })
  more!: boolean
}
