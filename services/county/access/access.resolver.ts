import { Arg, Args, Ctx, Directive, Query, Resolver } from 'type-graphql'
import { SubjectCodeScalar } from '../../platform/codes/subject-code.scalar.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import { type Connection, toConnection } from '../connection/connection.type.ts'
import { ownCoverage } from '../connection/coverage.type.ts'
import { OwnPageArguments } from '../connection/page-arguments.type.ts'
import { readPage } from '../connection/page.ts'
import type { NodeParts } from '../db/node-parts.ts'
import { type AccessRow, positionKey } from './access.service.ts'
import type { AccessService } from './access.service.ts'
import { type Access, AccessConnection } from './access.type.ts'

/** The root field of the county's own journal. */
@Resolver()
export class AccessResolver {
  readonly #service: AccessService
  readonly #parts: NodeParts

  constructor(service: AccessService, parts: NodeParts) {
    this.#service = service
    this.#parts = parts
  }

  @Directive('@routed(by: VIEWER)')
  @Directive('@requiresScopes(scopes: [["credit:read"], ["case:read"]])')
  @Query(() => AccessConnection, {
    nullable: true,
    description: '访问记录: who looked at the own county’s records, newest first.',
  })
  async accesses(
    @Ctx() context: RequestContext,
    @Arg('subject', () => SubjectCodeScalar, { nullable: true, description: '只看涉及该主体的记录.' })
    subject: string | null | undefined,
    @Args(() => OwnPageArguments) page: OwnPageArguments,
  ): Promise<Connection<Access>> {
    const request = readPage(page, 'accesses', subject && this.#parts.reference(subject))
    const found = await this.#service.page(context, subject ?? undefined, request)
    const coverage = ownCoverage(this.#parts.county, this.#parts.clock.now())
    return toConnection(found, request, (row) => [row.at.toISOString(), positionKey(row.sequence)], toAccess, coverage)
  }
}

function toAccess(row: AccessRow): Access {
  return { ...row, agencyCounty: row.county, purpose: row.purposeKind as Access['purpose'] }
}
