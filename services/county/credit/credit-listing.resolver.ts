import { Arg, Args, Ctx, Directive, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import type { RequestContext } from '../../platform/viewer.ts'
import type { Authoriser } from '../access/authoriser.ts'
import { toReference } from '../cases/case-link.resolver.ts'
import { CaseReference } from '../cases/case-link.type.ts'
import { type Connection, toConnection } from '../connection/connection.type.ts'
import { ownCoverage } from '../connection/coverage.type.ts'
import { labelOf } from '../connection/labelled-enum.ts'
import { PageArguments } from '../connection/page-arguments.type.ts'
import { readPage } from '../connection/page.ts'
import type { NodeParts } from '../db/node-parts.ts'
import { countyOfId } from '../db/record-id.ts'
import { dayOf } from '../connection/day.ts'
import { AdvanceListingDetails, CreditListingFilter, EnterListingInput } from './credit-listing.input.ts'
import { categoryLabels, listingStateLabels } from './credit-listing.labels.ts'
import type { ListingEvent, ListingState } from './credit-listing.machine.ts'
import type { ListingRow } from './credit-listing.service.ts'
import type { CreditListingService } from './credit-listing.service.ts'
import { CreditListing, CreditListingConnection, CreditListingStep, ListingEventEnum } from './credit-listing.type.ts'
import { hasEffect } from './effect.ts'
import type { PenaltyCaseService } from './penalty-case.service.ts'

/** Fields of the list of serious breakers of trust. */
@Resolver(() => CreditListing)
export class CreditListingResolver {
  readonly #service: CreditListingService
  readonly #cases: PenaltyCaseService
  readonly #parts: NodeParts
  readonly #authoriser: Authoriser

  constructor(services: { listings: CreditListingService; cases: PenaltyCaseService }, parts: NodeParts) {
    this.#service = services.listings
    this.#cases = services.cases
    this.#parts = parts
    this.#authoriser = parts.authoriser
  }

  @Directive('@scatter(merge: PAGE)')
  @Directive('@requiresScopes(scopes: [["credit:read"]])')
  @Query(() => CreditListingConnection, {
    nullable: true,
    description:
      '严重违法失信名单查询: entries of the counties’ lists, newest first. 自然人 are left out for other counties.',
  })
  async creditListings(
    @Ctx() context: RequestContext,
    @Arg('filter', () => CreditListingFilter, { nullable: true, description: '查询条件.' })
    filter: CreditListingFilter | null | undefined,
    @Args(() => PageArguments) page: PageArguments,
  ): Promise<Connection<CreditListing>> {
    this.#authoriser.asked(page.counties)
    const request = readPage(page, 'creditListings', filter)
    const found = await this.#service.page(context, toSearch(filter), request)
    const coverage = ownCoverage(this.#parts.county, this.#parts.clock.now(), found.listVersion)
    return toConnection(
      found,
      request,
      (row) => [row.enteredOn, row.id],
      (row) => this.#toListing(row),
      coverage,
    )
  }

  @Directive('@routed(by: ID)')
  @Directive('@requiresScopes(scopes: [["credit:read"]])')
  @Query(() => CreditListing, {
    nullable: true,
    description: '名单条目: one entry, null when there is none to be seen.',
  })
  async creditListing(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '条目标识.' }) id: string,
  ): Promise<CreditListing | null> {
    countyOfId(id, 'listing', 'id')
    const row = await this.#service.find(context, id)
    return row ? this.#toListing(row) : null
  }

  @Directive('@routed(by: VIEWER)')
  @Directive('@requiresScopes(scopes: [["case:write"]])')
  @Mutation(() => CreditListing, { description: '拟列入登记: propose to list a subject on the own county’s list.' })
  async enterListing(
    @Ctx() context: RequestContext,
    @Arg('input', () => EnterListingInput, { description: '拟列入内容.' }) input: EnterListingInput,
  ): Promise<CreditListing> {
    return this.#toListing(await this.#service.enter(context, input))
  }

  @Directive('@routed(by: ID)')
  @Directive('@requiresScopes(scopes: [["case:write"]])')
  @Mutation(() => CreditListing, { description: '名单办理: take an entry one step further in its life.' })
  async advanceListing(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '条目标识.' }) id: string,
    @Arg('event', () => ListingEventEnum, { description: '名单事项.' }) event: ListingEvent,
    @Arg('details', () => AdvanceListingDetails, { nullable: true, description: '办理要素.' })
    details: AdvanceListingDetails | null | undefined,
    @Arg('note', () => String, { nullable: true, description: '备注.' }) note: string | null | undefined,
  ): Promise<CreditListing> {
    return this.#toListing(await this.#service.advance(context, id, event, details ?? {}, note ?? null))
  }

  @Directive('@requiresScopes(scopes: [["credit:read"]])')
  @FieldResolver(() => [CreditListingStep], { description: '办理记录: its life so far, oldest first.' })
  history(@Ctx() context: RequestContext, @Root() listing: CreditListing): Promise<CreditListingStep[]> {
    return this.#service.history(context, listing.id) as Promise<CreditListingStep[]>
  }

  @Directive('@requiresScopes(scopes: [["case:read"]])')
  @FieldResolver(() => CaseReference, {
    nullable: true,
    description:
      '所依据的案件: the case in which the penalty was decided on which it rests; null when there is none that the caller may see.',
  })
  async case(@Ctx() context: RequestContext, @Root() listing: CreditListing): Promise<CaseReference | null> {
    const id = await this.#cases.caseOf(context, listing.penaltyDocument)
    return id === null ? null : toReference(id)
  }

  /** The entry that another subgraph names by its id. */
  async resolve(reference: { id: string }, context: RequestContext): Promise<CreditListing | null> {
    const row = await this.#service.resolve(context, reference.id)
    return row ? this.#toListing(row) : null
  }

  #toListing(row: ListingRow): CreditListing {
    return {
      ...row,
      county: { code: this.#parts.county },
      subject: { code: row.subjectCode, name: row.subjectName },
      category: row.category as CreditListing['category'],
      categoryLabel: labelOf(categoryLabels, row.category),
      state: row.state as ListingState,
      stateLabel: labelOf(listingStateLabels, row.state),
      hasEffect: hasEffect(row, this.#parts.clock.now()),
      version: String(row.version),
    }
  }
}

function toSearch(filter: CreditListingFilter | null | undefined): Parameters<CreditListingService['page']>[1] {
  return {
    subject: filter?.subject ?? undefined,
    category: filter?.category ?? undefined,
    states: filter?.states ?? undefined,
    hasEffect: filter?.hasEffect ?? undefined,
    listedFrom: dayOf(filter?.listedFrom),
    listedTo: dayOf(filter?.listedTo),
  }
}
