import { Arg, Ctx, Directive, ID, Mutation, Query, Resolver } from 'type-graphql'
import type { RequestContext } from '../../platform/viewer.ts'
import { webhookStandingLabels } from './webhook.labels.ts'
import type { Webhook, WebhookService, WebhookWithSecret } from './webhook.service.ts'
import { WebhookType, WebhookWithSecretType } from './webhook.type.ts'

/** Root fields by which an agency registers where its own systems are told of events. */
@Resolver()
export class WebhookResolver {
  readonly #service: WebhookService

  constructor(service: WebhookService) {
    this.#service = service
  }

  @Directive('@routed(by: VIEWER)')
  @Directive('@requiresScopes(scopes: [["matter:read"]])')
  @Query(() => [WebhookType], {
    nullable: true,
    description: '事件推送地址: the asking agency’s own, with how they stand; the oldest first.',
  })
  async webhooks(@Ctx() context: RequestContext): Promise<WebhookType[]> {
    return (await this.#service.list(context)).map(toWebhook)
  }

  @Directive('@routed(by: VIEWER)')
  @Directive('@requiresScopes(scopes: [["matter:write"]])')
  @Mutation(() => WebhookWithSecretType, {
    description:
      '登记事件推送地址: tell a system of the asking agency of what happens in the county’s matters. At most five.',
  })
  async addWebhook(
    @Ctx() context: RequestContext,
    @Arg('url', () => String, {
      description: '推送地址: https; http and private networks only where the county’s configuration lists them.',
    })
    url: string,
    @Arg('note', () => String, { nullable: true, description: '备注, at most 200 characters.' })
    note: string | null | undefined,
  ): Promise<WebhookWithSecretType> {
    return toWebhookWithSecret(await this.#service.add(context, url, note ?? null))
  }

  @Directive('@routed(by: VIEWER)')
  @Directive('@requiresScopes(scopes: [["matter:write"]])')
  @Mutation(() => WebhookWithSecretType, {
    description: '更换签名密钥: a new secret; for 24 hours each event bears the signatures of both.',
  })
  async rotateWebhookSecret(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '推送地址标识.' }) id: string,
  ): Promise<WebhookWithSecretType> {
    return toWebhookWithSecret(await this.#service.rotate(context, id))
  }

  @Directive('@routed(by: VIEWER)')
  @Directive('@requiresScopes(scopes: [["matter:write"]])')
  @Mutation(() => ID, { description: '删除事件推送地址: with what waits for it; gives its id.' })
  removeWebhook(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '推送地址标识.' }) id: string,
  ): Promise<string> {
    return this.#service.remove(context, id)
  }

  @Directive('@routed(by: VIEWER)')
  @Directive('@requiresScopes(scopes: [["matter:write"]])')
  @Mutation(() => WebhookType, {
    description: '发送测试事件: after what waits, which is tried at once; also enables an endpoint that was disabled.',
  })
  async testWebhook(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '推送地址标识.' }) id: string,
  ): Promise<WebhookType> {
    return toWebhook(await this.#service.test(context, id))
  }
}

function toWebhook({ waiting, ...webhook }: Webhook): WebhookType {
  return {
    ...webhook,
    standingLabel: webhookStandingLabels[webhook.standing],
    waiting: waiting.count,
    waitingSince: waiting.oldest,
    nextAttemptAt: webhook.failures === 0 || webhook.disabledAt ? null : webhook.nextAttemptAt,
  }
}

function toWebhookWithSecret({ webhook, secret }: WebhookWithSecret): WebhookWithSecretType {
  return { webhook: toWebhook(webhook), secret }
}
