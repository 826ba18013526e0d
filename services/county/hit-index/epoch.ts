import type { Snapshot } from '../../platform/directory/snapshot.ts'

/** The epoch of the hit index that is in use. */
export interface Epoch {
  id: string
  /** Key of the hashes, 32 bytes. */
  key: Uint8Array
}

/** The epoch that began last; undefined while none has begun. */
export function epochAt({ hitIndexEpochs }: Pick<Snapshot, 'hitIndexEpochs'>, now: Date): Epoch | undefined {
  const begun = hitIndexEpochs.filter(({ from }) => Date.parse(from) <= now.getTime())
  const [last] = begun.toSorted((one, other) => Date.parse(other.from) - Date.parse(one.from))
  return last && { id: last.id, key: Buffer.from(last.key, 'base64url') }
}
