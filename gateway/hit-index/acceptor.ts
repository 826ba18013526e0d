import type { Directory } from '../../services/platform/directory/directory.ts'
import type { HitIndexEpoch } from '../../services/platform/directory/snapshot.ts'
import {
  type ListPoint,
  type Statement,
  bodyHash,
  decodeFrame,
  hashBytes,
  statementSchema,
  statementType,
} from '../../services/platform/hit-index/statement.ts'
import { compactVerify } from 'jose'
import { signatureAlgorithms } from '../../services/platform/directory/snapshot-lookups.ts'
import { HashSum, eachHash } from './hash-sum.ts'

/** How far a county's clock may be from the gateway's, in milliseconds. */
export const clockToleranceMs = 5_000
/** A statement made longer before the request than this is stale. */
const staleMs = 60_000
/** The longest time for which a statement may vouch. */
const longestValidMs = 3_600_000

/**
 * Why a frame is not used. GAP: it continues something else than what is held. MISMATCH: the hashes do not add up.
 * RESTORED: the county's list was set back, and its office has not said so by a new lineage.
 */
export type Refusal =
  | 'MALFORMED'
  | 'SIGNATURE'
  | 'WRONG_COUNTY'
  | 'WRONG_GATEWAY'
  | 'REPLAYED'
  | 'ALTERED'
  | 'EPOCH_UNKNOWN'
  | 'CLOCK_AHEAD'
  | 'STALE'
  | 'EXPIRED'
  | 'GAP'
  | 'MISMATCH'
  | 'RESTORED'

/** A frame that is not used, and why. */
export class FrameRefused extends Error {
  constructor(readonly reason: Refusal) {
    super(`The frame was refused: ${reason}.`)
    this.name = 'FrameRefused'
  }
}

/** A point together with the history it is in. */
export interface Position extends ListPoint {
  lineage: string
}

/** The furthest that a county's list has been seen at. */
export interface Anchor extends Position {
  /** Lineages that this one came after. */
  left: readonly string[]
  /** Whether the list was found to have been set back since: nothing of this lineage is believed any more. */
  restored: boolean
}

/** The contents that are held of a county. */
export interface HeldContents extends Position {
  epoch: HitIndexEpoch
  count: number
  sum: string
}

/** What a frame is checked against. */
export interface FrameChecks {
  county: string
  /** This gateway's identifier. */
  gateway: string
  directory: Pick<Directory, 'keysOf' | 'county' | 'snapshot'>
  /** Epoch milliseconds. */
  now: number
  /** What was sent with the request, and when; absent for a frame from this gateway's own disk. */
  request?: { nonce: string; sentAt: number; receivedAt: number } | undefined
  held: HeldContents | undefined
  anchor: Anchor | undefined
}

/** A frame that may be used. */
export interface Accepted {
  statement: Statement
  /** RENEWAL: the list is at the same version. */
  kind: 'FULL' | 'DELTA' | 'RENEWAL'
  body: Uint8Array
  epoch: HitIndexEpoch
  /** The key that signed, see {@link keyIdentity}. */
  signer: string
  anchor: Anchor
  /** Whether a history begins that the gateway had not seen. */
  newLineage: boolean
}

/** A key by what it verifies with; the same `kid` does not make another key the same. */
export function keyIdentity(key: Readonly<Record<string, unknown>>): string {
  return JSON.stringify([key['kid'], key['kty'], key['crv'], key['x'], key['y']])
}

/** Whether two points of lists are the same point of the same history. */
export function samePosition(one: Position | undefined, other: Position | undefined): boolean {
  if (one === undefined || other === undefined) return one === other
  return one.lineage === other.lineage && one.version === other.version && one.chain === other.chain
}

/** Whether two epochs hash alike. */
export function sameEpoch(one: HitIndexEpoch | undefined, other: HitIndexEpoch | undefined): boolean {
  return one?.id === other?.id && one?.key === other?.key
}

/** Verifies a frame completely, without taking anything from it. Throws {@link FrameRefused}. */
export async function acceptFrame(bytes: Uint8Array, checks: FrameChecks): Promise<Accepted> {
  const { jws, body } = unpack(bytes)
  const { statement, signer } = await verify(jws, checks)
  const epoch = checkOrigin(statement, body, checks)
  checkTime(statement, checks)
  const newLineage = checkHistory(statement, epoch, checks)
  checkSum(statement, body, checks.held)
  const { lineage, version, chain } = statement
  const { anchor } = checks
  const left = newLineage && anchor ? [...anchor.left, anchor.lineage] : (anchor?.left ?? [])
  const kind = statement.since === null ? 'FULL' : statement.since.version === version ? 'RENEWAL' : 'DELTA'
  return {
    statement,
    kind,
    body,
    epoch,
    signer,
    anchor: { lineage, version, chain, left, restored: false },
    newLineage,
  }
}

function refuseWhen(isRefused: boolean, reason: Refusal): void {
  if (isRefused) throw new FrameRefused(reason)
}

function unpack(bytes: Uint8Array): ReturnType<typeof decodeFrame> {
  try {
    return decodeFrame(bytes)
  } catch {
    throw new FrameRefused('MALFORMED')
  }
}

async function verify(
  jws: string,
  { county, directory }: FrameChecks,
): Promise<{ statement: Statement; signer: string }> {
  const keys = directory.keysOf({ county })
  if (!keys) throw new FrameRefused('SIGNATURE')
  const { payload, protectedHeader } = await compactVerify(jws, keys, { algorithms: signatureAlgorithms }).catch(() => {
    throw new FrameRefused('SIGNATURE')
  })
  const key = directory.county(county)?.keys.find(({ kid }) => kid === protectedHeader.kid)
  if (protectedHeader.typ !== statementType || !key) throw new FrameRefused('SIGNATURE')
  const parsed = statementSchema.safeParse(parseJson(payload))
  if (!parsed.success) throw new FrameRefused('MALFORMED')
  return { statement: parsed.data, signer: keyIdentity(key) }
}

function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload).toString('utf8'))
  } catch {
    throw new FrameRefused('MALFORMED')
  }
}

function checkOrigin(statement: Statement, body: Uint8Array, checks: FrameChecks): HitIndexEpoch {
  refuseWhen(statement.iss !== checks.county, 'WRONG_COUNTY')
  refuseWhen(statement.aud !== checks.gateway, 'WRONG_GATEWAY')
  refuseWhen(checks.request !== undefined && statement.nonce !== checks.request.nonce, 'REPLAYED')
  refuseWhen(statement.body !== bodyHash(body), 'ALTERED')
  refuseWhen((statement.added + statement.removed) * hashBytes !== body.length, 'MALFORMED')
  const epoch = checks.directory.snapshot().hitIndexEpochs.find(({ id }) => id === statement.epoch)
  if (!epoch) throw new FrameRefused('EPOCH_UNKNOWN')
  return epoch
}

function checkTime(statement: Statement, { now, request }: FrameChecks): void {
  const asOf = Date.parse(statement.asOf)
  const validUntil = Date.parse(statement.validUntil)
  refuseWhen(validUntil <= asOf || validUntil > asOf + longestValidMs, 'MALFORMED')
  refuseWhen(asOf > (request?.receivedAt ?? now) + clockToleranceMs, 'CLOCK_AHEAD')
  if (!request) return
  refuseWhen(asOf < request.sentAt - staleMs, 'STALE')
  refuseWhen(validUntil <= now, 'EXPIRED')
}

/** Whether a new lineage begins. */
function checkHistory(statement: Statement, epoch: HitIndexEpoch, { held, anchor }: FrameChecks): boolean {
  const { since, lineage, version, chain } = statement
  const isNew = anchor !== undefined && anchor.lineage !== lineage
  if (since !== null) {
    refuseWhen(anchor?.restored === true && !isNew, 'RESTORED')
    refuseWhen(!held || !samePosition(held, { ...since, lineage }) || !samePosition(anchor, held), 'GAP')
    refuseWhen(!sameEpoch(held?.epoch, epoch), 'GAP')
    refuseWhen(version < since.version || !statement.continues, 'MALFORMED')
    const isSame = version === since.version
    refuseWhen(isSame && (chain !== since.chain || statement.added + statement.removed > 0), 'MALFORMED')
    return false
  }
  refuseWhen(statement.removed > 0, 'MALFORMED')
  if (!anchor) return false
  if (isNew) {
    refuseWhen(anchor.left.includes(lineage), 'RESTORED')
    return true
  }
  refuseWhen(anchor.restored || !statement.continues || version < anchor.version, 'RESTORED')
  refuseWhen(version === anchor.version && chain !== anchor.chain, 'RESTORED')
  return false
}

function checkSum({ since, added, removed, count, sum }: Statement, body: Uint8Array, held?: HeldContents): void {
  const base = since === null ? undefined : held
  const total = new HashSum(base?.sum)
  eachHash(body, 0, added, (high, low) => total.add(high, low))
  eachHash(body, added, added + removed, (high, low) => total.subtract(high, low))
  refuseWhen((base?.count ?? 0) + added - removed !== count || total.hex !== sum, 'MISMATCH')
}
