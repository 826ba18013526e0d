import { importJWK } from 'jose'
import {
  allowInsecureRequests,
  clientCredentialsGrantRequest,
  DPoP,
  modifyAssertion,
  PrivateKeyJwt,
  processClientCredentialsResponse,
  ResponseBodyError,
  type AuthorizationServer,
  type CryptoKeyPair,
} from 'oauth4webapi'
import type { SigningKey } from './keys.ts'

const deadlineMs = 10_000

/** A request for an access token by client credentials with private_key_jwt. */
export interface TokenQuestion {
  /** The issuer's URL; `POST <issuer>/token`. */
  issuer: string
  clientId: string
  key: SigningKey
  /** Scopes, separated by blanks; without it the issuer grants all that the client may have. */
  scope?: string
  /** Resource indicator (RFC 8707), when the issuer serves several audiences. */
  resource?: string
  /** Binds the token to this key pair (RFC 9449), e.g. from oauth4webapi's `generateKeyPair('ES256')`. */
  dpop?: CryptoKeyPair
  /** Allows plain HTTP to a loopback address; to any other host it is never allowed. */
  allowHttpOnLoopback?: boolean
}

/** An access token as the issuer gave it. */
export interface GrantedToken {
  accessToken: string
  tokenType: 'bearer' | 'dpop'
  /** Seconds it lives from now. */
  expiresIn: number
  scope: string
}

/** A token that was not given: the issuer's reason, or that it could not be reached. */
export class TokenRefused extends Error {
  /** The issuer's `error` (RFC 6749 §5.2), or `unreachable`. */
  readonly reason: string
  constructor(reason: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'TokenRefused'
    this.reason = reason
  }
}

/** Asks the issuer for a token. Throws {@link TokenRefused}. */
export async function requestToken(question: TokenQuestion): Promise<GrantedToken> {
  const { issuer, clientId, key, scope, resource, dpop } = question
  const insecure = mayUseHttp(issuer, question.allowHttpOnLoopback ?? false)
  const server: AuthorizationServer = { issuer, token_endpoint: `${issuer.replace(/\/$/, '')}/token` }
  const client = { client_id: clientId }
  const parameters = new URLSearchParams()
  if (scope !== undefined) parameters.set('scope', scope)
  if (resource !== undefined) parameters.set('resource', resource)
  try {
    const response = await clientCredentialsGrantRequest(server, client, await clientAuthentication(key), parameters, {
      signal: AbortSignal.timeout(deadlineMs),
      ...(insecure && { [allowInsecureRequests]: true }),
      ...(dpop && { DPoP: DPoP({}, dpop) }),
    })
    const answer = await processClientCredentialsResponse(server, client, response)
    return {
      accessToken: answer.access_token,
      tokenType: answer.token_type.toLowerCase() === 'dpop' ? 'dpop' : 'bearer',
      expiresIn: answer.expires_in ?? 0,
      scope: answer.scope ?? scope ?? '',
    }
  } catch (error) {
    throw asTokenRefused(error, issuer, clientId)
  }
}

async function clientAuthentication(key: SigningKey): Promise<ReturnType<typeof PrivateKeyJwt>> {
  const imported = await importJWK(key, key.alg)
  if (imported instanceof Uint8Array) throw new TypeError('The client key is not a private key.')
  return PrivateKeyJwt(
    { key: imported, kid: key.kid },
    {
      [modifyAssertion](header) {
        // oauth4webapi would write Ed25519, which means the same but is newer than many issuers.
        header.alg = key.alg
      },
    },
  )
}

/** Tokens and assertions must not travel in the clear, except between processes of one machine. */
function mayUseHttp(issuer: string, allowed: boolean): boolean {
  const { protocol, hostname } = new URL(issuer)
  if (protocol === 'https:') return false
  if (allowed && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)) return true
  throw new TokenRefused(
    'insecure',
    `The issuer ${issuer} is not reached by https. Plain http is for a loopback address, and only when allowed.`,
  )
}

function asTokenRefused(error: unknown, issuer: string, clientId: string): TokenRefused {
  if (error instanceof ResponseBodyError) {
    const detail = error.error_description === undefined ? '' : ` (${error.error_description})`
    return new TokenRefused(error.error, `The issuer refused a token for ${clientId}: ${error.error}${detail}.`)
  }
  return new TokenRefused('unreachable', `The issuer ${issuer} did not give a token. Is it running?`, { cause: error })
}
