import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { packageRoot } from '../../platform/package-root.ts'
import { requestToken } from '../../platform/tokens/client-credentials.ts'
import { readSigningKey } from '../../platform/tokens/keys.ts'
import { headers } from '../../platform/viewer.ts'
import { type DemoClient, demoClients } from '../demo-clients.ts'

/** Asks the gateway in the name of a county's enforcement bureau. */
export type DemoAsker = (
  county: string,
  operation: string,
  variables: Readonly<Record<string, unknown>>,
) => Promise<Record<string, unknown>>

/** What the gateway answered with instead of data. */
export class DemoRefused extends Error {
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.name = 'DemoRefused'
    this.code = code
  }
}

const answerSchema = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(z.object({ message: z.string(), extensions: z.object({ code: z.string().optional() }).optional() }))
    .optional(),
})
const longestMs = 15_000

/** An asker that runs registered operations with the demo clients' own keys, as anybody with such a client would. */
export function demoAsker(given: {
  /** GraphQL endpoint. */
  gateway: string
  issuer: string
  /** By client id. */
  clients: Readonly<Record<string, { file: string }>>
  signal: AbortSignal
}): DemoAsker {
  const documents = registeredOperations()
  const tokens = new Map<string, Promise<string>>()
  const tokenOf = async ({ id }: DemoClient): Promise<string> => {
    const key = await readSigningKey(given.clients[id]?.file ?? '')
    return (await requestToken({ issuer: given.issuer, clientId: id, key, allowHttpOnLoopback: true })).accessToken
  }
  return async (county, operation, variables) => {
    const client = demoClients.find((each) => each.county === county && each.scopes.includes('matter:write'))
    const query = documents.get(operation)
    if (client === undefined || query === undefined) throw new Error(`The demo cannot run ${operation} for ${county}.`)
    const token = tokens.get(client.id) ?? tokenOf(client)
    tokens.set(client.id, token)
    token.catch(() => tokens.delete(client.id))
    const response = await fetch(given.gateway, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await token}`,
        'content-type': 'application/json',
        [headers.purpose]: client.purpose,
        [headers.officer]: client.officer,
      },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.any([given.signal, AbortSignal.timeout(longestMs)]),
    })
    const { data, errors } = answerSchema.parse(await response.json())
    const [error] = errors ?? []
    if (error !== undefined) throw new DemoRefused(error.extensions?.code ?? '', error.message)
    return data ?? {}
  }
}

/** The registered operations by their names without numbers. */
function registeredOperations(): Map<string, string> {
  const folder = join(packageRoot(), 'schema', 'operations')
  const files = readdirSync(folder).filter((file) => file.endsWith('.graphql'))
  return new Map(files.map((file) => [file.slice(3, -'.graphql'.length), readFileSync(join(folder, file), 'utf8')]))
}
