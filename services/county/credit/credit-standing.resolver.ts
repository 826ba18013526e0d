import { Arg, Ctx, Directive, Query, Resolver } from 'type-graphql'
import { CountyCodeScalar } from '../../platform/codes/county-code.scalar.ts'
import { SubjectCodeScalar } from '../../platform/codes/subject-code.scalar.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import { labelOf } from '../connection/labelled-enum.ts'
import type { NodeParts } from '../db/node-parts.ts'
import { categoryLabels, listingStateLabels } from './credit-listing.labels.ts'
import type { Standing } from './credit-standing.service.ts'
import type { CreditStandingService } from './credit-standing.service.ts'
import { CreditStanding, type StandingListing } from './credit-standing.type.ts'

/** The root field behind the exchange's credit check. */
@Resolver()
export class CreditStandingResolver {
  readonly #service: CreditStandingService
  readonly #parts: NodeParts

  constructor(service: CreditStandingService, parts: NodeParts) {
    this.#service = service
    this.#parts = parts
  }

  @Directive('@inaccessible')
  @Directive('@scatter(merge: CONCAT)')
  @Directive('@requiresScopes(scopes: [["credit:check"]])')
  @Query(() => [CreditStanding], {
    nullable: true,
    description: '信用核查: what each county’s list says about a subject, one element a county.',
  })
  async creditStanding(
    @Ctx() context: RequestContext,
    @Arg('subject', () => SubjectCodeScalar, { description: '所询主体代码.' }) subject: string,
    @Arg('matter', () => String, { description: '许可事项代码.' }) matter: string,
    @Arg('counties', () => [CountyCodeScalar], { nullable: true, description: '只查询这些县.' })
    counties: string[] | null | undefined,
  ): Promise<CreditStanding[]> {
    this.#parts.authoriser.asked(counties)
    const { asOf, listVersion, listings } = await this.#service.of(context, subject, matter)
    const county = { code: this.#parts.county }
    return [{ county, subject, matter, asOf, listVersion: String(listVersion), listings: listings.map(toFacts) }]
  }
}

function toFacts({ listing, relation }: Standing['listings'][number]): StandingListing {
  return {
    ...listing,
    relation,
    category: listing.category as StandingListing['category'],
    categoryLabel: labelOf(categoryLabels, listing.category),
    state: listing.state as StandingListing['state'],
    stateLabel: labelOf(listingStateLabels, listing.state),
    listedOn: listing.listedOn ?? '',
    effectUntil: listing.effectUntil ?? '',
  }
}
