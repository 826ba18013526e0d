import { Arg, Ctx, Directive, Query, Resolver } from 'type-graphql'
import { CountyCodeScalar } from '../../platform/codes/county-code.scalar.ts'
import { SubjectCodeScalar } from '../../platform/codes/subject-code.scalar.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import type { NodeParts } from '../db/node-parts.ts'
import type { SubjectService } from './subject.service.ts'
import { RegisteredSubject } from './subject.type.ts'

/** The root field behind the name of a subject that is looked up in all counties. */
@Resolver()
export class SubjectResolver {
  readonly #service: SubjectService
  readonly #parts: NodeParts

  constructor(service: SubjectService, parts: NodeParts) {
    this.#service = service
    this.#parts = parts
  }

  @Directive('@inaccessible')
  @Directive('@scatter(merge: CONCAT)')
  @Directive('@requiresScopes(scopes: [["credit:read"], ["case:read"]])')
  @Query(() => [RegisteredSubject], {
    nullable: true,
    description: '主体登记名称: the name each county that knows the subject has for it.',
  })
  async registeredSubjects(
    @Ctx() context: RequestContext,
    @Arg('code', () => SubjectCodeScalar, { description: '主体代码.' }) code: string,
    @Arg('counties', () => [CountyCodeScalar], { nullable: true, description: '只查询这些县.' })
    counties: string[] | null | undefined,
  ): Promise<RegisteredSubject[]> {
    this.#parts.authoriser.asked(counties)
    const name = await this.#service.name(context, code)
    return name === undefined ? [] : [{ county: this.#parts.county, code, name }]
  }
}
