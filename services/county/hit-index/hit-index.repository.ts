import { type SQL, sql } from 'drizzle-orm'
import { type Database, rows } from '../../platform/database.ts'
import { endedStates, standingStates } from '../credit/effect.ts'

/** More changes than this are not handed out: the whole list is then the shorter way. */
const mostChanges = 200_000

/** Where a county's list stands. */
export interface ListHead {
  version: number
  chain: string
  lineage: string
  /** When it last changed, by the county's clock then. */
  changedAt: Date
}

/** What became of the hit index since a version, of one moment. */
export interface ListNews {
  head: ListHead
  /** Chain of the version asked about; undefined when it is not in the list's history. */
  known: string | undefined
  /** Codes that came and went on the whole; undefined when the changes are no longer kept, or are too many. */
  changes: { added: string[]; removed: string[] } | undefined
}

/**
 * The entry has effect on `day`, or may have it later without a change to the list: `hasEffect` for that day or any
 * later one. So time alone takes codes out of the hit index and never brings any in.
 */
function mayHaveEffectFrom(day: string): SQL {
  return sql`(coalesce(restored_on, listed_on) < effect_until and effect_until > ${day}::date
    and (state in (${oneOf(standingStates)})
      or (state in (${oneOf([...endedStates])}) and removed_on > ${day}::date
        and removed_on > coalesce(restored_on, listed_on))))`
}

function oneOf(states: readonly string[]): SQL {
  return sql.raw(states.map((state) => `'${state}'`).join(', '))
}

function wanted(day: string): SQL {
  return sql`select subject_code as code from credit_listing where ${mayHaveEffectFrom(day)}
    union select legal_representative_code from credit_listing
      where legal_representative_code is not null and ${mayHaveEffectFrom(day)}`
}

/**
 * Brings the hit index up to date for these codes, as changes of `version`; gives their number. The list version must be
 * locked.
 */
export async function syncMembers(
  tx: Database,
  change: { version: number; day: string; codes: readonly (string | null | undefined)[] },
): Promise<number> {
  const codes = [...new Set(change.codes.filter((code) => code !== null && code !== undefined))]
  if (codes.length === 0) return 0
  return transitions(tx, change.version, {
    given: sql`asked as (
        select code from json_array_elements_text(${JSON.stringify(codes)}::text::json) as c(code)),
      now_so as (select code,
          exists (select 1 from credit_listing where subject_code = asked.code and ${mayHaveEffectFrom(change.day)})
          or exists (select 1 from credit_listing
            where legal_representative_code = asked.code and ${mayHaveEffectFrom(change.day)}) as listed
        from asked)`,
    listed: sql`select code from now_so where listed`,
    unlisted: sql`select code from now_so where not listed`,
  })
}

/** Brings the whole hit index up to date, as changes of `version`; gives their number. The list version must be locked. */
export function syncAllMembers(tx: Database, { version, day }: { version: number; day: string }): Promise<number> {
  return transitions(tx, version, {
    given: sql`wanted as materialized (${wanted(day)})`,
    listed: sql`select code from wanted`,
    unlisted: sql`select code from hit_index_member except select code from wanted`,
  })
}

/** Members come and go; each that really did is a change. */
async function transitions(
  tx: Database,
  version: number,
  { given, listed, unlisted }: Record<'given' | 'listed' | 'unlisted', SQL>,
): Promise<number> {
  const found = await rows<{ changed: number | string }>(
    tx,
    sql`with ${given},
      came as (insert into hit_index_member (code) ${listed} on conflict do nothing returning code),
      went as (delete from hit_index_member where code in (${unlisted}) returning code),
      written as (insert into hit_index_change (version, code, listed)
        select ${version}::bigint, code, true from came union all select ${version}::bigint, code, false from went
        returning 1)
      select count(*) as changed from written`,
  )
  return Number(found[0]?.changed ?? 0)
}

/** Codes that the hit index has and should not have on `day`, or lacks; no more than `limit`. */
export async function differingCodes(db: Database, day: string, limit: number): Promise<string[]> {
  const found = await rows<{ code: string }>(
    db,
    sql`with wanted as materialized (${wanted(day)})
      (select code from wanted except select code from hit_index_member)
      union all (select code from hit_index_member except select code from wanted)
      limit ${limit}`,
  )
  return found.map(({ code }) => code)
}

/** Notes the list's present point where that is missing, as in a database of before there were points. */
export async function notePoint(tx: Database): Promise<void> {
  await tx.execute(sql`insert into list_point (version, chain, at)
    select version, chain, changed_at from list_version where list = 'credit'
    on conflict (version) do update set chain = excluded.chain, at = excluded.at`)
}

/** Forgets the changes of versions before `before`. The list version must be locked. */
export async function pruneChanges(tx: Database, before: Date): Promise<void> {
  await tx.execute(sql`update list_version set deltas_since = kept.version
    from (select max(point.version) as version from list_point as point, list_version as list
      where list.list = 'credit' and point.version > list.deltas_since and point.version <= list.version
        and point.at < ${before.toISOString()}::timestamptz) as kept
    where list_version.list = 'credit' and kept.version is not null`)
  await tx.execute(sql`delete from hit_index_change
    where version <= (select deltas_since from list_version where list = 'credit')`)
}

/** Where the list stands, and what has changed since `version`: one statement, so of one moment. */
export async function readNews(db: Database, version: number): Promise<ListNews | undefined> {
  const found = await rows<HeadRow & { known: string | null; changes: string | null }>(
    db,
    sql`select ${headColumns}, (select chain from list_point where version = ${version}::bigint) as known,
      case when deltas_since <= ${version}::bigint and (select count(*) from (
          select 1 from hit_index_change where version > ${version}::bigint limit ${mostChanges + 1}) as bounded
        ) <= ${mostChanges}
      then (select coalesce(json_agg(json_build_array(code, net)), '[]'::json)::text from (
          select code, sum(case when listed then 1 else -1 end) as net from hit_index_change
          where version > ${version}::bigint group by code) as each where net <> 0)
      end as changes
      from list_version where list = 'credit'`,
  )
  const [row] = found
  if (!row) return undefined
  const changes = row.changes === null ? undefined : (JSON.parse(row.changes) as [string, number][])
  const codes = (sign: number): string[] =>
    (changes ?? []).flatMap(([code, net]) => (Math.sign(net) === sign ? [code] : []))
  return {
    head: headOf(row),
    known: row.known ?? undefined,
    changes: changes && { added: codes(1), removed: codes(-1) },
  }
}

/** Where the list stands; undefined before its first version was noted. */
export async function readHead(db: Database): Promise<ListHead | undefined> {
  const [row] = await rows<HeadRow>(db, sql`select ${headColumns} from list_version where list = 'credit'`)
  return row && headOf(row)
}

/** How many codes the hit index has. */
export async function countMembers(db: Database): Promise<number> {
  const [row] = await rows<{ count: number | string }>(db, sql`select count(*) as count from hit_index_member`)
  return Number(row?.count ?? 0)
}

/** The next `limit` codes of the hit index after `after`, in the database's order. */
export async function membersAfter(db: Database, after: string, limit: number): Promise<string[]> {
  const found = await rows<{ code: string }>(
    db,
    sql`select code from hit_index_member where code > ${after} order by code limit ${limit}`,
  )
  return found.map(({ code }) => code)
}

/** Gives the statements of this transaction more time than a question has. */
export async function allowSeconds(tx: Database, seconds: number): Promise<void> {
  await tx.execute(sql.raw(`set local statement_timeout = '${Math.ceil(seconds)}s'`))
}

const headColumns = sql`version, chain, lineage, (extract(epoch from changed_at) * 1000)::text as changed`

type HeadRow = { version: number | string; chain: string; lineage: string; changed: string }

function headOf(row: HeadRow): ListHead {
  const { chain, lineage } = row
  return { version: Number(row.version), chain, lineage, changedAt: new Date(Number(row.changed)) }
}
