import { z } from 'zod'
import { loadConfig, port, processVariables } from '../platform/config.ts'

const shape = z.object({
  ...processVariables,
  PORT: port.default(4200),
  /** Public address of the issuer: the `iss` of its tokens, as the directory names it. */
  ISSUER_URL: z.url(),
  /** `aud` of the tokens: the exchange, as the directory names it. */
  ISSUER_AUDIENCE: z.string().min(1).default('urn:liandong:exchange'),
  /** Private JWKS. The first key signs; put a new key second until all have fetched it, then first. */
  ISSUER_KEY_FILE: z.string().min(1),
  /** JSON of the clients, see `clients.ts`. */
  ISSUER_CLIENTS_FILE: z.string().min(1),
})

/** The issuer's variables, checked once. */
export type IssuerVariables = z.infer<typeof shape>

/** Reads the variables; a ConfigError lists every bad one. */
export function issuerVariables(env: NodeJS.ProcessEnv): IssuerVariables {
  return loadConfig(shape, env)
}
