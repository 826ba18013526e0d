import { type SQL, and, asc, eq, gte, inArray, lte, not, or, sql } from 'drizzle-orm'
import type { Database } from '../../platform/database.ts'
import { groupBy } from '../db/batch.ts'
import { type Page, type PageRequest, type SortColumns, keysetOf, readRows } from '../connection/page.ts'
import { creditListingEvents } from './credit-listing-event.table.ts'
import type { ListingState } from './credit-listing.machine.ts'
import { creditListings, listVersions } from './credit-listing.table.ts'
import { standingStates } from './effect.ts'

/** A stored listing. */
export type ListingRow = typeof creditListings.$inferSelect
/** A stored step of a listing. */
export type ListingEventRow = typeof creditListingEvents.$inferSelect

/** Conditions of a search; days are `YYYY-MM-DD`. */
export interface ListingSearch {
  subject?: string | undefined
  category?: string | undefined
  states?: readonly ListingState[] | undefined
  /** With effect, or without it, on this day. */
  effect?: { on: string; wanted: boolean } | undefined
  listedFrom?: string | undefined
  listedTo?: string | undefined
  /** Leave out natural persons' entries. */
  organisationsOnly?: boolean | undefined
}

/** How a listing concerns the subject asked about. */
export type ListingRelation = 'LISTED_SUBJECT' | 'LEGAL_REPRESENTATIVE'

/** A listing that concerns a subject. */
export interface Concerning {
  listing: ListingRow
  relation: ListingRelation
}

/** The county's answer to a credit check, of one moment. */
export interface Standings {
  listVersion: number
  /** By subject code; a subject without listings is absent. */
  listings: ReadonlyMap<string, readonly Concerning[]>
}

const order: SortColumns = { moment: creditListings.enteredOn, id: creditListings.id, type: 'date' }

/** The same rule as `hasEffect`, for standing entries on a day. */
function withEffectOn(day: string): SQL {
  return sql`(coalesce(${creditListings.restoredOn}, ${creditListings.listedOn}) <= ${day}::date
    and ${creditListings.effectUntil} > ${day}::date
    and (${inArray(creditListings.state, [...standingStates])}
      or (${inArray(creditListings.state, ['REMOVED_EARLY', 'EXPIRED', 'REVOKED'])}
        and ${creditListings.removedOn} > ${day}::date)))`
}

/** By the register; a subject it does not hold counts as a person when its code has the shape of a person's. */
const ofNaturalPerson = sql`coalesce(
  (select kind = 'NATURAL_PERSON' from subject where subject.code = ${creditListings.subjectCode}),
  ${creditListings.subjectCode} ~ '^[1-9][0-9]{5}(18|19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]$')`

function conditions(search: ListingSearch): SQL | undefined {
  return and(
    search.subject === undefined ? undefined : eq(creditListings.subjectCode, search.subject),
    search.category === undefined ? undefined : eq(creditListings.category, search.category),
    search.states === undefined ? undefined : inArray(creditListings.state, [...search.states]),
    search.effect === undefined ? undefined : effectIs(search.effect),
    search.listedFrom === undefined ? undefined : gte(creditListings.listedOn, search.listedFrom),
    search.listedTo === undefined ? undefined : lte(creditListings.listedOn, search.listedTo),
    search.organisationsOnly ? not(ofNaturalPerson) : undefined,
  )
}

function effectIs({ on, wanted }: { on: string; wanted: boolean }): SQL {
  return wanted ? withEffectOn(on) : sql`coalesce(${withEffectOn(on)}, false) = false`
}

/** SQL of listings and their history. */
export class CreditListingRepository {
  /** One page of the listings that meet the search. */
  page(db: Database, search: ListingSearch, request: PageRequest): Promise<Page<ListingRow>> {
    const filter = conditions(search)
    return readRows(request, keysetOf(request, order), {
      select: (beyond, by, limit) =>
        db.select().from(creditListings).where(and(filter, beyond)).orderBy(by).limit(limit),
      exists: async (behind) => {
        const found = await db
          .select({ id: creditListings.id })
          .from(creditListings)
          .where(and(filter, behind))
          .limit(1)
        return found.length > 0
      },
    })
  }

  /** The listings that exist among these ids, by id. */
  async byIds(db: Database, ids: string[]): Promise<Map<string, ListingRow>> {
    const rows = await db.select().from(creditListings).where(inArray(creditListings.id, ids))
    return new Map(rows.map((row) => [row.id, row]))
  }

  /** The ids among these whose listing is a natural person's. */
  async naturalPersons(db: Database, ids: string[]): Promise<Set<string>> {
    const rows = await db
      .select({ id: creditListings.id })
      .from(creditListings)
      .where(and(inArray(creditListings.id, ids), ofNaturalPerson))
    return new Set(rows.map((row) => row.id))
  }

  /** One listing, locked until the transaction ends. */
  async lock(tx: Database, id: string): Promise<ListingRow | undefined> {
    const [row] = await tx.select().from(creditListings).where(eq(creditListings.id, id)).for('update')
    return row
  }

  /** Adds a listing; undefined when the county has one with that document number. */
  async insert(tx: Database, row: typeof creditListings.$inferInsert): Promise<ListingRow | undefined> {
    const [inserted] = await tx
      .insert(creditListings)
      .values(row)
      .onConflictDoNothing({ target: creditListings.documentNumber })
      .returning()
    return inserted
  }

  /** Changes a listing and gives it back. */
  async update(tx: Database, id: string, change: Partial<ListingRow>): Promise<ListingRow> {
    const [row] = await tx.update(creditListings).set(change).where(eq(creditListings.id, id)).returning()
    if (!row) throw new Error('The listing vanished while it was locked.')
    return row
  }

  /** Adds a step to the history. */
  async addEvent(tx: Database, event: typeof creditListingEvents.$inferInsert): Promise<void> {
    await tx.insert(creditListingEvents).values(event)
  }

  /** Steps of these listings, in order, by listing id. */
  async events(db: Database, ids: string[]): Promise<Map<string, ListingEventRow[]>> {
    const rows = await db
      .select()
      .from(creditListingEvents)
      .where(inArray(creditListingEvents.listingId, ids))
      .orderBy(asc(creditListingEvents.sequence))
    return groupBy(rows, (row) => row.listingId)
  }

  /**
   * What the list says about some subjects on a day: entries with effect that list them, or list an organisation whose
   * legal representative they are, newest first, with the list version of the same moment. One statement.
   */
  async standings(db: Database, subjects: readonly string[], day: string): Promise<Standings> {
    const asked = [...subjects]
    const rows = await db
      .select({ version: sql<string>`coalesce(${listVersions.version}, 0)`, listing: creditListings })
      .from(sql`(select 1) as one`)
      .leftJoin(listVersions, eq(listVersions.list, 'credit'))
      .leftJoin(
        creditListings,
        and(
          or(inArray(creditListings.subjectCode, asked), inArray(creditListings.legalRepresentativeCode, asked)),
          withEffectOn(day),
        ),
      )
      .orderBy(sql`${creditListings.enteredOn} desc, ${creditListings.id} collate "C" desc`)
    const listings = new Map<string, Concerning[]>()
    const wanted = new Set(asked)
    for (const { listing } of rows) {
      if (listing === null) continue
      const { subjectCode, legalRepresentativeCode } = listing
      for (const code of new Set([subjectCode, legalRepresentativeCode])) {
        if (code === null || !wanted.has(code)) continue
        const relation = code === subjectCode ? 'LISTED_SUBJECT' : 'LEGAL_REPRESENTATIVE'
        const concerning = listings.get(code)
        if (concerning) concerning.push({ listing, relation })
        else listings.set(code, [{ listing, relation }])
      }
    }
    return { listVersion: Number(rows[0]?.version ?? 0), listings }
  }
}
