import type { Database } from '../../platform/database.ts'
import type { CaseLinkKind } from '../cases/case-link.labels.ts'
import { CaseLinkRepository } from '../cases/case-link.repository.ts'
import { EnforcementCaseRepository } from '../cases/enforcement-case.repository.ts'
import { readMatterId } from '../delivery/contract.ts'
import type { ClueRow } from './clue-transfer.repository.ts'

const kind: CaseLinkKind = 'CLUE_SOURCE'

/**
 * Links the sender's case to the one that the recipient filed from its clue, at the county that asks. The two signed
 * envelopes are the proof: the transfer names the sender's case and asks for the link, the filing names the other and
 * confirms it. Does nothing when the clue comes from no case, or when this county has lost its own.
 */
export async function linkCases(
  tx: Database,
  clue: ClueRow,
  signed: { county: string; transfer: string; filing: string },
): Promise<void> {
  const { originCase, caseId, sender, recipient, sentAt, decidedAt } = clue
  const uuid = readMatterId(clue.id)?.uuid
  if (originCase === null || caseId === null || sentAt === null || uuid === undefined) return
  const outbound = signed.county === sender
  const own = outbound ? originCase : caseId
  if (!(await new EnforcementCaseRepository().byIds(tx, [own])).has(own)) return
  const origin = `${sender}:link:${uuid}`
  await new CaseLinkRepository().insert(tx, {
    id: outbound ? origin : `${recipient}:link:${uuid}`,
    caseId: own,
    target: outbound ? caseId : originCase,
    kind,
    direction: outbound ? 'OUTBOUND' : 'INBOUND',
    state: 'CONFIRMED',
    note: clue.number,
    origin,
    proposedBy: clue.fromAgencyId,
    proposedAt: sentAt,
    settledAt: decidedAt,
    proposal: signed.transfer,
    confirmation: signed.filing,
  })
}
