import { ExchangeError, badInput } from '../../platform/errors.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import { AgencyRepository } from '../agencies/agency.repository.ts'
import { EnforcementCaseRepository } from '../cases/enforcement-case.repository.ts'
import type { NodeParts } from '../db/node-parts.ts'
import { countyOfId } from '../db/record-id.ts'
import type { Actor, AttachmentReference } from '../delivery/contract.ts'
import { deadlineAt } from '../matters/deadline.ts'
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
export type ClueStepEvent = Exclude<ClueEvent, 'GIVE_NOTICE' | 'SEND' | 'SEND_AFTER_NOTICE'>

/** Makes the bodies of steps out of what an officer says and what the county's own records hold. */
export class CluePapers {
  readonly #parts: NodeParts
  readonly #matters: MatterService
  readonly #clues = new ClueTransferRepository()
  readonly #cases = new EnforcementCaseRepository()
  readonly #agencies = new AgencyRepository()

  constructor(parts: NodeParts, matters: MatterService) {
    this.#parts = parts
    this.#matters = matters
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
          takenOverBy: await this.signatory(tx, context, step.certificate),
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
    if (countyOfId(id, 'case', 'case') !== this.#parts.county)
      throw badInput('"case" is not one of this county.', 'case')
    const row = (await this.#cases.byIds(tx, [id])).get(id)
    if (!row) throw new ExchangeError('NOT_FOUND', 'There is no such case in this county.', { key: id })
    if (row.filedAt === null) {
      throw new ExchangeError('TRANSITION_REFUSED', 'The case has not been filed (立案) yet: file it first.', {
        key: id,
      })
    }
    return { case: id, caseNumber: row.number, filedAt: row.filedAt.toISOString() }
  }

  /** The asking officer. */
  async actor(tx: NodeParts['db'], context: RequestContext): Promise<Actor> {
    const officer = context.transaction.officer ?? ''
    const known = (await this.#agencies.officersByCertificate(tx, [officer])).get(officer)
    return { agency: context.viewer.agency, officer, ...(known && { name: known.name }) }
  }

  /** Who signs a handover list: an officer of this county's register, the asking one unless named. */
  async signatory(
    tx: NodeParts['db'],
    context: RequestContext,
    certificate: string | null,
  ): Promise<{ name: string; certificate: string }> {
    const wanted = certificate ?? context.transaction.officer ?? ''
    const officer = (await this.#agencies.officersByCertificate(tx, [wanted])).get(wanted)
    if (officer) return { name: officer.name, certificate: wanted }
    throw badInput(
      'The handover list is signed by a named officer: no officer of this county holds that 执法证号.',
      'certificate',
    )
  }
}
