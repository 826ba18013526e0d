import { Field, ID, InputType, Int, ObjectType } from 'type-graphql'
import { NodeCodeScalar } from '../../platform/codes/node-code.scalar.ts'

/** The last envelope of a party that somebody holds. */
@InputType('ChainHeadInput', { description: '文书链末端: the last envelope of a party that the asker holds.' })
export class ChainHeadInput {
  @Field(() => NodeCodeScalar, { description: '发出县.' })
  county!: string

  @Field(() => Int, { description: '序号: 1, 2, 3 … per matter and sender.' })
  sequence!: number

  @Field(() => String, { description: '文书摘要: SHA-256 of the envelope, hex.' })
  hash!: string
}

/** What the asker holds of a matter. */
@InputType('HeldMatterInput', { description: '已有文书: what the asker holds of a matter.' })
export class HeldMatterInput {
  @Field(() => ID, { description: '事项标识.' })
  matter!: string

  @Field(() => [ChainHeadInput], { description: '各方文书链末端.' })
  heads!: ChainHeadInput[]
}

/** The last envelope of a party that a county holds. */
@ObjectType('ChainHead', { description: '文书链末端: the last envelope of a party that the county holds.' })
export class ChainHeadType {
  @Field(() => NodeCodeScalar, { description: '发出县.' })
  county!: string

  @Field(() => Int, { description: '序号.' })
  sequence!: number

  @Field(() => String, { description: '文书摘要: SHA-256, hex.' })
  hash!: string
}

/** What a county holds of a matter. */
@ObjectType('HeldMatter', { description: '已有文书: what the county holds of a matter.' })
export class HeldMatterType {
  @Field(() => ID, { description: '事项标识.' })
  matter!: string

  @Field(() => [ChainHeadType], { description: '各方文书链末端.' })
  heads!: ChainHeadType[]
}

/** A page of matters. */
@ObjectType('HeldMatters', {
  description: '共有事项一页: a page of the matters that both counties are party to, by id.',
})
export class HeldMattersType {
  @Field(() => [HeldMatterType], { description: '事项.' })
  matters!: HeldMatterType[]

  @Field(() => String, { nullable: true, description: '下一页起点: pass it as `after`; null on the last page.' })
  next!: string | null
}

/** An envelope that was missing. */
@ObjectType('MissingEnvelope', { description: '缺失文书: an envelope that the asker lacks.' })
export class MissingEnvelopeType {
  @Field(() => String, { description: '签名文书: the envelope as compact JWS.' })
  jws!: string

  @Field(() => String, {
    nullable: true,
    description: '签收回执: the asker’s own acknowledgement of it, where there is one.',
  })
  acknowledgement!: string | null
}

/** Envelopes that were missing. */
@ObjectType('MissingEnvelopes', { description: '缺失文书: envelopes that the asker lacks, at most 100.' })
export class MissingEnvelopesType {
  @Field(() => [MissingEnvelopeType], { description: '文书.' })
  envelopes!: MissingEnvelopeType[]

  @Field(() => Boolean, { description: '是否还有更多.' })
  more!: boolean
}
