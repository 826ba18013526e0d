import type { Clock } from '../../platform/clock.ts'
import type { OpenDatabase } from '../../platform/database.ts'
import { workingDays } from '../../platform/calendar/working-days.ts'
import type { Snapshot } from '../../platform/directory/snapshot.ts'
import { rowOf } from '../delivery/appender.ts'
import { type Acknowledgement, type HistoryEntry, type Party, Refusal } from '../delivery/contract.ts'
import { DeliveryRepository } from '../delivery/delivery.repository.ts'
import { decodePayload } from '../delivery/envelope-jws.ts'
import { MatterBook } from '../delivery/matter-book.ts'
import { MatterState } from '../delivery/matter-state.ts'
import { type Deadline, deadlineAt } from '../matters/deadline.ts'
import type { MatterView } from '../matters/matter-view.ts'
import type { MatterProof } from './verify-matter-file.ts'

/** What a matter comes to when its envelopes are taken up anew, in their order. */
export interface Replay {
  /** Who must act next; null at the end. */
  pen: Party | null
  /** The limit that ran last, from the moments that were acknowledged. */
  deadline: Deadline | null
  /** Steps that the rules of this program do not allow; what a recipient refused is not among them. */
  notAllowed: { sender: Party; sequence: number; reason: string }[]
}

/**
 * Takes a verified matter up again in an empty database (all migrations applied) by the rules of its kind, as the county
 * that opened it. Undefined when this program does not know the kind.
 */
export async function replayMatter(
  proof: MatterProof,
  given: { database: OpenDatabase; snapshot: Snapshot; views: readonly MatterView[]; clock: Clock },
): Promise<Replay | undefined> {
  const view = given.views.find(({ kind }) => kind.kind === proof.kind)
  const [county] = proof.parties
  if (!view || county === undefined) return undefined
  const { clock, snapshot } = given
  const { db } = given.database
  const { kind } = view
  const repository = new DeliveryRepository()
  const book = new MatterBook({ county, clock, repository, kinds: new Map([[kind.kind, kind]]) })
  const notAllowed: Replay['notAllowed'] = []
  for (const entry of proof.entries) {
    const { payload, hash, jws } = entry
    const accepted = acceptedBy(entry)
    const own = accepted.get(county)
    const receivedAt = payload.sender === county ? null : new Date(own?.receivedAt ?? payload.at)
    try {
      await db.transaction(async (tx) => {
        const states = await MatterState.load(tx, repository, [proof.matter])
        const state = states.get(proof.matter) ?? new MatterState(proof.matter, undefined, [])
        await repository.add(tx, rowOf({ payload, hash, jws }, { status: 'APPLIED', depth: state.depthOf(payload) }))
        await book.apply(tx, { payload, hash, jws }, state, receivedAt)
        if (payload.sender !== county) return
        for (const each of accepted.values()) await kind.acknowledged?.(tx, { payload, hash, jws }, each)
      })
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      if (entry.status !== 'REFUSED') {
        notAllowed.push({ sender: payload.sender, sequence: payload.sequence, reason: error.message })
      }
    }
  }
  const facts = (await view.deadlines(db, [proof.matter])).get(proof.matter)
  const row = (await repository.matters(db, [proof.matter])).get(proof.matter)
  const calendar = workingDays(snapshot.calendars)
  return { pen: row?.pen ?? null, deadline: facts ? deadlineAt(facts, calendar, clock.now()) : null, notAllowed }
}

/** Who accepted an envelope, with what each signed. */
function acceptedBy({ acknowledgements }: HistoryEntry): Map<Party, Acknowledgement> {
  return new Map(
    acknowledgements.flatMap(({ recipient, jws, state }) =>
      jws !== null && state === 'ACCEPTED' ? [[recipient, decodePayload(jws) as Acknowledgement]] : [],
    ),
  )
}
