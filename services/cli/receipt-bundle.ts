import { z } from 'zod'

const format = 'liandong-receipt-bundle/1'

const bundleSchema = z.object({
  format: z.literal(format),
  /** Compact JWS. */
  receipt: z.string(),
  /** The coverage statements that the receipt names by their hashes. */
  statements: z.array(z.string()),
  /** The signed directory snapshot that the check was judged with. */
  directory: z.string(),
})

/** A receipt with all that is needed to verify it offline, but the office's public keys. */
export type ReceiptBundle = Omit<z.infer<typeof bundleSchema>, 'format'>

/** A bundle as a file's text. */
export function writeBundle(bundle: ReceiptBundle): string {
  return `${JSON.stringify({ format, ...bundle }, null, 2)}\n`
}

/** The bundle in a file's text; undefined when it is none. */
export function readBundle(text: string): ReceiptBundle | undefined {
  if (!text.trimStart().startsWith('{')) return undefined
  try {
    return bundleSchema.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
