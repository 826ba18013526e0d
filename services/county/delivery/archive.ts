import type { Database } from '../../platform/database.ts'
import type { Party } from './contract.ts'
import type { HeadsPage, HeldMatter, MissingAnswer, MissingEnvelope, MissingQuestion } from './courier.ts'
import type { DeliveryRepository, Place } from './delivery.repository.ts'
import { storedPayload } from './envelope-jws.ts'
import { MatterState } from './matter-state.ts'

/** The most matters that one question may name. */
export const mostMattersAsked = 100
const mostEnvelopes = 100
const mostCharacters = 524_288
const headsPage = 200

/** What this county holds of the matters that it shares with others, for those that lack some of it. */
export class Archive {
  readonly #county: Party
  readonly #db: Database
  readonly #repository: DeliveryRepository

  constructor(parts: { county: Party; db: Database; repository: DeliveryRepository }) {
    this.#county = parts.county
    this.#db = parts.db
    this.#repository = parts.repository
  }

  /**
   * Envelopes that `asker` lacks of matters that it is party to. Of any other matter only what it has signed itself: that may
   * wait here for something, and `asker` have lost it in a restore; a stranger who sends something learns nothing by it.
   */
  async missing(asker: Party, question: MissingQuestion): Promise<MissingAnswer> {
    const held = new Map(question.matters.slice(0, mostMattersAsked).map(({ matter, heads }) => [matter, heads]))
    const ids = [...held.keys()]
    const rows = await this.#repository.matters(this.#db, ids)
    const places = await this.#repository.places(this.#db, ids)
    const wanted: Place[] = []
    for (const id of ids) {
      const own = places.filter(({ matter }) => matter === id)
      const state = new MatterState(id, rows.get(id), own)
      const isParty = state.row?.parties.includes(asker) ?? false
      const heads = new Map(held.get(id)?.map((head) => [head.county, head]))
      const agreed = (place: Place): boolean => {
        const head = heads.get(place.sender)
        if (!head || place.sequence > head.sequence) return false
        const mine = state.at(place.sender, head.sequence)
        return !mine || mine.hash === head.hash
      }
      const shown = ({ sender }: Place) =>
        sender === asker || (isParty && (!question.direct || sender === this.#county))
      wanted.push(...own.filter((place) => shown(place) && !agreed(place)).toSorted(byDepth))
    }
    return this.#read(asker, wanted)
  }

  async #read(asker: Party, wanted: readonly Place[]): Promise<MissingAnswer> {
    const some = wanted.slice(0, mostEnvelopes).map(({ hash }) => hash)
    const found = await this.#repository.byHash(this.#db, some)
    const acknowledged = new Map(
      (await this.#repository.outgoingOf(this.#db, some))
        .filter(({ recipient }) => recipient === asker)
        .map((row) => [row.envelope, row.acknowledgement]),
    )
    const envelopes: MissingEnvelope[] = []
    let characters = 0
    for (const hash of some) {
      const jws = found.get(hash)?.jws
      if (jws === undefined) continue
      characters += jws.length
      if (characters > mostCharacters && envelopes.length > 0) break
      envelopes.push({ jws, acknowledgement: acknowledged.get(hash) ?? null })
    }
    return { envelopes, more: envelopes.length < wanted.length }
  }

  /**
   * A page of what is held of the matters shared with `asker`, and of its own what waits here, in whatever matter: `asker`
   * may have been restored to before it sent that.
   */
  async heads(asker: Party, after: string | null): Promise<HeadsPage> {
    const ids = await this.#repository.withAnythingOf(this.#db, asker, after ?? '', headsPage)
    const states = await MatterState.load(this.#db, this.#repository, ids)
    const matters = [...states].map(([matter, state]) => {
      const isParty = state.row?.parties.includes(asker) ?? false
      const heads = isParty ? state.heads().filter(({ county }) => county !== asker) : []
      const last = state.last(asker)
      return { matter, heads: last ? [...heads, last] : heads }
    })
    return { matters, next: ids.length < headsPage ? null : (ids.at(-1) ?? null) }
  }

  /**
   * What to say when asking for what is missing in these matters: of each party its unbroken chain, and nothing of a party
   * of whom another county has named an envelope that is not the one held here. A peer `asked` that is not known here to be
   * party, as a newcomer before the envelope that brings it in has come, hears of no more than it holds itself: what is in
   * `shown`, the hashes of what it has handed over, and what its waiting envelopes name.
   */
  async held(ids: readonly string[], asked?: { peer: Party; shown: ReadonlySet<string> }): Promise<HeldMatter[]> {
    const states = await MatterState.load(this.#db, this.#repository, ids)
    const waiting = await this.#repository.waiting(this.#db, ids)
    const all: HeldMatter[] = []
    for (const [matter, state] of states) {
      const doubted = new Set<Party>()
      const known = new Set(asked?.shown)
      for (const { jws, sender } of waiting.get(matter) ?? []) {
        for (const [party, { sequence, hash }] of Object.entries(storedPayload(jws).seen)) {
          if ((state.at(party, sequence)?.hash ?? hash) !== hash) doubted.add(party)
          if (sender === asked?.peer) known.add(hash)
        }
      }
      const heads = !asked || state.isParty(asked.peer) ? state.heads() : state.headsAmong(known)
      all.push({ matter, heads: heads.filter(({ county }) => !doubted.has(county)) })
    }
    return all
  }
}

function byDepth(one: Place, other: Place): number {
  return (
    (one.depth ?? Number.MAX_SAFE_INTEGER) - (other.depth ?? Number.MAX_SAFE_INTEGER) ||
    one.sequence - other.sequence ||
    (one.sender < other.sender ? -1 : 1)
  )
}
