import { z } from 'zod'
import type { Clock } from '../../platform/clock.ts'
import type { Directory } from '../../platform/directory/directory.ts'
import { formatPurpose } from '../../platform/purpose.ts'
import { createCountyClientMinter, nameOfCounty } from '../../platform/tokens/county-as-client.ts'
import type { SigningKey } from '../../platform/tokens/keys.ts'
import { headers } from '../../platform/viewer.ts'
import type { Courier } from './courier.ts'

const purpose = formatPurpose({ kind: 'CASE', number: '跨县事项文书送达' })
const mostBytes = 8 * 1024 * 1024

const deliverDocument = `mutation Deliver($county: NodeCode!, $envelopes: [String!]!) {
  deliver(county: $county, envelopes: $envelopes)
}`
const missingDocument = `query Missing($county: NodeCode!, $matters: [HeldMatterInput!]!, $direct: Boolean!) {
  missing(county: $county, matters: $matters, direct: $direct) { envelopes { jws acknowledgement } more }
}`
const headsDocument = `query MatterHeads($county: NodeCode!, $after: String) {
  matterHeads(county: $county, after: $after) { matters { matter heads { county sequence hash } } next }
}`

const delivered = z.object({ deliver: z.array(z.string().nullable()) })
const missed = z.object({
  missing: z.object({
    envelopes: z.array(z.object({ jws: z.string(), acknowledgement: z.string().nullable() })),
    more: z.boolean(),
  }),
})
const head = z.object({ county: z.string(), sequence: z.int(), hash: z.string() })
const held = z.object({
  matterHeads: z.object({
    matters: z.array(z.object({ matter: z.string(), heads: z.array(head) })),
    next: z.string().nullable(),
  }),
})
const answerSchema = z.object({
  data: z.unknown(),
  errors: z.array(z.object({ message: z.string() })).optional(),
})

/** What the way through the gateway needs. */
export interface GatewayCourierOptions {
  county: string
  key: SigningKey
  clock: Clock
  directory: Pick<Directory, 'snapshot'>
  /** GraphQL endpoint of the gateway; without it the directory's gateways are used, in turn when one fails. */
  url?: string | undefined
}

/** Sends a document to a gateway in the name of this county's node, and gives its data; rejects with the first error. */
export type CountyAsker = <Shape>(
  document: string,
  variables: Record<string, unknown>,
  schema: z.ZodType<Shape>,
  signal: AbortSignal,
) => Promise<Shape>

/** Asks the exchange's gateways in the name of this county's node. */
export function createCountyAsker(options: GatewayCourierOptions): CountyAsker {
  const { county, directory, url } = options
  const mint = createCountyClientMinter(options)
  let turn = 0

  return async (document, variables, schema, signal) => {
    const { gateways, issuers } = directory.snapshot()
    const urls = url === undefined ? gateways.map((gateway) => gateway.url) : [url]
    const target = urls[turn % Math.max(1, urls.length)]
    if (target === undefined) throw new Error('The directory names no gateway.')
    try {
      const response = await fetch(target, {
        method: 'POST',
        redirect: 'error',
        signal,
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${await mint(issuers[0]?.audience ?? '')}`,
          [headers.purpose]: purpose,
          [headers.officer]: nameOfCounty(county),
        },
        body: JSON.stringify({ query: document, variables }),
      })
      const answer = answerSchema.safeParse(JSON.parse(await readBounded(response)))
      const [error] = answer.data?.errors ?? []
      if (error) throw new Error(error.message)
      const parsed = schema.safeParse(answer.data?.data)
      if (!parsed.success) throw new Error(`The gateway answered with HTTP status ${response.status}.`)
      return parsed.data
    } catch (error) {
      turn += 1
      throw error
    }
  }
}

/** The way to the other counties through the exchange's gateways, in the name of this county's node. */
export function createGatewayCourier(options: GatewayCourierOptions): Courier {
  const ask = createCountyAsker(options)
  return {
    deliver: async (recipient, envelopes, signal) =>
      (await ask(deliverDocument, { county: recipient, envelopes }, delivered, signal)).deliver,
    missing: async (peer, { matters, direct }, signal) =>
      (await ask(missingDocument, { county: peer, matters, direct }, missed, signal)).missing,
    heads: async (peer, after, signal) => (await ask(headsDocument, { county: peer, after }, held, signal)).matterHeads,
  }
}

async function readBounded(response: Response): Promise<string> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of response.body ?? []) {
    size += part.byteLength
    if (size > mostBytes) throw new Error(`The gateway sent more than ${mostBytes} bytes.`)
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}
