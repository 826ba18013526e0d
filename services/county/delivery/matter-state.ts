import type { Database } from '../../platform/database.ts'
import { groupBy } from '../db/batch.ts'
import { type EnvelopePayload, type MatterRow, type Party, readMatterId } from './contract.ts'
import type { ChainHead } from './courier.ts'
import type { DeliveryRepository, Place } from './delivery.repository.ts'

/** `previous` of a party's first envelope in a matter. */
export const noPrevious = '0'.repeat(64)

/** What rests on what, as long as one transaction works on a matter. */
export class MatterState {
  readonly id: string
  /** The matter's row; undefined until it is opened. */
  row: MatterRow | undefined
  readonly #places = new Map<string, Place>()
  readonly #heads = new Map<Party, Place>()
  readonly #recipients = new Set<Party>()

  constructor(id: string, row: MatterRow | undefined, places: readonly Place[]) {
    this.id = id
    this.row = row
    for (const place of places) this.put(place)
  }

  /** Reads matters, in two statements. Lock them first. */
  static async load(
    tx: Database,
    repository: DeliveryRepository,
    ids: readonly string[],
  ): Promise<Map<string, MatterState>> {
    const found = await repository.matters(tx, ids)
    const places = groupBy(await repository.places(tx, ids), ({ matter }) => matter)
    return new Map(ids.map((id) => [id, new MatterState(id, found.get(id), places.get(id) ?? [])]))
  }

  /** Notes an envelope that is stored now, or has got another status. */
  put(place: Place): void {
    for (const recipient of place.recipients) this.#recipients.add(recipient)
    if (place.status === 'FORK') {
      if (this.at(place.sender, place.sequence)?.hash === place.hash) this.#places.delete(keyOf(place))
      return
    }
    this.#places.set(keyOf(place), place)
    const head = this.#heads.get(place.sender)
    if (isTakenUp(place) && (!head || head.sequence < place.sequence)) this.#heads.set(place.sender, place)
  }

  /** The envelope with this number; undefined when none is held. */
  at(sender: Party, sequence: number): Place | undefined {
    return this.#places.get(`${sender} ${sequence}`)
  }

  /** How many envelopes of a party wait. */
  waitingOf(party: Party): number {
    return [...this.#places.values()].filter(({ sender, status }) => sender === party && status === 'WAITING').length
  }

  /** A party's last envelope that has been taken up. */
  head(party: Party): Place | undefined {
    return this.#heads.get(party)
  }

  /** The last envelope of each party, those that have sent one. */
  heads(): ChainHead[] {
    return [...this.#heads.values()].map(headOf)
  }

  /** Of each party the last envelope taken up that is one of these. */
  headsAmong(hashes: ReadonlySet<string>): ChainHead[] {
    const known = [...this.#places.values()].filter((place) => isTakenUp(place) && hashes.has(place.hash))
    const heads = new Map(
      known.toSorted((one, other) => one.sequence - other.sequence).map((each) => [each.sender, each]),
    )
    return [...heads.values()].map(headOf)
  }

  /** A party's last envelope that is held, whether it has been taken up or waits. */
  last(party: Party): ChainHead | undefined {
    const own = [...this.#places.values()].filter(({ sender }) => sender === party)
    const [last] = own.toSorted((one, other) => other.sequence - one.sequence)
    return last && headOf(last)
  }

  /**
   * The county is party to the matter, as far as is known here: until the matter is opened only who opens it. What any other
   * one sends into it has no place among the parties' envelopes, and freezes nothing: it may know no more than the id.
   */
  isParty(county: Party): boolean {
    return this.row?.parties.includes(county) ?? readMatterId(this.id)?.county === county
  }

  /** Some envelope of the matter was addressed to this county. */
  addressed(county: Party): boolean {
    return this.#recipients.has(county) || (this.row?.parties.includes(county) ?? false)
  }

  /** Whether all that an envelope rests on has been taken up, in the same wording. */
  readiness(payload: EnvelopePayload): 'READY' | 'GAP' | 'FORK' | 'CONTRADICTION' {
    const head = this.head(payload.sender)
    if (payload.sequence !== (head?.sequence ?? 0) + 1) return 'GAP'
    if (payload.previous !== (head?.hash ?? noPrevious)) return this.isParty(payload.sender) ? 'FORK' : 'GAP'
    for (const [party, { sequence, hash }] of Object.entries(payload.seen)) {
      const place = this.at(party, sequence)
      if (place && place.hash !== hash) return 'CONTRADICTION'
      if (!place || !isTakenUp(place)) return 'GAP'
    }
    return 'READY'
  }

  /** One more than the deepest envelope that this one rests on. */
  depthOf(payload: EnvelopePayload): number {
    const below = [
      this.head(payload.sender),
      ...Object.entries(payload.seen).map(([party, { sequence }]) => this.at(party, sequence)),
    ]
    return 1 + Math.max(0, ...below.map((place) => place?.depth ?? 0))
  }
}

function headOf({ sender, sequence, hash }: Place): ChainHead {
  return { county: sender, sequence, hash }
}

/** What was refused since its sender is no party has no depth: nobody's envelope rests on it. */
function isTakenUp({ status, depth }: Place): boolean {
  return status === 'APPLIED' || (status === 'REFUSED' && depth !== null)
}

function keyOf({ sender, sequence }: Place): string {
  return `${sender} ${sequence}`
}
