import { demandTexts } from '../../platform/demand-texts.ts'
import { ExchangeError, badInput } from '../../platform/errors.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import { Batch } from '../db/batch.ts'
import type { NodeParts } from '../db/node-parts.ts'
import { newRecordId } from '../db/record-id.ts'
import { AgencyRegister } from './agency-register.ts'
import { AgencyRepository, type AgencyRow, type OfficerRow } from './agency.repository.ts'

/** What the service answers with. */
export type { AgencyRow, OfficerRow } from './agency.repository.ts'

/** The county's enforcement bodies and their officers. */
export class AgencyService {
  readonly #parts: NodeParts
  readonly #repository = new AgencyRepository()
  readonly #register: AgencyRegister
  readonly #agencies: Batch<AgencyRow>
  readonly #officers: Batch<OfficerRow>

  constructor(parts: NodeParts) {
    this.#parts = parts
    this.#register = new AgencyRegister(parts)
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

  /** Enters an officer of the asking agency's body, or corrects the one with that certificate. */
  async registerOfficer(
    context: RequestContext,
    officer: { name: string; certificate: string; certificateUntil: string | null },
  ): Promise<OfficerRow> {
    this.#parts.authoriser.toWrite(context)
    demandTexts(officer, { name: 100, certificate: 64 })
    const { county, clock, db } = this.#parts
    return db.transaction(async (tx) => {
      const { id: agencyId } = await this.#register.ofAsker(tx, context)
      const known = (await this.#repository.officersByCertificate(tx, [officer.certificate])).get(officer.certificate)
      if (known && known.agencyId !== agencyId) {
        throw new ExchangeError('CONFLICT', 'An officer of another body of this county holds this 执法证号.')
      }
      const id = newRecordId(county, 'officer', clock)
      return this.#repository.upsertOfficer(tx, { ...officer, id, agencyId, updatedAt: clock.now() })
    })
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
