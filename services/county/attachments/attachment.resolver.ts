import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql'
import { attachmentsPath } from '../../platform/attachments/attachment.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import { MatterAttachment } from '../matters/matter.type.ts'
import type { HeldAttachments } from './held-attachments.service.ts'

/** What a file of a document is to the own county: whether it is here, and where it is had. */
@Resolver(() => MatterAttachment)
export class AttachmentResolver {
  readonly #held: HeldAttachments

  constructor(held: HeldAttachments) {
    this.#held = held
  }

  @FieldResolver(() => Boolean, {
    description:
      '本县是否已存: whether the own county’s node holds the file; if not, it fetches it when it is first asked for.',
  })
  held(@Ctx() context: RequestContext, @Root() { hash }: MatterAttachment): Promise<boolean> {
    return this.#held.holds(context, hash)
  }

  @FieldResolver(() => String, {
    description:
      '下载路径: path at the gateway, to be fetched by GET with the same token, purpose and officer; ranges may be asked for.',
  })
  path(@Root() { hash, matter }: MatterAttachment): string {
    return `/${attachmentsPath}/${hash}?matter=${encodeURIComponent(matter)}`
  }
}
