import { noteShown } from '../access/subjects-shown.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import type { RecordKind } from '../../platform/directory/snapshot.ts'
import type { NodeParts } from '../db/node-parts.ts'
import { SubjectRepository } from './subject.repository.ts'

const kinds: readonly RecordKind[] = ['CREDIT_LISTING', 'PENALTY', 'ENFORCEMENT_CASE']

/** Reading the county's register of subjects. */
export class SubjectService {
  readonly #parts: NodeParts
  readonly #subjects = new SubjectRepository()

  constructor(parts: NodeParts) {
    this.#parts = parts
  }

  /** The registered name of a subject, for whoever may read any kind of record about it. */
  async name(context: RequestContext, code: string): Promise<string | undefined> {
    const { authoriser, db } = this.#parts
    if (!kinds.some((kind) => authoriser.mayRead(context, kind))) authoriser.toRead(context, 'CREDIT_LISTING')
    const name = await this.#subjects.name(db, code)
    if (name !== undefined) noteShown(context, [code])
    return name
  }
}
