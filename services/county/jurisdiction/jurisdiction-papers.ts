import type { Database } from '../../platform/database.ts'
import { shanghaiDay } from '../../platform/directory/snapshot-lookups.ts'
import type { Superior } from '../../platform/directory/snapshot.ts'
import { ExchangeError, badInput } from '../../platform/errors.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import { EnforcementCaseRepository } from '../cases/enforcement-case.repository.ts'
import { startOfDay } from '../connection/day.ts'
import type { NodeParts } from '../db/node-parts.ts'
import type { AttachmentReference } from '../delivery/contract.ts'
import type { MatterPapers } from '../matters/matter-papers.ts'
import type { Claim, DisputeBodies, Raising } from './jurisdiction.document.ts'
import type { DisputeStepEvent } from './jurisdiction.labels.ts'
import type { DisputeRow } from './jurisdiction.repository.ts'

/** What an officer says with a step; each event needs its own part of it. */
export interface DisputeStep {
  text: string | null
  /** The county that is to have jurisdiction, or has it. */
  county: string | null
  /** 指定管辖通知书: number and date. */
  number: string | null
  date: string | null
  /** The day on which a superior without node received the request, as its paper says. */
  receivedOn: string | null
  attachments: readonly AttachmentReference[]
}

type Asked = DisputeBodies['ESCALATE']['superior']

/** Makes the bodies of a dispute's events out of what an officer says and what the county's own records hold. */
export class JurisdictionPapers {
  readonly #parts: NodeParts
  readonly #papers: MatterPapers
  readonly #cases = new EnforcementCaseRepository()

  constructor(parts: NodeParts, papers: MatterPapers) {
    this.#parts = parts
    this.#papers = papers
  }

  /** What an opening says of both agencies. */
  agencies(context: RequestContext, respondent: string): Pick<Raising, 'fromAgency' | 'toAgency'> {
    const { fromAgency, toAgency } = this.#papers.agencies(context, respondent)
    const systemOf = (id: string) => this.#parts.directory.agency(id)?.system ?? null
    return {
      fromAgency: { ...fromAgency, system: systemOf(fromAgency.id) },
      toAgency: toAgency && { ...toAgency, system: systemOf(toAgency.id) },
    }
  }

  /** The common superior of today. TRANSITION_REFUSED when the directory names none. */
  superior(counties: readonly string[], systems: readonly (string | null | undefined)[]): Asked {
    const [first, ...others] = systems
    const system = others.every((each) => each === first) ? (first ?? null) : null
    const found = this.#parts.directory.superiorOf({ counties, system, on: this.#parts.clock.now() })
    if (found) return askedOf(found)
    throw new ExchangeError(
      'TRANSITION_REFUSED',
      `The directory names no one common superior of ${counties.join(' and ')} for these departments today. ` +
        'Ask the coordination office to enter it.',
    )
  }

  /** What this county states of its own case; it must have been filed. */
  async claim(tx: Database, id: string): Promise<Claim> {
    const { filedAt, number } = await this.#papers.filedCase(tx, id, 'case')
    return { case: id, number, filedAt: filedAt.toISOString() }
  }

  /** What this county can state of the case that a dispute names as its own; null when it has stated it, or cannot. */
  async unstatedClaim(tx: Database, row: DisputeRow): Promise<Claim | null> {
    const { county } = this.#parts
    const [id, stated] =
      county === row.raiser ? [row.raiserCase, row.raiserClaim] : [row.respondentCase, row.respondentClaim]
    if (id === null || stated !== null) return null
    const own = (await this.#cases.byIds(tx, [id])).get(id)
    return own?.filedAt ? { case: id, number: own.number, filedAt: own.filedAt.toISOString() } : null
  }

  /** The body of a step; what is missing in it delivery refuses as BAD_USER_INPUT. */
  async bodyOf(
    tx: Database,
    row: DisputeRow,
    event: DisputeStepEvent,
    step: DisputeStep,
  ): Promise<Readonly<Record<string, unknown>>> {
    const { text, county, number, date } = step
    switch (event) {
      case 'PROPOSE':
        return { county: county ?? this.#parts.county, reason: text, claim: await this.unstatedClaim(tx, row) }
      case 'AGREE':
        return { county: row.proposedCounty, note: text }
      case 'ESCALATE':
        return { superior: this.superiorOf(row), reason: text }
      case 'END_CONSULTATION':
        return { reason: text }
      case 'RECEIVE':
        return { receivedAt: this.#receivedAt(row, step), note: text }
      case 'DESIGNATE':
        return { number, date, county, reason: text, receivedAt: row.referredAt?.toISOString() ?? null }
      case 'RECORD_DESIGNATION': {
        const receivedAt =
          step.receivedOn === null ? (row.referredAt?.toISOString() ?? null) : this.#receivedAt(row, step)
        return { number, date, county, reason: text, receivedAt }
      }
    }
    return event satisfies never
  }

  /** The common superior in a dispute, as of today. */
  superiorOf(row: DisputeRow): Asked {
    return this.superior([row.raiser, row.respondent], [row.raiserSystem, row.respondentSystem])
  }

  /** The own case that goes over, where the dispute names one; a case that was decided here cannot. */
  async movedCase(tx: Database, row: DisputeRow): Promise<{ case: string | null; caseNumber: string | null }> {
    const id = this.#parts.county === row.raiser ? row.raiserCase : row.respondentCase
    const own = id === null ? undefined : (await this.#cases.byIds(tx, [id])).get(id)
    if (!own) return { case: null, caseNumber: null }
    const decided = own.decision !== null && own.decision !== 'TRANSFER_ADMINISTRATIVE'
    if (!decided) return { case: own.id, caseNumber: own.number }
    throw new ExchangeError(
      'TRANSITION_REFUSED',
      'This county has decided the case, though another has jurisdiction: revoke the decision before the case goes over.',
      { key: own.id },
    )
  }

  /** The own case in which a matter goes on: the one named, or the one that the dispute is about. */
  async continuedCase(
    tx: Database,
    row: DisputeRow,
    named: string | null,
  ): Promise<{ case: string | null; caseNumber: string | null }> {
    const id = named ?? (this.#parts.county === row.raiser ? row.raiserCase : row.respondentCase)
    if (id === null || (named === null && !(await this.#cases.byIds(tx, [id])).has(id)))
      return { case: null, caseNumber: null }
    const own = await this.#papers.filedCase(tx, id, 'case')
    return { case: own.id, caseNumber: own.number }
  }

  #receivedAt(row: DisputeRow, { receivedOn }: DisputeStep): string | undefined {
    if (row.superiorNode === this.#parts.county) return row.referredAt?.toISOString()
    if (receivedOn === null) throw badInput('"receivedOn" is the day on which the superior received it.', 'receivedOn')
    if (receivedOn > shanghaiDay(this.#parts.clock.now()))
      throw badInput('"receivedOn" is still to come.', 'receivedOn')
    return startOfDay(receivedOn).toISOString()
  }
}

function askedOf({ id, name, node }: Superior): Asked {
  return { id, name, node: node && node.status !== 'LEFT' ? node.code : null }
}
