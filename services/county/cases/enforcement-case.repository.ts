import { and, asc, eq, gte, inArray, isNotNull, lt, notInArray } from 'drizzle-orm'
import type { Database } from '../../platform/database.ts'
import { type Page, type PageRequest, type SortColumns, keysetOf, readRows } from '../connection/page.ts'
import { groupBy } from '../db/batch.ts'
import { caseEvents } from './case-event.table.ts'
import { closedStages } from './enforcement-case.machine.ts'
import { enforcementCases } from './enforcement-case.table.ts'

/** A stored case. */
export type CaseRow = typeof enforcementCases.$inferSelect
/** A stored step of a case. */
export type CaseEventRow = typeof caseEvents.$inferSelect

/** Whether another county with an agreement sees this case: filed, and not kept to its county. */
export function isShared(row: CaseRow): boolean {
  return row.filedAt !== null && row.visibility === 'AGREEMENT'
}

/** Conditions of a search. */
export interface CaseSearch {
  subject?: string | undefined
  act?: string | undefined
  open?: boolean | undefined
  stage?: string | undefined
  field?: string | undefined
  supervisionStage?: string | undefined
  /** From this moment on. */
  filedFrom?: Date | undefined
  /** Before this moment. */
  filedBefore?: Date | undefined
  /** Only what other counties may see: filed, and not kept to the county. */
  shared?: boolean | undefined
}

const order: SortColumns = { moment: enforcementCases.registeredAt, id: enforcementCases.id, type: 'timestamptz' }

/** SQL of cases and their history. */
export class EnforcementCaseRepository {
  /** One page of the cases that meet the search. */
  page(db: Database, search: CaseSearch, request: PageRequest): Promise<Page<CaseRow>> {
    const filter = conditions(search)
    return readRows(request, keysetOf(request, order), {
      select: (beyond, by, limit) =>
        db.select().from(enforcementCases).where(and(filter, beyond)).orderBy(by).limit(limit),
      exists: async (behind) => {
        const { id } = enforcementCases
        const found = await db.select({ id }).from(enforcementCases).where(and(filter, behind)).limit(1)
        return found.length > 0
      },
    })
  }

  /** The cases that exist among these ids, by id. */
  async byIds(db: Database, ids: string[]): Promise<Map<string, CaseRow>> {
    const rows = await db.select().from(enforcementCases).where(inArray(enforcementCases.id, ids))
    return new Map(rows.map((row) => [row.id, row]))
  }

  /** One case, locked until the transaction ends. */
  async lock(tx: Database, id: string): Promise<CaseRow | undefined> {
    const [row] = await tx.select().from(enforcementCases).where(eq(enforcementCases.id, id)).for('update')
    return row
  }

  /** Adds a case; undefined when the county has one with that number. */
  async insert(tx: Database, row: typeof enforcementCases.$inferInsert): Promise<CaseRow | undefined> {
    const [inserted] = await tx
      .insert(enforcementCases)
      .values(row)
      .onConflictDoNothing({ target: enforcementCases.number })
      .returning()
    return inserted
  }

  /** Changes a case and gives it back. */
  async update(tx: Database, id: string, change: Partial<CaseRow>): Promise<CaseRow> {
    const [row] = await tx.update(enforcementCases).set(change).where(eq(enforcementCases.id, id)).returning()
    if (!row) throw new Error('The case vanished while it was locked.')
    return row
  }

  /** Adds steps to the history, in order. */
  async addEvents(tx: Database, events: (typeof caseEvents.$inferInsert)[]): Promise<void> {
    await tx.insert(caseEvents).values(events)
  }

  /** Steps of these cases, in order, by case id. */
  async events(db: Database, ids: string[]): Promise<Map<string, CaseEventRow[]>> {
    const rows = await db
      .select()
      .from(caseEvents)
      .where(inArray(caseEvents.caseId, ids))
      .orderBy(asc(caseEvents.sequence))
    return groupBy(rows, (row) => row.caseId)
  }
}

function conditions(search: CaseSearch) {
  const { stage } = enforcementCases
  const closed = [...closedStages]
  return and(
    search.subject === undefined ? undefined : eq(enforcementCases.subjectCode, search.subject),
    search.act === undefined ? undefined : eq(enforcementCases.act, search.act),
    search.open === undefined ? undefined : search.open ? notInArray(stage, closed) : inArray(stage, closed),
    search.stage === undefined ? undefined : eq(stage, search.stage),
    search.field === undefined ? undefined : eq(enforcementCases.field, search.field),
    search.supervisionStage === undefined ? undefined : eq(enforcementCases.supervisionStage, search.supervisionStage),
    search.filedFrom === undefined ? undefined : gte(enforcementCases.filedAt, search.filedFrom),
    search.filedBefore === undefined ? undefined : lt(enforcementCases.filedAt, search.filedBefore),
    search.shared ? and(isNotNull(enforcementCases.filedAt), eq(enforcementCases.visibility, 'AGREEMENT')) : undefined,
  )
}
