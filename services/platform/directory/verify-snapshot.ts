import { compactVerify, createLocalJWKSet, errors, type CompactVerifyResult, type JSONWebKeySet } from 'jose'
import type { Clock } from '../clock.ts'
import { signatureAlgorithms } from './snapshot-lookups.ts'
import { snapshotType } from './sign-snapshot.ts'
import { snapshotSchema, type Snapshot } from './snapshot.ts'

/** How far the office's clock may run ahead of this node's. */
const clockAheadMs = 5 * 60_000

/** Why a snapshot was refused. */
export type SnapshotRefusal =
  | 'MALFORMED'
  | 'KEY_UNKNOWN'
  | 'SIGNATURE_INVALID'
  | 'CONTENTS_INVALID'
  | 'ISSUED_IN_FUTURE'
  | 'EXPIRED'
  | 'SERIAL_RAN_BACK'

/** A directory snapshot that must not be used. The message names what is wrong and never quotes the document. */
export class SnapshotRefused extends Error {
  readonly reason: SnapshotRefusal
  constructor(reason: SnapshotRefusal, message: string) {
    super(message)
    this.name = 'SnapshotRefused'
    this.reason = reason
  }
}

/** What {@link verifySnapshot} checks against. */
export interface SnapshotChecks {
  /** Public keys of the coordination office: the trust anchor. */
  trust: JSONWebKeySet
  clock: Clock
  /** The serial already held; a lower one is refused. */
  minimumSerial?: number
  /** Accept an expired snapshot: for offline verification of old documents and for the serial of a cached one. */
  allowExpired?: boolean
}

/** Verifies a signed directory completely. Throws {@link SnapshotRefused}. */
export async function verifySnapshot(jws: string, checks: SnapshotChecks): Promise<Snapshot> {
  const { payload, protectedHeader } = await verifySignature(jws, checks.trust)
  if (protectedHeader.typ !== snapshotType) {
    throw new SnapshotRefused('MALFORMED', `The document is not of type ${snapshotType}.`)
  }
  const snapshot = parseContents(payload)
  const now = checks.clock.now().getTime()
  const issuedAt = Date.parse(snapshot.issuedAt)
  const expiresAt = Date.parse(snapshot.expiresAt)
  if (expiresAt <= issuedAt) throw new SnapshotRefused('CONTENTS_INVALID', 'It expires before it was issued.')
  if (issuedAt > now + clockAheadMs) {
    throw new SnapshotRefused(
      'ISSUED_IN_FUTURE',
      `It was issued at ${snapshot.issuedAt}, later than this machine's clock. Check the clocks of both machines.`,
    )
  }
  if (checks.minimumSerial !== undefined && snapshot.serial < checks.minimumSerial) {
    throw new SnapshotRefused(
      'SERIAL_RAN_BACK',
      `Its serial ${snapshot.serial} is older than serial ${checks.minimumSerial}, which this node already holds.`,
    )
  }
  if (checks.allowExpired !== true && expiresAt <= now) {
    throw new SnapshotRefused('EXPIRED', `It expired at ${snapshot.expiresAt}.`)
  }
  return snapshot
}

async function verifySignature(jws: string, trust: JSONWebKeySet): Promise<CompactVerifyResult> {
  try {
    return await compactVerify(jws, createLocalJWKSet(trust), { algorithms: signatureAlgorithms })
  } catch (error) {
    if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) {
      throw new SnapshotRefused('KEY_UNKNOWN', 'It is signed with a key that is not in the trust file.')
    }
    if (error instanceof errors.JWSSignatureVerificationFailed) {
      throw new SnapshotRefused('SIGNATURE_INVALID', 'Its signature does not match its contents.')
    }
    throw new SnapshotRefused('MALFORMED', 'It is not a compact JWS signed with EdDSA or ES256.')
  }
}

function parseContents(payload: Uint8Array): Snapshot {
  let contents: unknown
  try {
    contents = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload))
  } catch {
    throw new SnapshotRefused('CONTENTS_INVALID', 'Its payload is not JSON.')
  }
  const result = snapshotSchema.safeParse(contents)
  if (result.success) return result.data
  const places = result.error.issues.slice(0, 5).map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw new SnapshotRefused('CONTENTS_INVALID', `Its contents are not a directory of format 1 (${places.join('; ')}).`)
}
