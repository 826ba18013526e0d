import { shanghaiDay } from '../../platform/directory/snapshot-lookups.ts'
import { type ApplyContext, Refusal, type StoredEnvelope } from '../delivery/contract.ts'
import type { Claim, DisputeBodies, DisputeMessage } from './jurisdiction.document.ts'
import type { DisputeRow } from './jurisdiction.repository.ts'
import type { jurisdictionDisputes } from './jurisdiction.table.ts'

type Opening = Extract<DisputeMessage, { event: 'RAISE' | 'RAISE_DIRECTLY' }>
type Superior = DisputeBodies['ESCALATE']['superior']

/** The row that an opening envelope makes. */
export function openingOf(
  { payload, hash }: StoredEnvelope,
  message: Opening,
  context: ApplyContext,
): typeof jurisdictionDisputes.$inferInsert {
  const { body } = message
  const { matter, sender, recipients } = payload
  const superior = message.event === 'RAISE_DIRECTLY' ? message.body.superior : null
  const [respondent, ...others] = recipients
  const expected = superior?.node ?? null
  if (respondent === undefined || others.length > 1 || (others[0] ?? null) !== expected || respondent === expected) {
    throw new Refusal('RULE_BROKEN', 'A dispute is between two counties, and before a superior where one is asked.')
  }
  if (body.clue === null && (body.claim === null || body.otherCase === null)) {
    throw new Refusal('RULE_BROKEN', 'A dispute is about two cases, or about a clue to which was objected.')
  }
  demandParty({ raiser: sender, respondent }, body.county)
  if (body.claim) demandCaseOf(sender, body.claim.case)
  if (body.otherCase !== null) demandCaseOf(respondent, body.otherCase)
  const at = new Date(payload.at)
  const { receivedAt, county } = context
  const { name, system } = body.fromAgency
  return {
    id: matter,
    raiser: sender,
    respondent,
    state: superior ? 'ESCALATED' : 'RAISED',
    subjectCode: body.subject,
    subjectName: body.subjectName,
    act: body.act,
    facts: body.facts,
    clue: body.clue,
    follows: message.event === 'RAISE_DIRECTLY' ? message.body.follows : null,
    raisedAt: at,
    ...(county === respondent && { receivedAt }),
    raiserAgency: name,
    raiserSystem: system,
    respondentAgency: body.toAgency?.name ?? null,
    respondentSystem: body.toAgency?.system ?? null,
    ...(body.claim && claimedBy('raiser', body.claim, hash)),
    respondentCase: body.otherCase,
    proposedCounty: body.county,
    proposalReason: body.reason,
    spokenBy: sender,
    ...(superior && escalated(superior, body.reason, { at, by: sender, context })),
  }
}

/** What a step changes. */
export function changeOf(
  row: DisputeRow,
  message: DisputeMessage,
  { payload, hash }: StoredEnvelope,
  context: ApplyContext,
): Partial<DisputeRow> {
  const at = new Date(payload.at)
  const { sender } = payload
  switch (message.event) {
    case 'PROPOSE': {
      const { county, reason, claim } = message.body
      demandParty(row, county)
      const stated = claim === null ? {} : statedBy(row, sender, claim, hash)
      return { ...stated, proposedCounty: county, proposalReason: reason, spokenBy: sender }
    }
    case 'AGREE':
      if (message.body.county !== row.proposedCounty) {
        throw new Refusal('RULE_BROKEN', 'It agrees to something else than was proposed last.')
      }
      return { outcome: row.proposedCounty, decidedAt: at, decision: hash }
    case 'ESCALATE':
      return escalated(message.body.superior, message.body.reason, { at, by: sender, context })
    case 'END_CONSULTATION':
      return { endedAt: at, endedReason: message.body.reason }
    case 'RECEIVE':
      return { referredAt: earlier(row.referredAt, receiptOf(message.body.receivedAt, at)) }
    case 'DESIGNATE':
    case 'RECORD_DESIGNATION':
      return designated(row, message, { payload, hash, at })
    case 'HAND_OVER': {
      const { number, case: moved, handedOverBy } = message.body
      if (moved !== null) demandCaseOf(sender, moved)
      return {
        handoverNumber: number,
        movedCase: moved,
        handedOverBy: handedOverBy.name,
        handedOverCertificate: handedOverBy.certificate,
        handedOverAt: at,
        handover: hash,
      }
    }
    case 'TAKE_OVER': {
      const { case: continued, takenOverBy } = message.body
      if (continued !== null) demandCaseOf(sender, continued)
      return {
        continuedCase: continued,
        takenOverBy: takenOverBy.name,
        takenOverCertificate: takenOverBy.certificate,
        takenOverAt: at,
      }
    }
    default:
      return {}
  }
}

/** What a note changes: no state, but what a county states of its own case and of a recorded paper. */
export function notedOf(
  row: DisputeRow,
  message: DisputeMessage,
  { payload, hash }: StoredEnvelope,
): Partial<DisputeRow> {
  const { sender } = payload
  const at = new Date(payload.at)
  switch (message.event) {
    case 'STATE_CLAIM':
      demandParty(row, sender)
      return statedBy(row, sender, message.body.claim, hash)
    case 'CONFIRM_DESIGNATION':
    case 'CONTEST_DESIGNATION': {
      if (row.recordedBy === null || row.recordedBy === sender) {
        throw new Refusal(
          'RULE_BROKEN',
          'Only the other county says something of a notice that was recorded from paper.',
        )
      }
      return message.event === 'CONFIRM_DESIGNATION'
        ? { confirmedAt: row.confirmedAt ?? at }
        : { contestedAt: row.contestedAt ?? at }
    }
    default:
      return {}
  }
}

function designated(
  row: DisputeRow,
  { event, body }: Extract<DisputeMessage, { event: 'DESIGNATE' | 'RECORD_DESIGNATION' }>,
  { payload, hash, at }: { payload: StoredEnvelope['payload']; hash: string; at: Date },
): Partial<DisputeRow> {
  demandParty(row, body.county)
  const onPaper = event === 'RECORD_DESIGNATION'
  if (onPaper && payload.attachments.length === 0) {
    throw new Refusal('RULE_BROKEN', 'A notice that is recorded from paper comes with a scan of it.')
  }
  return {
    outcome: body.county,
    decidedAt: at,
    decision: hash,
    noticeNumber: body.number,
    noticeDate: body.date,
    noticeReason: body.reason,
    recordedBy: onPaper ? payload.sender : null,
    ...(body.receivedAt !== null && { referredAt: earlier(row.referredAt, receiptOf(body.receivedAt, at)) }),
  }
}

function escalated(
  superior: Superior,
  reason: string,
  { at, by, context }: { at: Date; by: string; context: ApplyContext },
): Partial<DisputeRow> {
  return {
    escalatedAt: at,
    escalatedBy: by,
    escalationReason: reason,
    superiorId: superior.id,
    superiorName: superior.name,
    superiorNode: superior.node,
    ...(superior.node === context.county && { referredAt: context.receivedAt }),
  }
}

/** When the superior received a request, which is on no later day than `at`: of a paper nobody knows the hour. */
function receiptOf(receivedAt: string, at: Date): Date {
  const moment = new Date(receivedAt)
  if (shanghaiDay(moment) <= shanghaiDay(at)) return moment
  throw new Refusal('RULE_BROKEN', 'The superior received the request before anybody says so.')
}

/** What a county has signed of its own case stands: it states it once. */
function statedBy(row: DisputeRow, county: string, claim: Claim, hash: string): Partial<DisputeRow> {
  demandCaseOf(county, claim.case)
  const side = county === row.raiser ? 'raiser' : 'respondent'
  if ((side === 'raiser' ? row.raiserClaim : row.respondentClaim) !== null) {
    throw new Refusal('RULE_BROKEN', `${county} has stated before when its case was filed.`)
  }
  return claimedBy(side, claim, hash)
}

function claimedBy(side: 'raiser' | 'respondent', claim: Claim, hash: string): Partial<DisputeRow> {
  const filedAt = new Date(claim.filedAt)
  return side === 'raiser'
    ? { raiserCase: claim.case, raiserCaseNumber: claim.number, raiserFiledAt: filedAt, raiserClaim: hash }
    : {
        respondentCase: claim.case,
        respondentCaseNumber: claim.number,
        respondentFiledAt: filedAt,
        respondentClaim: hash,
      }
}

function demandParty(row: Pick<DisputeRow, 'raiser' | 'respondent'>, county: string): void {
  if (county === row.raiser || county === row.respondent) return
  throw new Refusal('RULE_BROKEN', `${county} is none of the two counties that the dispute is between.`)
}

function demandCaseOf(county: string, id: string): void {
  if (id.startsWith(`${county}:`)) return
  throw new Refusal('RULE_BROKEN', `${id} is no case of ${county}, which names it as its own.`)
}

/** The earlier moment: what a party says later takes nothing back. */
export function earlier(known: Date | null, other: Date): Date {
  return known === null || other < known ? other : known
}
