import { type SQL, eq, sql } from 'drizzle-orm'
import { type Database, rows } from '../../platform/database.ts'
import { shanghaiDay } from '../../platform/directory/snapshot-lookups.ts'
import { syncMembers } from '../hit-index/hit-index.repository.ts'
import { listVersions } from './credit-listing.table.ts'

const list = 'credit'

/** What a change of the list wrote. */
export interface ListChange<Result> {
  result: Result
  /**
   * Subjects and legal representatives of the entries that changed, as they were before and as they are now; undefined
   * when nothing was written, and then no version is made.
   */
  touched: readonly (string | null | undefined)[] | undefined
}

/**
 * Runs a change of the list; call it in a transaction, before anything else in it is locked. The list version is locked
 * first, so that versions are committed in their order. `write` is given the version that the change will have. Then the
 * version is raised and the hit index brought up to date, in the same transaction.
 */
export async function changeList<Result>(
  tx: Database,
  at: Date,
  write: (version: number) => Promise<ListChange<Result>>,
): Promise<Result> {
  const version = (await lockListVersion(tx, at)) + 1
  const { result, touched } = await write(version)
  if (touched !== undefined) {
    await raiseListVersion(tx, at)
    await syncMembers(tx, { version, day: shanghaiDay(at), codes: touched })
  }
  return result
}

/** Holds every other writer of the list back until the transaction ends. Gives the version. */
export async function lockListVersion(tx: Database, at: Date): Promise<number> {
  await tx.insert(listVersions).values({ list, version: 0, changedAt: at }).onConflictDoNothing()
  const [row] = await tx
    .select({ version: listVersions.version })
    .from(listVersions)
    .where(eq(listVersions.list, list))
    .for('update')
  if (!row) throw new Error('The list has no version.')
  return row.version
}

/** What may be out of the ordinary when a version is raised. */
export interface RaiseOptions {
  /** By how many versions; 1 unless told. */
  by?: number
  /** Begin a new history: a gateway that holds the old one will take the list in full, and will be told. */
  newLineage?: boolean
  /** The clock was ahead and the hit index has been settled anew by `at`. */
  clockWasAhead?: boolean
}

/** Raises the county's list version, extends its chain and notes the point. Gives the new version. */
export async function raiseListVersion(tx: Database, at: Date, options: RaiseOptions = {}): Promise<number> {
  const { by = 1, newLineage = false, clockWasAhead = false } = options
  const moment = sql`${at.toISOString()}::timestamptz`
  const found = await rows<{ version: number | string }>(
    tx,
    sql`with raised as (
        insert into list_version as held (list, version, changed_at, chain)
        values (${list}, ${by}::bigint, ${moment}, ${chainAfter(sql`repeat('0', 64)`, sql`1`)})
        on conflict (list) do update set
          version = held.version + ${by}::bigint,
          changed_at = ${clockWasAhead ? sql`excluded.changed_at` : sql`greatest(held.changed_at, excluded.changed_at)`},
          chain = ${chainAfter(sql`held.chain`, sql`held.version + 1`)},
          lineage = ${newLineage ? sql`gen_random_uuid()::text` : sql`held.lineage`},
          deltas_since = ${newLineage ? sql`held.version + ${by}::bigint` : sql`held.deltas_since`}
        returning version, chain)
      insert into list_point (version, chain, at) select version, chain, ${moment} from raised
      on conflict (version) do update set chain = excluded.chain, at = excluded.at
      returning version`,
  )
  const [row] = found
  if (!row) throw new Error('The list version was not raised.')
  return Number(row.version)
}

/** The next link of the chain; by chance, so that two histories that part never meet again. */
function chainAfter(chain: SQL, version: SQL): SQL {
  return sql`encode(sha256(convert_to(
    ${chain} || ':' || (${version})::text || ':' || gen_random_uuid()::text, 'UTF8')), 'hex')`
}

/** The county's list version; 0 before the first entry. */
export async function currentListVersion(db: Database): Promise<number> {
  const [row] = await db.select({ version: listVersions.version }).from(listVersions).where(eq(listVersions.list, list))
  return row?.version ?? 0
}
