import { type EnvelopePayload, acknowledgementSchema } from '../../delivery/contract.ts'
import { decodePayload, envelopeType, hashOf } from '../../delivery/envelope-jws.ts'
import { noPrevious } from '../../delivery/matter-state.ts'
import type { Exchange } from './exchange.ts'

/** What a county's program would never write, under that county's own key. */
export class Forge {
  readonly #exchange: Exchange

  constructor(exchange: Exchange) {
    this.#exchange = exchange
  }

  /** An envelope by `sender` that follows what `at` holds of the matter, and says that it has seen all of it unless told otherwise. */
  async next(
    sender: string,
    at: string,
    content: Pick<EnvelopePayload, 'matter' | 'event' | 'body'> & Partial<EnvelopePayload>,
  ) {
    const { clock } = this.#exchange
    const { db, delivery } = this.#exchange.at(at)
    const held = await delivery.history(db, content.matter)
    const heads = new Map(held.map((entry) => [entry.payload.sender, entry]))
    const own = heads.get(sender)
    const parties = [...new Set(held.flatMap(({ payload }) => [payload.sender, ...payload.recipients]))]
    const seen = [...heads].filter(([county]) => county !== sender)
    return this.sign({
      v: 1,
      id: clock.uuid(),
      kind: held[0]?.payload.kind ?? '',
      sender,
      recipients: parties.filter((party) => party !== sender),
      sequence: (own?.payload.sequence ?? 0) + 1,
      previous: own?.hash ?? noPrevious,
      seen: Object.fromEntries(
        seen.map(([county, { payload, hash }]) => [county, { sequence: payload.sequence, hash }]),
      ),
      attachments: [],
      at: clock.now().toISOString(),
      actor: { agency: 'tests', officer: '1' },
      ...content,
    })
  }

  /** The first envelope of a matter, as that of `like` but for `change`. */
  async opening(like: EnvelopePayload, change: (payload: EnvelopePayload) => Partial<EnvelopePayload>) {
    const { clock } = this.#exchange
    const [county, slug] = like.matter.split(':')
    const fresh = { ...like, id: clock.uuid(), matter: `${county}:${slug}:${clock.uuid()}` }
    return this.sign({ ...fresh, ...change(fresh) })
  }

  /** Signs whatever it is. */
  async sign(payload: EnvelopePayload): Promise<{ jws: string; hash: string; payload: EnvelopePayload }> {
    const jws = await this.#exchange.at(payload.sender).parts.signer.sign(payload, envelopeType)
    return { jws, hash: hashOf(jws), payload }
  }

  /** What a county answers to an envelope: the outcome, with the code of a refusal. */
  async handTo(county: string, { jws, payload }: { jws: string; payload: EnvelopePayload }): Promise<string> {
    const [answer] = await this.#exchange.at(county).delivery.receive([jws], payload.sender)
    const said = answer ? acknowledgementSchema.parse(decodePayload(answer)) : undefined
    return said?.code ?? said?.outcome ?? 'NO ANSWER'
  }
}
