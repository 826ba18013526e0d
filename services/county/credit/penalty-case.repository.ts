import { and, eq, inArray } from 'drizzle-orm'
import type { Database } from '../../platform/database.ts'
import { caseEvents } from '../cases/case-event.table.ts'
import type { CaseRow } from '../cases/enforcement-case.repository.ts'
import { enforcementCases } from '../cases/enforcement-case.table.ts'

/** SQL of the cases in which penalties were decided. */
export class PenaltyCaseRepository {
  /** The cases whose penalty decision bears one of these 行政处罚决定书文号, by that number. */
  async byDocuments(db: Database, documents: string[]): Promise<Map<string, CaseRow>> {
    const found = await db
      .select({ document: caseEvents.document, row: enforcementCases })
      .from(caseEvents)
      .innerJoin(enforcementCases, eq(enforcementCases.id, caseEvents.caseId))
      .where(and(eq(caseEvents.event, 'DECIDE_PENALTY'), inArray(caseEvents.document, documents)))
      .orderBy(caseEvents.sequence)
    return new Map(found.flatMap(({ document, row }) => (document === null ? [] : [[document, row] as const])))
  }
}
