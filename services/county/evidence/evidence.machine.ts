import { type Transition, type Transitions, decide } from '../matters/machine.ts'

/** States of a piece of evidence that one county shares with another (证据互认). */
export const evidenceStates = [
  'SHARED',
  'VERIFY_ONSITE',
  'RECOGNISED',
  'VERIFIED',
  'REJECTED',
  'CORRECTED',
  'WITHDRAWN',
] as const
/** A state of a shared piece of evidence. */
export type EvidenceState = (typeof evidenceStates)[number]

/** What the recipient decides about a piece. */
export const evidenceDecisions = ['RECOGNISE', 'VERIFY_ONSITE', 'VERIFY', 'REJECT'] as const
/** What the recipient does with what it recognised. */
export const evidenceUses = ['CITE', 'REVIEW'] as const
/** What the home county says of its own evidence, at any time. */
export const evidenceAmendments = ['CORRECT', 'WITHDRAW'] as const
/** Events of the machine. */
export const evidenceEvents = [...evidenceDecisions, ...evidenceUses, ...evidenceAmendments] as const
/** A decision of the recipient. */
export type EvidenceDecision = (typeof evidenceDecisions)[number]
/** A step of the recipient. */
export type EvidenceStep = EvidenceDecision | (typeof evidenceUses)[number]
/** A correction or withdrawal by the home county. */
export type EvidenceAmendment = (typeof evidenceAmendments)[number]
/** An event of the machine. */
export type EvidenceEvent = (typeof evidenceEvents)[number]

/** Words of either county that change nothing. */
export const evidenceRemarks = ['REMIND', 'COMMENT', 'FURTHER_MATERIAL'] as const
/** A word of either county that changes nothing. */
export type EvidenceRemark = (typeof evidenceRemarks)[number]

/** What a state is made of: the recipient's decision, and what the home county has said since. */
export interface EvidenceStanding {
  /** SHARED until the first decision, then the state that the last one led to. */
  decision: string
  /** The version that it was about; 0 before the first. */
  decidedVersion: number
  /** The last version, from 1. */
  version: number
  withdrawn: boolean
}

/** What the machine looks at. */
export interface EvidenceFacts {
  state: string
  /** The event is about the version that stands. */
  current: boolean
  /** The case that is reviewed cites something that was corrected or withdrawn since. */
  affected: boolean
}

type Row = Transition<EvidenceState, EvidenceFacts>

const examined: Row['when'] = {
  holds: ({ current }) => current,
  otherwise: 'The evidence was corrected: examine the version that stands.',
}
const affected: Row['when'] = {
  holds: (facts) => facts.affected,
  otherwise: 'This case cites nothing of it that was corrected or withdrawn since.',
}
const review = (to: EvidenceState): { REVIEW: Row } => ({ REVIEW: { to, when: affected } })
const decisions: Record<'RECOGNISE' | 'VERIFY_ONSITE' | 'REJECT', Row> = {
  RECOGNISE: { to: 'RECOGNISED', when: examined },
  VERIFY_ONSITE: { to: 'VERIFY_ONSITE', when: examined },
  REJECT: { to: 'REJECTED', when: examined },
}
const amended: Record<EvidenceAmendment, Row> = { CORRECT: { to: 'CORRECTED' }, WITHDRAW: { to: 'WITHDRAWN' } }

/**
 * 息双办〔2022〕6号 二.4: 原则上可互相认可、互相援用, 必要时可实地核查. Recognition is never automatic: evidence counts only once
 * it was found true (查证属实, 行政处罚法 art. 46, 程序规定 art. 23), and a corrected piece is examined anew. What the home
 * county may do does not depend on what the recipient has done, nor the other way round but for what it has seen.
 */
export const evidenceTransitions: Transitions<EvidenceState, EvidenceEvent, EvidenceFacts> = {
  SHARED: { ...decisions, CORRECT: { to: 'SHARED' }, WITHDRAW: { to: 'WITHDRAWN' } },
  VERIFY_ONSITE: {
    VERIFY: { to: 'VERIFIED', when: examined },
    REJECT: decisions.REJECT,
    ...review('VERIFY_ONSITE'),
    ...amended,
  },
  RECOGNISED: { CITE: { to: 'RECOGNISED' }, ...review('RECOGNISED'), ...amended },
  VERIFIED: { CITE: { to: 'VERIFIED' }, ...review('VERIFIED'), ...amended },
  REJECTED: { ...review('REJECTED'), ...amended },
  CORRECTED: { ...decisions, ...review('CORRECTED'), ...amended },
  WITHDRAWN: review('WITHDRAWN'),
}

/** The state that a decision and the home county's words make together. */
export function stateOf({ decision, decidedVersion, version, withdrawn }: EvidenceStanding): EvidenceState {
  if (withdrawn) return 'WITHDRAWN'
  if (decision === 'SHARED') return 'SHARED'
  return version > decidedVersion ? 'CORRECTED' : (decision as EvidenceState)
}

/** The next state; Refusal TRANSITION_REFUSED when there is none or something else is missing. */
export function decideEvidence(facts: EvidenceFacts, event: EvidenceEvent): EvidenceState {
  return decide('evidence', evidenceTransitions, facts, event)
}

/** A correction or withdrawal, by the number of the home county's envelope. */
export interface Amendment {
  sequence: number
}

/** What says whether a citation must be reviewed. */
export interface Citing {
  /** The home county's last envelope that the recipient had seen when it cited or last reviewed. */
  knownThrough: number
  /** What the last review led to. */
  outcome: string | null
}

/** The amendments after which a citation has not been reviewed, oldest first; none for one that was given up. */
export function affecting<Each extends Amendment>(citing: Citing, amendments: readonly Each[]): Each[] {
  return isGivenUp(citing) ? [] : amendments.filter(({ sequence }) => sequence > citing.knownThrough)
}

/** The case does not rest on the evidence any more. */
export function isGivenUp({ outcome }: Pick<Citing, 'outcome'>): boolean {
  return outcome === 'DROPPED' || outcome === 'REPLACED'
}

/** Whether the recipient must act: decide, or review a case that cites what was amended. */
export function mustAct(state: EvidenceState, citations: readonly Citing[], amendments: readonly Amendment[]): boolean {
  if (state === 'SHARED' || state === 'VERIFY_ONSITE' || state === 'CORRECTED') return true
  return citations.some((citation) => affecting(citation, amendments).length > 0)
}
