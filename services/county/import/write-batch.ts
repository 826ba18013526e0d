import { sql } from 'drizzle-orm'
import { rows, type Database } from '../../platform/database.ts'
import { creditListings } from '../credit/credit-listing.table.ts'
import { changeList } from '../credit/list-version.repository.ts'
import { penalties } from '../credit/penalty.table.ts'
import { subjects } from '../registry/subject.table.ts'
import type { Entry, FileKind, SubjectRow } from './format.ts'
import { upsert } from './upsert.ts'

/** A valid row on its way to the database. */
export interface Pending extends Entry {
  id: string
  contentHash: string
  /** Where it stands in the file, for the case that the database has something against it. */
  line: number
  cells: readonly string[]
}

/** What a batch changed. */
export interface Written {
  inserted: number
  updated: number
  /** Left as they are stored: officers have acted on these entries here since they were listed. */
  handled: readonly Pending[]
}

const differs = sql`kept.content_hash is distinct from excluded.content_hash`

/**
 * Writes a batch in one transaction: the records, the register of subjects for those that changed and, for the list, its
 * version. Document numbers must be unique in the batch. Records that are already so stay untouched.
 */
export async function writeBatch(db: Database, kind: FileKind, batch: readonly Pending[], at: Date): Promise<Written> {
  // One order for all writers, so that two imports at a time wait for each other instead of deadlocking.
  const ordered = batch.toSorted((one, other) => (one.documentNumber < other.documentNumber ? -1 : 1))
  return db.transaction(async (tx) => {
    const { changed, handled } =
      kind === 'penalty'
        ? { changed: await writePenalties(tx, ordered, at), handled: new Set<string>() }
        : await writeListings(tx, ordered, at)
    const keys = new Set(changed.map(({ key }) => key))
    await writeSubjects(
      tx,
      batch.filter(({ documentNumber }) => keys.has(documentNumber)).map(({ subject }) => subject),
      at,
    )
    const inserted = changed.filter((row) => row.inserted).length
    return {
      inserted,
      updated: changed.length - inserted,
      handled: ordered.filter(({ documentNumber }) => handled.has(documentNumber)),
    }
  })
}

/**
 * Document numbers of entries that the file has otherwise and whose life went on here after they were listed: a file made
 * before must not undo, unnoticed, what an officer has entered, such as a restoration.
 */
async function handledHere(tx: Database, batch: readonly Pending[]): Promise<Set<string>> {
  const wanted = JSON.stringify(batch.map(({ documentNumber: number, contentHash: hash }) => ({ number, hash })))
  const found = await rows<{ number: string }>(
    tx,
    sql`select listing.document_number as number
      from json_to_recordset(${wanted}::text::json) as r(number text, hash text)
      join credit_listing as listing on listing.document_number = r.number and listing.content_hash <> r.hash
      where exists (select 1 from credit_listing_event as step where step.listing_id = listing.id
        and step.to_state not in ('PROPOSED', 'NOTIFIED', 'PENDING_SUPERIOR_CONSENT'))
      for update of listing`,
  )
  return new Set(found.map(({ number }) => number))
}

function writePenalties(tx: Database, batch: readonly Pending[], at: Date) {
  const values = batch.map(({ id, contentHash, values: row }) => ({ ...row, id, contentHash, updatedAt: at }))
  return upsert(tx, penalties, values, {
    key: 'documentNumber',
    keep: ['id'],
    unlessSame: differs,
    hash: 'contentHash',
  })
}

/** The list version is locked before any entry is, as in every change of the list: so none waits for another in a ring. */
function writeListings(tx: Database, batch: readonly Pending[], at: Date) {
  return changeList(tx, at, async (version) => {
    const handled = await handledHere(tx, batch)
    const free = batch.filter(({ documentNumber }) => !handled.has(documentNumber))
    const before = await codesOf(tx, free)
    const values = free.map(({ id, contentHash, values: row }) => ({ ...row, id, contentHash, version, updatedAt: at }))
    const changed = await upsert(tx, creditListings, values, {
      key: 'documentNumber',
      keep: ['id', 'enteredOn'],
      unlessSame: differs,
      hash: 'contentHash',
    })
    const touched = changed.length > 0 ? [...before, ...(await codesOf(tx, free))] : undefined
    return { result: { changed, handled }, touched }
  })
}

/** Subjects and legal representatives of the stored entries of a batch. */
async function codesOf(tx: Database, batch: readonly Pending[]): Promise<(string | null)[]> {
  if (batch.length === 0) return []
  const wanted = JSON.stringify(batch.map(({ documentNumber }) => documentNumber))
  const found = await rows<{ subject: string; representative: string | null }>(
    tx,
    sql`select subject_code as subject, legal_representative_code as representative
      from json_array_elements_text(${wanted}::text::json) as r(number)
      join credit_listing on document_number = r.number`,
  )
  return found.flatMap(({ subject, representative }) => [subject, representative])
}

/** The last row of the batch speaks for its subject; what it leaves out stays, but a number stays only with its name. */
async function writeSubjects(tx: Database, found: readonly SubjectRow[], at: Date): Promise<void> {
  const last = new Map<string, SubjectRow>()
  for (const row of found) last.set(row.code, merged(last.get(row.code), row))
  const values = [...last.values()].toSorted((one, other) => (one.code < other.code ? -1 : 1))
  const keptCode = sql`case when excluded.legal_representative is null
      or excluded.legal_representative = kept.legal_representative then kept.legal_representative_code end`
  const name = sql`coalesce(excluded.legal_representative, kept.legal_representative)`
  const code = sql`coalesce(excluded.legal_representative_code, ${keptCode})`
  await upsert(
    tx,
    subjects,
    values.map((row) => ({ ...row, updatedAt: at })),
    {
      key: 'code',
      keep: [],
      set: { legalRepresentative: name, legalRepresentativeCode: code },
      unlessSame: sql`(kept.name, kept.kind, kept.legal_representative, kept.legal_representative_code)
        is distinct from (excluded.name, excluded.kind, ${name}, ${code})`,
    },
  )
}

function merged(earlier: SubjectRow | undefined, later: SubjectRow): SubjectRow {
  if (earlier === undefined) return later
  const sameName = !later.legalRepresentative || later.legalRepresentative === earlier.legalRepresentative
  return {
    ...later,
    legalRepresentative: later.legalRepresentative ?? earlier.legalRepresentative,
    legalRepresentativeCode: later.legalRepresentativeCode ?? (sameName ? earlier.legalRepresentativeCode : null),
  }
}
