import { asc, eq, inArray } from 'drizzle-orm'
import type { Database } from '../../platform/database.ts'
import { agencies } from './agency.table.ts'
import { officers } from './officer.table.ts'

/** A stored enforcement body. */
export type AgencyRow = typeof agencies.$inferSelect
/** A stored officer. */
export type OfficerRow = typeof officers.$inferSelect

/** SQL of the county's enforcement bodies and officers. */
export class AgencyRepository {
  /** Every body, by name. */
  agencies(db: Database): Promise<AgencyRow[]> {
    return db.select().from(agencies).orderBy(asc(agencies.name))
  }

  /** Every officer, by certificate. */
  officers(db: Database): Promise<OfficerRow[]> {
    return db.select().from(officers).orderBy(asc(officers.certificate))
  }

  /** The bodies that exist among these ids, by id. */
  async agenciesById(db: Database, ids: string[]): Promise<Map<string, AgencyRow>> {
    const rows = await db.select().from(agencies).where(inArray(agencies.id, ids))
    return new Map(rows.map((row) => [row.id, row]))
  }

  /** The officers that exist among these ids, by id. */
  async officersById(db: Database, ids: string[]): Promise<Map<string, OfficerRow>> {
    const rows = await db.select().from(officers).where(inArray(officers.id, ids))
    return new Map(rows.map((row) => [row.id, row]))
  }

  /** The officers with these certificates, by certificate. */
  async officersByCertificate(db: Database, certificates: string[]): Promise<Map<string, OfficerRow>> {
    if (certificates.length === 0) return new Map()
    const rows = await db.select().from(officers).where(inArray(officers.certificate, certificates))
    return new Map(rows.map((row) => [row.certificate, row]))
  }

  /** The body that asks under this agency id of the exchange. */
  async byExchangeAgency(db: Database, exchangeAgency: string): Promise<AgencyRow | undefined> {
    const [row] = await db.select().from(agencies).where(eq(agencies.exchangeAgency, exchangeAgency))
    return row
  }

  /** Enters a body, or corrects the one of that name; gives it back. */
  async upsertAgency(tx: Database, row: typeof agencies.$inferInsert): Promise<AgencyRow> {
    const { code, exchangeAgency, updatedAt } = row
    const [stored] = await tx
      .insert(agencies)
      .values(row)
      .onConflictDoUpdate({ target: agencies.name, set: { code, exchangeAgency, updatedAt } })
      .returning()
    if (!stored) throw new Error('The agency was not stored.')
    return stored
  }

  /** Enters an officer, or corrects the one with that certificate; gives it back. */
  async upsertOfficer(tx: Database, row: typeof officers.$inferInsert): Promise<OfficerRow> {
    const { name, agencyId, certificateUntil, updatedAt } = row
    const [stored] = await tx
      .insert(officers)
      .values(row)
      .onConflictDoUpdate({ target: officers.certificate, set: { name, agencyId, certificateUntil, updatedAt } })
      .returning()
    if (!stored) throw new Error('The officer was not stored.')
    return stored
  }
}
