import { GraphQLDate } from 'graphql-scalars'
import { Arg, Args, Ctx, Directive, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql'
import type { RequestContext } from '../../platform/viewer.ts'
import { type SupervisionField, supervisionFieldLabels } from '../cases/enforcement-case.labels.ts'
import { type Connection, toConnection } from '../connection/connection.type.ts'
import { ownCoverage } from '../connection/coverage.type.ts'
import { dayOf } from '../connection/day.ts'
import { labelOf } from '../connection/labelled-enum.ts'
import { OwnPageArguments } from '../connection/page-arguments.type.ts'
import { readPage } from '../connection/page.ts'
import type { NodeParts } from '../db/node-parts.ts'
import { plainAttachments } from '../matters/attachment.input.ts'
import { matterFields } from '../matters/matter-fields.ts'
import type { MatterService, MatterStanding } from '../matters/matter.service.ts'
import { HistoryLineType, toHistoryLine } from '../matters/matter.type.ts'
import { BulletinActionInput, BulletinFilter, BulletinInput } from './bulletin.input.ts'
import {
  type BulletinChannel,
  type BulletinType,
  bulletinChannelLabels,
  bulletinStateLabels,
  bulletinTypeLabels,
} from './bulletin.labels.ts'
import { owedOf } from './bulletin.machine.ts'
import type { BulletinAction, BulletinRecord, BulletinService, ReadCount } from './bulletin.service.ts'
import { factsOf, nextOf } from './bulletin.standing.ts'
import {
  Bulletin,
  BulletinActionEnum,
  BulletinConnection,
  type BulletinRecipient,
  BulletinStatistics,
} from './bulletin.type.ts'

const writes = '@requiresScopes(scopes: [["matter:write"]])'

/** Fields of bulletins. */
@Resolver(() => Bulletin)
export class BulletinResolver {
  readonly #service: BulletinService
  readonly #matters: MatterService
  readonly #parts: NodeParts

  constructor(services: { bulletins: BulletinService; matters: MatterService }, parts: NodeParts) {
    this.#service = services.bulletins
    this.#matters = services.matters
    this.#parts = parts
  }

  @Directive('@routed(by: VIEWER)')
  @Directive('@requiresScopes(scopes: [["matter:read"]])')
  @Query(() => Bulletin, {
    nullable: true,
    description:
      '通报: one bulletin as the own county holds it; null when there is none. Asking does not mark it read.',
  })
  bulletin(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '通报标识.' }) id: string,
  ): Promise<Bulletin | null> {
    return this.#find(context, id)
  }

  @Directive('@routed(by: VIEWER)')
  @Directive('@requiresScopes(scopes: [["matter:read"]])')
  @Query(() => BulletinConnection, {
    nullable: true,
    description: '通报查询: the own county’s bulletins, sent and received, the one sent last first.',
  })
  async bulletins(
    @Ctx() context: RequestContext,
    @Arg('filter', () => BulletinFilter, { nullable: true, description: '查询条件.' })
    filter: BulletinFilter | null | undefined,
    @Args(() => OwnPageArguments) page: OwnPageArguments,
  ): Promise<Connection<Bulletin>> {
    const search = {
      direction: filter?.direction ?? undefined,
      waiting: filter?.waiting ?? undefined,
      type: filter?.type ?? undefined,
      field: filter?.field ?? undefined,
    }
    const request = readPage(page, 'bulletins', search)
    const found = await this.#service.page(context, search, request)
    const rows = await Promise.all(found.rows.map((record) => this.#toBulletin(context, record)))
    return toConnection(
      { ...found, rows },
      request,
      ({ sentAt, id }) => [sentAt.toISOString(), id],
      (row) => row,
      ownCoverage(this.#parts.county, this.#parts.clock.now()),
    )
  }

  @Directive('@routed(by: VIEWER)')
  @Directive('@requiresScopes(scopes: [["matter:read"]])')
  @Query(() => BulletinStatistics, {
    nullable: true,
    description: '通报阅知统计: how far the own county’s bulletins sent on these days were read, by recipient.',
  })
  async bulletinStatistics(
    @Ctx() context: RequestContext,
    @Arg('from', () => GraphQLDate, { description: '起始日.' }) from: Date,
    @Arg('until', () => GraphQLDate, { description: '截止日, included.' }) until: Date,
  ): Promise<BulletinStatistics> {
    const counts = await this.#service.readCounts(context, dayOf(from) ?? '', dayOf(until) ?? '')
    const counties = counts.map((count) => ({ ...toReading([count]), county: { code: count.county } }))
    return { ...toReading(counts), counties }
  }

  @Directive('@routed(by: VIEWER)')
  @Directive(writes)
  @Mutation(() => Bulletin, {
    description: '信息通报 (息双办〔2022〕6号 二.5): send a bulletin to other counties, at once.',
  })
  async sendBulletin(
    @Ctx() context: RequestContext,
    @Arg('input', () => BulletinInput, { description: '通报内容.' }) input: BulletinInput,
  ): Promise<Bulletin> {
    const { recipients, type, channel, documentNumber, title, text, field, urgent, replyBy, attachments } = input
    const record = await this.#service.send(context, {
      recipients: recipients ?? undefined,
      content: {
        type,
        channel,
        documentNumber: documentNumber ?? null,
        title,
        text,
        field,
        urgent: urgent ?? false,
        replyBy: dayOf(replyBy) ?? null,
      },
      attachments: plainAttachments(attachments),
    })
    return this.#toBulletin(context, record)
  }

  @Directive('@routed(by: VIEWER)')
  @Directive(writes)
  @Mutation(() => Bulletin, {
    description: '通报办理: say that it was read, reply, comment; its sender corrects, closes or withdraws it.',
  })
  async actOnBulletin(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '通报标识.' }) id: string,
    @Arg('action', () => BulletinActionEnum, { description: '办理事项.' }) action: BulletinAction,
    @Arg('input', () => BulletinActionInput, { nullable: true, description: '办理内容.' })
    input: BulletinActionInput | null | undefined,
  ): Promise<Bulletin> {
    const record = await this.#service.act(context, id, action, {
      text: input?.text ?? null,
      version: input?.version ?? null,
      title: input?.title ?? null,
      correction: input?.correction ?? null,
      attachments: plainAttachments(input?.attachments),
    })
    return this.#toBulletin(context, record)
  }

  @FieldResolver(() => [HistoryLineType], { description: '办理记录, oldest first; all counties show the same lines.' })
  async history(@Ctx() context: RequestContext, @Root() bulletin: Bulletin): Promise<HistoryLineType[]> {
    return (await this.#matters.history(context, bulletin.id)).map(toHistoryLine)
  }

  /** Bulletins by their ids, for the inbox. */
  readonly records = async (
    context: RequestContext,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, Bulletin>> => {
    const found = await Promise.all(ids.map((id) => this.#find(context, id)))
    return new Map(found.flatMap((each) => (each ? [[each.id, each]] : [])))
  }

  async #find(context: RequestContext, id: string): Promise<Bulletin | null> {
    const record = await this.#service.find(context, id)
    return record ? this.#toBulletin(context, record) : null
  }

  async #toBulletin(context: RequestContext, record: BulletinRecord): Promise<Bulletin> {
    const [standing, deliveries] = await Promise.all([
      this.#matters.standing(context, record.id),
      this.#service.deliveries(context, record.id),
    ])
    return { ...toBulletin(record, { own: this.#parts.county, standing, deliveries }), history: [] }
  }
}

function toBulletin(
  record: BulletinRecord,
  more: { own: string; standing: MatterStanding | undefined; deliveries: ReadonlyMap<string, Date> },
): Omit<Bulletin, 'history'> {
  const { id, state, sender, recipients, reads, replies, fromAgencyName, ...plain } = record
  const next = nextOf(record, more.own)
  const owed = owedOf(factsOf(record))
  const common = matterFields(
    {
      id,
      typename: 'Bulletin',
      kind: 'BULLETIN',
      kindLabel: '信息通报',
      state,
      stateLabel: labelOf(bulletinStateLabels, state),
      parties: [sender, ...recipients],
      nextActor: next && { county: { code: next.county }, agency: null, duty: next.duty.zh, dutyEn: next.duty.en },
    },
    more.standing,
  )
  return {
    ...common,
    ...plain,
    type: record.type as BulletinType,
    typeLabel: labelOf(bulletinTypeLabels, record.type),
    channel: record.channel as BulletinChannel,
    channelLabel: labelOf(bulletinChannelLabels, record.channel),
    field: record.field as SupervisionField,
    fieldLabel: labelOf(supervisionFieldLabels, record.field),
    sender: { code: sender },
    fromAgency: fromAgencyName,
    unread: owed.get(more.own) === 'READ',
    recipients: recipients.map((county): BulletinRecipient => {
      const own = reads.filter((read) => read.county === county)
      return {
        county: { code: county },
        deliveredAt: more.deliveries.get(county) ?? null,
        readAt: own.find(({ version }) => version === record.version)?.at ?? null,
        awaited: owed.has(county),
        reads: own,
        replies: replies.filter((reply) => reply.county === county),
      }
    }),
  }
}

function toReading(counts: readonly ReadCount[]): Omit<BulletinStatistics, 'counties'> {
  const sum = (key: Exclude<keyof ReadCount, 'county'>) => counts.reduce((total, count) => total + count[key], 0)
  const [sent, read] = [sum('sent'), sum('read')]
  const readRate = sent === 0 ? null : read / sent
  return { sent, read, readRate, repliesWanted: sum('repliesWanted'), replied: sum('replied') }
}
