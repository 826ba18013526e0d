import {
  confirmationType,
  proposalHash,
  proposalType,
  type CaseLinkProposal,
} from '../../county/cases/case-link-document.ts'
import type { CaseLinkKind } from '../../county/cases/case-link.labels.ts'
import { importedId } from '../../county/import/content-hash.ts'
import type { CountySigner } from '../../county/signing/county-signer.ts'
import type { DemoCase, DemoLink } from './demo-cases-file.ts'
import { demoCountyFacts } from './demo-county-facts.ts'

/** A link to make. */
export interface WantedLink {
  from: DemoCase
  target: DemoCase
  kind: CaseLinkKind
  note: string
  confirmed: boolean
  /** ISO moments, UTC. */
  proposedAt: string
  settledAt: string
}

/** The rows of a link at both counties, signed as the counties themselves would sign them. */
export async function demoLink(wanted: WantedLink, signers: ReadonlyMap<string, CountySigner>): Promise<DemoLink[]> {
  const { from, target, kind, note, proposedAt, settledAt } = wanted
  const [proposer, confirmer] = [countyOf(from.id), countyOf(target.id)]
  const name = `${from.number} ${kind} ${target.number}`
  const link = importedId(proposer, 'link', name)
  const proposedBy = agencyOf(proposer)
  const content: CaseLinkProposal = { link, kind, note, from: from.id, target: target.id, proposedBy, proposedAt }
  const proposal = await signerOf(signers, proposer).sign(content, proposalType)
  const common = { kind, note, origin: link, proposedBy, proposedAt, proposal }
  const outbound = { ...common, id: link, caseId: from.id, target: target.id, direction: 'OUTBOUND' as const }
  if (!wanted.confirmed) return [{ ...outbound, state: 'PROPOSED', settledAt: null, confirmation: null }]
  const confirmation = await signerOf(signers, confirmer).sign(
    {
      link,
      from: from.id,
      target: target.id,
      proposal: proposalHash(proposal),
      confirmedBy: agencyOf(confirmer),
      confirmedAt: settledAt,
    },
    confirmationType,
  )
  const settled = { state: 'CONFIRMED' as const, settledAt, confirmation }
  const id = importedId(confirmer, 'link', name)
  return [
    { ...outbound, ...settled },
    { ...common, ...settled, id, caseId: target.id, target: from.id, direction: 'INBOUND' },
  ]
}

/** County code that an id begins with. */
export function countyOf(id: string): string {
  return id.slice(0, 6)
}

function agencyOf(county: string): string {
  const facts = demoCountyFacts.find(({ code }) => code === county)
  if (facts === undefined) throw new Error(`The demo has no county ${county}.`)
  return facts.exchangeAgency
}

function signerOf(signers: ReadonlyMap<string, CountySigner>, county: string): CountySigner {
  const signer = signers.get(county)
  if (signer === undefined) throw new Error(`No key to sign with for county ${county}.`)
  return signer
}
