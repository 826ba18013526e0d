import { createHmac } from 'node:crypto'
import { hashBytes } from './statement.ts'

/** A subject's keyed hash: the upper and the lower half of 64 bits. */
export interface SubjectHash {
  high: number
  low: number
}

/** HMAC-SHA-256 of the code under the epoch's key, cut to 64 bits. `key` is the directory's, as bytes. */
export function subjectHash(key: Uint8Array, code: string): SubjectHash {
  const bytes = createHmac('sha256', key).update(code).digest()
  return { high: bytes.readUInt32BE(0), low: bytes.readUInt32BE(hashBytes / 2) }
}
