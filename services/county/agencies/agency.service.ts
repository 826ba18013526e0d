import { badInput } from '../../platform/errors.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import { Batch } from '../db/batch.ts'
import type { NodeParts } from '../db/node-parts.ts'
import { AgencyRepository, type AgencyRow, type OfficerRow } from './agency.repository.ts'

/** The county's enforcement bodies and their officers. */
export class AgencyService {
  readonly #parts: NodeParts
  readonly #repository = new AgencyRepository()
  readonly #agencies: Batch<AgencyRow>
  readonly #officers: Batch<OfficerRow>

  constructor(parts: NodeParts) {
    this.#parts = parts
    this.#agencies = new Batch((ids) => this.#repository.agenciesById(parts.db, ids))
    this.#officers = new Batch((ids) => this.#repository.officersById(parts.db, ids))
  }

  /** Every body of the county; they are public. */
  agencies(county: string): Promise<AgencyRow[]> {
    this.#demandOwn(county)
    return this.#repository.agencies(this.#parts.db)
  }

  /** Every officer of the county, for whoever may read its cases. */
  async officers(context: RequestContext, county: string): Promise<OfficerRow[]> {
    this.#parts.authoriser.toRead(context, 'ENFORCEMENT_CASE')
    this.#demandOwn(county)
    return this.#repository.officers(this.#parts.db)
  }

  /** The body of a record that the asker was already shown. */
  agencyOf(context: RequestContext, id: string): Promise<AgencyRow | undefined> {
    return this.#agencies.get(context, id)
  }

  /** The officers of a record that the asker was already shown. */
  officersOf(context: RequestContext, ids: readonly string[]): Promise<OfficerRow[]> {
    return this.#officers.getAll(context, ids)
  }

  #demandOwn(county: string): void {
    if (county === this.#parts.county) return
    throw badInput(`This is the node of ${this.#parts.county}, not of ${county}.`, 'county')
  }
}
