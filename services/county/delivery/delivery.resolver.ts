import { Arg, Ctx, Directive, Mutation, Query, Resolver } from 'type-graphql'
import { NodeCodeScalar } from '../../platform/codes/node-code.scalar.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import type { DeliveryService } from './delivery.service.ts'
import { HeldMatterInput, HeldMattersType, MissingEnvelopesType } from './delivery.type.ts'

/** Root fields by which counties' nodes hand documents to each other. */
@Resolver()
export class DeliveryResolver {
  readonly #service: DeliveryService

  constructor(service: DeliveryService) {
    this.#service = service
  }

  @Directive('@routed(by: COUNTY)')
  @Directive('@requiresScopes(scopes: [["matter:deliver"]])')
  @Mutation(() => [String], {
    nullable: 'items',
    description:
      '送达文书: hand signed envelopes to a county. For each, in order, its signed acknowledgement; null for one that it ' +
      'cannot take up yet and that must be sent again.',
  })
  deliver(
    @Ctx() context: RequestContext,
    @Arg('county', () => NodeCodeScalar, { description: '收件县.' }) county: string,
    @Arg('envelopes', () => [String], { description: '签名文书, at most 100.' }) envelopes: string[],
  ): Promise<(string | null)[]> {
    return this.#service.deliver(context, county, envelopes)
  }

  @Directive('@routed(by: COUNTY)')
  @Directive('@requiresScopes(scopes: [["matter:deliver"]])')
  @Query(() => MissingEnvelopesType, {
    description: '补送文书: envelopes that the asking county lacks of matters that it is party to.',
  })
  missing(
    @Ctx() context: RequestContext,
    @Arg('county', () => NodeCodeScalar, { description: '被询问的县.' }) county: string,
    @Arg('matters', () => [HeldMatterInput], { description: '事项及已有文书, at most 100.' })
    matters: HeldMatterInput[],
    @Arg('direct', () => Boolean, { description: '仅限双方签发: only what the two counties themselves have signed.' })
    direct: boolean,
  ): Promise<MissingEnvelopesType> {
    return this.#service.missing(context, county, { matters, direct })
  }

  @Directive('@routed(by: COUNTY)')
  @Directive('@requiresScopes(scopes: [["matter:deliver"]])')
  @Query(() => HeldMattersType, {
    description: '共有事项: what a county holds of the matters that both are party to, for comparing.',
  })
  matterHeads(
    @Ctx() context: RequestContext,
    @Arg('county', () => NodeCodeScalar, { description: '被询问的县.' }) county: string,
    @Arg('after', () => String, { nullable: true, description: '起点: `next` of the page before.' })
    after: string | null | undefined,
  ): Promise<HeldMattersType> {
    return this.#service.heads(context, county, after ?? null)
  }
}
