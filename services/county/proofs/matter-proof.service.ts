import { readSubjectCode } from '../../platform/codes/subject-code.ts'
import { nodesOf } from '../../platform/directory/snapshot-lookups.ts'
import { ExchangeError, badInput } from '../../platform/errors.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import { noteShown } from '../access/subjects-shown.ts'
import type { NodeParts } from '../db/node-parts.ts'
import type { DeliveryNode } from '../delivery/delivery-node.ts'
import { storedPayload } from '../delivery/envelope-jws.ts'
import type { FileKey } from './matter-file.ts'
import { keyOf } from './verify-matter-file.ts'

const mostEnvelopes = 100
const mostCharacters = 524_288

/** A page of a matter's signed documents. */
export interface MatterProofPage {
  matter: string
  total: number
  envelopes: string[]
  acknowledgements: string[]
  keys: FileKey[]
  next: number | null
  at: Date
}

/** Hands the county's own agencies what proves a matter. */
export class MatterProofService {
  readonly #parts: NodeParts
  readonly #delivery: DeliveryNode

  constructor(parts: NodeParts, delivery: DeliveryNode) {
    this.#parts = parts
    this.#delivery = delivery
  }

  /**
   * All documents of a matter's parties, a page of them after `after` in the order of the matter; NOT_FOUND when there is no
   * such matter. What a stranger sent into it is no part of it: a proof cannot be spoiled so.
   */
  async page(context: RequestContext, id: string, after: number): Promise<MatterProofPage> {
    this.#parts.authoriser.toHandle(context)
    if (after < 0) throw badInput('"after" is `next` of the page before.', 'after')
    const { clock, db } = this.#parts
    const { repository } = this.#delivery
    const parties = (await repository.matters(db, [id])).get(id)?.parties
    if (!parties) {
      throw new ExchangeError('NOT_FOUND', 'There is no such matter in this county.', { key: id })
    }
    const places = (await repository.places(db, [id]))
      .filter(({ sender }) => parties.includes(sender))
      .toSorted(
        (one, other) =>
          (one.depth ?? Number.MAX_SAFE_INTEGER) - (other.depth ?? Number.MAX_SAFE_INTEGER) ||
          (one.hash < other.hash ? -1 : 1),
      )
    const wanted = places.slice(after, after + mostEnvelopes).map(({ hash }) => hash)
    const found = await repository.byHash(db, wanted)
    const rows = wanted.flatMap((hash) => found.get(hash) ?? [])
    let characters = 0
    const some = rows.filter(({ jws }, index) => (characters += jws.length) <= mostCharacters || index === 0)
    const sent = await repository.outgoingOf(
      db,
      some.map(({ hash }) => hash),
    )
    const envelopes = some.map(({ jws }) => jws)
    const acknowledgements = [...some, ...sent].flatMap(({ acknowledgement }) => acknowledgement ?? [])
    noteShown(
      context,
      envelopes.flatMap((jws) => subjectsIn(storedPayload(jws).body)),
    )
    return {
      matter: id,
      total: places.length,
      envelopes,
      acknowledgements,
      keys: this.#keysOf([...envelopes, ...acknowledgements]),
      next: after + some.length < places.length ? after + some.length : null,
      at: clock.now(),
    }
  }

  /** The keys of these documents, each once, those that the directory lists now. */
  #keysOf(documents: readonly string[]): FileKey[] {
    const named = new Set(documents.map(keyOf))
    return nodesOf(this.#parts.directory.snapshot()).flatMap(({ code, keys }) =>
      keys.filter(({ kid }) => named.has(kid)).map((key) => ({ county: code, key })),
    )
  }
}

/** The subject codes in a body, wherever they stand. */
function subjectsIn(value: unknown): string[] {
  if (typeof value === 'string') {
    const read = value.length === 18 ? readSubjectCode(value) : undefined
    return read && 'code' in read ? [read.code] : []
  }
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(subjectsIn) : []
}
