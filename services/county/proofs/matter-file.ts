import { z } from 'zod'

/** `format` of a matter file. */
export const matterFileFormat = 'liandong-matter-proof/1'

const publicKeySchema = z.looseObject({ kty: z.string(), kid: z.string(), alg: z.string() })

const matterFileSchema = z.strictObject({
  format: z.literal(matterFileFormat),
  /** The matter that it is about. */
  matter: z.string(),
  /** Compact JWS of every envelope that its holder has, in causal order. */
  envelopes: z.array(z.string()),
  /** Compact JWS of every acknowledgement that its holder has. */
  acknowledgements: z.array(z.string()),
  /** Public keys of counties that signed any of these, as the holder's directory listed them. */
  keys: z.array(z.strictObject({ county: z.string(), key: publicKeySchema })),
  /** Compact JWS: the coordination office's directory, which vouches for the keys. */
  directory: z.string(),
})

/** A public key with the county that it is said to be of. */
export type FileKey = z.infer<typeof matterFileSchema>['keys'][number]
/** A matter's documents in one file; nothing in it is to be believed before it is verified. */
export type MatterFile = Omit<z.infer<typeof matterFileSchema>, 'format'>

/** A matter file as text. */
export function writeMatterFile(file: MatterFile): string {
  const { matter, envelopes, acknowledgements, keys, directory } = file
  const ordered = { format: matterFileFormat, matter, envelopes, acknowledgements, keys, directory }
  return `${JSON.stringify(ordered, null, 2)}\n`
}

/** Reads a file's text: undefined when it is something else altogether, `unreadable` when it is a damaged matter file. */
export function readMatterFile(text: string): MatterFile | { unreadable: string } | undefined {
  if (!text.trimStart().startsWith('{')) return undefined
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return text.includes('liandong-matter-proof/') ? { unreadable: 'It is no JSON.' } : undefined
  }
  const format = (value as { format?: unknown }).format
  if (typeof format !== 'string' || !format.startsWith('liandong-matter-proof/')) return undefined
  const parsed = matterFileSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  return { unreadable: `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}` }
}
