import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import type { Database } from '../../platform/database.ts'
import { type Page, type PageRequest, type SortColumns, keysetOf, readRows } from '../connection/page.ts'
import { groupBy } from '../db/batch.ts'
import {
  consultationAnswers,
  consultationProposals,
  consultationStandards,
  consultations,
} from './consultation.table.ts'

/** A stored consultation. */
export type ConsultationRow = typeof consultations.$inferSelect
/** A county's stored standard. */
export type StandardRow = typeof consultationStandards.$inferSelect
/** A stored proposal. */
export type ProposalRow = typeof consultationProposals.$inferSelect
/** A stored answer to a proposal. */
export type AnswerRow = typeof consultationAnswers.$inferSelect

/** A consultation with all that was said in it. */
export interface ConsultationRecord extends ConsultationRow {
  /** In the order of the parties. */
  standards: StandardRow[]
  /** By number. */
  proposals: ProposalRow[]
  /** By proposal and in the order of the parties. */
  answers: AnswerRow[]
}

/** Conditions of a search. */
export interface ConsultationSearch {
  act?: string | undefined
  state?: string | undefined
}

const order: SortColumns = { moment: consultations.openedAt, id: consultations.id, type: 'timestamptz' }

/** SQL of consultations. */
export class ConsultationRepository {
  /** Consultations by their ids, in four statements. */
  async byIds(db: Database, ids: readonly string[]): Promise<Map<string, ConsultationRecord>> {
    if (ids.length === 0) return new Map()
    const wanted = [...ids]
    const [rows, standards, proposals, answers] = await Promise.all([
      db.select().from(consultations).where(inArray(consultations.id, wanted)),
      db.select().from(consultationStandards).where(inArray(consultationStandards.consultation, wanted)),
      db
        .select()
        .from(consultationProposals)
        .where(inArray(consultationProposals.consultation, wanted))
        .orderBy(asc(consultationProposals.number)),
      db
        .select()
        .from(consultationAnswers)
        .where(inArray(consultationAnswers.consultation, wanted))
        .orderBy(asc(consultationAnswers.proposal)),
    ])
    const parts = {
      standards: groupBy(standards, (row) => row.consultation),
      proposals: groupBy(proposals, (row) => row.consultation),
      answers: groupBy(answers, (row) => row.consultation),
    }
    return new Map(
      rows.map((row) => {
        const place = ({ county }: { county: string }) => row.parties.indexOf(county)
        const said = {
          standards: (parts.standards.get(row.id) ?? []).toSorted((one, other) => place(one) - place(other)),
          proposals: parts.proposals.get(row.id) ?? [],
          answers: (parts.answers.get(row.id) ?? []).toSorted(
            (one, other) => one.proposal - other.proposal || place(one) - place(other),
          ),
        }
        return [row.id, { ...row, ...said }]
      }),
    )
  }

  /** One page of the consultations that meet the search, the one opened last first. */
  page(db: Database, search: ConsultationSearch, request: PageRequest): Promise<Page<{ id: string; openedAt: Date }>> {
    const { act, state } = search
    const filter = and(
      act === undefined ? undefined : eq(consultations.act, act),
      state === undefined ? undefined : eq(consultations.state, state),
    )
    const columns = { id: consultations.id, openedAt: consultations.openedAt }
    return readRows(request, keysetOf(request, order), {
      select: (beyond, by, limit) =>
        db.select(columns).from(consultations).where(and(filter, beyond)).orderBy(by).limit(limit),
      exists: async (behind) => {
        const found = await db.select(columns).from(consultations).where(and(filter, behind)).limit(1)
        return found.length > 0
      },
    })
  }

  /** Enters a consultation. */
  async insert(tx: Database, row: typeof consultations.$inferInsert): Promise<void> {
    await tx.insert(consultations).values(row)
  }

  /** Changes a consultation. */
  async update(tx: Database, id: string, change: Partial<ConsultationRow>): Promise<void> {
    await tx.update(consultations).set(change).where(eq(consultations.id, id))
  }

  /** Enters a county's standard, in the place of what it entered before. */
  async putStandard(tx: Database, row: Omit<StandardRow, 'revision' | 'since'>): Promise<void> {
    await tx
      .insert(consultationStandards)
      .values({ ...row, revision: 1, since: row.sequence })
      .onConflictDoUpdate({
        target: [consultationStandards.consultation, consultationStandards.county],
        set: { ...row, revision: sql`${consultationStandards.revision} + 1` },
      })
  }

  /** Enters a proposal. */
  async addProposal(tx: Database, row: ProposalRow): Promise<void> {
    await tx.insert(consultationProposals).values(row)
  }

  /** Enters a county's answer to a proposal, in the place of what it answered before. */
  async putAnswer(tx: Database, row: AnswerRow): Promise<void> {
    await tx
      .insert(consultationAnswers)
      .values(row)
      .onConflictDoUpdate({
        target: [consultationAnswers.consultation, consultationAnswers.proposal, consultationAnswers.county],
        set: row,
      })
  }
}
