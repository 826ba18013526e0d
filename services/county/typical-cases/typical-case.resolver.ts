import { Arg, Args, Ctx, Directive, ID, Int, Mutation, Query, Resolver } from 'type-graphql'
import { GraphQLDate } from 'graphql-scalars'
import type { RequestContext } from '../../platform/viewer.ts'
import { type SupervisionField, supervisionFieldLabels } from '../cases/enforcement-case.labels.ts'
import { SupervisionFieldEnum } from '../cases/enforcement-case.type.ts'
import { type Connection, toConnection } from '../connection/connection.type.ts'
import { ownCoverage } from '../connection/coverage.type.ts'
import { dayOf } from '../connection/day.ts'
import { labelOf } from '../connection/labelled-enum.ts'
import { OwnPageArguments, PageArguments } from '../connection/page-arguments.type.ts'
import { readPage } from '../connection/page.ts'
import type { NodeParts } from '../db/node-parts.ts'
import { countyOfId } from '../db/record-id.ts'
import { publicationDayLabels, typicalStateLabels } from './typical-case.labels.ts'
import type { TypicalEvent, TypicalState } from './typical-case.machine.ts'
import type { PublicationDay, TypicalCaseRow, TypicalCaseService } from './typical-case.service.ts'
import {
  NominateTypicalCaseInput,
  TypicalCase,
  TypicalCaseConnection,
  TypicalCaseDay,
  TypicalCaseDraft,
  TypicalCaseDraftConnection,
  TypicalCaseStepInput,
  TypicalEventEnum,
  TypicalStateEnum,
} from './typical-case.type.ts'

/** Fields of typical cases. */
@Resolver(() => TypicalCase)
export class TypicalCaseResolver {
  readonly #service: TypicalCaseService
  readonly #parts: NodeParts

  constructor(service: TypicalCaseService, parts: NodeParts) {
    this.#service = service
    this.#parts = parts
  }

  @Directive('@scatter(merge: PAGE)')
  @Directive('@requiresScopes(scopes: [["case:read"], ["credit:read"]])')
  @Query(() => TypicalCaseConnection, {
    nullable: true,
    description: '典型案例: the counties’ published typical cases, the latest first; open to every county.',
  })
  async typicalCases(
    @Ctx() context: RequestContext,
    @Arg('field', () => SupervisionFieldEnum, { nullable: true, description: '监管领域.' })
    field: SupervisionField | null | undefined,
    @Args(() => PageArguments) page: PageArguments,
  ): Promise<Connection<TypicalCase>> {
    this.#parts.authoriser.asked(page.counties)
    const request = readPage(page, 'typicalCases', { field: field ?? null })
    const found = await this.#service.published(context, field ?? undefined, request)
    return toConnection(
      found,
      request,
      (row) => [(row.publishedAt ?? row.updatedAt).toISOString(), row.id],
      (row) => this.#toTypicalCase(row),
      ownCoverage(this.#parts.county, this.#parts.clock.now()),
    )
  }

  @Directive('@routed(by: ID)')
  @Directive('@requiresScopes(scopes: [["case:read"], ["credit:read"]])')
  @Query(() => TypicalCase, { nullable: true, description: '典型案例: a published one; null when there is none.' })
  typicalCase(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '典型案例标识.' }) id: string,
  ): Promise<TypicalCase | null> {
    countyOfId(id, 'typical', 'id')
    return this.resolve({ id }, context)
  }

  @Directive('@routed(by: VIEWER)')
  @Directive('@requiresScopes(scopes: [["case:read"]])')
  @Query(() => TypicalCaseDraftConnection, {
    nullable: true,
    description: '典型案例办理件: the own county’s nominations with their texts, the latest first.',
  })
  async typicalCaseDrafts(
    @Ctx() context: RequestContext,
    @Arg('state', () => TypicalStateEnum, { nullable: true, description: '状态.' })
    state: TypicalState | null | undefined,
    @Args(() => OwnPageArguments) page: OwnPageArguments,
  ): Promise<Connection<TypicalCaseDraft>> {
    const request = readPage(page, 'typicalCaseDrafts', { state: state ?? null })
    const found = await this.#service.own(context, state ?? undefined, request)
    const coverage = ownCoverage(this.#parts.county, this.#parts.clock.now())
    return toConnection(found, request, (row) => [row.nominatedAt.toISOString(), row.id], toDraft, coverage)
  }

  @Directive('@routed(by: VIEWER)')
  @Directive('@requiresScopes(scopes: [["case:read"]])')
  @Query(() => [TypicalCaseDay], {
    nullable: true,
    description: '典型案例发布计划: the planned days of a year, and what is due on each.',
  })
  async typicalCaseCalendar(
    @Ctx() context: RequestContext,
    @Arg('year', () => Int, { description: '年份.' }) year: number,
  ): Promise<TypicalCaseDay[]> {
    return (await this.#service.calendar(context, year)).map(toDay)
  }

  @Directive('@routed(by: VIEWER)')
  @Directive('@requiresScopes(scopes: [["case:write"]])')
  @Mutation(() => [TypicalCaseDay], {
    description: '制定发布计划: the days of a year on which typical cases are published.',
  })
  async planTypicalCases(
    @Ctx() context: RequestContext,
    @Arg('year', () => Int, { description: '年份.' }) year: number,
    @Arg('days', () => [GraphQLDate], { description: '计划发布日, at most 60.' }) days: Date[],
  ): Promise<TypicalCaseDay[]> {
    const wanted = days.flatMap((day) => dayOf(day) ?? [])
    return (await this.#service.plan(context, year, wanted)).map(toDay)
  }

  @Directive('@routed(by: VIEWER)')
  @Directive('@requiresScopes(scopes: [["case:write"]])')
  @Mutation(() => TypicalCaseDraft, { description: '推荐典型案例: nominate an own case that is decided.' })
  async nominateTypicalCase(
    @Ctx() context: RequestContext,
    @Arg('input', () => NominateTypicalCaseInput, { description: '推荐内容.' }) input: NominateTypicalCaseInput,
  ): Promise<TypicalCaseDraft> {
    const { case: caseId, reasons, hidden, title, law, facts, outcome, significance } = input
    const texts = { title, law, facts, outcome, significance }
    return toDraft(await this.#service.nominate(context, { caseId, reasons, texts, hidden: hidden ?? [] }))
  }

  @Directive('@routed(by: VIEWER)')
  @Directive('@requiresScopes(scopes: [["case:write"]])')
  @Mutation(() => TypicalCaseDraft, {
    description: '办理典型案例: redact, approve by another officer, publish, return, reject or withdraw.',
  })
  async advanceTypicalCase(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '典型案例标识.' }) id: string,
    @Arg('event', () => TypicalEventEnum, { description: '办理事项.' }) event: TypicalEvent,
    @Arg('step', () => TypicalCaseStepInput, { nullable: true, description: '办理内容.' })
    step: TypicalCaseStepInput | null | undefined,
  ): Promise<TypicalCaseDraft> {
    const { publishOn, reason, ...given } = step ?? {}
    const texts = Object.fromEntries(Object.entries(given).filter(([, text]) => typeof text === 'string'))
    const said = { texts, publishOn: dayOf(publishOn), reason: reason ?? undefined }
    return toDraft(await this.#service.advance(context, id, event, said))
  }

  /** The published typical case that another subgraph names by its id. */
  async resolve({ id }: { id: string }, context: RequestContext): Promise<TypicalCase | null> {
    const row = await this.#service.find(context, id)
    return row ? this.#toTypicalCase(row) : null
  }

  #toTypicalCase(row: TypicalCaseRow): TypicalCase {
    if (!row.redacted) throw new Error('A typical case was published without a redacted text.')
    const { id, field, reasons, redacted, publishedAt, updatedAt } = row
    return {
      id,
      county: { code: this.#parts.county },
      field: field as TypicalCase['field'],
      fieldLabel: labelOf(supervisionFieldLabels, field),
      reasons: reasons as TypicalCase['reasons'],
      ...redacted,
      publishedAt: publishedAt ?? updatedAt,
    }
  }
}

function toDraft(row: TypicalCaseRow): TypicalCaseDraft {
  return {
    ...row,
    case: row.caseId,
    state: row.state as TypicalState,
    stateLabel: labelOf(typicalStateLabels, row.state),
    field: row.field as TypicalCaseDraft['field'],
    reasons: row.reasons as TypicalCaseDraft['reasons'],
  }
}

function toDay({ day, state, cases }: PublicationDay): TypicalCaseDay {
  return { day, state, stateLabel: publicationDayLabels[state], cases: cases.map(toDraft) }
}
