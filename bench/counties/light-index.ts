import { createHash, createPrivateKey, sign } from 'node:crypto'
import {
  type Statement,
  bodyHash,
  encodeFrame,
  frameMediaType,
  hashBytes,
  statementType,
} from '../../services/platform/hit-index/statement.ts'
import { subjectHash } from '../../services/platform/hit-index/subject-hash.ts'
import type { SigningKey } from '../../services/platform/tokens/keys.ts'
import { listedSubject } from '../world/codes.ts'
import { lightListVersion, listedPerCounty } from './answers.ts'
import { type RawRequest, type RawResponse, headerOf } from './raw-http.ts'

const validForMs = 300_000
const longestWaitSeconds = 25

/** What a light county signs its digest with. */
export interface LightIndexOptions {
  code: string
  /** Its place among the counties. */
  place: number
  key: SigningKey
  epoch: { id: string; key: string }
  gatewayId: string
}

/** Answers `GET /hit-index` as a county does whose list never changes: once in full, then renewals. */
export function lightIndex(options: LightIndexOptions): (request: RawRequest) => Promise<RawResponse> {
  const { code, place, key, epoch, gatewayId } = options
  const secret = Buffer.from(epoch.key, 'base64url')
  const body = Buffer.alloc(listedPerCounty * hashBytes)
  let sum = 0n
  for (let entry = 0; entry < listedPerCounty; entry++) {
    const { high, low } = subjectHash(secret, listedSubject(place, entry))
    body.writeUInt32BE(high, entry * hashBytes)
    body.writeUInt32BE(low, entry * hashBytes + 4)
    sum = BigInt.asUintN(64, sum + ((BigInt(high) << 32n) | BigInt(low)))
  }
  const point = { version: lightListVersion, chain: createHash('sha256').update(code).digest('hex') }
  const signer = createPrivateKey({ key: { ...key }, format: 'jwk' })
  const header = Buffer.from(JSON.stringify({ alg: key.alg, kid: key.kid, typ: statementType })).toString('base64url')
  const nothing = Buffer.alloc(0)

  const frame = (nonce: string, renewal: boolean): Uint8Array => {
    const now = Date.now()
    const sent = renewal ? nothing : body
    const statement: Statement = {
      iss: code,
      aud: gatewayId,
      nonce,
      lineage: `lineage-of-${code}`,
      ...point,
      since: renewal ? point : null,
      continues: true,
      epoch: epoch.id,
      asOf: new Date(now).toISOString(),
      validUntil: new Date(now + validForMs).toISOString(),
      count: listedPerCounty,
      sum: sum.toString(16).padStart(16, '0'),
      added: renewal ? 0 : listedPerCounty,
      removed: 0,
      body: bodyHash(sent),
    }
    const signed = `${header}.${Buffer.from(JSON.stringify(statement)).toString('base64url')}`
    const jws = `${signed}.${sign(null, Buffer.from(signed), signer).toString('base64url')}`
    return encodeFrame({ jws, body: sent })
  }

  return async ({ path, head }) => {
    const query = new URL(path, 'http://county').searchParams
    const held = query.get('since') === String(point.version) && query.get('chain') === point.chain
    if (held) {
      await new Promise((resolve) => {
        setTimeout(resolve, Math.min(Number(query.get('wait') ?? 0), longestWaitSeconds) * 1_000).unref()
      })
    }
    return {
      status: 200,
      head: `content-type: ${frameMediaType}\r\nexchange-county: ${code}\r\n`,
      body: frame(headerOf(head, 'exchange-nonce') ?? '', held),
    }
  }
}
