import { shanghaiDay } from '../../platform/directory/snapshot-lookups.ts'
import { badInput } from '../../platform/errors.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import { noteShown } from '../access/subjects-shown.ts'
import type { NodeParts } from '../db/node-parts.ts'
import { CreditListingRepository, type Standing } from './credit-listing.repository.ts'

/** What the service answers with. */
export type { Standing } from './credit-listing.repository.ts'

/** Answers credit checks. */
export class CreditStandingService {
  readonly #parts: NodeParts
  readonly #listings = new CreditListingRepository()

  constructor(parts: NodeParts) {
    this.#parts = parts
  }

  /**
   * What this county's list says about a subject now. Natural persons' entries count. A matter that the directory does
   * not know is BAD_USER_INPUT.
   */
  async of(context: RequestContext, subject: string, matter: string): Promise<Standing & { asOf: Date }> {
    this.#parts.authoriser.toRead(context, 'CREDIT_STANDING')
    if (!this.#parts.directory.matter(matter)) {
      throw badInput('The directory has no such approval matter (许可事项).', 'matter')
    }
    const asOf = this.#parts.clock.now()
    const standing = await this.#listings.standing(this.#parts.db, subject, shanghaiDay(asOf))
    noteShown(context, [subject, ...standing.listings.map(({ listing }) => listing.subjectCode)])
    return { ...standing, asOf }
  }
}
