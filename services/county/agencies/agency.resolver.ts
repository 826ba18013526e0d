import { Arg, Ctx, Directive, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql'
import { CountyCodeScalar } from '../../platform/codes/county-code.scalar.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import { dayOf } from '../connection/day.ts'
import type { NodeParts } from '../db/node-parts.ts'
import type { AgencyRow, OfficerRow } from './agency.service.ts'
import type { AgencyService } from './agency.service.ts'
import { Agency, Officer, RegisterOfficerInput } from './agency.type.ts'

/** The record of an enforcement body. */
export function toAgency(row: AgencyRow, county: string): Agency {
  return { ...row, county: { code: county } }
}

/** The record of an officer. */
export function toOfficer(row: OfficerRow, county: string): Officer {
  return { ...row, county: { code: county } }
}

/** Fields of enforcement bodies and officers. */
@Resolver(() => Officer)
export class AgencyResolver {
  readonly #service: AgencyService
  readonly #parts: NodeParts

  constructor(service: AgencyService, parts: NodeParts) {
    this.#service = service
    this.#parts = parts
  }

  @Directive('@routed(by: COUNTY)')
  @Directive('@requiresScopes(scopes: [["credit:check"], ["credit:read"], ["case:read"], ["case:write"]])')
  @Query(() => [Agency], { nullable: true, description: '行政执法机关: the enforcement bodies of a county.' })
  async agencies(
    @Arg('county', () => CountyCodeScalar, { description: '县级行政区划代码.' }) county: string,
  ): Promise<Agency[]> {
    const rows = await this.#service.agencies(county)
    return rows.map((row) => toAgency(row, this.#parts.county))
  }

  @Directive('@routed(by: COUNTY)')
  @Directive('@requiresScopes(scopes: [["case:read"], ["case:write"]])')
  @Query(() => [Officer], { nullable: true, description: '行政执法人员: the enforcement officers of a county.' })
  async officers(
    @Ctx() context: RequestContext,
    @Arg('county', () => CountyCodeScalar, { description: '县级行政区划代码.' }) county: string,
  ): Promise<Officer[]> {
    const rows = await this.#service.officers(context, county)
    return rows.map((row) => toOfficer(row, this.#parts.county))
  }

  @Directive('@routed(by: VIEWER)')
  @Directive('@requiresScopes(scopes: [["case:write"]])')
  @Mutation(() => Officer, {
    description: '登记行政执法人员: enter or correct an officer of the asking agency’s body.',
  })
  async registerOfficer(
    @Ctx() context: RequestContext,
    @Arg('input', () => RegisterOfficerInput, { description: '执法人员.' }) input: RegisterOfficerInput,
  ): Promise<Officer> {
    const certificateUntil = dayOf(input.certificateUntil) ?? null
    const { name, certificate } = input
    const row = await this.#service.registerOfficer(context, { name, certificate, certificateUntil })
    return toOfficer(row, this.#parts.county)
  }

  @FieldResolver(() => Agency, { nullable: true, description: '所在执法机关.' })
  async agency(@Ctx() context: RequestContext, @Root() officer: Officer): Promise<Agency | null> {
    const row = await this.#service.agencyOf(context, officer.agencyId)
    return row ? toAgency(row, this.#parts.county) : null
  }
}
