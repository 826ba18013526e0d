import type { Database } from '../../platform/database.ts'
import type { Directory } from '../../platform/directory/directory.ts'
import { ExchangeError, badInput } from '../../platform/errors.ts'
import type { CountySigner } from '../signing/county-signer.ts'
import { together } from '../db/write-batch.ts'
import {
  type Action,
  type EnvelopePayload,
  type Opening,
  Refusal,
  type StoredEnvelope,
  envelopeSchema,
  othersOf,
  readMatterId,
} from './contract.ts'
import { envelopeType, hashOf, largestEnvelope } from './envelope-jws.ts'
import type { BookParts, MatterBook } from './matter-book.ts'
import { MatterState, noPrevious } from './matter-state.ts'

/** What the appender is made of. */
export interface AppenderParts extends BookParts {
  book: MatterBook
  directory: Pick<Directory, 'node'>
  signer: CountySigner
  /** Refuses files that this county does not hold as an own document names them. */
  attachments?: ((tx: Database, named: EnvelopePayload['attachments']) => Promise<void>) | undefined
}

type Draft = Pick<EnvelopePayload, 'matter' | 'kind' | 'event' | 'actor'> & {
  body: Readonly<Record<string, unknown>>
  attachments: Action['attachments']
  recipients: string[]
}

/** Appends this county's own envelopes. */
export class Appender {
  readonly #parts: AppenderParts

  constructor(parts: AppenderParts) {
    this.#parts = parts
  }

  /** A new matter's id. */
  newMatter(kind: string): string {
    const found = this.#parts.kinds.get(kind)
    if (!found) throw new Error(`No kind ${kind} is registered.`)
    return `${this.#parts.county}:${found.slug}:${this.#parts.clock.uuid()}`
  }

  /** See `Delivery.open`. */
  async open(tx: Database, opening: Opening): Promise<StoredEnvelope> {
    const { county } = this.#parts
    const matter = opening.matter ?? this.newMatter(opening.kind)
    if (readMatterId(matter)?.county !== county) throw badInput('A county opens matters of its own only.', 'id')
    const recipients = [...new Set(othersOf(opening.recipients, county))]
    for (const recipient of recipients) this.#demandPeer(recipient)
    // Nobody else can know a number that was made just now.
    const isNew = opening.matter === undefined
    if (!isNew) await this.#parts.repository.lock(tx, [matter])
    const { kind, event, body, attachments, actor } = opening
    const state = isNew ? new MatterState(matter, undefined, []) : await this.#load(tx, matter)
    if (state.row) throw new ExchangeError('CONFLICT', 'This matter has been opened before.', { key: matter })
    return this.#append(tx, { matter, kind, event, body, attachments, actor, recipients }, state)
  }

  /** See `Delivery.send`. */
  async send(tx: Database, action: Action): Promise<StoredEnvelope> {
    const { county, repository } = this.#parts
    const { matter, event, body, attachments, actor, joins = [] } = action
    await repository.lock(tx, [matter])
    const state = await this.#load(tx, matter)
    const { row } = state
    if (!row) throw new ExchangeError('NOT_FOUND', 'There is no such matter.', { key: matter })
    if (row.frozenAt) {
      throw new ExchangeError('CONFLICT', `The matter is frozen (${row.frozenReason ?? ''}, ${row.frozenBy ?? ''}).`)
    }
    const comparing = new Set((await repository.peers(tx)).map((peer) => peer.county))
    const open = row.parties.find((party) => comparing.has(party))
    if (open !== undefined) {
      throw new ExchangeError(
        'CONFLICT',
        `After a restore this county is still asking ${open} what it had sent before. Try again later.`,
        { county: open },
      )
    }
    if (state.waitingOf(county) > 0) {
      throw new ExchangeError(
        'CONFLICT',
        'This county had sent more in this matter before it was restored than it holds: what that rests on is missing, and whatever it sent now would deny it.',
        { key: matter },
      )
    }
    for (const party of joins) this.#demandPeer(party)
    const recipients = [...new Set(othersOf([...row.parties, ...joins], county))]
    return this.#append(tx, { matter, kind: row.kind, event, body, attachments, actor, recipients }, state)
  }

  async #append(tx: Database, draft: Draft, state: MatterState): Promise<StoredEnvelope> {
    const { county, clock, repository, signer, book } = this.#parts
    const now = clock.now()
    const head = state.head(county)
    const seen = state.heads().filter((each) => each.county !== county)
    const parsed = envelopeSchema.safeParse({
      v: 1,
      id: clock.uuid(),
      matter: draft.matter,
      kind: draft.kind,
      sender: county,
      recipients: draft.recipients,
      sequence: (head?.sequence ?? 0) + 1,
      previous: head?.hash ?? noPrevious,
      seen: Object.fromEntries(seen.map(({ county: party, sequence, hash }) => [party, { sequence, hash }])),
      event: draft.event,
      // As the recipient will read it.
      body: JSON.parse(JSON.stringify(draft.body)) as unknown,
      attachments: draft.attachments ?? [],
      at: now.toISOString(),
      actor: draft.actor,
    })
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      throw badInput(`The action is not complete: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`)
    }
    const payload = parsed.data
    await this.#parts.attachments?.(tx, payload.attachments)
    const jws = await signer.sign(payload, envelopeType)
    if (jws.length > largestEnvelope) {
      throw badInput(`The action is too long: with its signature ${jws.length} of ${largestEnvelope} characters.`)
    }
    const envelope = { payload, jws, hash: hashOf(jws) }
    const depth = state.depthOf(payload)
    try {
      await together([
        repository.append(
          tx,
          rowOf(envelope, { status: 'APPLIED', depth }),
          rowsOfOutbox(envelope, payload.recipients, now),
        ),
        book.apply(tx, envelope, state, null),
      ])
    } catch (error) {
      throw error instanceof Refusal ? toExchangeError(error) : error
    }
    return envelope
  }

  async #load(tx: Database, matter: string): Promise<MatterState> {
    const state = (await MatterState.load(tx, this.#parts.repository, [matter])).get(matter)
    return state ?? new MatterState(matter, undefined, [])
  }

  #demandPeer(code: string): void {
    const status = this.#parts.directory.node(code)?.status
    if (status === undefined || status === 'LEFT') throw badInput(`The directory has no county ${code}.`, 'recipients')
  }
}

/** The columns that an envelope fills. */
export function rowOf(envelope: StoredEnvelope, more: { status: string; depth: number | null }) {
  const { payload, hash, jws } = envelope
  const { id, matter, sender, sequence, recipients, event, at } = payload
  return { hash, id, matter, sender, sequence, recipients, event, jws, at: new Date(at), ...more }
}

/** One row of the outbox for each recipient. */
export function rowsOfOutbox({ payload, hash }: StoredEnvelope, recipients: readonly string[], now: Date) {
  return recipients.map((recipient) => ({
    envelope: hash,
    recipient,
    matter: payload.matter,
    sequence: payload.sequence,
    queuedAt: now,
    state: 'PENDING',
    nextAttemptAt: now,
  }))
}

function toExchangeError(refusal: Refusal): ExchangeError {
  return refusal.code === 'BODY_INVALID' || refusal.code === 'EVENT_UNKNOWN'
    ? badInput(refusal.message)
    : new ExchangeError('TRANSITION_REFUSED', refusal.message)
}
