import type { Database } from '../../platform/database.ts'
import { chainStart, verifyChain } from '../../platform/journal/journal.ts'
import { groupBy } from '../db/batch.ts'
import type { MatterRow, Party } from '../delivery/contract.ts'
import type { DeliveryRepository } from '../delivery/delivery.repository.ts'
import { hashOf } from '../delivery/envelope-jws.ts'
import type { DeadlineFacts } from '../matters/deadline.ts'
import type { MatterView } from '../matters/matter-view.ts'
import { type ComparedRow, MatterComparisonRepository } from './matter-comparison.repository.ts'

/** An envelope as one county holds it. */
export type ComparedEnvelope = Pick<ComparedRow, 'hash' | 'sender' | 'sequence' | 'at' | 'status'>

/** An acknowledgement as one county holds it. */
export interface ComparedReceipt {
  /** SHA-256 of the envelope. */
  envelope: string
  recipient: Party
  /** SHA-256 of the acknowledgement; null while none is held. */
  hash: string | null
  receivedAt: Date | null
}

/** A matter as one county holds it. */
export interface ComparedMatter {
  matter: string
  kind: string
  /** In the order of their codes. */
  parties: Party[]
  pen: Party | null
  /** `FORK 411528`; null when it is not frozen. */
  frozen: string | null
  state: string | null
  /** What its deadline is computed from, as JSON text with members in a fixed order. */
  deadline: string | null
  envelopes: ComparedEnvelope[]
  /** Between the two counties only. */
  receipts: ComparedReceipt[]
}

/** An access by the other county or its agencies. */
export interface ComparedAccess {
  sequence: number
  at: Date
  transaction: string
  agency: string
  officer: string | null
  /** Kind and number. */
  purpose: string
  fields: string[]
}

/** A stretch of a journal, walked and verified. */
export interface ComparedJournal {
  accesses: ComparedAccess[]
  /** Hash of the entry at which it begins; empty when there is no such entry. */
  before: string
  /** Moment of that entry; null at the start. */
  since: Date | null
  /** The last entry of the stretch. */
  sequence: number
  hash: string
  /** The first entry that does not follow; null when all do. */
  broken: number | null
  more: boolean
}

/** The most matters that may be asked for by their ids. */
export const mostMatters = 100
const mostEnvelopes = 2_000
const mostEntries = 2_000

/** What a county holds of what it shares with another, to be compared with what the other holds. */
export class MatterComparison {
  readonly #county: Party
  readonly #db: Database
  readonly #delivery: DeliveryRepository
  readonly #views: readonly MatterView[]
  readonly #rows = new MatterComparisonRepository()

  constructor(parts: { county: Party; db: Database; delivery: DeliveryRepository; views: readonly MatterView[] }) {
    this.#county = parts.county
    this.#db = parts.db
    this.#delivery = parts.delivery
    this.#views = parts.views
  }

  /** A page of the matters shared with `other`, by id: at most 100, fewer when they are long. */
  async page(other: Party, after: string): Promise<{ matters: ComparedMatter[]; next: string | null }> {
    const ids = await this.#delivery.sharedWith(this.#db, other, after, mostMatters)
    const counts = await this.#rows.counts(this.#db, ids)
    let left = mostEnvelopes
    const some = ids.filter((id, index) => (left -= counts.get(id) ?? 0) >= 0 || index === 0)
    const whole = some.length === ids.length && ids.length < mostMatters
    return { matters: await this.#read(other, some), next: whole ? null : (some.at(-1) ?? null) }
  }

  /** Those of these matters that are shared with `other`. */
  async some(other: Party, ids: readonly string[]): Promise<ComparedMatter[]> {
    const rows = await this.#delivery.matters(this.#db, ids)
    const shared = [...rows.values()].filter(({ parties }) => parties.includes(other))
    return this.#read(
      other,
      shared.map(({ id }) => id),
    )
  }

  async #read(other: Party, ids: readonly string[]): Promise<ComparedMatter[]> {
    const found = await this.#delivery.matters(this.#db, ids)
    const envelopes = groupBy(await this.#rows.envelopes(this.#db, ids), ({ matter }) => matter)
    const sent = groupBy(await this.#rows.receipts(this.#db, this.#county, other, ids), ({ matter }) => matter)
    const rows = [...found.values()]
    const [states, deadlines] = await Promise.all([this.#states(rows), this.#deadlines(rows)])
    return ids.flatMap((id): ComparedMatter[] => {
      const row = found.get(id)
      if (!row) return []
      // What a stranger sent here it may not have sent there: that is no difference between the parties.
      const own = (envelopes.get(id) ?? []).filter(({ sender }) => row.parties.includes(sender))
      const { kind, pen, frozenReason, frozenBy } = row
      const receipts = [
        ...(sent.get(id) ?? []).map(({ envelope, acknowledgement, receivedAt }) =>
          receipt(envelope, other, acknowledgement, receivedAt),
        ),
        ...own
          .filter(({ sender }) => sender === other)
          .map(({ hash, acknowledgement, receivedAt }) => receipt(hash, this.#county, acknowledgement, receivedAt)),
      ]
      return [
        {
          matter: id,
          kind,
          parties: row.parties.toSorted(),
          pen,
          frozen: frozenReason === null ? null : `${frozenReason} ${frozenBy ?? ''}`,
          state: states.get(id) ?? null,
          deadline: deadlines.get(id) ?? null,
          envelopes: own.map(({ hash, sender, sequence, at, status }) => ({ hash, sender, sequence, at, status })),
          receipts,
        },
      ]
    })
  }

  async #states(rows: readonly MatterRow[]): Promise<Map<string, string>> {
    const all = await Promise.all(
      this.#views.map(async (view) => (await view.states?.(this.#db, idsOf(view, rows))) ?? new Map<string, string>()),
    )
    return new Map(all.flatMap((each) => [...each]))
  }

  async #deadlines(rows: readonly MatterRow[]): Promise<Map<string, string>> {
    const all = await Promise.all(this.#views.map((view) => view.deadlines(this.#db, idsOf(view, rows))))
    return new Map(all.flatMap((each) => [...each].map(([id, facts]) => [id, textOf(facts)] as const)))
  }

  /**
   * A stretch of this county's journal after an entry (0 for the start), at most 2,000 entries of it, verified; of these the
   * accesses by `other`, its node and its agencies.
   */
  async journal(other: Party, after: number): Promise<ComparedJournal> {
    const found = await this.#rows.entries(this.#db, this.#county, after, mostEntries + 1)
    const anchor = found[0]?.sequence === after ? found[0] : undefined
    const entries = anchor ? found.slice(1) : found
    const before = after === 0 ? chainStart : (anchor?.hash ?? '')
    const last = entries.at(-1)
    return {
      accesses: entries.filter(({ county }) => county === other).map(accessOf),
      before,
      since: anchor?.at ?? null,
      sequence: last?.sequence ?? after,
      hash: last?.hash ?? before,
      broken: verifyChain(entries, { sequence: after, hash: before }) ?? null,
      more: found.length > mostEntries,
    }
  }

  /** Accesses that bear one of these transactions, by whomever. */
  async accesses(transactions: readonly string[]): Promise<ComparedAccess[]> {
    return (await this.#rows.byTransaction(this.#db, this.#county, transactions)).map(accessOf)
  }
}

type Entry = Awaited<ReturnType<MatterComparisonRepository['entries']>>[number]

function accessOf({ sequence, at, transaction, agency, officer, purposeKind, purposeNumber, fields }: Entry) {
  const purpose = `${purposeKind} ${purposeNumber ?? ''}`.trim()
  return { sequence, at, transaction, agency, officer, purpose, fields: [...fields] }
}

function receipt(envelope: string, recipient: Party, jws: string | null, receivedAt: Date | null): ComparedReceipt {
  return { envelope, recipient, hash: jws === null ? null : hashOf(jws), receivedAt: jws === null ? null : receivedAt }
}

function idsOf({ kind }: MatterView, rows: readonly MatterRow[]): string[] {
  return rows.filter((row) => row.kind === kind.kind).map(({ id }) => id)
}

/** The same text for the same facts: members in the order of their names, moments as ISO 8601. */
function textOf(facts: DeadlineFacts): string {
  return JSON.stringify(facts, (_name, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  )
}
