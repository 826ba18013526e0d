import type { Database } from '../../platform/database.ts'
import { shanghaiDay } from '../../platform/directory/snapshot-lookups.ts'
import { ExchangeError, badInput } from '../../platform/errors.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import type { NodeParts } from '../db/node-parts.ts'
import type { AttachmentReference } from '../delivery/contract.ts'
import { deadlineAt } from '../matters/deadline.ts'
import { MatterPapers } from '../matters/matter-papers.ts'
import type { MatterService } from '../matters/matter.service.ts'
import type { AssistanceMaterial, AssistancePart } from './assistance-request.document.ts'
import type { AssistanceEvent } from './assistance-request.machine.ts'
import { AssistanceRequestRepository, type AssistanceRow } from './assistance-request.repository.ts'
import { assistanceDeadline } from './assistance-request.view.ts'

/** What an officer says with a step; each event needs its own part of it. */
export interface AssistanceStep {
  text: string | null
  /** 执法证号 of who signs; the asking officer's own when left out. */
  certificate: string | null
  ground: string | null
  /** The new last day, `YYYY-MM-DD`. */
  until: string | null
  part: number | null
  outcome: string | null
  material: readonly AssistanceMaterial[]
  number: string | null
  parts: readonly number[]
  attachments: readonly AttachmentReference[]
}

/** Steps that the service makes a body for from {@link AssistanceStep}. */
export type AssistanceStepEvent = Exclude<AssistanceEvent, 'ISSUE'>

/** An assisting agency as an officer names it; the counterpart at the same level when neither id nor name is given. */
export interface AskedPart {
  county: string
  agency: string | null
  name: string | null
  tasks: readonly string[]
}

/** Makes the bodies of documents out of what an officer says and what the county's own records hold. */
export class AssistancePapers extends MatterPapers {
  readonly #node: NodeParts
  readonly #matters: MatterService
  readonly #requests = new AssistanceRequestRepository()

  constructor(parts: NodeParts, matters: MatterService) {
    super(parts)
    this.#node = parts
    this.#matters = matters
  }

  /** The parts of a letter by assisting county, in the order in which the counties come. */
  partsByCounty(context: RequestContext, asked: readonly AskedPart[]): Map<string, AssistancePart[]> {
    const all = new Map<string, AssistancePart[]>()
    for (const { county, agency, name, tasks } of asked) {
      this.demandOtherCounty(county, 'parts')
      const part = { agency: this.#agencyOf(context, { county, agency, name }), tasks: [...tasks] }
      all.set(county, [...(all.get(county) ?? []), part])
    }
    return all
  }

  #agencyOf(context: RequestContext, { county, agency, name }: Omit<AskedPart, 'tasks'>): AssistancePart['agency'] {
    if (agency !== null) {
      const entry = this.#node.directory.agency(agency)
      if (entry?.county === county) return { id: entry.id, name: entry.name }
      throw badInput(`The directory has no such agency in ${county}.`, 'parts')
    }
    if (name !== null) return { id: null, name }
    const { toAgency } = this.agencies(context, county)
    if (toAgency) return toAgency
    throw badInput(`The directory knows no counterpart (对方同级部门) in ${county}: name the agency.`, 'parts')
  }

  /** The body of a step; what is missing in it delivery refuses as BAD_USER_INPUT. */
  async bodyOf(
    tx: Database,
    context: RequestContext,
    row: AssistanceRow,
    event: AssistanceStepEvent,
    step: AssistanceStep,
  ): Promise<Readonly<Record<string, unknown>>> {
    const { text, number, parts } = step
    const signedBy = () => this.signatory(tx, context, step.certificate)
    switch (event) {
      case 'RECEIVE':
        return { receivedAt: row.receivedAt?.toISOString(), receivedBy: await signedBy() }
      case 'DECLINE':
        return { ground: step.ground, reason: text, signedBy: await signedBy() }
      case 'EXTEND':
        await this.#demandInTime(tx, row, step.until)
        return { until: step.until, reason: text }
      case 'ANSWER_PART': {
        const { part, outcome, material } = step
        await this.#demandOwnPart(tx, context, row, part)
        return { part, outcome, findings: text, material, answeredBy: await signedBy() }
      }
      case 'REPLY':
        return { number, conclusion: text, signedBy: await signedBy() }
      case 'ASK_SUPPLEMENT':
        return { number, parts, what: text, signedBy: await signedBy() }
      case 'CLOSE':
        return { note: text, takenOverBy: await signedBy() }
      case 'BEGIN':
      case 'RELEASE':
        return { note: text }
    }
    return event satisfies never
  }

  /** An extension is told before the limit is over (程序规定 art. 45), and names a later day. */
  async #demandInTime(tx: Database, row: AssistanceRow, until: string | null): Promise<void> {
    const facts = assistanceDeadline(row, (await this.#requests.extensions(tx, [row.id])).get(row.id) ?? [])
    if (!facts || row.state === 'REPLIED') return
    const now = this.#node.clock.now()
    const { late, dueOn } = deadlineAt(facts, this.#matters.calendar(), now)
    if (late) {
      throw new ExchangeError(
        'TRANSITION_REFUSED',
        `The limit ended on ${dueOn ?? ''}: an extension is told before (程序规定 art. 45).`,
      )
    }
    if (until === null || until > (dueOn ?? shanghaiDay(now))) return
    throw badInput(`"until" must be later than the present last day, ${dueOn ?? 'today'}.`, 'until')
  }

  /** 按照职能分工: a part that is addressed to an agency of the directory is answered by that agency. */
  async #demandOwnPart(
    tx: Database,
    context: RequestContext,
    { id }: AssistanceRow,
    position: number | null,
  ): Promise<void> {
    const part = (await this.#requests.parts(tx, [id])).get(id)?.find((each) => each.position === position)
    const { agency } = context.viewer
    if (!part?.agencyId || part.agencyId === agency || !this.#node.directory.agency(part.agencyId)) return
    throw new ExchangeError(
      'TRANSITION_REFUSED',
      `Part ${part.position} is for ${part.agencyName}, which answers it itself.`,
    )
  }
}
