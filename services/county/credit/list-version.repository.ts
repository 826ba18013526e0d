import { eq, sql } from 'drizzle-orm'
import type { Database } from '../../platform/database.ts'
import { listVersions } from './credit-listing.table.ts'

const list = 'credit'

/** Raises the county's list version; call it in the transaction of any change to the list. Gives the new version. */
export async function raiseListVersion(db: Database, at: Date): Promise<number> {
  const [row] = await db
    .insert(listVersions)
    .values({ list, version: 1, changedAt: at })
    .onConflictDoUpdate({
      target: listVersions.list,
      set: { version: sql`${listVersions.version} + 1`, changedAt: at },
    })
    .returning({ version: listVersions.version })
  if (!row) throw new Error('The list version was not raised.')
  return row.version
}

/** The county's list version; 0 before the first entry. */
export async function currentListVersion(db: Database): Promise<number> {
  const [row] = await db.select({ version: listVersions.version }).from(listVersions).where(eq(listVersions.list, list))
  return row?.version ?? 0
}
