import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { requestToken } from '../../services/platform/tokens/client-credentials.ts'
import { readSigningKey } from '../../services/platform/tokens/keys.ts'
import type { PlaygroundOptions } from './playground.plugin.ts'

const shape = z.object({
  /** Issuer of the tokens; plain HTTP to a loopback address only. */
  issuer: z.url(),
  clients: z.array(
    z.object({
      id: z.string().min(1),
      label: z.string().min(1),
      purpose: z.string().optional(),
      officer: z.string().optional(),
      /** Private JWK of the client. */
      keyFile: z.string().min(1),
    }),
  ),
})

/**
 * The playground's demo clients from DEMO_CLIENTS_FILE, with tokens got from the issuer by each client's own key. Throws
 * when the file is not what is expected; the message names it.
 */
export function readDemoClients(file: string): NonNullable<PlaygroundOptions['demo']> {
  const parsed = shape.safeParse(parseJson(file))
  if (!parsed.success) throw new Error(`DEMO_CLIENTS_FILE ${file} cannot be used: ${z.prettifyError(parsed.error)}`)
  const { issuer, clients } = parsed.data
  const keyFiles = new Map(clients.map(({ id, keyFile }) => [id, keyFile]))
  return {
    clients: clients.map(({ id, label, purpose, officer }) => ({
      id,
      label,
      ...(purpose === undefined ? {} : { purpose }),
      ...(officer === undefined ? {} : { officer }),
    })),
    token: async (id) => {
      const keyFile = keyFiles.get(id)
      if (keyFile === undefined) throw new Error(`There is no demo client ${id}.`)
      const key = await readSigningKey(keyFile)
      const granted = await requestToken({ issuer, clientId: id, key, allowHttpOnLoopback: true })
      return granted.accessToken
    },
  }
}

function parseJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}
