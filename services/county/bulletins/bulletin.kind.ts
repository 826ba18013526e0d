import { addDays } from '../../platform/calendar/working-days.ts'
import type { Database } from '../../platform/database.ts'
import { shanghaiDay } from '../../platform/directory/snapshot-lookups.ts'
import {
  type Applied,
  type ApplyContext,
  type EnvelopePayload,
  type MatterKind,
  Refusal,
  type StoredEnvelope,
} from '../delivery/contract.ts'
import { MatterDueRepository } from '../matters/matter-due.repository.ts'
import { type BulletinMessage, readBulletinMessage } from './bulletin.document.ts'
import { bulletinEvents, bulletinNotes, decideBulletin, owedOf } from './bulletin.machine.ts'
import { type BulletinRecord, BulletinRepository, type BulletinRow } from './bulletin.repository.ts'
import { factsOf } from './bulletin.standing.ts'

/** In envelopes. */
export const bulletinKind = 'BULLETIN'
/** The last day for a reply is so many days after the bulletin at most: each day of a limit is counted. */
const mostDays = 366
/** Corrections of a bulletin, each of which all must read anew; replies of one county; its agencies that read one wording. */
const mostOf = { corrections: 20, replies: 20, readers: 50 } as const

/**
 * Takes up envelopes of bulletins: the only place where their facts are written. The sender has the pen and need never
 * use it; what recipients say are notes, each writing rows of its own county only, so that all counties come to the same facts in any order.
 */
export class BulletinKind implements MatterKind {
  readonly kind = bulletinKind
  readonly slug = 'bulletin'
  readonly opening = ['SEND']
  readonly notes = bulletinNotes
  readonly #bulletins = new BulletinRepository()
  readonly #due = new MatterDueRepository()

  /** The message of an envelope. */
  decode(event: string, body: unknown): BulletinMessage {
    return readBulletinMessage(event, body)
  }

  /** Takes up one envelope; see {@link MatterKind.apply}. */
  async apply(
    tx: Database,
    { payload, body }: StoredEnvelope & { body: unknown },
    context: ApplyContext,
  ): Promise<Applied> {
    const { matter, at } = payload
    const message = body as BulletinMessage
    if (context.matter) await this.#takeUp(tx, payload, message, await this.#demand(tx, matter))
    else await this.#open(tx, payload, message)
    const record = await this.#demand(tx, matter)
    const owing = [...owedOf(factsOf(record)).keys()]
    await this.#due.touch(tx, matter, context.receivedAt ?? new Date(at), owing, true)
    return { pen: record.state === 'SENT' ? record.sender : null }
  }

  async #demand(tx: Database, id: string): Promise<BulletinRecord> {
    const record = (await this.#bulletins.byIds(tx, [id])).get(id)
    if (!record) throw new Error('The matter has no bulletin.')
    return record
  }

  async #open(
    tx: Database,
    { matter, sender, recipients, at }: EnvelopePayload,
    message: BulletinMessage,
  ): Promise<void> {
    if (message.event !== 'SEND') throw new Refusal('NOT_OPENING', `${message.event} does not open a bulletin.`)
    const { fromAgency, ...content } = message.body
    const sentAt = new Date(at)
    const today = shanghaiDay(sentAt)
    if (content.replyBy !== null && (content.replyBy < today || content.replyBy > addDays(today, mostDays))) {
      throw new Refusal('RULE_BROKEN', `A reply is wanted by a day of the ${mostDays} days after the bulletin is sent.`)
    }
    await this.#bulletins.insert(tx, {
      ...content,
      id: matter,
      sender,
      recipients,
      state: 'SENT',
      fromAgencyId: fromAgency.id,
      fromAgencyName: fromAgency.name,
      sentAt,
    })
  }

  async #takeUp(
    tx: Database,
    payload: EnvelopePayload,
    message: BulletinMessage,
    record: BulletinRecord,
  ): Promise<void> {
    const { id: bulletin, sender } = record
    const { sender: county, sequence } = payload
    switch (message.event) {
      case 'READ':
      case 'REPLY': {
        if (county === sender) throw new Refusal('RULE_BROKEN', 'A bulletin is read and answered by its recipients.')
        if (message.body.version > wordingSeen(record, payload)) {
          throw new Refusal('RULE_BROKEN', `The bulletin has no wording ${message.body.version}.`)
        }
        demandRoom(record, message, county)
        const officer = officerOf(payload)
        await this.#bulletins.addRead(tx, { bulletin, county, version: message.body.version, ...officer })
        if (message.event === 'READ') return
        return this.#bulletins.addReply(tx, { bulletin, county, sequence, text: message.body.text, ...officer })
      }
      case 'FURTHER_INFORMATION':
        if (county !== sender) throw new Refusal('RULE_BROKEN', 'Only its sender adds information to a bulletin.')
        return undefined
      case 'COMMENT':
        return undefined
      default: {
        const event = bulletinEvents.find((each) => each === message.event)
        if (!event) throw new Refusal('NOT_OPENING', 'The bulletin has been sent before.')
        const state = decideBulletin(record.state, event)
        return this.#bulletins.update(tx, bulletin, { ...changeOf(record, message, payload), state })
      }
    }
  }
}

function officerOf({ actor, at }: EnvelopePayload) {
  const { agency, officer, name } = actor
  return { at: new Date(at), agency, officer, officerName: name ?? null }
}

/** Judged by what the county itself has said before, which all hold in its order. */
function demandRoom(
  { reads, replies }: BulletinRecord,
  { event, body }: Extract<BulletinMessage, { event: 'READ' | 'REPLY' }>,
  county: string,
): void {
  const readers = reads.filter((read) => read.county === county && read.version === body.version)
  if (readers.length >= mostOf.readers && event === 'READ') {
    throw new Refusal('RULE_BROKEN', `${mostOf.readers} agencies of ${county} have read this wording.`)
  }
  if (event === 'REPLY' && replies.filter((reply) => reply.county === county).length >= mostOf.replies) {
    throw new Refusal('RULE_BROKEN', `${county} has replied ${mostOf.replies} times: say more in a comment.`)
  }
}

/** The wording that a recipient had seen when it wrote: others may hold a later or an earlier one, and must judge alike. */
function wordingSeen({ sender, wordings }: BulletinRow, { seen }: EnvelopePayload): number {
  return wordings.filter((sequence) => sequence <= (seen[sender]?.sequence ?? 0)).length
}

/** What an event of the sender changes beside the state. */
function changeOf(row: BulletinRow, message: BulletinMessage, payload: EnvelopePayload): Partial<BulletinRow> {
  const at = new Date(payload.at)
  const reworded = { version: row.version + 1, wordings: [...row.wordings, payload.sequence] }
  switch (message.event) {
    case 'CORRECT': {
      if (row.version > mostOf.corrections) {
        throw new Refusal(
          'RULE_BROKEN',
          `A bulletin is corrected ${mostOf.corrections} times at most: withdraw it and send another.`,
        )
      }
      const { title, text, reason } = message.body
      return { title, text, ...reworded, correctedAt: at, correctionReason: reason }
    }
    case 'CLOSE':
      return { endedAt: at }
    case 'WITHDRAW':
      return { ...reworded, endedAt: at, withdrawalReason: message.body.reason }
    default:
      return {}
  }
}
