import { demandTexts } from '../../platform/demand-texts.ts'
import { ExchangeError, badInput } from '../../platform/errors.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import { Batch } from '../db/batch.ts'
import type { NodeParts } from '../db/node-parts.ts'
import { countyOfId, isOwnId, newRecordId } from '../db/record-id.ts'
import {
  type CaseLinkProposal,
  confirmationType,
  linkOfMatter,
  proposalHash,
  proposalType,
  readConfirmation,
  readProposal,
} from './case-link-document.ts'
import type { CaseLinkKind } from './case-link.labels.ts'
import { type CaseLinkEvent, decideCaseLink } from './case-link.machine.ts'
import { CaseLinkRepository, type CaseLinkRow } from './case-link.repository.ts'
import { EnforcementCaseRepository, isShared } from './enforcement-case.repository.ts'

/** What the service answers with. */
export type { CaseLinkRow } from './case-link.repository.ts'

const mostProposals = 1_000

/** Links between cases of this county and others: proposed by one, confirmed by the other, walked by both. */
export class CaseLinkService {
  readonly #parts: NodeParts
  readonly #links = new CaseLinkRepository()
  readonly #cases = new EnforcementCaseRepository()
  readonly #ofCase: Batch<CaseLinkRow[]>
  readonly #byId: Batch<CaseLinkRow>

  constructor(parts: NodeParts) {
    this.#parts = parts
    this.#ofCase = new Batch((ids) => this.#links.ofCases(parts.db, ids))
    this.#byId = new Batch((ids) => this.#links.byIds(parts.db, ids))
  }

  /** Links of a case; one that is not confirmed only for the two counties it is between. */
  async ofCase(context: RequestContext, caseId: string): Promise<CaseLinkRow[]> {
    const { own, county } = this.#parts.authoriser.toRead(context, 'ENFORCEMENT_CASE')
    const links = (await this.#ofCase.get(context, caseId)) ?? []
    return links.filter((link) => own || link.state === 'CONFIRMED' || link.target.startsWith(`${county}:`))
  }

  /** One link; undefined for whom it is not between, unless it is confirmed and the asker may read cases. */
  async find(context: RequestContext, id: string): Promise<CaseLinkRow | undefined> {
    const { own, county } = this.#parts.authoriser.asParty(context)
    if (!isOwnId(id, 'link', this.#parts.county)) return undefined
    const link = await this.#byId.get(context, id)
    if (link === undefined || own || link.target.startsWith(`${county}:`)) return link
    if (link.state !== 'CONFIRMED' || !this.#parts.authoriser.mayRead(context, 'ENFORCEMENT_CASE')) return undefined
    const source = (await this.#cases.byIds(this.#parts.db, [link.caseId])).get(link.caseId)
    return source && isShared(source) ? link : undefined
  }

  /** Links that this county proposed to the asker's and that wait for its answer, the oldest 1,000. */
  proposals(context: RequestContext): Promise<CaseLinkRow[]> {
    const { county } = this.#parts.authoriser.asParty(context)
    return this.#links.proposedTo(this.#parts.db, county, mostProposals)
  }

  /** The signed proposal of a link, for the county it is addressed to; undefined for any other and when it was ended. */
  async proposal(context: RequestContext, id: string): Promise<string | undefined> {
    const { county } = this.#parts.authoriser.asParty(context)
    if (!isOwnId(id, 'link', this.#parts.county)) return undefined
    const link = await this.#links.byId(this.#parts.db, id)
    if (link?.direction !== 'OUTBOUND' || !link.target.startsWith(`${county}:`)) return undefined
    return link.state === 'PROPOSED' || link.state === 'CONFIRMED' ? link.proposal : undefined
  }

  /**
   * Proposes a link from an own case; proposing the same again gives the link there is. Between two own cases it is
   * confirmed at once, since both sides are this county.
   */
  async propose(
    context: RequestContext,
    question: { caseId: string; target: string; kind: CaseLinkKind; note: string | null },
  ): Promise<CaseLinkRow> {
    this.#parts.authoriser.toWrite(context)
    const { caseId, target, kind, note } = question
    const { county, clock, db, signer } = this.#parts
    demandTexts({ note }, { note: 2_000 })
    this.#demandCases(caseId, target)
    const existing = await this.#links.outbound(db, caseId, target, kind)
    if (existing) return existing
    const at = clock.now()
    const link = newRecordId(county, 'link', clock)
    const agency = context.viewer.agency
    const content: CaseLinkProposal = {
      link,
      kind,
      note,
      from: caseId,
      target,
      proposedBy: agency,
      proposedAt: at.toISOString(),
    }
    const proposal = await signer.sign(content, proposalType)
    const confirmation = isOwnId(target, 'case', county)
      ? await this.#confirm(content, proposal, agency, at)
      : undefined
    return db.transaction(async (tx) => {
      await this.#demandOwnCases(tx, isOwnId(target, 'case', county) ? [caseId, target] : [caseId])
      const row = await this.#links.insert(tx, {
        ...rowOf(content, proposal),
        id: link,
        caseId,
        target,
        direction: 'OUTBOUND',
        ...(confirmation ? { state: 'CONFIRMED', settledAt: at, confirmation } : { state: 'PROPOSED' }),
      })
      if (row && confirmation) await this.#links.insert(tx, this.#inbound(content, proposal, confirmation, at))
      const stored = row ?? (await this.#links.outbound(tx, caseId, target, kind))
      if (!stored) throw new ExchangeError('CONFLICT', 'The link was changed at the same time. Try again.')
      return stored
    })
  }

  /**
   * Records another county's proposal to an own case as a confirmed inbound link and gives this county's signed
   * confirmation; the same proposal again gives the same confirmation. A newer proposal of the same link takes the
   * older one's place: that one was withdrawn before its proposer learned of the confirmation. A link that a clue or a
   * dispute makes is confirmed by the matter's own document, which is given where it is held.
   */
  async record(context: RequestContext, jws: string): Promise<string> {
    this.#parts.authoriser.toWrite(context)
    const { county, clock, db, directory } = this.#parts
    const made = linkOfMatter(jws)
    if (made) return this.#confirmedByMatter(jws, made)
    const proposal = await readProposal(jws, directory)
    if (countyOfId(proposal.target, 'case', 'proposal') !== county || proposal.county === county) {
      throw badInput('The proposal is not addressed to a case of this county.', 'proposal')
    }
    const known = await this.#links.inbound(db, proposal.link)
    if (known?.confirmation) return known.confirmation
    const at = clock.now()
    const confirmation = await this.#confirm(proposal, jws, context.viewer.agency, at)
    return db.transaction(async (tx) => {
      await this.#demandOwnCases(tx, [proposal.target])
      const row = this.#inbound(proposal, jws, confirmation, at)
      if (await this.#links.insert(tx, row)) return confirmation
      const stored = await this.#links.inbound(tx, proposal.link)
      if (stored?.confirmation) return stored.confirmation
      if (await this.#links.renewInbound(tx, row)) return confirmation
      throw new ExchangeError('CONFLICT', 'This case has the same link by another proposal already.')
    })
  }

  /** Takes the other county's signed confirmation of an own proposal; the same again changes nothing. */
  async settle(context: RequestContext, id: string, jws: string): Promise<CaseLinkRow> {
    const { county } = this.#parts.authoriser.asParty(context)
    const link = await this.#addressedTo(id, county)
    if (link.confirmation === jws && link.state === 'CONFIRMED') return link
    const proposal = { jws: link.proposal, link: link.id, target: link.target }
    await readConfirmation(jws, proposal, this.#parts.directory)
    return this.#end(id, 'CONFIRM', jws)
  }

  /** Declines a link that this county proposed to the asker's. */
  async decline(context: RequestContext, id: string): Promise<CaseLinkRow> {
    const { county } = this.#parts.authoriser.asParty(context)
    await this.#addressedTo(id, county)
    return this.#end(id, 'DECLINE')
  }

  /** Withdraws an own proposal. */
  async withdraw(context: RequestContext, id: string): Promise<CaseLinkRow> {
    this.#parts.authoriser.toWrite(context)
    return this.#end(id, 'WITHDRAW')
  }

  async #confirmedByMatter(jws: string, { matter, link }: { matter: string; link: string }): Promise<string> {
    const known = await this.#links.inbound(this.#parts.db, link)
    if (known?.confirmation && known.proposal === jws) return known.confirmation
    throw new ExchangeError(
      'TRANSITION_REFUSED',
      `This link is made by a document of the matter ${matter}, and confirmed by its course: not by itself.`,
      { key: matter },
    )
  }

  async #end(id: string, event: CaseLinkEvent, confirmation?: string): Promise<CaseLinkRow> {
    const { clock, db } = this.#parts
    return db.transaction(async (tx) => {
      const link = await this.#links.lock(tx, id)
      if (link?.direction !== 'OUTBOUND') throw noSuchLink(id)
      if (confirmation !== undefined && link.state === 'CONFIRMED') return link
      const state = decideCaseLink(link.state, event)
      return this.#links.settle(tx, id, { state, settledAt: clock.now(), ...(confirmation && { confirmation }) })
    })
  }

  async #addressedTo(id: string, county: string): Promise<CaseLinkRow> {
    const link = await this.#links.byId(this.#parts.db, id)
    if (link?.direction === 'OUTBOUND' && link.target.startsWith(`${county}:`)) return link
    throw noSuchLink(id)
  }

  #confirm(proposal: CaseLinkProposal, jws: string, confirmedBy: string, at: Date): Promise<string> {
    const { link, from, target } = proposal
    const content = { link, from, target, proposal: proposalHash(jws), confirmedBy, confirmedAt: at.toISOString() }
    return this.#parts.signer.sign(content, confirmationType)
  }

  #inbound(proposal: CaseLinkProposal, jws: string, confirmation: string, at: Date) {
    return {
      ...rowOf(proposal, jws),
      id: newRecordId(this.#parts.county, 'link', this.#parts.clock),
      caseId: proposal.target,
      target: proposal.from,
      direction: 'INBOUND',
      state: 'CONFIRMED',
      settledAt: at,
      confirmation,
    }
  }

  #demandCases(caseId: string, target: string): void {
    if (countyOfId(caseId, 'case', 'id') !== this.#parts.county) {
      throw new ExchangeError('NOT_FOUND', 'There is no such case in this county.', { key: caseId })
    }
    const other = countyOfId(target, 'case', 'target')
    if (!this.#parts.directory.county(other)) throw badInput(`The directory has no county ${other}.`, 'target')
    if (target === caseId) throw badInput('A case cannot be linked to itself.', 'target')
  }

  async #demandOwnCases(tx: NodeParts['db'], ids: string[]): Promise<void> {
    const found = await this.#cases.byIds(tx, ids)
    const missing = ids.find((id) => !found.has(id))
    if (missing === undefined) return
    throw new ExchangeError('NOT_FOUND', 'There is no such case in this county.', { key: missing })
  }
}

function rowOf(proposal: CaseLinkProposal, jws: string) {
  const { kind, note, link, proposedBy, proposedAt } = proposal
  return { kind, note, origin: link, proposedBy, proposedAt: new Date(proposedAt), proposal: jws }
}

function noSuchLink(id: string): ExchangeError {
  return new ExchangeError('NOT_FOUND', 'There is no such link proposal for you to answer.', { key: id })
}
