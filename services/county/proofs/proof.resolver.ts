import { Arg, Ctx, Directive, ID, Int, Query, Resolver } from 'type-graphql'
import type { RequestContext } from '../../platform/viewer.ts'
import type { MatterProofService } from './matter-proof.service.ts'
import { MatterProofType } from './matter-proof.type.ts'

/** What proves a matter. */
@Resolver()
export class ProofResolver {
  readonly #proofs: MatterProofService

  constructor(proofs: MatterProofService) {
    this.#proofs = proofs
  }

  @Directive('@routed(by: VIEWER)')
  @Directive('@requiresScopes(scopes: [["matter:read"]])')
  @Query(() => MatterProofType, {
    nullable: true,
    description:
      '事项证明材料: every envelope and acknowledgement of a matter that the own county holds, for a file that proves it.',
  })
  async matterProof(
    @Ctx() context: RequestContext,
    @Arg('id', () => ID, { description: '事项标识.' }) id: string,
    @Arg('after', () => Int, { nullable: true, description: '起点: `next` of the page before.' })
    after: number | null | undefined,
  ): Promise<MatterProofType> {
    const page = await this.#proofs.page(context, id, after ?? 0)
    return { ...page, keys: page.keys.map(({ county, key }) => ({ county, key: JSON.stringify(key) })) }
  }
}
