import type { Party } from '../delivery/contract.ts'
import type { BothLanguages } from '../matters/matter-view.ts'

/** In what two counties can differ. Codes are added, never renamed. */
export type DifferenceCode =
  /** One county holds the matter, the other does not. */
  | 'MATTER_MISSING'
  /** One county holds an envelope, the other does not. */
  | 'ENVELOPE_MISSING'
  /** The same, and its sender has no receipt yet: it may still arrive. */
  | 'ENVELOPE_ON_ITS_WAY'
  | 'ENVELOPE_STATUS_DIFFERS'
  /** The recipient has acknowledged, or says it has, and one of the two does not hold the acknowledgement. */
  | 'RECEIPT_MISSING'
  /** The envelope has arrived, and its sender has no receipt of it yet. */
  | 'RECEIPT_PENDING'
  | 'RECEIPT_DIFFERS'
  | 'KIND_DIFFERS'
  | 'PARTIES_DIFFER'
  | 'PEN_DIFFERS'
  | 'FROZEN_DIFFERS'
  | 'STATE_DIFFERS'
  | 'DEADLINE_DIFFERS'
  /** The hash chain of a county's journal does not hold. */
  | 'JOURNAL_BROKEN'
  /** The other's journal does not have the entry that was noted before, or has another one in its place. */
  | 'JOURNAL_REWRITTEN'
  /** An envelope was acknowledged, and the acknowledging county's journal has no handing over of it. */
  | 'JOURNAL_ENTRY_MISSING'
  /** One transaction stands in both journals, and they say different things of who asked. */
  | 'JOURNAL_DISAGREES'

/** Something in which two counties differ, in words. */
export interface Difference extends BothLanguages {
  code: DifferenceCode
  /** Null for what is about a journal as a whole. */
  matter: string | null
  /** The county that lacks something, or whose journal it is; null where both hold something else. */
  county: Party | null
}
