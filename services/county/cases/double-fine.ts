import { and, eq, gt, inArray, or } from 'drizzle-orm'
import type { Database } from '../../platform/database.ts'
import { ExchangeError } from '../../platform/errors.ts'
import { clueTransfers } from '../clues/clue-transfer.table.ts'
import { penalties } from '../credit/penalty.table.ts'
import { groupBy } from '../db/batch.ts'
import type { DisputeState } from '../jurisdiction/jurisdiction.machine.ts'
import { jurisdictionDisputes } from '../jurisdiction/jurisdiction.table.ts'
import type { CaseConflictKind } from './double-fine.labels.ts'
import type { CaseEventKind } from './enforcement-case.machine.ts'
import { caseLinks } from './case-link.table.ts'
import type { CaseRow } from './enforcement-case.repository.ts'
import { enforcementCases } from './enforcement-case.table.ts'

/** Something that this county holds and that an officer must look at before a fine. */
export interface CaseConflict {
  kind: CaseConflictKind
  /** County of the other authority, or this one. */
  county: string
  /** Id of the matter, case or penalty. */
  record: string
}

/** What the guard asks the directory. */
export interface KnownOfDirectory {
  /** The name of a type of unlawful act: penalties that were imported name it so. */
  actLabel(act: string): string
  /** Whether a node is that of a superior who was over these counties then. */
  isSuperior(question: { node: string; counties: readonly string[]; on: Date }): boolean
}

type Dispute = typeof jurisdictionDisputes.$inferSelect
const ended: readonly DisputeState[] = ['SETTLED', 'ENDED']
/** A clue in one of these lies with nobody, or led to no case. */
const goneClues = ['DRAFT', 'NOTIFIED', 'WITHDRAWN', 'RETURNED', 'NOT_FILED']
/** What may still happen to a case once another county has jurisdiction. */
const afterwards: readonly CaseEventKind[] = ['CLOSE', 'ARCHIVE']

/** Guards a county's cases by what it holds itself; `duplicates` of a case asks all other counties, at the gateway. */
export class DoubleFineGuard {
  readonly #county: string
  readonly #known: KnownOfDirectory

  constructor(county: string, known: KnownOfDirectory) {
    this.#county = county
    this.#known = known
  }

  /**
   * Before a step of a case. TRANSITION_REFUSED when another county has jurisdiction by agreement or designation: binding.
   * Not so what the other county alone says was designated: by a node that is none of a superior of both, or on a paper that
   * this county contests. Of that the officer is warned before a penalty.
   * CONFIRMATION_REQUIRED before a penalty where something speaks against it and the officer has not said why it is no
   * second fine.
   */
  async demand(db: Database, row: CaseRow, event: CaseEventKind, confirmation: string | null): Promise<void> {
    const disputes = (await this.#disputes(db, [row])).filter((each) => this.#isBinding(each))
    const bound = boundBy(disputes, row, this.#county)
    if (bound && !afterwards.includes(event)) {
      throw new ExchangeError(
        'TRANSITION_REFUSED',
        `${bound.outcome ?? ''} has jurisdiction over this act (行政处罚法第二十五条): this county hands its case over.`,
        { key: bound.id },
      )
    }
    if (event !== 'DECIDE_PENALTY' || (confirmation ?? '').trim() !== '') return
    const [conflicts] = (await this.conflicts(db, [row])).values()
    const [first] = conflicts ?? []
    if (!first) return
    const kinds = [...new Set(conflicts?.map(({ kind }) => kind))].join(', ')
    throw new ExchangeError(
      'CONFIRMATION_REQUIRED',
      `No second fine for one act (行政处罚法第二十九条): ${kinds}. See "conflicts" of the case, and say in "confirmation" ` +
        'why this is none.',
      { key: first.record },
    )
  }

  /** What speaks against a fine in these cases, by their ids; a case without any is left out. */
  async conflicts(db: Database, rows: readonly CaseRow[]): Promise<Map<string, CaseConflict[]>> {
    if (rows.length === 0) return new Map()
    const ids = rows.map(({ id }) => id)
    const subjects = [...new Set(rows.map(({ subjectCode }) => subjectCode))]
    const disputes = await this.#disputes(db, rows)
    const links = groupBy(
      await db
        .select()
        .from(caseLinks)
        .where(and(inArray(caseLinks.caseId, ids), eq(caseLinks.kind, 'SAME_ACT'), eq(caseLinks.state, 'CONFIRMED'))),
      ({ caseId }) => caseId,
    )
    const clues = await db
      .select()
      .from(clueTransfers)
      .where(and(inArray(clueTransfers.subjectCode, subjects), eq(clueTransfers.sender, this.#county)))
    const others = await db
      .select()
      .from(enforcementCases)
      .where(and(inArray(enforcementCases.subjectCode, subjects), eq(enforcementCases.decision, 'PENALTY')))
    const fines = await db
      .select({ id: penalties.id, subjectCode: penalties.subjectCode, act: penalties.act })
      .from(penalties)
      .where(and(inArray(penalties.subjectCode, subjects), gt(penalties.fine, '0')))
    const found = rows.map((row) => {
      const same = (other: { subjectCode: string | null; act: string }) =>
        other.subjectCode === row.subjectCode && (other.act === row.act || other.act === this.#known.actLabel(row.act))
      const own = (kind: CaseConflictKind) => (record: { id: string }) => this.#conflict(kind, this.#county, record.id)
      return [
        row.id,
        [
          ...disputes.flatMap((dispute) => this.#ofDispute(dispute, row)),
          ...(links.get(row.id) ?? []).map(({ target }) => this.#conflict('LINKED_CASE', target.slice(0, 6), target)),
          ...clues
            .filter((clue) => same(clue) && !goneClues.includes(clue.state))
            .map(({ id, recipient }) => this.#conflict('CLUE_SENT', recipient, id)),
          ...others.filter((other) => other.id !== row.id && same(other)).map(own('OWN_CASE')),
          ...fines.filter(same).map(own('PENALTY')),
        ],
      ] as const
    })
    return new Map(found.filter(([, conflicts]) => conflicts.length > 0).map(([id, list]) => [id, [...list]]))
  }

  #isBinding({ raiser, respondent, superiorNode: node, escalatedAt, ...dispute }: Dispute): boolean {
    const { recordedBy, confirmedAt, contestedAt, noticeNumber } = dispute
    if (noticeNumber === null) return true
    if (node === null) return recordedBy === this.#county || confirmedAt !== null || contestedAt === null
    return escalatedAt !== null && this.#known.isSuperior({ node, counties: [raiser, respondent], on: escalatedAt })
  }

  #ofDispute(dispute: Dispute, row: CaseRow): CaseConflict[] {
    if (!isAbout(dispute, row)) return []
    const other = dispute.raiser === this.#county ? dispute.respondent : dispute.raiser
    if (dispute.outcome !== null && dispute.outcome !== this.#county) {
      return [this.#conflict('DISPUTE_DECIDED', dispute.outcome, dispute.id)]
    }
    return ended.some((state) => state === dispute.state) ? [] : [this.#conflict('DISPUTE_OPEN', other, dispute.id)]
  }

  #conflict(kind: CaseConflictKind, county: string, record: string): CaseConflict {
    return { kind, county, record }
  }

  #disputes(db: Database, rows: readonly CaseRow[]): Promise<Dispute[]> {
    const ids = rows.map(({ id }) => id)
    const { subjectCode, raiserCase, respondentCase, raisedAt, id } = jurisdictionDisputes
    return db
      .select()
      .from(jurisdictionDisputes)
      .where(
        or(
          inArray(
            subjectCode,
            rows.map((row) => row.subjectCode),
          ),
          inArray(raiserCase, ids),
          inArray(respondentCase, ids),
        ),
      )
      .orderBy(raisedAt, id)
  }
}

/**
 * The dispute by which another county has jurisdiction over a case, the one that was decided last. It binds the cases that
 * it is about, and any other about the same subject and act that was on the books when it was decided: a later act is
 * another one, about which the officer is warned.
 */
function boundBy(disputes: readonly Dispute[], row: CaseRow, county: string): Dispute | undefined {
  const last = disputes
    .filter((dispute) => concerns(dispute, row))
    .reduce<Dispute | undefined>((latest, each) => (decidedOf(each) >= decidedOf(latest) ? each : latest), undefined)
  return last !== undefined && last.outcome !== county ? last : undefined
}

function concerns(dispute: Dispute, row: CaseRow): boolean {
  if (dispute.decidedAt === null || dispute.outcome === null) return false
  if (isCaseOf(dispute, row)) return true
  return isAbout(dispute, row) && row.registeredAt <= dispute.decidedAt
}

function isAbout(dispute: Dispute, row: CaseRow): boolean {
  return isCaseOf(dispute, row) || (dispute.subjectCode === row.subjectCode && dispute.act === row.act)
}

function isCaseOf({ raiserCase, respondentCase }: Dispute, { id }: CaseRow): boolean {
  return raiserCase === id || respondentCase === id
}

function decidedOf(dispute: Dispute | undefined): number {
  return dispute?.decidedAt?.getTime() ?? -Infinity
}
