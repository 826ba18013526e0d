import { type Transitions, decide } from '../matters/machine.ts'

/** States of a bulletin (信息通报). */
export const bulletinStates = ['SENT', 'CLOSED', 'WITHDRAWN'] as const
/** A state of a bulletin. */
export type BulletinState = (typeof bulletinStates)[number]

/** Events of the sender, which change the state or the text. */
export const bulletinEvents = ['CORRECT', 'CLOSE', 'WITHDRAW'] as const
/** An event of the sender. */
export type BulletinEvent = (typeof bulletinEvents)[number]

/**
 * Notes, in any state and in any order. READ and REPLY write facts, each only about the county that sent it, so that
 * recipients who read at the same time come to the same facts everywhere.
 */
export const bulletinNotes = ['READ', 'REPLY', 'FURTHER_INFORMATION', 'COMMENT'] as const
/** A note on a bulletin. */
export type BulletinNote = (typeof bulletinNotes)[number]

/** 息双办〔2022〕6号 二.5a. A pair that is not here is refused. */
export const bulletinTransitions: Transitions<BulletinState, BulletinEvent> = {
  SENT: { CORRECT: { to: 'SENT' }, CLOSE: { to: 'CLOSED' }, WITHDRAW: { to: 'WITHDRAWN' } },
  CLOSED: {},
  WITHDRAWN: {},
}

/** The state after an event of the sender; Refusal TRANSITION_REFUSED. */
export function decideBulletin(state: string, event: BulletinEvent): BulletinState {
  return decide('a bulletin', bulletinTransitions, { state }, event)
}

/** What a recipient still owes. */
export type Owed = 'READ' | 'REPLY'

/** What is looked at to say who owes what. */
export interface BulletinFacts {
  state: string
  /** Number of the present wording, from 1; a correction and a withdrawal add one. */
  version: number
  replyWanted: boolean
  recipients: readonly string[]
  reads: readonly { county: string; version: number }[]
  replies: readonly { county: string }[]
}

/**
 * What each recipient still owes. A bulletin is to be read in its present wording, also after it was closed. That it was
 * withdrawn is to be read by those who had read it before. A reply is owed while the bulletin is open.
 */
export function owedOf(facts: BulletinFacts): Map<string, Owed> {
  const owed = new Map<string, Owed>()
  for (const county of facts.recipients) {
    const read = Math.max(0, ...facts.reads.filter((each) => each.county === county).map(({ version }) => version))
    const replied = facts.replies.some((each) => each.county === county)
    const unread = read < facts.version && (facts.state !== 'WITHDRAWN' || read > 0)
    if (unread) owed.set(county, 'READ')
    else if (facts.state === 'SENT' && facts.replyWanted && !replied) owed.set(county, 'REPLY')
  }
  return owed
}
