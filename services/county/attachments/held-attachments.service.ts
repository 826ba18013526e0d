import type { Database } from '../../platform/database.ts'
import { badInput } from '../../platform/errors.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import { Batch } from '../db/batch.ts'
import type { NodeParts } from '../db/node-parts.ts'
import type { AttachmentReference } from '../delivery/contract.ts'
import { AttachmentRepository, type AttachmentRow } from './attachment.repository.ts'

/** Which files this county's node holds. */
export class HeldAttachments {
  readonly #parts: Pick<NodeParts, 'authoriser' | 'clock' | 'db'>
  readonly #attachments = new AttachmentRepository()
  readonly #held: Batch<AttachmentRow>

  constructor(parts: Pick<NodeParts, 'authoriser' | 'clock' | 'db'>) {
    this.#parts = parts
    this.#held = new Batch((hashes) => this.#attachments.byHashes(parts.db, hashes))
  }

  /** Whether this county's node holds a file. */
  async holds(context: RequestContext, hash: string): Promise<boolean> {
    this.#parts.authoriser.toHandle(context)
    return (await this.#held.get(context, hash)) !== undefined
  }

  /**
   * Refuses a document that names a file which this county's node does not hold, or holds with another size or type:
   * BAD_USER_INPUT with its place, e.g. `attachments[2]`. From then on the files are in use and stay.
   */
  async demandHeld(tx: Database, named: readonly AttachmentReference[]): Promise<void> {
    const held = await this.#attachments.use(
      tx,
      named.map(({ hash }) => hash),
      this.#parts.clock.now(),
    )
    for (const [index, { hash, size, mediaType }] of named.entries()) {
      const row = held.get(hash)
      const place = `attachments[${index}]`
      if (!row) throw badInput(`${place} is not held by this county’s node: upload the file first.`, place)
      if (row.size === size && row.mediaType === mediaType) continue
      throw badInput(`${place} is held with ${row.size} bytes as ${row.mediaType}: name it so.`, place)
    }
  }
}
