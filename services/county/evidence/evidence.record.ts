import { toReference } from '../cases/case-link.resolver.ts'
import { labelOf } from '../connection/labelled-enum.ts'
import { matterFields } from '../matters/matter-fields.ts'
import type { MatterStanding } from '../matters/matter.service.ts'
import type { LegalityReview } from './evidence.document.ts'
import {
  evidenceDocumentLabels,
  evidenceDuties,
  evidenceEventLabels,
  evidenceKindLabels,
  evidenceStateLabels,
  legalityLabels,
  reviewDuty,
} from './evidence.labels.ts'
import { stateOf } from './evidence.machine.ts'
import type { CitationView, EvidenceRow, VersionRow } from './evidence.service.ts'
import type { EvidenceCitation, EvidenceSharing, EvidenceVersion, LegalityCheck } from './evidence.type.ts'

/** The record of a shared piece, without its history. */
export function toEvidenceSharing(
  row: EvidenceRow,
  versions: readonly VersionRow[],
  citations: readonly CitationView[],
  standing: MatterStanding | undefined,
): Omit<EvidenceSharing, 'history'> {
  const state = stateOf({ ...row, withdrawn: row.withdrawnAt !== null })
  const affected = citations.some(({ affectedBy }) => affectedBy !== undefined)
  const duty = evidenceDuties[state] ?? (affected ? reviewDuty : null)
  const { home, recipient, toAgencyName } = row
  const nextActor = duty && { county: { code: recipient }, agency: toAgencyName, duty: duty.zh, dutyEn: duty.en }
  return {
    ...(row as EvidenceRow & Pick<EvidenceSharing, 'evidence' | 'document' | 'ground'>),
    ...matterFields(
      {
        id: row.id,
        typename: 'EvidenceSharing',
        kind: 'EVIDENCE_SHARING',
        kindLabel: '证据互认',
        state,
        stateLabel: evidenceStateLabels[state],
        parties: [home, recipient],
        nextActor,
      },
      standing,
    ),
    home: { code: home },
    recipient: { code: recipient },
    evidenceLabel: labelOf(evidenceKindLabels, row.evidence),
    documentLabel: labelOf(evidenceDocumentLabels, row.document),
    checklist: toChecks(row.checklist),
    review: row.review && toChecks(row.review),
    forCase: row.forCase === null ? null : toReference(row.forCase),
    originCase: toReference(row.originCase),
    fromAgency: row.fromAgencyName,
    toAgency: toAgencyName,
    decidedVersion: row.decidedVersion === 0 ? null : row.decidedVersion,
    versions: versions.map(toVersion),
    citations: citations.map(toCitation),
    citationCount: citations.length,
  }
}

/** The record of a citation. */
export function toCitation(row: CitationView): EvidenceCitation {
  const { affectedBy, caseId, officer, officerName, decided } = row
  return {
    ...(row as CitationView & Pick<EvidenceCitation, 'outcome'>),
    case: toReference(caseId),
    citedBy: { name: officerName ?? officer, certificate: officer },
    needsReview: affectedBy !== undefined,
    affectedAt: affectedBy?.at ?? null,
    affectedBy: affectedBy ? toVersion(affectedBy) : null,
    caseDecided: decided,
  }
}

function toVersion(row: VersionRow): EvidenceVersion {
  return { ...row, label: labelOf(evidenceEventLabels, row.event) }
}

function toChecks(list: LegalityReview): LegalityCheck[] {
  return list.map((each) => ({ ...each, label: legalityLabels[each.item] }))
}
