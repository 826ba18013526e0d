import type { RequestContext } from '../../platform/viewer.ts'
import { noteShown } from '../access/subjects-shown.ts'
import { EnforcementCaseRepository } from '../cases/enforcement-case.repository.ts'
import type { PageRequest } from '../connection/page.ts'
import { listingStatesSeenByOthers } from '../credit/credit-listing.machine.ts'
import { CreditListingRepository } from '../credit/credit-listing.repository.ts'
import { PenaltyRepository } from '../credit/penalty.repository.ts'
import type { NodeParts } from '../db/node-parts.ts'
import { SubjectRepository } from './subject.repository.ts'

const oneRow: PageRequest = { size: 1, backward: false, question: '' }

/** Reading the county's register of subjects. */
export class SubjectService {
  readonly #parts: NodeParts
  readonly #subjects = new SubjectRepository()
  readonly #listings = new CreditListingRepository()
  readonly #penalties = new PenaltyRepository()
  readonly #cases = new EnforcementCaseRepository()

  constructor(parts: NodeParts) {
    this.#parts = parts
  }

  /**
   * The registered name of a subject, for whoever may read any kind of record about it. Other counties are told it only
   * of a subject with a record that they would be shown: else a name would give away a proposed listing or a clue.
   */
  async name(context: RequestContext, code: string): Promise<string | undefined> {
    const { authoriser, db } = this.#parts
    const mayRead = (['CREDIT_LISTING', 'PENALTY', 'ENFORCEMENT_CASE'] as const).filter((kind) =>
      authoriser.mayRead(context, kind),
    )
    // Refuses with the reason when there is none.
    if (mayRead.length === 0) authoriser.toRead(context, 'CREDIT_LISTING')
    const name = await this.#subjects.name(db, code)
    if (name === undefined) return undefined
    if (context.viewer.county !== authoriser.county && !(await this.#isShown(code, new Set(mayRead)))) return undefined
    noteShown(context, [code])
    return name
  }

  async #isShown(code: string, mayRead: ReadonlySet<string>): Promise<boolean> {
    const { db } = this.#parts
    const pages = await Promise.all([
      mayRead.has('PENALTY') ? this.#penalties.page(db, { subject: code }, oneRow) : undefined,
      mayRead.has('CREDIT_LISTING')
        ? this.#listings.page(db, { subject: code, organisationsOnly: true, states: listingStatesSeenByOthers }, oneRow)
        : undefined,
      mayRead.has('ENFORCEMENT_CASE') ? this.#cases.page(db, { subject: code, shared: true }, oneRow) : undefined,
    ])
    return pages.some((page) => page !== undefined && page.rows.length > 0)
  }
}
