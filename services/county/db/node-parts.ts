import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import type { Directory } from '../../platform/directory/directory.ts'
import type { Authoriser } from '../access/authoriser.ts'
import type { CountySigner } from '../signing/county-signer.ts'

/** What the services of a county node are made of. */
export interface NodeParts {
  /** Code of this county. */
  county: string
  db: Database
  clock: Clock
  directory: Directory
  authoriser: Authoriser
  signer: CountySigner
  /** A subject as journals name it: an organisation's code, a person's keyed reference. */
  reference: (code: string) => string
}
