import { type KeyObject, sign } from 'node:crypto'
import { type CoverageStatement, askedStatement } from '../../services/platform/hit-index/coverage-statement.ts'
import type { Purpose } from '../../services/platform/viewer.ts'
import type { CoveragePlan } from './coverage-plan.ts'
import type { Judgement } from './verdict.ts'

/** Header type of a receipt. */
export const receiptType = 'receipt+jws'

/** More live answers and outages than this stand in a statement of their own, so that a receipt stays small. */
export const mostInReceipt = 20

/** A key that signs, with the identifier under which the directory publishes its public part. */
export interface SigningKey {
  key: KeyObject
  kid: string
  alg: 'EdDSA' | 'ES256'
}

/** What a receipt is about, besides the judgement. */
export interface ReceiptSubject {
  /** Identifier of the gateway that answered. */
  gateway: string
  at: Date
  transaction: string
  agency: string
  county: string
  purpose?: Purpose | undefined
  /** `maxStaleness` as it was demanded. */
  question: { subject: string; matter: string; maxStaleness?: string | undefined }
  directory: { serial: number; measuresVersion: string }
}

/** A receipt's coverage, and the statements that it names: they must be kept before it leaves. */
export interface ReceiptCoverage {
  coverage: Record<string, unknown>
  statements: readonly CoverageStatement[]
}

/**
 * A receipt's coverage, of bounded size however many counties there are: the index by the hash of its statement, then
 * who was asked live, in the receipt itself or, when these are many, by the hash of a statement of their own. Entries of
 * `live` and `unanswered` stand for their counties, whatever the index's statement has of them.
 */
export function receiptCoverage({ targets, state, ask }: CoveragePlan, judgement: Judgement): ReceiptCoverage {
  const { complete, unanswered } = judgement
  const live = judgement.live.map(({ county, listVersion, asOf }) => ({
    county,
    listVersion,
    asOf: asOf.toISOString(),
  }))
  const index = state === undefined ? null : { statement: state.hash, counties: targets.length - ask.length }
  const statements = state === undefined ? [] : [state]
  if (live.length + unanswered.length <= mostInReceipt) {
    return { coverage: { complete, index, live, unanswered }, statements }
  }
  const asked = askedStatement({ live, unanswered })
  const counts = { statement: asked.hash, live: live.length, unanswered: unanswered.length }
  return { coverage: { complete, index, asked: counts, live: [], unanswered: [] }, statements: [...statements, asked] }
}

/**
 * Signs a receipt (compact JWS): who asked what, when, for which purpose; the verdict; and what it rests on, county by
 * county, as of when and with which version of each list. It verifies offline with the gateway's key from a directory
 * snapshot and the statements that it names.
 */
export function signReceipt(
  about: ReceiptSubject,
  judgement: Judgement,
  coverage: ReceiptCoverage['coverage'],
  signer: SigningKey,
): string {
  const payload = {
    iss: about.gateway,
    iat: Math.floor(about.at.getTime() / 1_000),
    transaction: about.transaction,
    agency: about.agency,
    county: about.county,
    purpose: about.purpose,
    question: about.question,
    verdict: judgement.verdict,
    consequences: judgement.consequences.map(({ measure, until, listing }) => ({
      measure: measure.code,
      legalBasis: measure.legalBasis,
      until,
      listing: listing.id,
    })),
    coverage,
    directory: about.directory,
  }
  return compactJws(JSON.stringify(payload), signer)
}

const protectedHeaders = new WeakMap<SigningKey, string>()

/** Synchronous, as an Ed25519 signature costs less than a turn through the thread pool. */
function compactJws(payload: string, signer: SigningKey): string {
  let header = protectedHeaders.get(signer)
  if (header === undefined) {
    header = base64url(JSON.stringify({ alg: signer.alg, kid: signer.kid, typ: receiptType }))
    protectedHeaders.set(signer, header)
  }
  const signed = `${header}.${base64url(payload)}`
  const signature =
    signer.alg === 'EdDSA'
      ? sign(null, Buffer.from(signed), signer.key)
      : sign('sha256', Buffer.from(signed), { key: signer.key, dsaEncoding: 'ieee-p1363' })
  return `${signed}.${signature.toString('base64url')}`
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url')
}
