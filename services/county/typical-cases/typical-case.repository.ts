import { type SQL, and, asc, eq, gte, inArray, notInArray } from 'drizzle-orm'
import type { Database } from '../../platform/database.ts'
import { type Page, type PageRequest, type SortColumns, keysetOf, readRows } from '../connection/page.ts'
import { penalties } from '../credit/penalty.table.ts'
import { typicalCaseDays, typicalCases } from './typical-case.table.ts'

/** A stored typical case. */
export type TypicalCaseRow = typeof typicalCases.$inferSelect

const published: SortColumns = { moment: typicalCases.publishedAt, id: typicalCases.id, type: 'timestamptz' }
const nominated: SortColumns = { moment: typicalCases.nominatedAt, id: typicalCases.id, type: 'timestamptz' }

/** SQL of typical cases and of the days on which they are published. */
export class TypicalCaseRepository {
  /** A page of the published ones, the latest first. */
  published(db: Database, field: string | undefined, request: PageRequest): Promise<Page<TypicalCaseRow>> {
    const wanted = and(
      eq(typicalCases.state, 'PUBLISHED'),
      field === undefined ? undefined : eq(typicalCases.field, field),
    )
    return this.#page(db, wanted, published, request)
  }

  /** A page of all of the county, the latest nomination first. */
  all(db: Database, state: string | undefined, request: PageRequest): Promise<Page<TypicalCaseRow>> {
    return this.#page(db, state === undefined ? undefined : eq(typicalCases.state, state), nominated, request)
  }

  async byIds(db: Database, ids: readonly string[]): Promise<Map<string, TypicalCaseRow>> {
    const found = await db
      .select()
      .from(typicalCases)
      .where(inArray(typicalCases.id, [...ids]))
    return new Map(found.map((row) => [row.id, row]))
  }

  /** One, locked until the transaction ends. */
  async lock(tx: Database, id: string): Promise<TypicalCaseRow | undefined> {
    const [row] = await tx.select().from(typicalCases).where(eq(typicalCases.id, id)).for('update')
    return row
  }

  /** Adds one; undefined when the case has been nominated and that is still open or published. */
  async add(tx: Database, row: typeof typicalCases.$inferInsert): Promise<TypicalCaseRow | undefined> {
    const [added] = await tx.insert(typicalCases).values(row).onConflictDoNothing().returning()
    return added
  }

  async change(tx: Database, id: string, change: Partial<TypicalCaseRow>): Promise<TypicalCaseRow> {
    const [row] = await tx.update(typicalCases).set(change).where(eq(typicalCases.id, id)).returning()
    if (!row) throw new Error('The typical case is gone.')
    return row
  }

  /** Those that were approved for these days and are still approved or published. */
  dueOn(db: Database, days: readonly string[]): Promise<TypicalCaseRow[]> {
    if (days.length === 0) return Promise.resolve([])
    const open = inArray(typicalCases.state, ['APPROVED', 'PUBLISHED'])
    return db
      .select()
      .from(typicalCases)
      .where(and(open, inArray(typicalCases.publishOn, [...days])))
      .orderBy(asc(typicalCases.id))
  }

  /** The planned days of a year. */
  async days(db: Database, year: number): Promise<string[]> {
    const found = await db
      .select({ day: typicalCaseDays.day })
      .from(typicalCaseDays)
      .where(eq(typicalCaseDays.year, year))
      .orderBy(asc(typicalCaseDays.day))
    return found.map(({ day }) => day)
  }

  /** The next planned day from `day` on. */
  async nextDay(db: Database, day: string): Promise<string | undefined> {
    const from = gte(typicalCaseDays.day, day)
    const [next] = await db.select().from(typicalCaseDays).where(from).orderBy(asc(typicalCaseDays.day)).limit(1)
    return next?.day
  }

  /** Makes these the planned days of a year. */
  async plan(tx: Database, year: number, days: readonly string[]): Promise<void> {
    const others = days.length === 0 ? undefined : notInArray(typicalCaseDays.day, [...days])
    await tx.delete(typicalCaseDays).where(and(eq(typicalCaseDays.year, year), others))
    const rows = days.map((day) => ({ day, year }))
    if (rows.length > 0) await tx.insert(typicalCaseDays).values(rows).onConflictDoNothing()
  }

  /** What the penalties of a subject name. */
  penaltiesOf(db: Database, subject: string): Promise<{ representative: string | null; document: string }[]> {
    return db
      .select({ representative: penalties.legalRepresentative, document: penalties.documentNumber })
      .from(penalties)
      .where(eq(penalties.subjectCode, subject))
      .limit(200)
  }

  #page(
    db: Database,
    wanted: SQL | undefined,
    order: SortColumns,
    request: PageRequest,
  ): Promise<Page<TypicalCaseRow>> {
    return readRows(request, keysetOf(request, order), {
      select: (beyond, by, limit) => db.select().from(typicalCases).where(and(wanted, beyond)).orderBy(by).limit(limit),
      exists: async (behind) => {
        const { id } = typicalCases
        return (await db.select({ id }).from(typicalCases).where(and(wanted, behind)).limit(1)).length > 0
      },
    })
  }
}
