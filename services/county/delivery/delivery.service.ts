import { ExchangeError, badInput } from '../../platform/errors.ts'
import { deliveryScope, nameOfCounty } from '../../platform/tokens/county-as-client.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import type { NodeParts } from '../db/node-parts.ts'
import { mostMattersAsked } from './archive.ts'
import { matterIdShape } from './contract.ts'
import type { HeadsPage, MissingAnswer, MissingQuestion } from './courier.ts'
import type { DeliveryNode } from './delivery-node.ts'

const mostEnvelopes = 100

/** What other counties' nodes ask of this county's delivery. */
export class DeliveryService {
  readonly #parts: NodeParts
  readonly #delivery: DeliveryNode

  constructor(parts: NodeParts, delivery: DeliveryNode) {
    this.#parts = parts
    this.#delivery = delivery
  }

  /** Takes envelopes in, at most 100; see `Receiver.receive`. */
  async deliver(context: RequestContext, county: string, envelopes: readonly string[]): Promise<(string | null)[]> {
    const courier = this.#demandCounty(context, county)
    if (envelopes.length > mostEnvelopes) throw badInput(`At most ${mostEnvelopes} envelopes at once.`, 'envelopes')
    return this.#delivery.receive(envelopes, courier)
  }

  /** What the asking county lacks of matters that it is party to. */
  async missing(context: RequestContext, county: string, question: MissingQuestion): Promise<MissingAnswer> {
    const asker = this.#demandCounty(context, county)
    const { matters } = question
    if (matters.length > mostMattersAsked) throw badInput(`At most ${mostMattersAsked} matters at once.`, 'matters')
    const bad = matters.find(({ matter }) => !matterIdShape.test(matter))
    if (bad) throw badInput('A matter’s id is <county>:<kind>:<uuid>.', 'matters')
    return this.#delivery.archive.missing(asker, question)
  }

  /** What this county holds of the matters that it shares with the asking one. */
  async heads(context: RequestContext, county: string, after: string | null): Promise<HeadsPage> {
    return this.#delivery.archive.heads(this.#demandCounty(context, county), after)
  }

  /** Another county's own node: its code. */
  #demandCounty(context: RequestContext, asked: string): string {
    const { county } = this.#parts.authoriser.asParty(context)
    const { viewer } = context
    if (viewer.agency !== nameOfCounty(county) || county === this.#parts.county) {
      throw new ExchangeError('UNAUTHORIZED_FIELD_OR_TYPE', 'This is between the nodes of two counties.', {
        requiredScopes: [[deliveryScope]],
      })
    }
    if (asked !== this.#parts.county) throw badInput(`This is the node of ${this.#parts.county}.`, 'county')
    return county
  }
}
