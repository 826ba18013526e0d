import { GraphQLDate, GraphQLDateTime } from 'graphql-scalars'
import { Directive, Field, Float, Int, ObjectType } from 'type-graphql'
import type { SupervisionField } from '../cases/enforcement-case.labels.ts'
import { SupervisionFieldEnum } from '../cases/enforcement-case.type.ts'
import { connectionOf } from '../connection/connection.type.ts'
import { labelledEnum } from '../connection/labelled-enum.ts'
import { Matter } from '../matters/matter.type.ts'
import { County } from '../registry/county.type.ts'
import {
  type BulletinChannel,
  type BulletinType,
  bulletinActionLabels,
  bulletinChannelLabels,
  bulletinTypeLabels,
} from './bulletin.labels.ts'

/** GraphQL enum of {@link BulletinType}. */
export const BulletinTypeEnum = labelledEnum('BulletinType', '通报类型 (息双办〔2022〕6号 二.5).', bulletinTypeLabels)
/** GraphQL enum of {@link BulletinChannel}. */
export const BulletinChannelEnum = labelledEnum(
  'BulletinChannel',
  '通报方式 (息双办〔2022〕6号 二.5): how a bulletin is given formally.',
  bulletinChannelLabels,
)
/** GraphQL enum of what can be done with a bulletin. */
export const BulletinActionEnum = labelledEnum('BulletinAction', '通报办理事项.', bulletinActionLabels)
/** GraphQL enum of where bulletins go. */
export const BulletinDirectionEnum = labelledEnum('BulletinDirection', '通报方向.', {
  SENT: '本县发出',
  RECEIVED: '本县收到',
})

/** That an agency has read a wording of a bulletin. */
@ObjectType('BulletinRead', { description: '阅知记录: that an agency of a recipient has read the bulletin.' })
export class BulletinRead {
  @Field(() => Int, { description: '稿次 that was read, from 1.' })
  version!: number

  @Field(() => String, { description: '机关在交换目录中的标识.' })
  agency!: string

  @Field(() => String, { description: '执法证号.' })
  officer!: string

  @Field(() => String, { nullable: true, description: '姓名.' })
  officerName!: string | null

  @Field(() => GraphQLDateTime, { description: '阅知时间.' })
  at!: Date
}

/** A reply to a bulletin. */
@ObjectType('BulletinReply', { description: '答复: a recipient’s reply to a bulletin.' })
export class BulletinReply {
  @Field(() => String, { description: '答复内容.' })
  text!: string

  @Field(() => String, { description: '机关在交换目录中的标识.' })
  agency!: string

  @Field(() => String, { description: '执法证号.' })
  officer!: string

  @Field(() => String, { nullable: true, description: '姓名.' })
  officerName!: string | null

  @Field(() => GraphQLDateTime, { description: '答复时间.' })
  at!: Date
}

/** What became of a bulletin at one recipient. */
@ObjectType('BulletinRecipient', { description: '接收情况: what became of a bulletin at one recipient.' })
export class BulletinRecipient {
  @Field(() => County, { description: '接收县.' })
  county!: County

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: '送达时间, as that county’s node signed it; known to the sender, and to each recipient its own.',
  })
  deliveredAt!: Date | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '阅知时间 of the present wording; null while unread.' })
  readAt!: Date | null

  @Field(() => Boolean, { description: '是否尚待阅知或者答复.' })
  awaited!: boolean

  @Field(() => [BulletinRead], { description: '阅知记录, oldest first.' })
  reads!: BulletinRead[]

  @Field(() => [BulletinReply], { description: '答复, oldest first.' })
  replies!: BulletinReply[]
}

/** A bulletin, as the caller's county holds it. */
@Directive('@reference')
@Directive('@requiresScopes(scopes: [["matter:read"], ["matter:write"]])')
@ObjectType('Bulletin', {
  implements: Matter,
  description: '信息通报 (息双办〔2022〕6号 二.5): what one county tells others, and who has read it.',
})
export class Bulletin extends Matter {
  @Field(() => BulletinTypeEnum, { description: '通报类型.' })
  type!: BulletinType

  @Field(() => String, { description: '通报类型的中文名称.' })
  typeLabel!: string

  @Field(() => BulletinChannelEnum, { description: '通报方式.' })
  channel!: BulletinChannel

  @Field(() => String, { description: '通报方式的中文名称.' })
  channelLabel!: string

  @Field(() => String, { nullable: true, description: '文号, of a formal document always.' })
  documentNumber!: string | null

  @Field(() => String, { description: '标题.' })
  title!: string

  @Field(() => String, { description: '正文, in its present wording.' })
  text!: string

  @Field(() => SupervisionFieldEnum, { description: '监管领域.' })
  field!: SupervisionField

  @Field(() => String, { description: '监管领域的中文名称.' })
  fieldLabel!: string

  @Field(() => Boolean, { description: '是否紧急.' })
  urgent!: boolean

  @Field(() => GraphQLDate, { nullable: true, description: '答复期限; null where no reply is wanted.' })
  replyBy!: string | null

  @Field(() => County, { description: '通报县.' })
  sender!: County

  @Field(() => String, { description: '通报机关.' })
  fromAgency!: string

  @Field(() => GraphQLDateTime, { description: '通报时间.' })
  sentAt!: Date

  @Field(() => Int, {
    description: '稿次: number of the present wording; a correction and a withdrawal add one. READ and REPLY name it.',
  })
  version!: number

  @Field(() => Boolean, { description: '本县是否尚未阅知; false at the sender.' })
  unread!: boolean

  @Field(() => GraphQLDateTime, { nullable: true, description: '最近更正时间.' })
  correctedAt!: Date | null

  @Field(() => String, { nullable: true, description: '最近更正理由.' })
  correctionReason!: string | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '结束或撤回时间.' })
  endedAt!: Date | null

  @Field(() => String, { nullable: true, description: '撤回理由.' })
  withdrawalReason!: string | null

  @Field(() => [BulletinRecipient], { description: '各接收县的送达、阅知和答复情况.' })
  recipients!: BulletinRecipient[]
}

/** A page of bulletins. */
export const BulletinConnection = connectionOf(Bulletin as never, 'Bulletin', '信息通报')

/** How far the own county's bulletins were read. */
@ObjectType('BulletinReading', { description: '阅知统计: how far bulletins were read, in their present wording.' })
export class BulletinReading {
  @Field(() => Int, { description: '送达件次: one for each bulletin and recipient.' })
  sent!: number

  @Field(() => Int, { description: '已阅知件次.' })
  read!: number

  @Field(() => Float, { nullable: true, description: '阅知率, 0 to 1; null when nothing was sent.' })
  readRate!: number | null

  @Field(() => Int, { description: '要求答复件次.' })
  repliesWanted!: number

  @Field(() => Int, { description: '已答复件次.' })
  replied!: number
}

/** How far one county has read the own county's bulletins. */
@ObjectType('BulletinReadingOfCounty', { description: '分县阅知统计: how far one county has read the bulletins.' })
export class BulletinReadingOfCounty extends BulletinReading {
  @Field(() => County, { description: '接收县.' })
  county!: County
}

/** Statistics of the own county's bulletins. */
@ObjectType('BulletinStatistics', { description: '通报统计: of the own county’s bulletins but those withdrawn.' })
export class BulletinStatistics extends BulletinReading {
  @Field(() => [BulletinReadingOfCounty], { description: '分县统计.' })
  counties!: BulletinReadingOfCounty[]
}
