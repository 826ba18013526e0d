import { GraphQLDate } from 'graphql-scalars'
import { Field, InputType, Int } from 'type-graphql'
import { CountyCodeScalar } from '../../platform/codes/county-code.scalar.ts'
import type { SupervisionField } from '../cases/enforcement-case.labels.ts'
import { SupervisionFieldEnum } from '../cases/enforcement-case.type.ts'
import { MatterAttachmentInput } from '../matters/attachment.input.ts'
import type { BulletinChannel, BulletinType } from './bulletin.labels.ts'
import { BulletinChannelEnum, BulletinDirectionEnum, BulletinTypeEnum } from './bulletin.type.ts'

/** A bulletin to be sent. */
@InputType('BulletinInput', { description: '信息通报.' })
export class BulletinInput {
  @Field(() => [CountyCodeScalar], {
    nullable: true,
    description: '接收县, one to twenty; every other active county of the directory when left out.',
  })
  recipients?: string[] | null

  @Field(() => BulletinTypeEnum, { description: '通报类型.' })
  type!: BulletinType

  @Field(() => BulletinChannelEnum, { description: '通报方式: how it is or was given formally.' })
  channel!: BulletinChannel

  @Field(() => String, { nullable: true, description: '文号: needed for OFFICIAL_DOCUMENT.' })
  documentNumber?: string | null

  @Field(() => String, { description: '标题.' })
  title!: string

  @Field(() => String, { description: '正文.' })
  text!: string

  @Field(() => SupervisionFieldEnum, { description: '监管领域.' })
  field!: SupervisionField

  @Field(() => Boolean, { nullable: true, description: '是否紧急; no when left out.' })
  urgent?: boolean | null

  @Field(() => GraphQLDate, {
    nullable: true,
    description: '答复期限: the last day for a reply, where one is wanted; within a year.',
  })
  replyBy?: Date | null

  @Field(() => [MatterAttachmentInput], { nullable: true, description: '附件.' })
  attachments?: MatterAttachmentInput[] | null
}

/** Which bulletins are meant. */
@InputType('BulletinFilter', { description: '通报查询条件.' })
export class BulletinFilter {
  @Field(() => BulletinDirectionEnum, { nullable: true, description: '通报方向.' })
  direction?: 'SENT' | 'RECEIVED' | null

  @Field(() => Boolean, { nullable: true, description: '是否待本县阅知或者答复.' })
  waiting?: boolean | null

  @Field(() => BulletinTypeEnum, { nullable: true, description: '通报类型.' })
  type?: BulletinType | null

  @Field(() => SupervisionFieldEnum, { nullable: true, description: '监管领域.' })
  field?: SupervisionField | null
}

/** What is said with an action. */
@InputType('BulletinActionInput', { description: '通报办理内容: each action needs its own part of it.' })
export class BulletinActionInput {
  @Field(() => String, {
    nullable: true,
    description:
      '理由或内容: needed for CORRECT and WITHDRAW (reason), REPLY, FURTHER_INFORMATION and COMMENT; a remark for CLOSE.',
  })
  text?: string | null

  @Field(() => Int, { nullable: true, description: '稿次: needed for READ and REPLY; the wording that was read.' })
  version?: number | null

  @Field(() => String, { nullable: true, description: '更正后的标题: needed for CORRECT.' })
  title?: string | null

  @Field(() => String, { nullable: true, description: '更正后的正文: needed for CORRECT.' })
  correction?: string | null

  @Field(() => [MatterAttachmentInput], { nullable: true, description: '附件.' })
  attachments?: MatterAttachmentInput[] | null
}
