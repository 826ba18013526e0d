import type { RequestContext } from '../../platform/viewer.ts'
import { type CaseRow, isShared } from '../cases/enforcement-case.repository.ts'
import { Batch } from '../db/batch.ts'
import type { NodeParts } from '../db/node-parts.ts'
import { PenaltyCaseRepository } from './penalty-case.repository.ts'

/** From a penalty, or a listing that rests on one, back to the case in which it was decided. */
export class PenaltyCaseService {
  readonly #parts: NodeParts
  readonly #byDocument: Batch<CaseRow>

  constructor(parts: NodeParts) {
    this.#parts = parts
    const cases = new PenaltyCaseRepository()
    this.#byDocument = new Batch((documents) => cases.byDocuments(parts.db, documents))
  }

  /**
   * Id of the case in which the penalty with this 行政处罚决定书文号 was decided. Null when there is none here, when the
   * asker may not read this county's cases, or not this one.
   */
  async caseOf(context: RequestContext, document: string | null | undefined): Promise<string | null> {
    const { authoriser, county } = this.#parts
    if (!document || !authoriser.mayRead(context, 'ENFORCEMENT_CASE')) return null
    const row = await this.#byDocument.get(context, document)
    return row && (context.viewer.county === county || isShared(row)) ? row.id : null
  }
}
