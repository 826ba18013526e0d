import { z } from 'zod'
import { databaseVariables, loadConfig, milliseconds, port, processVariables } from '../services/platform/config.ts'

const shape = z.object({
  ...processVariables,
  ...databaseVariables,
  PORT: port.default(4000),
  /** Address at which callers reach the gateway, when a proxy stands before it: DPoP proofs name it. */
  PUBLIC_URL: z.url().optional(),
  /** Identifier of this gateway in the directory; the issuer of its county tokens and receipts. */
  GATEWAY_ID: z.string().min(1),
  /** Private JWK whose public part the directory lists for this gateway. */
  GATEWAY_KEY_FILE: z.string().min(1),
  /** Key for the keyed hashes of identity numbers in the journal. */
  IDENTITY_PEPPER: z.string().min(16, 'needs at least 16 characters'),
  DIRECTORY_URL: z.url(),
  /** JWKS with the coordination office's public keys. */
  DIRECTORY_TRUST_FILE: z.string().min(1),
  DIRECTORY_CACHE_FILE: z.string().min(1),
  /** GraphQL endpoint of the coordination node. */
  COORDINATION_URL: z.url(),
  /** `safelist` admits registered documents and those of clients with `query:adhoc`; `open` admits all. */
  OPERATIONS: z.enum(['safelist', 'open']).default('safelist'),
  OPERATIONS_DIR: z.string().optional(),
  /** How long a request may take, all counties together. */
  DEADLINE_MS: milliseconds(50, 60_000).default(2_000),
  /** The playground at `/`. */
  PLAYGROUND: z.enum(['on', 'off']).default('off'),
  /** JSON of the demo clients whose tokens the playground offers; only for trying out on one machine. */
  DEMO_CLIENTS_FILE: z.string().optional(),
  SUPERGRAPH_FILE: z.string().optional(),
  /** The hit index: checks that need no county because its signed digest vouches. `off` has every check asked live. */
  HIT_INDEX: z.enum(['on', 'off']).default('on'),
  /** Folder of this process alone that keeps the digests across restarts; without it they are fetched anew. */
  HIT_INDEX_DIR: z.string().optional(),
  MAX_DEPTH: z.coerce.number().int().min(1).default(14),
  MAX_TOKENS: z.coerce.number().int().min(10).default(4_000),
  MAX_ALIASES: z.coerce.number().int().min(0).default(60),
  MAX_COST: z.coerce.number().int().min(1).default(200_000),
})

/** The gateway's configuration, checked once. */
export type GatewayConfig = z.infer<typeof shape>

/** Reads the configuration; a ConfigError lists every bad variable. */
export function gatewayConfig(env: NodeJS.ProcessEnv): GatewayConfig {
  return loadConfig(shape, env)
}
