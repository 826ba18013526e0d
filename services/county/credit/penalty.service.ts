import { demandTexts } from '../../platform/demand-texts.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import { noteShown } from '../access/subjects-shown.ts'
import type { Page, PageRequest } from '../connection/page.ts'
import { Batch } from '../db/batch.ts'
import type { NodeParts } from '../db/node-parts.ts'
import { isOwnId } from '../db/record-id.ts'
import { PenaltyRepository, type PenaltyRow, type PenaltySearch } from './penalty.repository.ts'

/** What the service answers with. */
export type { PenaltyRow, PenaltySearch } from './penalty.repository.ts'

/** Reading penalties; they come in by import only. */
export class PenaltyService {
  readonly #parts: NodeParts
  readonly #penalties = new PenaltyRepository()
  readonly #byId: Batch<PenaltyRow>

  constructor(parts: NodeParts) {
    this.#parts = parts
    this.#byId = new Batch((ids) => this.#penalties.byIds(parts.db, ids))
  }

  /** One page of the penalties that meet the search. */
  async page(context: RequestContext, search: PenaltySearch, request: PageRequest): Promise<Page<PenaltyRow>> {
    this.#parts.authoriser.toRead(context, 'PENALTY')
    demandTexts(search, { documentNumber: 200, act: 2_000 })
    const page = await this.#penalties.page(this.#parts.db, search, request)
    noteShown(
      context,
      page.rows.map((row) => row.subjectCode),
    )
    return page
  }

  /** One penalty, undefined when there is none. */
  async find(context: RequestContext, id: string): Promise<PenaltyRow | undefined> {
    this.#parts.authoriser.toRead(context, 'PENALTY')
    if (!isOwnId(id, 'penalty', this.#parts.county)) return undefined
    const row = await this.#byId.get(context, id)
    if (row) noteShown(context, [row.subjectCode])
    return row
  }
}
