import { shanghaiDay } from '../../platform/directory/snapshot-lookups.ts'
import { badInput } from '../../platform/errors.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import { noteShown } from '../access/subjects-shown.ts'
import type { NodeParts } from '../db/node-parts.ts'
import { CreditListingRepository, type Standings } from './credit-listing.repository.ts'

/** What the service answers with. */
export type { Concerning } from './credit-listing.repository.ts'

/** The most questions of one request, as many as a batch of checks has. */
const mostQuestions = 500

/** Answers credit checks. */
export class CreditStandingService {
  readonly #parts: NodeParts
  readonly #listings = new CreditListingRepository()

  constructor(parts: NodeParts) {
    this.#parts = parts
  }

  /**
   * What this county's list says about each subject now, all at one moment. Natural persons' entries count. More than
   * 500 questions, or a matter that the directory does not know, are BAD_USER_INPUT.
   */
  async of(
    context: RequestContext,
    questions: readonly { subject: string; matter: string }[],
  ): Promise<Standings & { asOf: Date }> {
    this.#parts.authoriser.toRead(context, 'CREDIT_STANDING')
    if (questions.length > mostQuestions) {
      throw badInput(`At most ${mostQuestions} questions are answered at once, not ${questions.length}.`, 'questions')
    }
    for (const matter of new Set(questions.map((question) => question.matter))) {
      if (this.#parts.directory.matter(matter)) continue
      throw badInput('The directory has no such approval matter (许可事项).', 'matter')
    }
    const subjects = [...new Set(questions.map(({ subject }) => subject))]
    const asOf = this.#parts.clock.now()
    const standings = await this.#listings.standings(this.#parts.db, subjects, shanghaiDay(asOf))
    noteShown(context, subjects)
    for (const concerning of standings.listings.values()) {
      noteShown(
        context,
        concerning.map(({ listing }) => listing.subjectCode),
      )
    }
    return { ...standings, asOf }
  }
}
