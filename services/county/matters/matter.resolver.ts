import { Arg, Args, Ctx, Directive, ID, Query, Resolver } from 'type-graphql'
import type { RequestContext } from '../../platform/viewer.ts'
import { type Connection, connectionOf, toConnection } from '../connection/connection.type.ts'
import { ownCoverage } from '../connection/coverage.type.ts'
import { OwnPageArguments } from '../connection/page-arguments.type.ts'
import { readPage } from '../connection/page.ts'
import type { NodeParts } from '../db/node-parts.ts'
import type { InboxState } from './inbox-state.ts'
import type { MatterService } from './matter.service.ts'
import { InboxStateEnum, Matter } from './matter.type.ts'

/** Gives the records of matters of one kind, by id. */
export type MatterRecords = (context: RequestContext, ids: readonly string[]) => Promise<ReadonlyMap<string, Matter>>

/** A page of the inbox. */
const MatterConnection = connectionOf(Matter as never, 'Matter', '跨县事项')

/** Root fields of matters of whatever kind. */
@Resolver()
export class MatterResolver {
  readonly #service: MatterService
  readonly #records: ReadonlyMap<string, MatterRecords>
  readonly #parts: NodeParts

  /** `records` by the kind of matter. */
  constructor(service: MatterService, records: ReadonlyMap<string, MatterRecords>, parts: NodeParts) {
    this.#service = service
    this.#records = records
    this.#parts = parts
  }

  @Directive('@routed(by: VIEWER)')
  @Directive('@requiresScopes(scopes: [["matter:read"]])')
  @Query(() => MatterConnection, {
    nullable: true,
    description:
      '收件箱: the own county’s matters with others: what waits, what is late, what was refused; the latest change first.',
  })
  async inbox(
    @Ctx() context: RequestContext,
    @Arg('state', () => InboxStateEnum, { nullable: true, description: '分类; all when left out.' })
    state: InboxState | null | undefined,
    @Args(() => OwnPageArguments) page: OwnPageArguments,
  ): Promise<Connection<Matter>> {
    const request = readPage(page, 'inbox', { state: state ?? null })
    const found = await this.#service.inbox(context, state ?? undefined, request)
    // All kinds at once, so that what every matter has is asked in one batch.
    const loaded = await Promise.all(
      [...this.#records].map(([kind, load]) => {
        const ids = found.rows.filter(({ matter }) => matter.kind === kind).map(({ matter }) => matter.id)
        return load(context, ids)
      }),
    )
    const records = new Map(loaded.flatMap((each) => [...each]))
    // A kind that this program does not know yet has no record; delivery keeps what it was sent.
    const rows = found.rows.flatMap((row) => {
      const record = records.get(row.matter.id)
      return record ? [{ record, key: [row.changedAt.toISOString(), row.matter.id] as const }] : []
    })
    const coverage = ownCoverage(this.#parts.county, this.#parts.clock.now())
    return toConnection(
      { ...found, rows },
      request,
      (row) => row.key,
      (row) => row.record,
      coverage,
    )
  }

  @Directive('@routed(by: VIEWER)')
  @Directive('@requiresScopes(scopes: [["matter:read"]])')
  @Query(() => Matter, {
    nullable: true,
    description: '跨县事项: one matter as the own county holds it; null when there is none.',
  })
  async matter(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '事项标识.' }) id: string,
  ): Promise<Matter | null> {
    const matter = await this.#service.find(context, id)
    const load = matter && this.#records.get(matter.kind)
    return (await load?.(context, [id]))?.get(id) ?? null
  }
}
