import { randomUUID } from 'node:crypto'
import { lookUp } from '../../platform/directory/snapshot-lookups.ts'
import {
  bodyHash,
  decodeFrame,
  type Statement,
  statementSchema,
  statementType,
} from '../../platform/hit-index/statement.ts'
import { subjectHash } from '../../platform/hit-index/subject-hash.ts'
import { createCountyTokenMinter } from '../../platform/tokens/county-token.ts'
import { headers } from '../../platform/viewer.ts'
import type { SampleExchange } from '../sample-node.ts'
import { epochAt } from './epoch.ts'

/** What a gateway names of what it has, and how long it waits. */
export interface Asked {
  since?: number
  chain?: string
  lineage?: string
  epoch?: string
  wait?: number
}

/** A frame as a test reads it: verified, its hashes as hexadecimal text. */
export interface ReadFrame {
  statement: Statement
  added: string[]
  removed: string[]
}

/** Asks a sample node for its digest, as a gateway of the sample directory does. */
export async function requestDigest(
  exchange: SampleExchange,
  county: string,
  asked: Asked = {},
  options: { nonce?: string | null; token?: string; signal?: AbortSignal } = {},
): Promise<Response> {
  const { clock, gatewayKey: key } = exchange
  const query = new URLSearchParams(
    Object.entries(asked).map(([name, value]): [string, string] => [name, String(value)]),
  )
  const token = options.token ?? (await createCountyTokenMinter({ gatewayId: 'gateway', key, clock }).mintOwn(county))
  const nonce = options.nonce === undefined ? randomUUID() : options.nonce
  return fetch(`${exchange.at(county).node.url?.replace(/graphql$/, 'hit-index')}?${query.toString()}`, {
    headers: { authorization: `Bearer ${token}`, ...(nonce !== null && { [headers.nonce]: nonce }) },
    signal: options.signal ?? AbortSignal.timeout(60_000),
  })
}

/** Asks, and checks all that a gateway would check of one frame. */
export async function readDigest(exchange: SampleExchange, county: string, asked: Asked = {}): Promise<ReadFrame> {
  const nonce = randomUUID()
  const response = await requestDigest(exchange, county, asked, { nonce })
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`)
  const { jws, body } = decodeFrame(new Uint8Array(await response.arrayBuffer()))
  const payload = await lookUp(exchange.snapshot).verifyJws(jws, { county }, statementType)
  const statement = statementSchema.parse(payload)
  const hashes = Buffer.from(body).toString('hex').match(/.{16}/g) ?? []
  const { added, removed } = statement
  if (statement.nonce !== nonce || statement.iss !== county || statement.aud !== 'gateway')
    throw new Error('Not for us.')
  if (statement.body !== bodyHash(body) || hashes.length !== added + removed) throw new Error('Not that body.')
  return { statement, added: hashes.slice(0, added), removed: hashes.slice(added) }
}

/** What to name so as to go on from a frame. */
export function from({ statement }: ReadFrame): Asked {
  const { version, chain, lineage, epoch } = statement
  return { since: version, chain, lineage, epoch }
}

/** A subject's hash in the exchange's present epoch, 16 hex digits. */
export function hashOf(exchange: SampleExchange, code: string): string {
  const epoch = epochAt(exchange.snapshot, exchange.clock.now())
  if (!epoch) throw new Error('No epoch.')
  const { high, low } = subjectHash(epoch.key, code)
  return [high, low].map((half) => half.toString(16).padStart(8, '0')).join('')
}
