import { Arg, Ctx, Directive, ID, Mutation, Query, Resolver } from 'type-graphql'
import { CountyCodeScalar } from '../../platform/codes/county-code.scalar.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import { labelOf } from '../connection/labelled-enum.ts'
import type { NodeParts } from '../db/node-parts.ts'
import { type CaseLinkKind, caseLinkKindLabels, caseLinkStateLabels } from './case-link.labels.ts'
import type { CaseLinkRow } from './case-link.service.ts'
import type { CaseLinkService } from './case-link.service.ts'
import { CaseLink, CaseLinkKindEnum, type CaseReference } from './case-link.type.ts'

/** The record of a case link. */
export function toCaseLink(row: CaseLinkRow): CaseLink {
  return {
    ...row,
    kind: row.kind as CaseLink['kind'],
    label: labelOf(caseLinkKindLabels, row.kind),
    state: row.state as CaseLink['state'],
    stateLabel: labelOf(caseLinkStateLabels, row.state),
    direction: row.direction as CaseLink['direction'],
    source: toReference(row.caseId),
    target: toReference(row.target),
  }
}

/** A case by its id, in whatever county. */
export function toReference(id: string): CaseReference {
  return { id, county: { code: id.slice(0, 6) } }
}

/** Root fields of case links; `confirmCaseLink` is the exchange's, made of the three that only the gateway sees. */
@Resolver(() => CaseLink)
export class CaseLinkResolver {
  readonly #service: CaseLinkService
  readonly #parts: NodeParts

  constructor(service: CaseLinkService, parts: NodeParts) {
    this.#service = service
    this.#parts = parts
  }

  /** Resolves a reference to a link. */
  async resolve({ id }: { id: string }, context: RequestContext): Promise<CaseLink | null> {
    const row = await this.#service.find(context, id)
    return row ? toCaseLink(row) : null
  }

  @Directive('@scatter(merge: CONCAT)')
  @Directive('@requiresScopes(scopes: [["case:read"]])')
  @Query(() => [CaseLink], {
    nullable: true,
    description: '待确认的案件关联: links that counties proposed to the caller’s county and that wait for its answer.',
  })
  async caseLinkProposals(
    @Ctx() context: RequestContext,
    @Arg('counties', () => [CountyCodeScalar], { nullable: true, description: '只查询这些县.' })
    counties: string[] | null | undefined,
  ): Promise<CaseLink[]> {
    this.#parts.authoriser.asked(counties)
    return (await this.#service.proposals(context)).map(toCaseLink)
  }

  @Directive('@inaccessible')
  @Directive('@routed(by: ID)')
  @Directive('@requiresScopes(scopes: [["case:write"]])')
  @Query(() => String, { nullable: true, description: '关联提议签名文书: JWS of the proposing county.' })
  async caseLinkProposal(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '关联标识.' }) id: string,
  ): Promise<string | null> {
    return (await this.#service.proposal(context, id)) ?? null
  }

  @Directive('@routed(by: ID)')
  @Directive('@requiresScopes(scopes: [["case:write"]])')
  @Mutation(() => CaseLink, { description: '提出案件关联: propose a link from an own case to another county’s.' })
  async proposeCaseLink(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '本县案件标识.' }) caseId: string,
    @Arg('target', () => ID, { description: '关联案件标识.' }) target: string,
    @Arg('kind', () => CaseLinkKindEnum, { description: '关联类型.' }) kind: CaseLinkKind,
    @Arg('note', () => String, { nullable: true, description: '说明.' }) note: string | null | undefined,
  ): Promise<CaseLink> {
    return toCaseLink(await this.#service.propose(context, { caseId, target, kind, note: note ?? null }))
  }

  @Directive('@routed(by: ID)')
  @Directive('@requiresScopes(scopes: [["case:write"]])')
  @Mutation(() => CaseLink, { description: '拒绝案件关联: decline a link proposed to the caller’s county.' })
  async declineCaseLink(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '关联标识.' }) id: string,
  ): Promise<CaseLink> {
    return toCaseLink(await this.#service.decline(context, id))
  }

  @Directive('@routed(by: ID)')
  @Directive('@requiresScopes(scopes: [["case:write"]])')
  @Mutation(() => CaseLink, { description: '撤回案件关联: withdraw an own proposal.' })
  async withdrawCaseLink(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '关联标识.' }) id: string,
  ): Promise<CaseLink> {
    return toCaseLink(await this.#service.withdraw(context, id))
  }

  @Directive('@inaccessible')
  @Directive('@routed(by: VIEWER)')
  @Directive('@requiresScopes(scopes: [["case:write"]])')
  @Mutation(() => String, {
    description: '登记对方提出的关联: record another county’s proposal; gives the signed confirmation.',
  })
  recordCaseLink(
    @Ctx() context: RequestContext,
    @Arg('proposal', () => String, { description: '关联提议签名文书.' }) proposal: string,
  ): Promise<string> {
    return this.#service.record(context, proposal)
  }

  @Directive('@inaccessible')
  @Directive('@routed(by: ID)')
  @Directive('@requiresScopes(scopes: [["case:write"]])')
  @Mutation(() => CaseLink, { description: '完成关联确认: take the other county’s signed confirmation.' })
  async settleCaseLink(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '关联标识.' }) id: string,
    @Arg('confirmation', () => String, { description: '关联确认签名文书.' }) confirmation: string,
  ): Promise<CaseLink> {
    return toCaseLink(await this.#service.settle(context, id, confirmation))
  }
}
