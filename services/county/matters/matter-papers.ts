import type { Database } from '../../platform/database.ts'
import { ExchangeError, badInput } from '../../platform/errors.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import { AgencyRepository } from '../agencies/agency.repository.ts'
import { type CaseRow, EnforcementCaseRepository } from '../cases/enforcement-case.repository.ts'
import type { NodeParts } from '../db/node-parts.ts'
import { countyOfId } from '../db/record-id.ts'
import type { Actor } from '../delivery/contract.ts'
import { counterpartOf } from './counterpart.ts'

/** An agency as an envelope names it. */
export interface NamedAgency {
  id: string
  name: string
}

/** What the services of all kinds take from this county's own records when they write a document. */
export class MatterPapers {
  readonly #parts: NodeParts
  readonly #cases = new EnforcementCaseRepository()
  readonly #agencies = new AgencyRepository()

  constructor(parts: NodeParts) {
    this.#parts = parts
  }

  /** The asking officer, as an envelope's actor. */
  async actor(tx: Database, context: RequestContext): Promise<Actor> {
    const officer = context.transaction.officer ?? ''
    const known = (await this.#agencies.officersByCertificate(tx, [officer])).get(officer)
    return { agency: context.viewer.agency, officer, ...(known && { name: known.name }) }
  }

  /**
   * Who signs a paper: an officer of this county's register, the asking one unless named. BAD_USER_INPUT when the register
   * has no such officer.
   */
  async signatory(
    tx: Database,
    context: RequestContext,
    certificate: string | null,
  ): Promise<{ name: string; certificate: string }> {
    const wanted = certificate ?? context.transaction.officer ?? ''
    const officer = (await this.#agencies.officersByCertificate(tx, [wanted])).get(wanted)
    if (officer) return { name: officer.name, certificate: wanted }
    throw badInput(
      'This paper is signed by a named officer: no officer of this county holds that 执法证号.',
      'certificate',
    )
  }

  /** The asking agency, and its counterpart at the same level (对方同级部门) in another county where there is one. */
  agencies(context: RequestContext, recipient: string): { fromAgency: NamedAgency; toAgency: NamedAgency | null } {
    const { agency } = context.viewer
    const { directory } = this.#parts
    const entry = directory.agency(agency)
    if (!entry) throw new ExchangeError('AGENCY_UNKNOWN', `The directory has no agency ${agency}.`)
    return {
      fromAgency: { id: entry.id, name: entry.name },
      toAgency: counterpartOf(directory.snapshot(), entry, recipient),
    }
  }

  /** Refuses a county that the directory does not list, that has left, or that is this one. */
  demandOtherCounty(code: string, argument: string): void {
    const other = this.#parts.directory.county(code)
    if (other && other.status !== 'LEFT' && code !== this.#parts.county) return
    throw badInput(`"${argument}" is not another county of the directory.`, argument)
  }

  /** Refuses a type of unlawful act (违法行为类型) that the directory does not list. */
  demandAct(code: string, argument: string): void {
    if (this.#parts.directory.act(code)) return
    throw badInput('The directory has no such type of unlawful act (违法行为类型).', argument)
  }

  /** An own case; BAD_USER_INPUT for another county's, NOT_FOUND when this county has none of that id. */
  async ownCase(tx: Database, id: string, argument: string): Promise<CaseRow> {
    if (countyOfId(id, 'case', argument) !== this.#parts.county) {
      throw badInput(`"${argument}" is not a case of this county.`, argument)
    }
    const row = (await this.#cases.byIds(tx, [id])).get(id)
    if (row) return row
    throw new ExchangeError('NOT_FOUND', 'There is no such case in this county.', { key: id })
  }

  /** An own case that has been filed (立案), with the moment. */
  async filedCase(tx: Database, id: string, argument: string): Promise<CaseRow & { filedAt: Date }> {
    const row = await this.ownCase(tx, id, argument)
    const { filedAt } = row
    if (filedAt !== null) return { ...row, filedAt }
    throw new ExchangeError('TRANSITION_REFUSED', 'The case has not been filed (立案) yet: file it first.', { key: id })
  }
}
