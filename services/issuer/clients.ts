import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { parsePublicKeys, type PublicKey } from '../platform/tokens/keys.ts'

/**
 * One client of the clients file (a JSON array): an agency's system. Its public keys stand in the row (`jwks`) or in a
 * file beside (`jwks_file`, a path relative to the clients file).
 */
export const clientEntrySchema = z
  .strictObject({
    /** Client id, also the `sub` of its tokens and the agency's id in the directory. */
    client_id: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'must be lower-case letters, digits, ".", "_" or "-"'),
    /** County code of the agency, six digits; becomes the claim `county`. */
    county: z.string().regex(/^\d{6}$/, 'must be a county code of six digits'),
    /** Scopes that the client may ask for. */
    scopes: z.array(z.string().regex(/^[a-z]+:[a-z]+$/)).min(1),
    jwks: z.object({ keys: z.array(z.unknown()).min(1) }).optional(),
    jwks_file: z.string().min(1).optional(),
  })
  .refine((row) => (row.jwks === undefined) !== (row.jwks_file === undefined), 'needs either "jwks" or "jwks_file"')

/** A row of the clients file. */
export type ClientEntry = z.infer<typeof clientEntrySchema>

/** A client with its keys read. */
export interface IssuerClient {
  id: string
  county: string
  scopes: readonly string[]
  keys: readonly PublicKey[]
}

/** A clients file that cannot be used; the message lists every bad row. */
export class ClientsRefused extends Error {
  constructor(problems: readonly string[]) {
    super(`The clients file cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.name = 'ClientsRefused'
  }
}

/** Reads the clients file. Throws {@link ClientsRefused}. */
export async function readClients(file: string): Promise<IssuerClient[]> {
  const rows = z.array(z.unknown()).safeParse(parseJson(await readFile(file, 'utf8')))
  if (!rows.success) throw new ClientsRefused(['it is not a JSON array'])
  const problems: string[] = []
  const clients = new Map<string, IssuerClient>()
  for (const [index, row] of rows.data.entries()) {
    try {
      const client = await readClient(clientEntrySchema.parse(row), dirname(file))
      if (clients.has(client.id)) throw new Error(`client_id ${client.id} stands there more than once`)
      clients.set(client.id, client)
    } catch (error) {
      problems.push(`row ${index + 1}: ${reason(error)}`)
    }
  }
  if (problems.length > 0) throw new ClientsRefused(problems)
  return [...clients.values()]
}

async function readClient(entry: ClientEntry, folder: string): Promise<IssuerClient> {
  const text =
    entry.jwks_file === undefined
      ? JSON.stringify(entry.jwks)
      : await readFile(resolve(folder, entry.jwks_file), 'utf8')
  const { keys } = await parsePublicKeys(text)
  return { id: entry.client_id, county: entry.county, scopes: entry.scopes, keys }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function reason(error: unknown): string {
  if (error instanceof z.ZodError) {
    return error.issues.map((issue) => [issue.path.join('.'), issue.message].filter(Boolean).join(': ')).join('; ')
  }
  return error instanceof Error ? error.message : String(error)
}
