import { toReference } from '../cases/case-link.resolver.ts'
import { labelOf } from '../connection/labelled-enum.ts'
import { matterFields } from '../matters/matter-fields.ts'
import type { MatterStanding } from '../matters/matter.service.ts'
import type { NextActor } from '../matters/matter.type.ts'
import { filedFirst, penOf } from './jurisdiction.facts.ts'
import { disputeKind } from './jurisdiction.kind.ts'
import { disputeDuties, disputeStateLabels } from './jurisdiction.labels.ts'
import type { DisputeState } from './jurisdiction.machine.ts'
import type { DisputeRow } from './jurisdiction.service.ts'
import type { FilingClaim, JurisdictionDispute } from './jurisdiction.type.ts'

/** The record of a stored dispute, without what has resolvers of its own. */
export function toDispute(
  row: DisputeRow,
  actLabel: string,
  standing: MatterStanding | undefined,
): Omit<JurisdictionDispute, 'items' | 'history'> {
  const { subjectCode, subjectName } = row
  const common = matterFields(
    {
      id: row.id,
      typename: 'JurisdictionDispute',
      kind: disputeKind,
      kindLabel: '管辖争议',
      state: row.state,
      stateLabel: labelOf(disputeStateLabels, row.state),
      parties: standing?.matter.parties ?? [row.raiser, row.respondent],
      nextActor: nextActorOf(row),
    },
    standing,
  )
  return {
    ...row,
    ...common,
    actLabel,
    subject: subjectCode === null ? null : { code: subjectCode, name: subjectName },
    claims: [claimOf(row, 'raiser'), claimOf(row, 'respondent')],
    filedFirst: countyOrNull(filedFirst(row)),
    proposedCounty: { code: row.proposedCounty },
    proposedBy: { code: row.spokenBy },
    superior: row.superiorName,
    outcome: countyOrNull(row.outcome),
    notice: noticeOf(row),
    handedOverBy: signatory(row.handedOverBy, row.handedOverCertificate),
    movedCase: row.movedCase === null ? null : toReference(row.movedCase),
    continuedCase: row.continuedCase === null ? null : toReference(row.continuedCase),
    takenOverBy: signatory(row.takenOverBy, row.takenOverCertificate),
  }
}

function claimOf(row: DisputeRow, side: 'raiser' | 'respondent'): FilingClaim {
  const raises = side === 'raiser'
  const id = raises ? row.raiserCase : row.respondentCase
  return {
    county: { code: raises ? row.raiser : row.respondent },
    case: id === null ? null : toReference(id),
    number: raises ? row.raiserCaseNumber : row.respondentCaseNumber,
    filedAt: raises ? row.raiserFiledAt : row.respondentFiledAt,
    hash: raises ? row.raiserClaim : row.respondentClaim,
  }
}

function noticeOf(row: DisputeRow): JurisdictionDispute['notice'] {
  const { noticeNumber: number, noticeDate: date, noticeReason: reason, superiorName: superior } = row
  if (number === null || date === null || reason === null || superior === null) return null
  const { confirmedAt, contestedAt } = row
  return { number, date, reason, superior, recordedBy: countyOrNull(row.recordedBy), confirmedAt, contestedAt }
}

function nextActorOf(row: DisputeRow): NextActor | null {
  const state = row.state as DisputeState
  const [pen, duty] = [penOf(row, state), disputeDuties[state]]
  if (pen === null || duty === null) return null
  const agencies: Record<string, string | null> = {
    [row.raiser]: row.raiserAgency,
    [row.respondent]: row.respondentAgency,
    ...(row.superiorNode !== null && { [row.superiorNode]: row.superiorName }),
  }
  return { county: { code: pen }, agency: agencies[pen] ?? null, duty: duty.zh, dutyEn: duty.en }
}

function countyOrNull(code: string | null): { code: string } | null {
  return code === null ? null : { code }
}

function signatory(name: string | null, certificate: string | null): { name: string; certificate: string } | null {
  return name === null || certificate === null ? null : { name, certificate }
}
