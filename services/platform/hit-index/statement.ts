import { createHash } from 'node:crypto'
import { z } from 'zod'
import { badInput } from '../errors.ts'

/** Header type of a county's signed statement about its list. */
export const statementType = 'hit-index+jws'

/** Media type of a {@link Frame}. */
export const frameMediaType = 'application/vnd.liandong.hit-index'

/** Where the hit index of a node stands, beside its GraphQL endpoint `.../graphql`. */
export const hitIndexPath = 'hit-index'

/** Bytes of one hash. */
export const hashBytes = 8

const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/)

/** A point in the history of a county's list. Two histories that part company have different chains from there on. */
const pointSchema = z.object({
  /** The county's list version; 0 before the first entry. */
  version: z.int().nonnegative(),
  /** Hash over this and all earlier versions. */
  chain: sha256Hex,
})

/**
 * What a county says of its list of serious breakers of trust (严重违法失信名单): no names, no reasons, no dates, only
 * which keyed hashes are on it. A code is on it when a listing of that subject, or of an organisation whose legal
 * representative it is, has effect at `asOf` or may have it later without a further change to the list.
 */
export const statementSchema = z.object({
  /** County code. */
  iss: z.string().regex(/^\d{6}$/),
  /** Identifier of the gateway that asked. */
  aud: z.string().min(1),
  /** What that gateway sent with the request: the statement was made after it. */
  nonce: z.string().min(1),
  /** Names one unbroken history; a county that was restored from a backup takes a new one, once, by command. */
  lineage: z.string().min(1),
  ...pointSchema.shape,
  /** What `added` and `removed` are to be applied to; null when the frame is the whole list. */
  since: pointSchema.nullable(),
  /** Whether the point that the gateway named is part of this history; true when it named none. */
  continues: z.boolean(),
  /** Identifier of the directory's epoch whose key made the hashes. */
  epoch: z.string().min(1),
  /** When the county began to read its list, by its clock: whatever was committed before is in it. */
  asOf: z.iso.datetime(),
  /** Until when the statement vouches for the county. */
  validUntil: z.iso.datetime(),
  /** How many hashes the list has after this frame, and their sum modulo 2^64 (16 hex digits). */
  count: z.int().nonnegative(),
  sum: z.string().regex(/^[0-9a-f]{16}$/),
  /** How many hashes follow: first those added, then those removed. */
  added: z.int().nonnegative(),
  removed: z.int().nonnegative(),
  /** SHA-256 of the bytes that follow. */
  body: sha256Hex,
})

/** A county's statement about its list. */
export type Statement = z.infer<typeof statementSchema>
/** A point in the history of a county's list. */
export type ListPoint = z.infer<typeof pointSchema>

/** What travels: the statement as compact JWS, a line feed, and {@link hashBytes} bytes a hash, big-endian. */
export interface Frame {
  jws: string
  body: Uint8Array
}

/** A frame as bytes. */
export function encodeFrame({ jws, body }: Frame): Uint8Array {
  return Buffer.concat([Buffer.from(`${jws}\n`, 'latin1'), body])
}

/** Reads a frame; BAD_USER_INPUT when it has no line feed or half a hash. Says nothing about the signature. */
export function decodeFrame(bytes: Uint8Array): Frame {
  const end = bytes.indexOf(0x0a)
  if (end === -1 || (bytes.length - end - 1) % hashBytes !== 0) throw badInput('This is no frame of a hit index.')
  return { jws: Buffer.from(bytes.subarray(0, end)).toString('latin1'), body: bytes.subarray(end + 1) }
}

/** SHA-256 of a frame's body, as the statement names it. */
export function bodyHash(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex')
}
