import { Directive, Field, ObjectType } from 'type-graphql'
import { CountyCodeScalar } from '../../platform/codes/county-code.scalar.ts'

/** A county as its own node names it; name and status come from the directory. */
@Directive('@key(fields: "code", resolvable: false)')
@ObjectType('County', { description: '县 (县级行政区): a county that takes part in the exchange.' })
export class County {
  @Field(() => CountyCodeScalar, { description: '县级行政区划代码.' })
  code!: string
}
