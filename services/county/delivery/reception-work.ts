import type { Database } from '../../platform/database.ts'
import type { CountySigner } from '../signing/county-signer.ts'
import type { Party } from './contract.ts'
import type { DocumentReader, Verified } from './envelope-jws.ts'
import type { BookParts, MatterBook } from './matter-book.ts'

/** What taking envelopes in needs. */
export interface ReceptionParts extends BookParts {
  book: MatterBook
  reader: DocumentReader
  signer: CountySigner
}

/** A county whose envelope waits for something that it had seen. */
export interface Gap {
  matter: string
  sender: Party
}

/** By the hash of an envelope, this county's signed acknowledgement; null while it must be sent again. */
export type Answers = Map<string, string | null>

/** An envelope that is stored and has not been taken up yet. */
export interface Waiting {
  envelope: Verified
  code: string | null
  acknowledgement: string | null
}

/** What one transaction that takes in a batch is given. */
export interface ReceptionWork extends ReceptionParts {
  tx: Database
  /** County that handed the batch over; null when this county fetched it. */
  courier: Party | null
  /** This county's own acknowledgements of what it lost in a restore, by the hash of the envelope. */
  lost: ReadonlyMap<string, string>
  /** Where the answers are put. */
  answers: Answers
  /** Each envelope is applied in a savepoint. Without, a {@link Refusal} ends the transaction: try again with care. */
  careful: boolean
}

/** Order of what waits: by sender, then as each sender numbered it. */
export function bySender({ envelope: { payload: a } }: Waiting, { envelope: { payload: b } }: Waiting): number {
  return a.sender < b.sender ? -1 : a.sender > b.sender ? 1 : a.sequence - b.sequence
}
