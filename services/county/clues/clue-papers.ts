import { ExchangeError, badInput } from '../../platform/errors.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import type { NodeParts } from '../db/node-parts.ts'
import type { AttachmentReference } from '../delivery/contract.ts'
import { deadlineAt } from '../matters/deadline.ts'
import type { MatterPapers } from '../matters/matter-papers.ts'
import type { MatterService } from '../matters/matter.service.ts'
import type { ClueBodies } from './clue-transfer.document.ts'
import type { ClueEvent } from './clue-transfer.machine.ts'
import { type ClueRow, ClueTransferRepository } from './clue-transfer.repository.ts'
import { clueDeadline } from './clue-transfer.view.ts'

/** What an officer says with a step; each event needs its own part of it. */
export interface ClueStep {
  text: string | null
  approvedBy: string | null
  /** 执法证号 of who signs the handover list; the asking officer's own when left out. */
  certificate: string | null
  differences: readonly { position: number; remark: string }[]
  testing: string | null
  case: string | null
  attachments: readonly AttachmentReference[]
}

/** Steps that the service makes a body for from {@link ClueStep}. */
export type ClueStepEvent = Exclude<ClueEvent, 'GIVE_NOTICE' | 'SEND' | 'SEND_AFTER_NOTICE' | 'RETURN'>

/** Makes the bodies of steps out of what an officer says and what the county's own records hold. */
export class CluePapers {
  readonly #parts: NodeParts
  readonly #matters: MatterService
  readonly #clues = new ClueTransferRepository()
  readonly #papers: MatterPapers

  constructor(parts: NodeParts, matters: MatterService, papers: MatterPapers) {
    this.#parts = parts
    this.#matters = matters
    this.#papers = papers
  }

  /** The body of a step; what is missing in it delivery refuses as BAD_USER_INPUT. */
  async bodyOf(
    tx: NodeParts['db'],
    context: RequestContext,
    row: ClueRow,
    event: ClueStepEvent,
    step: ClueStep,
  ): Promise<Readonly<Record<string, unknown>>> {
    const { text, approvedBy } = step
    switch (event) {
      case 'RECEIVE':
        return {
          receivedAt: row.receivedAt?.toISOString(),
          takenOverBy: await this.#papers.signatory(tx, context, step.certificate),
          differences: step.differences,
        }
      case 'EXTEND':
        await this.#demandInTime(tx, row)
        return { reason: text, approvedBy }
      case 'BEGIN_TESTING':
        return { kind: step.testing, what: text }
      case 'END_TESTING':
      case 'GIVE_FEEDBACK':
        return { result: text }
      case 'FILE':
        return this.#filedCase(tx, step.case)
      case 'DECLINE_FILING':
        return { reason: text, approvedBy }
      case 'WITHDRAW':
      case 'OBJECT':
        return { reason: text }
      case 'ACCEPT':
      case 'VERIFY':
      case 'RELEASE':
        return { note: text }
    }
    return event satisfies never
  }

  /** An extension is approved while the limit runs (程序规定 art. 18). */
  async #demandInTime(tx: NodeParts['db'], row: ClueRow): Promise<void> {
    const facts = clueDeadline(row, (await this.#clues.tests(tx, [row.id])).get(row.id) ?? [])
    if (!facts) return
    const { late, dueOn } = deadlineAt(facts, this.#matters.calendar(), this.#parts.clock.now())
    if (!late) return
    throw new ExchangeError('TRANSITION_REFUSED', `The limit ended on ${dueOn ?? ''}: it can be extended only before.`)
  }

  /** The own case that was filed from a clue. */
  async #filedCase(tx: NodeParts['db'], id: string | null): Promise<ClueBodies['FILE']> {
    if (id === null) throw badInput('FILE needs the id of the case that was filed.', 'case')
    const { number, filedAt } = await this.#papers.filedCase(tx, id, 'case')
    return { case: id, caseNumber: number, filedAt: filedAt.toISOString() }
  }
}
