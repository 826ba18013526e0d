import { GraphQLDateTime } from 'graphql-scalars'
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql'
import { labelledEnum } from '../connection/labelled-enum.ts'
import type { WebhookStanding } from './webhook-schedule.ts'
import { webhookStandingLabels } from './webhook.labels.ts'

const WebhookStandingEnum = labelledEnum(
  'WebhookStanding',
  '推送状态: RETRYING for three days after the first failure, then FAILING and tried twice a day; DISABLED after 410 Gone.',
  webhookStandingLabels,
)

/** Where an agency's own system is told of events. */
@Directive('@requiresScopes(scopes: [["matter:read"], ["matter:write"]])')
@ObjectType('Webhook', {
  description: '事件推送地址: where an agency’s own system is told of events (Standard Webhooks).',
})
export class WebhookType {
  @Field(() => ID, { description: '标识: <county>:webhook:<uuid>.' })
  id!: string

  @Field(() => String, { description: '推送地址.' })
  url!: string

  @Field(() => String, { nullable: true, description: '备注.' })
  note!: string | null

  @Field(() => GraphQLDateTime, { description: '登记时间.' })
  createdAt!: Date

  @Field(() => WebhookStandingEnum, { description: '推送状态.' })
  standing!: WebhookStanding

  @Field(() => String, { description: '推送状态的中文名称.' })
  standingLabel!: string

  @Field(() => Int, { description: '待推送事件数.' })
  waiting!: number

  @Field(() => GraphQLDateTime, { nullable: true, description: '最早待推送事件的时间; null when nothing waits.' })
  waitingSince!: Date | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '最近推送成功时间.' })
  lastSuccessAt!: Date | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '失败起始时间: null while it works.' })
  failingSince!: Date | null

  @Field(() => Int, { description: '连续失败次数.' })
  failures!: number

  @Field(() => GraphQLDateTime, { nullable: true, description: '最近失败时间.' })
  lastErrorAt!: Date | null

  @Field(() => String, { nullable: true, description: '最近失败原因, in words.' })
  lastError!: string | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '下次推送时间: null unless it is failing.' })
  nextAttemptAt!: Date | null

  @Field(() => GraphQLDateTime, { nullable: true, description: '停用时间: when it answered 410 Gone.' })
  disabledAt!: Date | null

  @Field(() => Int, {
    description: '放弃的事件数: events that waited for more than 30 days, or beyond 100,000. Read the inbox instead.',
  })
  dropped!: number

  @Field(() => GraphQLDateTime, { nullable: true, description: '旧密钥失效时间: until then both secrets sign.' })
  oldSecretUntil!: Date | null
}

/** An endpoint with its new secret. */
@Directive('@requiresScopes(scopes: [["matter:write"]])')
@ObjectType('WebhookWithSecret', { description: '推送地址及签名密钥: the secret is shown this once.' })
export class WebhookWithSecretType {
  @Field(() => WebhookType, { description: '事件推送地址.' })
  webhook!: WebhookType

  @Field(() => String, { description: '签名密钥: whsec_ and base64; keep it, it is never shown again.' })
  secret!: string
}
