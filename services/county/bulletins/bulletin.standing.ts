import type { BothLanguages } from '../matters/matter-view.ts'
import { bulletinDuties } from './bulletin.labels.ts'
import { type BulletinFacts, owedOf } from './bulletin.machine.ts'
import type { BulletinRecord } from './bulletin.repository.ts'

/** What the machine looks at in a record. */
export function factsOf({ state, version, replyBy, recipients, reads, replies }: BulletinRecord): BulletinFacts {
  return { state, version, replyWanted: replyBy !== null, recipients, reads, replies }
}

/** Who owes a read or a reply, `own` before others, and what; null when nobody does: the sender need not close it. */
export function nextOf(record: BulletinRecord, own: string): { county: string; duty: BothLanguages } | null {
  const owed = owedOf(factsOf(record))
  const county = owed.has(own) ? own : [...owed.keys()][0]
  const what = county === undefined ? undefined : owed.get(county)
  return county === undefined || what === undefined ? null : { county, duty: bulletinDuties[what] }
}
