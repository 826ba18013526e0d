import type { Database } from '../../platform/database.ts'
import { labelOf } from '../connection/labelled-enum.ts'
import { EnforcementCaseRepository } from '../cases/enforcement-case.repository.ts'
import type { EnvelopePayload } from '../delivery/contract.ts'
import { citationOutcomeLabels } from './evidence.labels.ts'
import type { CitationRow, EvidenceRow, VersionRow } from './evidence.repository.ts'

/** What is entered in the history of an own case. */
export interface CaseLine {
  caseId: string
  event: string
  document: string | null
  note: string
  /** Said after the note where the case has been decided. */
  ifDecided?: string
}

/** Who did what a line tells, and when this county learned of it. */
export interface LineSource {
  actor: EnvelopePayload['actor']
  at: Date
}

const alreadyDecided = '本案已作出处理决定，须依法审查是否纠正。'

/** Enters lines in the histories of own cases; their stages stay. Lines of cases that are not here are left out. */
export async function enterCaseLines(tx: Database, lines: readonly CaseLine[], source: LineSource): Promise<void> {
  if (lines.length === 0) return
  const cases = new EnforcementCaseRepository()
  const found = await cases.byIds(
    tx,
    lines.map(({ caseId }) => caseId),
  )
  const { agency, officer } = source.actor
  const events = lines.flatMap(({ caseId, event, document, note, ifDecided }) => {
    const row = found.get(caseId)
    if (!row) return []
    const said = ifDecided !== undefined && row.decision !== null ? `${note} ${ifDecided}` : note
    const stages = { fromStage: row.stage, toStage: row.stage }
    return [{ caseId, event, ...stages, at: source.at, agency, officer, document, note: said }]
  })
  if (events.length > 0) await cases.addEvents(tx, events)
}

/** 提供证据, in the home county's case. */
export function sharedLine({ originCase, title, number, toAgencyName, recipient }: EvidenceRow): CaseLine {
  const note = `向${toAgencyName ?? recipient}提供证据“${title}”`
  return { caseId: originCase, event: 'EVIDENCE_SHARED', document: number, note }
}

/** 更正 or 撤回, in the home county's case. */
export function amendedLine({ originCase, title, number }: EvidenceRow, { event, text }: VersionRow): CaseLine {
  const [name, word] = event === 'WITHDRAW' ? ['EVIDENCE_WITHDRAWN', '撤回'] : ['EVIDENCE_CORRECTED', '更正']
  return { caseId: originCase, event: name, document: number, note: `${word}已提供的证据“${title}”：${text ?? ''}` }
}

/** 被援用, in the home county's case. */
export function citedElsewhereLine(row: EvidenceRow, { caseNumber, fact }: CitationRow): CaseLine {
  const { originCase, title, toAgencyName, recipient } = row
  const note = `${toAgencyName ?? recipient}援用证据“${title}”，证明：${fact}`
  return { caseId: originCase, event: 'EVIDENCE_CITED_ELSEWHERE', document: caseNumber, note }
}

/** 援用, in the citing case. */
export function citedLine(row: EvidenceRow, { caseId, fact }: CitationRow): CaseLine {
  const note = `援用${row.fromAgencyName}提供的证据“${row.title}”，证明：${fact}`
  return { caseId, event: 'EVIDENCE_CITED', document: row.number, note }
}

/** 引用的证据已更正 or 已撤回, in a citing case: what it rests on has to be looked at again. */
export function affectedLine(row: EvidenceRow, caseId: string, { event, text }: VersionRow): CaseLine {
  const withdrawn = event === 'WITHDRAW'
  return {
    caseId,
    event: withdrawn ? 'CITED_EVIDENCE_WITHDRAWN' : 'CITED_EVIDENCE_CORRECTED',
    document: row.number,
    note: `${row.fromAgencyName}${withdrawn ? '撤回' : '更正'}本案援用的证据“${row.title}”：${text ?? ''}`,
    ifDecided: alreadyDecided,
  }
}

/** 复核引用, in the citing case. */
export function reviewedLine(row: EvidenceRow, caseId: string, outcome: string, reason: string): CaseLine {
  const note = `复核援用的证据“${row.title}”，${labelOf(citationOutcomeLabels, outcome)}：${reason}`
  return { caseId, event: 'CITED_EVIDENCE_REVIEWED', document: row.number, note }
}
