import type { Database } from '../../platform/database.ts'
import { shanghaiDay } from '../../platform/directory/snapshot-lookups.ts'
import { lockListVersion, raiseListVersion } from '../credit/list-version.repository.ts'
import {
  allowSeconds,
  differingCodes,
  notePoint,
  pruneChanges,
  readHead,
  syncAllMembers,
  syncMembers,
} from './hit-index.repository.ts'

/** For how long the changes of a version are kept, in milliseconds. */
const keptMs = 30 * 86_400_000
/** By how much the list may have been changed later than now before the clock counts as having been ahead. */
const clockToleranceMs = 5_000
const longestStatementSeconds = 120
/** So many codes are settled one by one, in an instant; for more the list is compared while writers wait. */
const mostSingly = 10_000
/** What a new history begins with beyond the last known version: no county makes so many in what a backup can miss. */
const versionsAhead = 1_000_000

/** Whether the list was last changed at a later moment than `now`: the clock was ahead, or runs behind. */
export function clockIsBehind(changedAt: Date, now: Date): boolean {
  return changedAt.getTime() > now.getTime() + clockToleranceMs
}

/**
 * Compares the hit index with the list as a whole and, where they differ, makes a version with the changes: entries that
 * lapsed with the day, rows that were changed by hand, a database of before there was a hit index. Forgets old changes.
 * Gives the number of codes that came or went. Compares without holding anybody back.
 */
export async function sweep(db: Database, at: Date): Promise<number> {
  const day = shanghaiDay(at)
  const codes = await db.transaction(async (tx) => {
    await allowSeconds(tx, longestStatementSeconds)
    const head = await readHead(tx)
    const isFirst = head === undefined || clockIsBehind(head.changedAt, at)
    return isFirst ? undefined : differingCodes(tx, day, mostSingly + 1)
  })
  return db.transaction(async (tx) => {
    await allowSeconds(tx, longestStatementSeconds)
    const version = await lockListVersion(tx, at)
    await pruneChanges(tx, new Date(at.getTime() - keptMs))
    return settle(tx, at, version, codes)
  })
}

/**
 * Begins a new history of the list, after its database was restored from a backup or moved back in time in another way.
 * Gives the new version, which is above any that the list can have had.
 */
export async function resumeList(db: Database, at: Date): Promise<{ before: number; version: number }> {
  return db.transaction(async (tx) => {
    await allowSeconds(tx, longestStatementSeconds)
    const before = await lockListVersion(tx, at)
    const version = await raiseListVersion(tx, at, { by: versionsAhead, newLineage: true, clockWasAhead: true })
    return { before, version: (await settle(tx, at, version)) > 0 ? version + 1 : version }
  })
}

/** Settles these codes, the whole list without them or when they are too many. */
async function settle(tx: Database, at: Date, version: number, codes?: readonly string[]): Promise<number> {
  const head = await readHead(tx)
  const clockWasAhead = head !== undefined && clockIsBehind(head.changedAt, at)
  const change = { version: version + 1, day: shanghaiDay(at) }
  const single = codes !== undefined && codes.length <= mostSingly && !clockWasAhead
  const changed = await (single ? syncMembers(tx, { ...change, codes }) : syncAllMembers(tx, change))
  if (changed > 0 || clockWasAhead) await raiseListVersion(tx, at, { clockWasAhead })
  else await notePoint(tx)
  return changed
}
