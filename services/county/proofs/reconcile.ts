import type { Party } from '../delivery/contract.ts'
import {
  type Handover,
  type JournalNote,
  compareTransactions,
  missingHandovers,
  walkJournal,
} from './compare-journals.ts'
import { type Side, compareMatter } from './compare-matters.ts'
import type { Difference } from './difference.ts'
import { type ComparedMatter, type MatterComparison, mostMatters } from './matter-comparison.ts'
import type { Peer } from './peer-questions.ts'

/** What two counties have compared. */
export interface Reconciliation {
  differences: Difference[]
  /** How many matters either holds, and how many envelopes of them were compared. */
  matters: number
  envelopes: number
  /** Where the other county's journal stands now: keep it, and hand it in the next time. */
  note: JournalNote
  /** How many accesses by the other county each journal has. */
  accesses: { own: number; other: number }
}

/** What comparing needs. */
export interface ReconcileOptions {
  county: Party
  other: Party
  holdings: Pick<MatterComparison, 'page' | 'some' | 'journal' | 'accesses'>
  peer: Peer
  /** The entry of the other's journal up to which an earlier run has compared. */
  note?: JournalNote | undefined
  /** Waits before what differs is looked at again: what was only on its way is no difference then. */
  wait: () => Promise<void>
}

/**
 * Compares everything that two counties share, as both hold it: matters, envelopes, acknowledgements, who is party and acts
 * next, states, bases of deadlines, and what the journals can be held against. Rejects when the other does not answer.
 */
export async function reconcile(options: ReconcileOptions): Promise<Reconciliation> {
  const { county, other, holdings, peer, note } = options
  const counted = { matters: 0, envelopes: 0 }
  const differing: string[] = []
  const handovers: Handover[] = []
  for await (const [ours, theirs] of pairs(options)) {
    const found = compareMatter({ county, matter: ours }, { county: other, matter: theirs })
    const one = ours ?? theirs
    counted.matters += 1
    counted.envelopes += one?.envelopes.length ?? 0
    if (found.length > 0 && one) differing.push(one.matter)
    if (ours) handovers.push(...handoversOf(ours))
  }
  const differences = differing.length === 0 ? [] : await again(differing, options)
  const own = await walkJournal((after) => holdings.journal(other, after), { county, other })
  const theirs = await walkJournal(
    (after) => peer.journal(after),
    { county: other, other: county, note },
    (accesses) => compareTransactions(accesses, { county, other, holdings }),
  )
  // What was received before the noted entry, an earlier run has compared.
  const since = theirs.since?.getTime() ?? 0
  const recent = handovers.filter(({ receivedAt }) => receivedAt.getTime() >= since)
  differences.push(...own.differences, ...theirs.differences, ...missingHandovers(recent, [own, theirs]))
  return { differences, ...counted, note: theirs.note, accesses: { own: own.accesses, other: theirs.accesses } }
}

/** What both hold of each matter, by id; one of the two may be undefined. */
async function* pairs({ other, holdings, peer }: ReconcileOptions) {
  const ours = all((after) => holdings.page(other, after))
  const theirs = all((after) => peer.page(after))
  let here = await ours.next()
  let there = await theirs.next()
  while (!here.done || !there.done) {
    const one: ComparedMatter | undefined = here.done ? undefined : here.value
    const two: ComparedMatter | undefined = there.done ? undefined : there.value
    const first = !two || (one && one.matter <= two.matter) ? one : undefined
    const second = !one || (two && two.matter <= one.matter) ? two : undefined
    yield [first, second] as const
    if (first) here = await ours.next()
    if (second) there = await theirs.next()
  }
}

/** Twenty thousand pages hold up to two million matters: whoever gives more gives without end. */
const mostPages = 20_000

async function* all(read: (after: string) => Promise<{ matters: ComparedMatter[]; next: string | null }>) {
  let after: string | null = ''
  for (let pages = 0; after !== null; pages += 1) {
    if (pages === mostPages) throw new Error('The other county gives page after page of matters without end.')
    const page: { matters: ComparedMatter[]; next: string | null } = await read(after)
    yield* page.matters
    if (page.next !== null && (page.next <= after || page.matters.length === 0)) {
      throw new Error('The other county gives the same page again, or an empty one.')
    }
    after = page.next
  }
}

/** Looks again at the matters that differed, a moment later. */
async function again(ids: readonly string[], { county, other, holdings, peer, wait }: ReconcileOptions) {
  await wait()
  const found: Difference[] = []
  for (let index = 0; index < ids.length; index += mostMatters) {
    const some = ids.slice(index, index + mostMatters)
    const theirs = byId(await peer.some(some))
    const ours = byId(await holdings.some(other, some))
    for (const id of some) {
      const one: Side = { county, matter: ours.get(id) }
      const two: Side = { county: other, matter: theirs.get(id) }
      if (one.matter || two.matter) found.push(...compareMatter(one, two))
    }
  }
  return found
}

function byId(matters: readonly ComparedMatter[]): Map<string, ComparedMatter> {
  return new Map(matters.map((matter) => [matter.matter, matter]))
}

/** Acknowledged envelopes of matters between the two alone: with a third party they may have come by that. */
function handoversOf({ matter, parties, envelopes, receipts }: ComparedMatter): Handover[] {
  if (parties.length > 2) return []
  const held = new Map(envelopes.map((envelope) => [envelope.hash, envelope]))
  return receipts.flatMap(({ envelope, recipient, receivedAt }): Handover[] => {
    const found = held.get(envelope)
    if (!found || receivedAt === null) return []
    const { sender, sequence, at } = found
    return [{ matter, envelope, sender, recipient, sequence, at, receivedAt }]
  })
}
