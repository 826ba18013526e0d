import { Directive, Field, ObjectType } from 'type-graphql'
import { CountyCodeScalar } from '../../platform/codes/county-code.scalar.ts'
import { SubjectCodeScalar } from '../../platform/codes/subject-code.scalar.ts'

/** The subject of a record, with the name that the record gives it. */
@Directive('@key(fields: "code", resolvable: false)')
@ObjectType('Subject', { description: '市场主体或自然人 (相对人): whom a record is about.' })
export class Subject {
  @Field(() => SubjectCodeScalar, { description: '统一社会信用代码 or 公民身份号码.' })
  code!: string

  @Directive('@shareable')
  @Field(() => String, { description: '名称或姓名, as the record has it.' })
  name!: string
}

/** A subject as one county's register has it. */
@Directive('@inaccessible')
@ObjectType('RegisteredSubject', { description: '登记主体: a subject as one county’s register has it.' })
export class RegisteredSubject {
  @Field(() => CountyCodeScalar, { description: '登记县.' })
  county!: string

  @Field(() => SubjectCodeScalar, { description: '主体代码.' })
  code!: string

  @Field(() => String, { description: '名称或姓名.' })
  name!: string
}
