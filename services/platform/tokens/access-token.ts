import { createHash } from 'node:crypto'
import type { JWTPayload } from 'jose'
import type { Logger } from 'pino'
import { z } from 'zod'
import { BoundedCache } from '../bounded-cache.ts'
import type { Clock } from '../clock.ts'
import type { Directory } from '../directory/directory.ts'
import { ExchangeError } from '../errors.ts'
import type { Viewer } from '../viewer.ts'
import { viewerOf } from './agency-viewer.ts'
import { parseAuthorization, type Credentials } from './authorization.ts'
import { checkJwt, claimedIssuer } from './check-jwt.ts'
import { isCountyIssuer, verifyCountyClient } from './county-as-client.ts'
import { createProofChecker } from './dpop-proof.ts'
import { createIssuerKeys } from './issuer-keys.ts'

/** How long the claims of a verified token are taken as proven; a key that its issuer withdraws counts no longer. */
const provenForMs = 5_000
const mostProven = 10_000

const confirmationSchema = z.object({ jkt: z.string() })

/** The request that carries a token, as the caller sees it; DPoP proofs name both method and URL. */
export interface TokenRequest {
  /** The `DPoP` header. */
  dpopHeader?: string | undefined
  method: string
  /** Full URL, with the host that the caller used. */
  url: string
}

/** Verifies agencies' access tokens at the gateway. */
export interface AccessTokenVerifier {
  /**
   * The viewer that the `Authorization` header proves. Throws ExchangeError: one of the TOKEN_ codes, AGENCY_UNKNOWN,
   * ISSUER_UNAVAILABLE, or the directory's.
   */
  verify(authorizationHeader: string | undefined, request: TokenRequest): Promise<Viewer>
}

/** What a token has proven, on the word of which issuer, and when (epoch milliseconds). */
interface Proven {
  claims: JWTPayload
  issuer: ReturnType<Directory['issuer']>
  from: number
  until: number
}

/**
 * A verifier of RFC 9068 access tokens by the issuers of the directory, DPoP-bound or not. What a token proves is
 * remembered under its hash for five seconds, until it expires or the directory changes; failures never are. What the
 * directory grants for it (`viewerOf`) and proofs of possession are asked each time.
 */
export function createAccessTokenVerifier(options: {
  directory: Directory
  clock: Clock
  logger: Pick<Logger, 'warn'>
}): AccessTokenVerifier {
  const { directory, clock, logger } = options
  const issuerKeys = createIssuerKeys({ clock, logger })
  const proofs = createProofChecker({ clock })
  const proven = new BoundedCache<Proven>(mostProven)

  async function authenticate(token: string): Promise<JWTPayload> {
    const issuer = directory.issuer(claimedIssuer(token))
    if (!issuer) {
      throw new ExchangeError('TOKEN_WRONG_ISSUER', 'The access token is not by a token issuer of the directory.')
    }
    const key = createHash('sha256').update(token).digest('base64url')
    // Taken first: a key that is withdrawn while the signature is checked must not gain time by it.
    const from = clock.now().getTime()
    const known = proven.get(key)
    if (known && known.issuer === issuer && known.from <= from && from < known.until) return known.claims
    const claims = await checkJwt(token, {
      keys: issuerKeys.of(issuer.jwksUri),
      issuer: issuer.issuer,
      audience: issuer.audience,
      claims: ['sub', 'jti', 'client_id', 'county'],
      clock,
    })
    const until = Math.min(from + provenForMs, Number(claims.exp) * 1_000)
    proven.set(key, { claims, issuer, from, until })
    return claims
  }

  async function provePossession(claims: JWTPayload, credentials: Credentials, request: TokenRequest): Promise<void> {
    const thumbprint = boundTo(claims)
    if (thumbprint === undefined) {
      if (credentials.scheme === 'bearer') return
      throw new ExchangeError('TOKEN_PROOF_INVALID', 'The access token is not bound to a key: send it as "Bearer".')
    }
    if (request.dpopHeader === undefined) {
      throw new ExchangeError('TOKEN_PROOF_REQUIRED', 'The access token is bound to a key: send a DPoP proof with it.')
    }
    if (credentials.scheme !== 'dpop') {
      throw new ExchangeError('TOKEN_PROOF_INVALID', 'The access token is bound to a key: send it as "DPoP <token>".')
    }
    await proofs.check({
      proof: request.dpopHeader,
      token: credentials.token,
      thumbprint,
      method: request.method,
      url: request.url,
    })
  }

  return {
    async verify(authorizationHeader, request) {
      const credentials = parseAuthorization(authorizationHeader)
      if (credentials.scheme === 'bearer' && isCountyIssuer(claimedIssuer(credentials.token))) {
        return verifyCountyClient(credentials.token, { directory, clock })
      }
      const claims = await authenticate(credentials.token)
      await provePossession(claims, credentials, request)
      return viewerOf(claims, directory)
    },
  }
}

/** The thumbprint in `cnf.jkt`; a token bound in a way unknown here is refused, never taken as unbound. */
function boundTo(claims: JWTPayload): string | undefined {
  if (claims.cnf === undefined) return undefined
  const confirmation = confirmationSchema.safeParse(claims.cnf)
  if (confirmation.success) return confirmation.data.jkt
  throw new ExchangeError('TOKEN_PROOF_INVALID', 'The access token is bound in a way that this exchange does not know.')
}
