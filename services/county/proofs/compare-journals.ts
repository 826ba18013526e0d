import { nameOfCounty } from '../../platform/tokens/county-as-client.ts'
import type { Party } from '../delivery/contract.ts'
import type { Difference } from './difference.ts'
import type { ComparedAccess, ComparedJournal, MatterComparison } from './matter-comparison.ts'

/** An entry of a journal as it was noted: its number and hash. */
export interface JournalNote {
  sequence: number
  hash: string
}

/** An envelope between the two counties alone that its recipient has acknowledged. */
export interface Handover {
  matter: string
  envelope: string
  sender: Party
  recipient: Party
  sequence: number
  /** When it was signed, by the sender's clock. */
  at: Date
  /** When it was received, by the recipient's clock. */
  receivedAt: Date
}

/** What was read of a journal. */
export interface JournalWalk {
  county: Party
  /** Where it stands: to be kept, and handed in the next time. */
  note: JournalNote
  differences: Difference[]
  /** When the other county's node handed documents over to this one, and when it fetched some; epoch ms, ascending. */
  deliveries: number[]
  fetches: number[]
  /** Entries by the other county. */
  accesses: number
  /** Moment of the entry from which it was walked; null from the start. */
  since: Date | null
}

/** How far two clocks may differ, and how long a request lives. */
const clockToleranceMs = 600_000
const requestMs = 60_000
/** A stretch has two thousand entries, unless it is the last one. */
const mostStretches = 50_000

/**
 * Walks a county's journal from a noted entry on (or from its start): whether its chain holds and still has that entry, and
 * what the other county's node did. `each` is given the other county's accesses, stretch by stretch.
 */
export async function walkJournal(
  read: (after: number) => Promise<ComparedJournal>,
  about: { county: Party; other: Party; note?: JournalNote | undefined },
  each: (accesses: readonly ComparedAccess[]) => Promise<Difference[]> = () => Promise.resolve([]),
): Promise<JournalWalk> {
  const { county, other, note } = about
  const walk: JournalWalk = {
    county,
    note: note ?? { sequence: 0, hash: '0'.repeat(64) },
    differences: [],
    deliveries: [],
    fetches: [],
    accesses: 0,
    since: null,
  }
  for (let stretches = 0; ; stretches += 1) {
    if (stretches === mostStretches) throw new Error('The other county gives its journal without end.')
    const page = await read(walk.note.sequence)
    walk.since ??= page.since
    if (page.before !== walk.note.hash) walk.differences.push(rewritten(county, walk.note.sequence))
    if (page.broken !== null && page.before === walk.note.hash) walk.differences.push(broken(county, page.broken))
    for (const { agency, at, fields } of page.accesses) {
      if (agency !== nameOfCounty(other)) continue
      if (fields.includes('deliver')) walk.deliveries.push(at.getTime())
      if (fields.includes('missing')) walk.fetches.push(at.getTime())
    }
    walk.accesses += page.accesses.length
    walk.differences.push(...(await each(page.accesses)))
    const stands = page.sequence <= walk.note.sequence
    if (!stands) walk.note = { sequence: page.sequence, hash: page.hash }
    if (!page.more || stands || walk.differences.some(({ code }) => code === 'JOURNAL_REWRITTEN')) return walk
  }
}

function rewritten(county: Party, sequence: number): Difference {
  return {
    code: 'JOURNAL_REWRITTEN',
    matter: null,
    county,
    zh: `${county}的访问日志第${sequence}条与此前所记不符或已不存在：日志被改写、截断，或从备份恢复。`,
    en: `Entry ${sequence} of the journal of ${county} is not as noted before, or gone: it was rewritten, cut off, or restored from a backup.`,
  }
}

function broken(county: Party, sequence: number): Difference {
  return {
    code: 'JOURNAL_BROKEN',
    matter: null,
    county,
    zh: `${county}的访问日志自第${sequence}条起不能相接。`,
    en: `The chain of the journal of ${county} does not hold at entry ${sequence}.`,
  }
}

/** Envelopes that were acknowledged although no journal has a handing over of them in the time in which it must have been. */
export function missingHandovers(handovers: readonly Handover[], walks: readonly JournalWalk[]): Difference[] {
  const of = new Map(walks.map((walk) => [walk.county, walk]))
  return handovers.flatMap((handover): Difference[] => {
    const { sender, recipient, at, receivedAt, matter, sequence, envelope } = handover
    const [from, until] = [at.getTime() - clockToleranceMs, receivedAt.getTime() + requestMs]
    const handed = anyWithin(of.get(recipient)?.deliveries ?? [], from, until)
    // The recipient may have fetched it; that stands in the sender's journal, by the sender's clock.
    const fetched = anyWithin(of.get(sender)?.fetches ?? [], from, until + clockToleranceMs)
    if (handed || fetched) return []
    return [
      {
        code: 'JOURNAL_ENTRY_MISSING',
        matter,
        county: recipient,
        zh: `${recipient}于${receivedAt.toISOString()}签收了${sender}的第${sequence}号文书（${envelope}），其访问日志中没有相应的送达记录。`,
        en: `${recipient} acknowledged envelope ${sequence} of ${sender} (${envelope}) at ${receivedAt.toISOString()}, and its journal has no handing over of it.`,
      },
    ]
  })
}

/** Whether a moment of an ascending list lies between two others. */
function anyWithin(times: readonly number[], from: number, until: number): boolean {
  let [low, high] = [0, times.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((times[middle] ?? 0) < from) low = middle + 1
    else high = middle
  }
  return (times[low] ?? Number.POSITIVE_INFINITY) <= until
}

/** Transactions that stand in both journals with different askers. */
export async function compareTransactions(
  theirs: readonly ComparedAccess[],
  own: { county: Party; other: Party; holdings: Pick<MatterComparison, 'accesses'> },
): Promise<Difference[]> {
  const { county, other, holdings } = own
  const found = await holdings.accesses([...new Set(theirs.map(({ transaction }) => transaction))])
  const ours = new Map(found.map((access) => [access.transaction, access]))
  return theirs.flatMap((there): Difference[] => {
    const here = ours.get(there.transaction)
    if (!here || askerOf(here) === askerOf(there)) return []
    return [
      {
        code: 'JOURNAL_DISAGREES',
        matter: null,
        county: null,
        zh: `事务${there.transaction}：${county}记录为${askerOf(here)}，${other}记录为${askerOf(there)}。`,
        en: `Transaction ${there.transaction}: ${county} has ${askerOf(here)}, ${other} has ${askerOf(there)}.`,
      },
    ]
  })
}

function askerOf({ agency, officer, purpose }: ComparedAccess): string {
  return [agency, officer ?? '–', purpose].join(' · ')
}
