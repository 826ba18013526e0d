import { GraphQLDateTime } from 'graphql-scalars'
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql'
import { NodeCodeScalar } from '../../platform/codes/node-code.scalar.ts'

const read = '@requiresScopes(scopes: [["matter:read"]])'

/** A public key that signed something. */
@Directive(read)
@ObjectType('ProofKey', { description: '验签公钥: a public key by which a county signed, as the directory lists it.' })
export class ProofKeyType {
  @Field(() => NodeCodeScalar, { description: '所属县.' })
  county!: string

  @Field(() => String, { description: '公钥: JSON Web Key as JSON text.' })
  key!: string
}

/** A page of a matter's signed documents. */
@Directive(read)
@ObjectType('MatterProof', {
  description: '事项证明材料一页: a page of all signed documents of a matter that the own county holds.',
})
export class MatterProofType {
  @Field(() => ID, { description: '事项标识.' })
  matter!: string

  @Field(() => Int, { description: '文书总数: when it differs between two pages, begin anew.' })
  total!: number

  @Field(() => [String], { description: '签名文书: envelopes as compact JWS, at most 100.' })
  envelopes!: string[]

  @Field(() => [String], { description: '签收回执: acknowledgements of these that the county holds, as compact JWS.' })
  acknowledgements!: string[]

  @Field(() => [ProofKeyType], { description: '验签公钥 of these documents, those that the directory lists.' })
  keys!: ProofKeyType[]

  @Field(() => Int, { nullable: true, description: '下一页起点: pass it as `after`; null on the last page.' })
  next!: number | null

  @Field(() => GraphQLDateTime, { description: '读取时间.' })
  at!: Date
}
