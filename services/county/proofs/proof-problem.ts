import type { Party, StoredEnvelope } from '../delivery/contract.ts'
import type { BothLanguages } from '../matters/matter-view.ts'

/** What can be wrong with a matter file. Codes are added, never renamed. */
export type ProblemCode =
  /** It is no envelope, or its signature, its key or its time are wrong. */
  | 'ENVELOPE_INVALID'
  /** The key is not one that the signed directory lists for the county. */
  | 'KEY_NOT_VOUCHED'
  | 'OTHER_MATTER'
  /** The same envelope, or the same id, stands there twice. */
  | 'REPEATED'
  /** Two different envelopes with one number by one sender: two histories. */
  | 'FORK'
  | 'ENVELOPE_MISSING'
  /** An envelope names another one before it than the one that is there. */
  | 'CHAIN_BROKEN'
  /** An envelope names one of another party that is not there. */
  | 'SEEN_MISSING'
  | 'OUT_OF_ORDER'
  | 'NOT_PARTY'
  | 'ACKNOWLEDGEMENT_INVALID'
  /** It acknowledges an envelope that is not there, or says something else of it than it says itself. */
  | 'ACKNOWLEDGEMENT_STRAY'
  /** Two different acknowledgements of one envelope by one county. */
  | 'ACKNOWLEDGEMENT_CONTRADICTED'

/** Something that is wrong with a matter file, in words. */
export interface Problem extends BothLanguages {
  code: ProblemCode
  /** The envelope that it is about, as far as it could be read. */
  envelope: { sender: Party | null; sequence: number | null; hash: string } | null
}

/** How an envelope is named in a problem. */
export function placeOf({ payload, hash }: StoredEnvelope): NonNullable<Problem['envelope']> {
  return { sender: payload.sender, sequence: payload.sequence, hash }
}
