import { Arg, Args, Ctx, Directive, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql'
import type { RequestContext } from '../../platform/viewer.ts'
import { toReference } from '../cases/case-link.resolver.ts'
import { CaseReference } from '../cases/case-link.type.ts'
import { type Connection, toConnection } from '../connection/connection.type.ts'
import { ownCoverage } from '../connection/coverage.type.ts'
import { dayOf } from '../connection/day.ts'
import { PageArguments } from '../connection/page-arguments.type.ts'
import { readPage } from '../connection/page.ts'
import type { NodeParts } from '../db/node-parts.ts'
import { countyOfId } from '../db/record-id.ts'
import type { PenaltyCaseService } from './penalty-case.service.ts'
import type { PenaltyRow, PenaltySearch } from './penalty.service.ts'
import type { PenaltyService } from './penalty.service.ts'
import { Penalty, PenaltyConnection, PenaltyFilter } from './penalty.type.ts'

/** Fields of penalties. */
@Resolver(() => Penalty)
export class PenaltyResolver {
  readonly #service: PenaltyService
  readonly #cases: PenaltyCaseService
  readonly #parts: NodeParts

  constructor(services: { penalties: PenaltyService; cases: PenaltyCaseService }, parts: NodeParts) {
    this.#service = services.penalties
    this.#cases = services.cases
    this.#parts = parts
  }

  @Directive('@scatter(merge: PAGE)')
  @Directive('@requiresScopes(scopes: [["credit:read"]])')
  @Query(() => PenaltyConnection, {
    nullable: true,
    description: '行政处罚查询: the counties’ penalties, newest first.',
  })
  async penalties(
    @Ctx() context: RequestContext,
    @Arg('filter', () => PenaltyFilter, { nullable: true, description: '查询条件.' })
    filter: PenaltyFilter | null | undefined,
    @Args(() => PageArguments) page: PageArguments,
  ): Promise<Connection<Penalty>> {
    this.#parts.authoriser.asked(page.counties)
    const request = readPage(page, 'penalties', filter)
    const found = await this.#service.page(context, toSearch(filter), request)
    const coverage = ownCoverage(this.#parts.county, this.#parts.clock.now())
    return toConnection(
      found,
      request,
      (row) => [row.decidedOn, row.id],
      (row) => this.#toPenalty(row),
      coverage,
    )
  }

  @Directive('@routed(by: ID)')
  @Directive('@requiresScopes(scopes: [["credit:read"]])')
  @Query(() => Penalty, { nullable: true, description: '行政处罚: one penalty, null when there is none to be seen.' })
  penalty(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '处罚标识.' }) id: string,
  ): Promise<Penalty | null> {
    countyOfId(id, 'penalty', 'id')
    return this.resolve({ id }, context)
  }

  @Directive('@requiresScopes(scopes: [["case:read"]])')
  @FieldResolver(() => CaseReference, {
    nullable: true,
    description: '所在案件: the case in which it was decided; null when the county has none that the caller may see.',
  })
  async case(@Ctx() context: RequestContext, @Root() penalty: Penalty): Promise<CaseReference | null> {
    const id = await this.#cases.caseOf(context, penalty.documentNumber)
    return id === null ? null : toReference(id)
  }

  /** The penalty that another subgraph names by its id. */
  async resolve(reference: { id: string }, context: RequestContext): Promise<Penalty | null> {
    const row = await this.#service.find(context, reference.id)
    return row ? this.#toPenalty(row) : null
  }

  #toPenalty(row: PenaltyRow): Penalty {
    return {
      ...row,
      county: { code: this.#parts.county },
      subject: { code: row.subjectCode, name: row.subjectName },
      fine: row.fine === null ? null : Number(row.fine),
      confiscated: row.confiscated === null ? null : Number(row.confiscated),
    }
  }
}

function toSearch(filter: PenaltyFilter | null | undefined): PenaltySearch {
  return {
    subject: filter?.subject ?? undefined,
    act: filter?.act ?? undefined,
    documentNumber: filter?.documentNumber ?? undefined,
    decidedFrom: dayOf(filter?.decidedFrom),
    decidedTo: dayOf(filter?.decidedTo),
  }
}
