import { Field, InputType, Int } from 'type-graphql'
import type { AttachmentReference } from '../delivery/contract.ts'

/** A file that was handed to the own county's node before. */
@InputType('MatterAttachmentInput', { description: '附件: a file that the own county’s node holds.' })
export class MatterAttachmentInput {
  @Field(() => String, { description: '文件摘要: SHA-256, hexadecimal.' })
  hash!: string

  @Field(() => Int, { description: '字节数.' })
  size!: number

  @Field(() => String, { description: '文件类型 (media type).' })
  mediaType!: string

  @Field(() => String, { description: '文件名.' })
  name!: string
}

/** Attachments as delivery takes them. */
export function plainAttachments(
  attachments: readonly MatterAttachmentInput[] | null | undefined,
): AttachmentReference[] {
  return (attachments ?? []).map(({ hash, size, mediaType, name }) => ({ hash, size, mediaType, name }))
}
