import type { Database } from '../../platform/database.ts'
import { ExchangeError } from '../../platform/errors.ts'
import type { ClueContent } from './clue-transfer.document.ts'
import { ClueTransferRepository } from './clue-transfer.repository.ts'

/** States in which a received clue is nobody else's: it was given back, or dealt with without a case. */
const done: readonly string[] = ['WITHDRAWN', 'NOT_FILED', 'FEEDBACK']

/**
 * Refuses a clue that was sent here before, or about which jurisdiction is in dispute: who was sent a clue and holds
 * that it has no jurisdiction asks the common superior, and never passes it on (不得再自行移送, 程序规定 art. 14). A clue is
 * the same one when it is about the same subject and act, or comes from the case that was filed from it.
 */
export async function demandNotPassedOn(db: Database, county: string, content: ClueContent): Promise<void> {
  const { subject, act, originCase } = content
  const related = await new ClueTransferRepository().related(db, { subject, act, originCase })
  const barred = related.find((row) => {
    if (row.state === 'DRAFT') return false
    // Returned: the superior, or both, said that its sender deals with it.
    if (row.state === 'OBJECTED' || row.state === 'RETURNED') return true
    if (row.recipient !== county) return false
    return !done.includes(row.state) || (originCase !== null && row.caseId === originCase)
  })
  if (!barred) return
  throw new ExchangeError(
    'TRANSITION_REFUSED',
    'This clue was transferred before: who objects asks the common superior for a designation; it is never passed on ' +
      '(《市场监督管理行政处罚程序规定》第十四条, 不得再自行移送).',
    { key: barred.id },
  )
}
