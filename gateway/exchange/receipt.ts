import { CompactSign, type CryptoKey, type KeyObject } from 'jose'
import type { Purpose } from '../../services/platform/viewer.ts'
import type { Judgement } from './verdict.ts'

/** Header type of a receipt. */
export const receiptType = 'receipt+jws'

/** A key that signs, with the identifier under which the directory publishes its public part. */
export interface SigningKey {
  key: CryptoKey | KeyObject
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
  question: { subject: string; matter: string }
  directory: { serial: number; measuresVersion: string }
}

/**
 * Signs a receipt (compact JWS): who asked what, when, for which purpose; the verdict; and which counties answered, as
 * of when and with which version of their list. It verifies offline with the gateway's key from a directory snapshot.
 */
export async function signReceipt(about: ReceiptSubject, judgement: Judgement, signer: SigningKey): Promise<string> {
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
    coverage: {
      complete: judgement.unanswered.length === 0,
      answered: judgement.answered.map(({ county, asOf, listVersion }) => ({
        county,
        asOf: asOf.toISOString(),
        listVersion,
      })),
      unanswered: judgement.unanswered,
    },
    directory: about.directory,
  }
  return new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
    .setProtectedHeader({ alg: signer.alg, kid: signer.kid, typ: receiptType })
    .sign(signer.key)
}
