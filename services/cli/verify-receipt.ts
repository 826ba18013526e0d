import { compactVerify, createLocalJWKSet, decodeProtectedHeader, errors, type JSONWebKeySet } from 'jose'
import { z } from 'zod'
import { systemClock } from '../platform/clock.ts'
import { askedStatementSchema } from '../platform/hit-index/coverage-statement.ts'
import type { Snapshot } from '../platform/directory/snapshot.ts'
import { verifySnapshot } from '../platform/directory/verify-snapshot.ts'

/** Header type of a receipt, as the gateway writes it. */
const receiptType = 'receipt+jws'

const statementHash = z.string().regex(/^[0-9a-f]{64}$/)
const count = z.int().nonnegative()

/** What a receipt says. */
export const receiptSchema = z.object({
  iss: z.string(),
  /** Epoch seconds. */
  iat: z.number(),
  transaction: z.string(),
  agency: z.string(),
  county: z.string(),
  purpose: z.object({ kind: z.string(), number: z.string() }).optional(),
  question: z.object({ subject: z.string(), matter: z.string(), maxStaleness: z.string().optional() }),
  verdict: z.enum(['CLEAR', 'CONSIDER', 'BARRED', 'INCONCLUSIVE']),
  consequences: z.array(
    z.object({
      measure: z.string(),
      legalBasis: z.array(z.object({ law: z.string(), article: z.string() })),
      until: z.string().nullish(),
      listing: z.string(),
    }),
  ),
  coverage: z.object({
    complete: z.boolean(),
    /** The statement of the hit index, and for how many counties it stands. */
    index: z.object({ statement: statementHash, counties: count }).nullable(),
    /** The statement of what was asked live, when it does not stand in `live` and `unanswered`. */
    asked: z.object({ statement: statementHash, live: count, unanswered: count }).optional(),
    ...askedStatementSchema.shape,
  }),
  directory: z.object({ serial: z.number(), measuresVersion: z.string() }),
})

/** The contents of a receipt. */
export type Receipt = z.infer<typeof receiptSchema>

/** A receipt that is not genuine or cannot be judged with this directory; the message says why. */
export class ReceiptRefused extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'ReceiptRefused'
  }
}

/** The directory snapshot in `jws`, its signature checked against the office's keys; an expired one will do here. */
export async function readSnapshot(jws: string, trust: JSONWebKeySet): Promise<Snapshot> {
  return verifySnapshot(jws.trim(), { trust, clock: systemClock, allowExpired: true })
}

/**
 * Verifies a receipt (compact JWS) with the gateway keys of a directory snapshot, offline. Throws
 * {@link ReceiptRefused}.
 */
export async function verifyReceipt(jws: string, snapshot: Snapshot): Promise<Receipt> {
  const signer = signerOf(jws, snapshot)
  let payload: Uint8Array
  try {
    const keys = createLocalJWKSet({ keys: signer.keys })
    ;({ payload } = await compactVerify(jws, keys, { algorithms: ['EdDSA', 'ES256'] }))
  } catch (error) {
    if (error instanceof errors.JWSSignatureVerificationFailed) {
      throw new ReceiptRefused('The signature does not fit the contents: the receipt was altered, or it is forged.')
    }
    throw new ReceiptRefused(`It cannot be verified: ${error instanceof Error ? error.message : String(error)}.`)
  }
  const receipt = receiptSchema.safeParse(parseJson(payload))
  if (!receipt.success) throw new ReceiptRefused('It is signed by a gateway, but its contents are no receipt.')
  if (receipt.data.iss !== signer.id) {
    throw new ReceiptRefused(`It names gateway ${receipt.data.iss}, but gateway ${signer.id} signed it.`)
  }
  return receipt.data
}

/** The gateway whose key the receipt names. */
function signerOf(jws: string, snapshot: Snapshot): Snapshot['gateways'][number] {
  let header: ReturnType<typeof decodeProtectedHeader>
  try {
    header = decodeProtectedHeader(jws)
  } catch {
    throw new ReceiptRefused('This is no receipt: not a compact JWS.')
  }
  if (header.typ !== receiptType) throw new ReceiptRefused(`This is a document of type ${header.typ}, no receipt.`)
  const signer = snapshot.gateways.find(({ keys }) => keys.some(({ kid }) => kid === header.kid))
  if (signer) return signer
  throw new ReceiptRefused(
    `No gateway in this directory (serial ${snapshot.serial}) has the key ${header.kid}. If the key was replaced since, ` +
      'use a directory snapshot of the time of the receipt.',
  )
}

function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload))
  } catch {
    return undefined
  }
}
