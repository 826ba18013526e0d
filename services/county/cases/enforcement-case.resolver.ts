import { Arg, Args, Ctx, Directive, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import type { RequestContext } from '../../platform/viewer.ts'
import { toAgency, toOfficer } from '../agencies/agency.resolver.ts'
import type { AgencyService } from '../agencies/agency.service.ts'
import { Agency, Officer } from '../agencies/agency.type.ts'
import { type Connection, toConnection } from '../connection/connection.type.ts'
import { ownCoverage } from '../connection/coverage.type.ts'
import { dayOf, endOfDay, startOfDay } from '../connection/day.ts'
import { PageArguments } from '../connection/page-arguments.type.ts'
import { readPage } from '../connection/page.ts'
import type { NodeParts } from '../db/node-parts.ts'
import { countyOfId } from '../db/record-id.ts'
import { toCaseLink } from './case-link.resolver.ts'
import type { CaseLinkService } from './case-link.service.ts'
import { CaseLink } from './case-link.type.ts'
import { EnforcementCaseFilter, FileCaseInput } from './enforcement-case.input.ts'
import type { CaseEventKind } from './enforcement-case.machine.ts'
import { toEnforcementCase } from './enforcement-case.record.ts'
import type { CaseRow, CaseSearch } from './enforcement-case.service.ts'
import type { EnforcementCaseService } from './enforcement-case.service.ts'
import { caseConflictLabels } from './double-fine.labels.ts'
import {
  CaseConflictType,
  CaseEventEnum,
  CaseStep,
  EnforcementCase,
  EnforcementCaseConnection,
} from './enforcement-case.type.ts'

/** Fields of enforcement cases. */
@Resolver(() => EnforcementCase)
export class EnforcementCaseResolver {
  readonly #service: EnforcementCaseService
  readonly #links: CaseLinkService
  readonly #agencies: AgencyService
  readonly #parts: NodeParts

  constructor(
    services: { cases: EnforcementCaseService; links: CaseLinkService; agencies: AgencyService },
    parts: NodeParts,
  ) {
    this.#service = services.cases
    this.#links = services.links
    this.#agencies = services.agencies
    this.#parts = parts
  }

  @Directive('@scatter(merge: PAGE)')
  @Directive('@requiresScopes(scopes: [["case:read"]])')
  @Query(() => EnforcementCaseConnection, {
    nullable: true,
    description: '案件查询: the counties’ cases, newest first.',
  })
  async enforcementCases(
    @Ctx() context: RequestContext,
    @Arg('filter', () => EnforcementCaseFilter, { nullable: true, description: '查询条件.' })
    filter: EnforcementCaseFilter | null | undefined,
    @Args(() => PageArguments) page: PageArguments,
  ): Promise<Connection<EnforcementCase>> {
    this.#parts.authoriser.asked(page.counties)
    const request = readPage(page, 'enforcementCases', filter)
    const found = await this.#service.page(context, toSearch(filter), request)
    const coverage = ownCoverage(this.#parts.county, this.#parts.clock.now())
    return toConnection(found, request, (row) => [row.registeredAt.toISOString(), row.id], this.#toCase, coverage)
  }

  @Directive('@routed(by: ID)')
  @Directive('@requiresScopes(scopes: [["case:read"]])')
  @Query(() => EnforcementCase, { nullable: true, description: '案件: one case, null when there is none to be seen.' })
  enforcementCase(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '案件标识.' }) id: string,
  ): Promise<EnforcementCase | null> {
    countyOfId(id, 'case', 'id')
    return this.resolve({ id }, context)
  }

  @Directive('@routed(by: VIEWER)')
  @Directive('@requiresScopes(scopes: [["case:write"]])')
  @Mutation(() => EnforcementCase, {
    description: '立案: file a verified case in the own county; 立案时间 is set by its node.',
  })
  async fileCase(
    @Ctx() context: RequestContext,
    @Arg('input', () => FileCaseInput, { description: '立案内容.' }) input: FileCaseInput,
  ): Promise<EnforcementCase> {
    return this.#toCase(await this.#service.register(context, input, true))
  }

  @Directive('@routed(by: VIEWER)')
  @Directive('@requiresScopes(scopes: [["case:write"]])')
  @Mutation(() => EnforcementCase, { description: '线索登记: register a clue in the own county, to be verified.' })
  async registerClue(
    @Ctx() context: RequestContext,
    @Arg('input', () => FileCaseInput, { description: '线索内容.' }) input: FileCaseInput,
  ): Promise<EnforcementCase> {
    return this.#toCase(await this.#service.register(context, input, false))
  }

  @Directive('@routed(by: ID)')
  @Directive('@requiresScopes(scopes: [["case:write"]])')
  @Mutation(() => EnforcementCase, { description: '办案: take a case one step further.' })
  async advanceCase(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '案件标识.' }) id: string,
    @Arg('event', () => CaseEventEnum, { description: '办案事项.' }) event: CaseEventKind,
    @Arg('note', () => String, { nullable: true, description: '备注.' }) note: string | null | undefined,
    @Arg('document', () => String, { nullable: true, description: '文书文号.' }) document: string | null | undefined,
    @Arg('officers', () => [String], { nullable: true, description: '办案人员执法证号, when they change.' })
    officers: string[] | null | undefined,
    @Arg('confirmation', () => String, {
      nullable: true,
      description:
        '一事不二罚核实说明 (行政处罚法第二十九条): why a penalty is no second fine, where "conflicts" says something.',
    })
    confirmation: string | null | undefined,
  ): Promise<EnforcementCase> {
    const given = {
      note: note ?? null,
      document: document ?? null,
      officers: officers ?? null,
      confirmation: confirmation ?? null,
    }
    return this.#toCase(await this.#service.advance(context, id, event, given))
  }

  @FieldResolver(() => [CaseLink], { description: '案件关联: links to cases of this and other counties.' })
  async links(@Ctx() context: RequestContext, @Root() record: EnforcementCase): Promise<CaseLink[]> {
    return (await this.#links.ofCase(context, record.id)).map(toCaseLink)
  }

  @FieldResolver(() => [CaseConflictType], {
    description:
      '管辖和一事不二罚提示: what the own county holds that speaks against a fine for this act, from the filing on; empty for other counties. "duplicates" asks all counties.',
  })
  async conflicts(@Ctx() context: RequestContext, @Root() record: EnforcementCase): Promise<CaseConflictType[]> {
    return (await this.#service.conflicts(context, record.id)).map(({ kind, county, record: id }) => ({
      kind,
      label: caseConflictLabels[kind],
      county: { code: county },
      record: id,
    }))
  }

  @FieldResolver(() => [CaseStep], { description: '办案记录: its steps so far, oldest first.' })
  history(@Ctx() context: RequestContext, @Root() record: EnforcementCase): Promise<CaseStep[]> {
    return this.#service.history(context, record.id) as Promise<CaseStep[]>
  }

  @FieldResolver(() => Agency, { nullable: true, description: '办案机关.' })
  async agency(@Ctx() context: RequestContext, @Root() record: EnforcementCase): Promise<Agency | null> {
    const row = await this.#agencies.agencyOf(context, record.agencyId)
    return row ? toAgency(row, this.#parts.county) : null
  }

  @FieldResolver(() => [Officer], { description: '办案人员.' })
  async officers(@Ctx() context: RequestContext, @Root() record: EnforcementCase): Promise<Officer[]> {
    const rows = await this.#agencies.officersOf(context, record.officerIds)
    return rows.map((row) => toOfficer(row, this.#parts.county))
  }

  /** The case that another subgraph names by its id. */
  async resolve(reference: { id: string }, context: RequestContext): Promise<EnforcementCase | null> {
    const row = await this.#service.find(context, reference.id)
    return row ? this.#toCase(row) : null
  }

  readonly #toCase = (row: CaseRow): EnforcementCase =>
    toEnforcementCase(row, this.#parts.county, this.#parts.directory.act(row.act)?.label ?? row.act)
}

function toSearch(filter: EnforcementCaseFilter | null | undefined): CaseSearch {
  const from = dayOf(filter?.filedFrom)
  const to = dayOf(filter?.filedTo)
  return {
    subject: filter?.subject ?? undefined,
    act: filter?.act ?? undefined,
    open: filter?.open ?? undefined,
    stage: filter?.stage ?? undefined,
    field: filter?.field ?? undefined,
    supervisionStage: filter?.supervisionStage ?? undefined,
    filedFrom: from === undefined ? undefined : startOfDay(from),
    filedBefore: to === undefined ? undefined : endOfDay(to),
  }
}
