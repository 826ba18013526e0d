import { createHash } from 'node:crypto'
import type { RecordIdKind } from '../db/record-id.ts'

/** A row as 128 bits: equal for equal contents. */
export function contentHash(hashed: unknown): Buffer {
  return createHash('sha256').update(JSON.stringify(hashed)).digest().subarray(0, 16)
}

/**
 * Id of an imported record, made from the county and the document number (UUID version 8), so that a county which loads
 * its files anew after a loss keeps the ids that other counties' links name.
 */
export function importedId(county: string, kind: RecordIdKind, documentNumber: string): string {
  const hash = createHash('sha256').update(`${county}:${kind}:${documentNumber}`).digest('hex')
  const variant = ((Number.parseInt(hash.charAt(16), 16) & 3) | 8).toString(16)
  const uuid = [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    variant + hash.slice(17, 20),
    hash.slice(20, 32),
  ]
  return `${county}:${kind}:${uuid.join('-')}`
}
