import { Arg, Ctx, Directive, ID, Int, Query, Resolver } from 'type-graphql'
import { NodeCodeScalar } from '../../platform/codes/node-code.scalar.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import type { MatterComparisonService } from './matter-comparison.service.ts'
import { ComparedJournalType, ComparedMattersType } from './matter-comparison.type.ts'

/** Root fields by which counties' nodes compare what they share. */
@Resolver()
export class MatterComparisonResolver {
  readonly #service: MatterComparisonService

  constructor(service: MatterComparisonService) {
    this.#service = service
  }

  @Directive('@routed(by: COUNTY)')
  @Directive('@requiresScopes(scopes: [["matter:deliver"]])')
  @Query(() => ComparedMattersType, {
    description: '对账事项: the matters that both counties are party to, as the asked one holds them.',
  })
  comparedMatters(
    @Ctx() context: RequestContext,
    @Arg('county', () => NodeCodeScalar, { description: '被询问的县.' }) county: string,
    @Arg('after', () => String, { nullable: true, description: '起点: `next` of the page before.' })
    after: string | null | undefined,
    @Arg('ids', () => [ID], { nullable: true, description: '仅限这些事项: only these, at most 100.' })
    ids: string[] | null | undefined,
  ): Promise<ComparedMattersType> {
    return this.#service.matters(context, county, { after: after ?? null, ids: ids ?? null })
  }

  @Directive('@routed(by: COUNTY)')
  @Directive('@requiresScopes(scopes: [["matter:deliver"]])')
  @Query(() => ComparedJournalType, {
    description:
      '对账日志: a stretch of the asked county’s journal, verified; of its entries those of the asking county.',
  })
  comparedJournal(
    @Ctx() context: RequestContext,
    @Arg('county', () => NodeCodeScalar, { description: '被询问的县.' }) county: string,
    @Arg('after', () => Int, { description: '起点序号: the stretch begins after this entry; 0 for the start.' })
    after: number,
  ): Promise<ComparedJournalType> {
    return this.#service.journal(context, county, after)
  }
}
