import { ExchangeError, badInput } from '../../platform/errors.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import { closedStages } from '../cases/enforcement-case.machine.ts'
import type { CaseRow } from '../cases/enforcement-case.repository.ts'
import type { NodeParts } from '../db/node-parts.ts'
import type { AttachmentReference } from '../delivery/contract.ts'
import { MatterPapers } from '../matters/matter-papers.ts'
import type { LegalityReview, Signatory } from './evidence.document.ts'
import type { EvidenceStep } from './evidence.machine.ts'
import { EvidenceRepository } from './evidence.repository.ts'

/** What an officer says with a step of the recipient; each event needs its own part of it. */
export interface EvidenceStepGiven {
  /** The version that was examined. */
  version: number | null
  /** Reason, or for CITE the fact that is to be proven. */
  text: string | null
  /** 执法证号 of who examined it; the asking officer's own when left out. */
  certificate: string | null
  checklist: LegalityReview
  ground: string | null
  /** 执法证号 of who verified on site. */
  verifiers: readonly string[]
  verifiedAt: Date | null
  place: string | null
  findings: string | null
  case: string | null
  outcome: string | null
  replacement: string | null
  attachments: readonly AttachmentReference[]
}

/** Pieces that this county shares for one case of another: so many are shown there beside those of a second county. */
const mostForCase = 100

/** Makes the bodies of documents out of what an officer says and what the county's own records hold. */
export class EvidencePapers extends MatterPapers {
  readonly #parts: NodeParts
  readonly #evidence = new EvidenceRepository()

  constructor(parts: NodeParts) {
    super(parts)
    this.#parts = parts
  }

  /** Refuses one more piece for another county's case for which this one has shared as many as are looked at there. */
  async demandRoom(tx: NodeParts['db'], forCase: string): Promise<void> {
    if ((await this.#evidence.countFor(tx, this.#parts.county, forCase)) < mostForCase) return
    throw badInput(
      `This county has shared ${mostForCase} pieces for that case: share the others without naming it.`,
      'forCase',
    )
  }

  /** The body of a step of the recipient; what is missing in it delivery refuses as BAD_USER_INPUT. */
  async bodyOf(
    tx: NodeParts['db'],
    context: RequestContext,
    event: EvidenceStep,
    given: EvidenceStepGiven,
  ): Promise<Readonly<Record<string, unknown>>> {
    if (event === 'CITE') return this.#citation(tx, given)
    if (event === 'REVIEW') return this.#review(tx, given)
    const { version, text: reason, checklist, ground, verifiedAt, place, findings } = given
    const examination = { version, reason, reviewer: await this.signatory(tx, context, given.certificate) }
    switch (event) {
      case 'VERIFY_ONSITE':
        return examination
      case 'RECOGNISE':
        return { ...examination, checklist }
      case 'REJECT':
        return { ...examination, checklist, ground }
      case 'VERIFY': {
        const verifiers = await this.officers(tx, context, given.verifiers)
        return { ...examination, checklist, verifiers, verifiedAt: verifiedAt?.toISOString(), place, findings }
      }
    }
    return event satisfies never
  }

  /** Officers of this county's register, by their 执法证号; BAD_USER_INPUT when one is not known. */
  async officers(tx: NodeParts['db'], context: RequestContext, certificates: readonly string[]): Promise<Signatory[]> {
    const officers: Signatory[] = []
    for (const certificate of certificates) officers.push(await this.signatory(tx, context, certificate))
    return officers
  }

  /** What proves the facts of a case is gathered before it is decided (程序规定 art. 48 and 60). */
  async #citation(tx: NodeParts['db'], { case: id, text }: EvidenceStepGiven) {
    const row = await this.#ownCase(tx, id)
    if (row.decision !== null || closedStages.some((stage) => stage === row.stage)) {
      throw new ExchangeError('TRANSITION_REFUSED', 'The case has been decided or closed: it cites nothing more.', {
        key: row.id,
      })
    }
    return { case: row.id, caseNumber: row.number, fact: text }
  }

  async #review(tx: NodeParts['db'], { case: id, text, outcome, replacement }: EvidenceStepGiven) {
    const row = await this.#ownCase(tx, id)
    return { case: row.id, outcome, reason: text, replacement, decided: row.decision !== null }
  }

  async #ownCase(tx: NodeParts['db'], id: string | null): Promise<CaseRow> {
    if (id === null) throw badInput('This step needs the id of the own case.', 'case')
    return this.ownCase(tx, id, 'case')
  }

  /** Refuses a moment that is still to come. */
  demandPast(moment: Date, argument: string): void {
    if (moment <= this.#parts.clock.now()) return
    throw badInput(`"${argument}" is still to come.`, argument)
  }
}
