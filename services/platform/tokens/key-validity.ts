import { z } from 'zod'

/**
 * When a key of the directory may be used: `nbf` and `exp` in its JWK, seconds since 1970, each optional. A key that was
 * replaced stays listed with its `exp`, so that what it signed before can still be verified.
 */
const validitySchema = z.object({ nbf: z.number().optional(), exp: z.number().optional() })

/** Whether a key holds at a moment, epoch milliseconds. Bounds that are no numbers hold never. */
export function keyHoldsAt(key: object, at: number): boolean {
  const validity = validitySchema.safeParse(key)
  if (!validity.success) return false
  const { nbf = Number.NEGATIVE_INFINITY, exp = Number.POSITIVE_INFINITY } = validity.data
  return nbf * 1_000 <= at && at < exp * 1_000
}
