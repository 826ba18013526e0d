import type { Database } from '../../platform/database.ts'
import { type EnvelopePayload, Refusal } from '../delivery/contract.ts'
import type { EvidenceBodies, EvidenceMessage } from './evidence.document.ts'
import { type EvidenceDecision, stateOf } from './evidence.machine.ts'
import type { CitationRow, EvidenceRow, VersionRow } from './evidence.repository.ts'

/** A message of this event. */
export type Of<Event extends keyof EvidenceBodies> = Extract<EvidenceMessage, { event: Event }>

/** What an envelope is applied to. */
export interface Step {
  tx: Database
  row: EvidenceRow
  versions: readonly VersionRow[]
  citations: readonly CitationRow[]
  payload: EnvelopePayload
  county: string
  at: Date
  /** When this county learned of it. */
  learnedAt: Date
  /** Number of the home county's last envelope that the sender had seen. */
  seen: number
}

/** Corrections and the withdrawal among what the home county told. */
export function amendmentsOf(versions: readonly VersionRow[]): VersionRow[] {
  return versions.filter(({ event }) => event !== 'SHARE')
}

/** Columns of the recipient's decision before there is one. */
export const undecided = {
  decision: 'SHARED',
  decidedVersion: 0,
  decidedAt: null,
  reviewer: null,
  reason: null,
  review: null,
  ground: null,
  verifiers: null,
  verifiedAt: null,
  verifiedPlace: null,
  findings: null,
} as const

/** Columns of a citation's review before there is one. */
export const unreviewed = {
  outcome: null,
  reviewReason: null,
  replacement: null,
  caseDecided: null,
  reviewedAt: null,
} as const

/** What the sender of an envelope had seen of the home county's words. */
export function seenVersions({ versions, seen }: Step): VersionRow[] {
  return versions.filter(({ sequence }) => sequence <= seen)
}

/** The version that it had seen, and whether it knew of the withdrawal. */
export function seenOf(step: Step): { version: number; withdrawn: boolean } {
  const versions = seenVersions(step)
  return { version: versions.at(-1)?.version ?? 0, withdrawn: versions.some(({ event }) => event === 'WITHDRAW') }
}

/** The state as the sender of an envelope had seen it. */
export function stateAsSeen(step: Step): string {
  const { decision, decidedVersion } = step.row
  return stateOf({ decision, decidedVersion, ...seenOf(step) })
}

/** What a decision says beyond its reason. */
export function examined(message: Of<EvidenceDecision>, at: Date): Partial<EvidenceRow> {
  switch (message.event) {
    case 'RECOGNISE':
      return { review: message.body.checklist }
    case 'REJECT':
      return { review: message.body.checklist, ground: message.body.ground }
    case 'VERIFY': {
      const { checklist, verifiers, verifiedAt, place, findings } = message.body
      demandPast(verifiedAt, at)
      return { review: checklist, verifiers, verifiedAt: new Date(verifiedAt), verifiedPlace: place, findings }
    }
    default:
      return {}
  }
}

/** Refuses what is the recipient's only. */
export function demandRecipient({ payload, row }: Step): void {
  if (payload.sender === row.recipient) return
  throw new Refusal('RULE_BROKEN', `Only ${row.recipient} decides about the evidence.`)
}

/** Refuses a case of another county. */
export function demandCaseOf(county: string, id: string): void {
  if (id.startsWith(`${county}:`)) return
  throw new Refusal('RULE_BROKEN', `${id} is no case of ${county}.`)
}

/** Refuses what was to happen only after it was told. */
export function demandPast(moment: string, at: Date): void {
  if (new Date(moment) > at)
    throw new Refusal('RULE_BROKEN', 'What was collected or verified was so before it is told.')
}

/** The file comes with the envelope; of a physical thing it is a picture (程序规定 art. 24). */
export function demandFile({ attachments }: EnvelopePayload, evidence: string, hash: string): void {
  const file = attachments.find((each) => each.hash === hash)
  if (!file) throw new Refusal('RULE_BROKEN', 'The file of the evidence is not among the attachments.')
  if (evidence === 'PHYSICAL' && !/^(image|video)\//.test(file.mediaType)) {
    throw new Refusal('RULE_BROKEN', 'A physical thing is shared with a photograph or video of it.')
  }
}
