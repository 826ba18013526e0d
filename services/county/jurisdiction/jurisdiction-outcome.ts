import type { Database } from '../../platform/database.ts'
import type { CaseLinkKind } from '../cases/case-link.labels.ts'
import { CaseLinkRepository } from '../cases/case-link.repository.ts'
import { handOverCase } from '../cases/enforcement-case.machine.ts'
import { EnforcementCaseRepository } from '../cases/enforcement-case.repository.ts'
import { type EnvelopePayload, type StoredEnvelope, readMatterId } from '../delivery/contract.ts'
import { opponentOf } from './jurisdiction.facts.ts'
import { type DisputeRow, JurisdictionRepository } from './jurisdiction.repository.ts'

const kind: CaseLinkKind = 'TRANSFER'
const cases = new EnforcementCaseRepository()

/** Event of a case's history: it went to the county that has jurisdiction. */
export const handedOverEvent = 'HAND_OVER'

/**
 * Ends this county's case by its transfer (移送, 程序规定 art. 60). Does nothing when the county holds no such case, or when it
 * was ended before: after a restore the same envelope comes again.
 */
export async function moveOwnCase(tx: Database, row: DisputeRow, payload: EnvelopePayload): Promise<void> {
  if (row.movedCase === null) return
  const own = await cases.lock(tx, row.movedCase)
  const change = own && handOverCase(own)
  if (!change) return
  const at = new Date(payload.at)
  await cases.update(tx, own.id, { stage: change.stage, decision: change.decision ?? null, updatedAt: at })
  await cases.addEvents(tx, [
    {
      caseId: own.id,
      event: handedOverEvent,
      fromStage: own.stage,
      toStage: change.stage,
      at,
      agency: payload.actor.agency,
      officer: payload.actor.officer,
      document: row.handoverNumber,
      note: `${row.id} → ${row.outcome ?? ''}`,
    },
  ])
}

/**
 * Links the case that went over to the one in which it goes on, at the county that asks. The two signed envelopes are the
 * proof: the handover names the one, the takeover the other. Does nothing without both, or when this county has lost its
 * own.
 */
export async function linkMovedCases(
  tx: Database,
  row: DisputeRow,
  { county, takeover }: { county: string; takeover: StoredEnvelope },
): Promise<void> {
  const { movedCase, continuedCase, outcome, handover, handedOverAt, takenOverAt } = row
  const uuid = readMatterId(row.id)?.uuid
  if (movedCase === null || continuedCase === null || outcome === null || handover === null) return
  if (handedOverAt === null || uuid === undefined) return
  const loser = opponentOf(row, outcome)
  if (county !== loser && county !== outcome) return
  const outbound = county === loser
  const own = outbound ? movedCase : continuedCase
  const proposal = (await new JurisdictionRepository().documents(tx, [handover])).get(handover)
  if (proposal === undefined || !(await cases.byIds(tx, [own])).has(own)) return
  const origin = `${loser}:link:${uuid}`
  await new CaseLinkRepository().insert(tx, {
    id: outbound ? origin : `${outcome}:link:${uuid}`,
    caseId: own,
    target: outbound ? continuedCase : movedCase,
    kind,
    direction: outbound ? 'OUTBOUND' : 'INBOUND',
    state: 'CONFIRMED',
    note: row.handoverNumber,
    origin,
    proposedBy: (loser === row.raiser ? row.raiserAgency : row.respondentAgency) ?? loser,
    proposedAt: handedOverAt,
    settledAt: takenOverAt,
    proposal,
    confirmation: takeover.jws,
  })
}
