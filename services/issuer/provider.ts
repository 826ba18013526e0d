import { errors, Provider, type ProviderClient, type ProviderContext } from 'oidc-provider'
import { z } from 'zod'
import type { Clock } from '../platform/clock.ts'
import type { SigningKey } from '../platform/tokens/keys.ts'
import type { IssuerClient } from './clients.ts'
import { createReplayStore } from './replay-store.ts'

/** Seconds that an access token lives. */
export const accessTokenSeconds = 600
/** Seconds that a client assertion may live at most. */
const assertionSeconds = 300

/** Signature algorithms of assertions and proofs; Ed25519 is EdDSA by its newer name (RFC 9864). */
export const issuerAlgorithms = ['ES256', 'EdDSA', 'Ed25519']

/** What the issuer is made of. */
export interface IssuerSettings {
  /** The `iss` of its tokens, an http or https address without a path of its own. */
  url: string
  /** The `aud` of its tokens. */
  audience: string
  /** The first key signs; all are published. */
  keys: readonly [SigningKey, ...SigningKey[]]
  clients: readonly IssuerClient[]
}

const assertionSchema = z.object({ aud: z.string(), iat: z.number(), exp: z.number() })

/**
 * oidc-provider reduced to one thing: client credentials with private_key_jwt for RFC 9068 access tokens, DPoP-bound
 * when a proof comes with the request. Everything interactive is off.
 */
export function createProvider({ url, audience, keys, clients }: IssuerSettings, clock: Clock): Provider {
  const [{ alg, kid }] = keys
  const scopes = [...new Set(clients.flatMap((client) => client.scopes))]
  const startedAt = Math.floor(clock.now().getTime() / 1000)

  return new Provider(url, {
    adapter: createReplayStore({ clock }),
    jwks: { keys: keys.map((key) => ({ ...key, use: 'sig' })) },
    clients: clients.map(asMetadata),
    clientDefaults: { id_token_signed_response_alg: alg },
    extraClientMetadata: { properties: ['county'] },
    scopes,
    responseTypes: [],
    clientAuthMethods: ['private_key_jwt'],
    enabledJWA: { clientAuthSigningAlgValues: issuerAlgorithms, dPoPSigningAlgValues: issuerAlgorithms },
    clockTolerance: 5,
    ttl: { ClientCredentials: accessTokenSeconds },
    features: {
      clientCredentials: { enabled: true },
      dPoP: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        getResourceServerInfo: (context: ProviderContext, resource: string, client: ProviderClient) => {
          if (resource !== audience) throw new errors.InvalidTarget()
          // RFC 6749 §3.3 lets an issuer define what no scope means; here: all that the client may have.
          context.oidc.params.scope ??= client.scope
          return {
            audience,
            scope: scopes.join(' '),
            accessTokenFormat: 'jwt',
            accessTokenTTL: accessTokenSeconds,
            jwt: { sign: { alg, kid } },
          }
        },
      },
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
    },
    extraTokenClaims: (_context: ProviderContext, token: { client: ProviderClient }) => ({
      county: token.client.county,
    }),
    assertJwtClientAuthClaimsAndHeader: (_context: ProviderContext, claims: unknown) => {
      const result = assertionSchema.safeParse(claims)
      if (!result.success) throw new errors.InvalidClientAuth('the assertion needs "aud" as text, "iat" and "exp"')
      const { aud, iat, exp } = result.data
      if (aud !== url) throw new errors.InvalidClientAuth('the audience must be the issuer and nobody else')
      if (exp - iat > assertionSeconds) throw new errors.InvalidClientAuth('the assertion lives longer than 300 s')
      // Ids of used assertions are kept in memory: one from before the start may have been used before it.
      if (iat < startedAt) throw new errors.InvalidClientAuth('the assertion was made before the issuer started')
    },
  })
}

function asMetadata(client: IssuerClient): object {
  return {
    client_id: client.id,
    county: client.county,
    scope: client.scopes.join(' '),
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
    token_endpoint_auth_method: 'private_key_jwt',
    // Without "alg", so that an Ed25519 key serves under both names of its algorithm.
    jwks: { keys: client.keys.map(({ alg: _alg, ...key }) => key) },
  }
}
