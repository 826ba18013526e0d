import { createHash } from 'node:crypto'
import { decodeJwt } from 'jose'
import { z } from 'zod'
import type { Directory } from '../../platform/directory/directory.ts'
import { badInput } from '../../platform/errors.ts'
import { countyOfId } from '../db/record-id.ts'
import { readMatterId } from '../delivery/contract.ts'
import { decodePayload } from '../delivery/envelope-jws.ts'
import { caseLinkKindLabels } from './case-link.labels.ts'

/** `typ` of a signed proposal. */
export const proposalType = 'case-link-proposal+jws'
/** `typ` of a signed confirmation. */
export const confirmationType = 'case-link-confirmation+jws'

const kinds = Object.keys(caseLinkKindLabels) as [keyof typeof caseLinkKindLabels]

const proposalSchema = z.object({
  link: z.string(),
  kind: z.enum(kinds),
  note: z.string().nullable(),
  from: z.string(),
  target: z.string(),
  proposedBy: z.string(),
  proposedAt: z.iso.datetime(),
})

const confirmationSchema = z.object({
  link: z.string(),
  from: z.string(),
  target: z.string(),
  /** SHA-256 of the proposal's JWS, base64url. */
  proposal: z.string(),
  confirmedBy: z.string(),
  confirmedAt: z.iso.datetime(),
})

/** What the proposing county signs. */
export type CaseLinkProposal = z.infer<typeof proposalSchema>
/** What the confirming county signs. */
export type CaseLinkConfirmation = z.infer<typeof confirmationSchema>

/** Hash by which a confirmation names its proposal. */
export function proposalHash(jws: string): string {
  return createHash('sha256').update(jws).digest('base64url')
}

/**
 * The matter whose document proposes a link, and the link that it makes at the county that sent it; undefined where a
 * county proposed a link by itself. Not verified: only what is held already is found by it.
 */
export function linkOfMatter(jws: string): { matter: string; link: string } | undefined {
  const payload = decodePayload(jws)
  const [matter, sender] = [payload?.['matter'], payload?.['sender']]
  const id = typeof matter === 'string' ? readMatterId(matter) : undefined
  return typeof matter === 'string' && typeof sender === 'string' && id
    ? { matter, link: `${sender}:link:${id.uuid}` }
    : undefined
}

/**
 * Reads a proposal, verified as signed by the county that its link and its case belong to. BAD_USER_INPUT when anything
 * about it is wrong.
 */
export async function readProposal(jws: string, directory: Directory): Promise<CaseLinkProposal & { county: string }> {
  const county = countyOfId(claimedLink(jws), 'link', 'proposal')
  const parsed = proposalSchema.safeParse(await directory.verifyJws(jws, { county }, proposalType))
  if (!parsed.success) throw badInput('The signed proposal is not complete.', 'proposal')
  const { link, from, target } = parsed.data
  if (countyOfId(link, 'link', 'proposal') !== county || countyOfId(from, 'case', 'proposal') !== county) {
    throw badInput('The proposal is about a case of another county than the one that signed it.', 'proposal')
  }
  countyOfId(target, 'case', 'proposal')
  return { ...parsed.data, county }
}

/** Reads a confirmation of `proposal`, verified as signed by the county of the proposal's target. */
export async function readConfirmation(
  jws: string,
  proposal: { jws: string; link: string; target: string },
  directory: Directory,
): Promise<CaseLinkConfirmation> {
  const county = countyOfId(proposal.target, 'case', 'id')
  const parsed = confirmationSchema.safeParse(await directory.verifyJws(jws, { county }, confirmationType))
  if (!parsed.success) throw badInput('The signed confirmation is not complete.', 'confirmation')
  const { link, proposal: hash } = parsed.data
  if (link !== proposal.link || hash !== proposalHash(proposal.jws)) {
    throw badInput('The confirmation is for another proposal.', 'confirmation')
  }
  return parsed.data
}

function claimedLink(jws: string): string {
  try {
    const { link } = decodeJwt<{ link?: unknown }>(jws)
    if (typeof link === 'string') return link
  } catch {
    // Said below, as for a document without a link.
  }
  throw badInput('"proposal" is not a signed proposal.', 'proposal')
}
