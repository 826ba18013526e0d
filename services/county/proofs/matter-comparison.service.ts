import { ExchangeError, badInput } from '../../platform/errors.ts'
import { deliveryScope, nameOfCounty } from '../../platform/tokens/county-as-client.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import type { NodeParts } from '../db/node-parts.ts'
import { matterIdShape } from '../delivery/contract.ts'
import { type ComparedJournal, type ComparedMatter, type MatterComparison, mostMatters } from './matter-comparison.ts'

/** Shows another county's node what this county holds of what both share. */
export class MatterComparisonService {
  readonly #parts: NodeParts
  readonly #holdings: MatterComparison

  constructor(parts: NodeParts, holdings: MatterComparison) {
    this.#parts = parts
    this.#holdings = holdings
  }

  /** A page of the matters that both are party to, or those of `ids` (at most 100) that they are. */
  async matters(
    context: RequestContext,
    county: string,
    asked: { after: string | null; ids: readonly string[] | null },
  ): Promise<{ matters: ComparedMatter[]; next: string | null }> {
    const asker = this.#demandCounty(context, county)
    if (asked.ids === null) return this.#holdings.page(asker, asked.after ?? '')
    if (asked.ids.length > mostMatters) throw badInput(`At most ${mostMatters} matters at once.`, 'ids')
    if (!asked.ids.every((id) => matterIdShape.test(id)))
      throw badInput('A matter’s id is <county>:<kind>:<uuid>.', 'ids')
    return { matters: await this.#holdings.some(asker, asked.ids), next: null }
  }

  /** A stretch of this county's journal, with the asking county's accesses in it. */
  async journal(context: RequestContext, county: string, after: number): Promise<ComparedJournal> {
    const asker = this.#demandCounty(context, county)
    if (after < 0) throw badInput('"after" is a number of an entry, or 0.', 'after')
    return this.#holdings.journal(asker, after)
  }

  /** Another county's own node: its code. */
  #demandCounty(context: RequestContext, asked: string): string {
    const { county } = this.#parts.authoriser.asParty(context)
    if (context.viewer.agency !== nameOfCounty(county) || county === this.#parts.county) {
      throw new ExchangeError('UNAUTHORIZED_FIELD_OR_TYPE', 'This is between the nodes of two counties.', {
        requiredScopes: [[deliveryScope]],
      })
    }
    if (asked !== this.#parts.county) throw badInput(`This is the node of ${this.#parts.county}.`, 'county')
    return county
  }
}
