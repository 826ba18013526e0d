import { Arg, Ctx, Directive, Query, Resolver } from 'type-graphql'
import { CountyCodeScalar } from '../../platform/codes/county-code.scalar.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import { labelOf } from '../connection/labelled-enum.ts'
import type { NodeParts } from '../db/node-parts.ts'
import { categoryLabels, listingStateLabels } from './credit-listing.labels.ts'
import type { Concerning } from './credit-standing.service.ts'
import type { CreditStandingService } from './credit-standing.service.ts'
import { CreditQuestion, CreditStandings, type StandingListing } from './credit-standing.type.ts'

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
  @Query(() => [CreditStandings], {
    nullable: true,
    description: '信用核查: what each county’s list says about some subjects, one element a county.',
  })
  async creditStandings(
    @Ctx() context: RequestContext,
    @Arg('questions', () => [CreditQuestion], { description: '核查问题, at most 500.' }) questions: CreditQuestion[],
    @Arg('counties', () => [CountyCodeScalar], { nullable: true, description: '只查询这些县.' })
    counties: string[] | null | undefined,
  ): Promise<CreditStandings[]> {
    this.#parts.authoriser.asked(counties)
    const { asOf, listVersion, listings } = await this.#service.of(context, questions)
    const standings = questions.map(({ subject, matter }) => ({
      subject,
      matter,
      listings: (listings.get(subject) ?? []).map(toFacts),
    }))
    return [{ county: { code: this.#parts.county }, asOf, listVersion: String(listVersion), standings }]
  }
}

function toFacts({ listing, relation }: Concerning): StandingListing {
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
