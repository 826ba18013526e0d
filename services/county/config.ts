import { z } from 'zod'
import { databaseVariables, loadConfig, milliseconds, port, processVariables } from '../platform/config.ts'
import { readPrivateTargets } from './webhooks/private-targets.ts'

const shape = z.object({
  ...processVariables,
  ...databaseVariables,
  PORT: port.default(4301),
  /** Code of the county whose node this is. */
  COUNTY_CODE: z.string().regex(/^\d{6}$/, 'must be a county code of six digits'),
  /** Private JWK whose public part the directory lists for this county. */
  COUNTY_KEY_FILE: z.string().min(1),
  /** Key for the keyed hashes of identity numbers in the journal. */
  IDENTITY_PEPPER: z.string().min(16, 'needs at least 16 characters'),
  DIRECTORY_URL: z.url(),
  /** JWKS with the coordination office's public keys. */
  DIRECTORY_TRUST_FILE: z.string().min(1),
  DIRECTORY_CACHE_FILE: z.string().min(1),
  /** JSON of the county's enforcement bodies and officers, taken up at each start. */
  REGISTER_FILE: z.string().optional(),
  /** GraphQL endpoint of the gateway for documents to other counties; without it the directory's gateways are used. */
  GATEWAY_URL: z.url().optional(),
  /**
   * File that says how far the database had come, by which a start over a restored backup is noticed. It must not lie with
   * what a backup restores.
   */
  DELIVERY_MARK_FILE: z.string().optional(),
  /** Hosts and networks outside of the public network that webhooks may go to; none without it. */
  WEBHOOK_PRIVATE_TARGETS: z
    .string()
    .superRefine((list, context) => {
      for (const entry of readPrivateTargets(list).problems) {
        context.addIssue(`"${entry}" is no host, host:port or network such as 10.0.0.0/16`)
      }
    })
    .optional(),
  /** Folder of the files of matters, of this node alone, backed up with the database; without it none are taken. */
  ATTACHMENTS_DIR: z.string().optional(),
  /** Longest time a question may take, whatever its asker allows. */
  DEADLINE_MS: milliseconds(50, 60_000).default(10_000),
  /** Questions answered at the same time; further ones are refused with OVERLOADED. */
  MAX_IN_FLIGHT: z.coerce.number().int().min(1).default(200),
  /** Whether the county publishes the digest of its list; without it every check asks the county itself. */
  HIT_INDEX: z.enum(['on', 'off']).default('on'),
  /** For how long a digest vouches for the county while it cannot be reached. */
  HIT_INDEX_VALID_SECONDS: z.coerce.number().int().min(30).max(3_600).default(300),
})

/** A county node's configuration, checked once. */
export type CountyConfig = z.infer<typeof shape>

/** Reads the configuration; a ConfigError lists every bad variable. */
export function countyConfig(env: NodeJS.ProcessEnv): CountyConfig {
  return loadConfig(shape, env)
}
