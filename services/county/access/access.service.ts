import { ExchangeError } from '../../platform/errors.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import type { Page, PageRequest } from '../connection/page.ts'
import type { NodeParts } from '../db/node-parts.ts'
import { AccessRepository, type AccessRow } from './access.repository.ts'

/** What the service answers with, and its place in the order. */
export { type AccessRow, positionKey } from './access.repository.ts'

/** The county's own record of who looked at what. */
export class AccessService {
  readonly #parts: NodeParts
  readonly #accesses = new AccessRepository()

  constructor(parts: NodeParts) {
    this.#parts = parts
  }

  /** One page of the accesses, for the county's own agencies; those that concern `subject` when it is given. */
  page(context: RequestContext, subject: string | undefined, request: PageRequest): Promise<Page<AccessRow>> {
    const { own } = this.#parts.authoriser.asParty(context)
    const { county, db, reference } = this.#parts
    if (!own) throw new ExchangeError('AGREEMENT_MISSING', 'Only the county itself reads its journal.', { county })
    const search = { chain: county, subject: subject === undefined ? undefined : reference(subject) }
    return this.#accesses.page(db, search, request)
  }
}
