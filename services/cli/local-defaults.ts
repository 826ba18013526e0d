import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { localHome } from '../local/local-home.ts'

/** Where the local demo's parts are; the defaults of every command. */
export interface LocalDefaults {
  home: string
  /** GraphQL endpoint of the gateway. */
  gateway: string
  /** Issuer identifier. */
  issuer: string
  /** Where the coordination node publishes the signed directory. */
  directory: string
}

const endpointsSchema = z.object({ gateway: z.url(), issuer: z.url(), directory: z.url() })
const standard = {
  gateway: 'http://127.0.0.1:4000/graphql',
  issuer: 'http://127.0.0.1:4200',
  directory: 'http://127.0.0.1:4100/directory',
}

/**
 * The endpoints that the last `npm start` wrote to `endpoints.json` in its folder, the standard ports where there is no
 * such file; LIANDONG_GATEWAY_URL, LIANDONG_ISSUER_URL and LIANDONG_DIRECTORY_URL override them.
 */
export function localDefaults(env: NodeJS.ProcessEnv): LocalDefaults {
  const home = localHome(env)
  let endpoints = standard
  try {
    const parsed = endpointsSchema.safeParse(JSON.parse(readFileSync(join(home, 'endpoints.json'), 'utf8')))
    if (parsed.success) endpoints = parsed.data
  } catch {
    // Never started here: the standard ports are the best guess.
  }
  return {
    home,
    gateway: env['LIANDONG_GATEWAY_URL'] ?? endpoints.gateway,
    issuer: env['LIANDONG_ISSUER_URL'] ?? endpoints.issuer,
    directory: env['LIANDONG_DIRECTORY_URL'] ?? endpoints.directory,
  }
}
