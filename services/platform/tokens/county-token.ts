import { importJWK, SignJWT, type CryptoKey, type JWTPayload } from 'jose'
import { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { Directory } from '../directory/directory.ts'
import { ExchangeError } from '../errors.ts'
import type { Viewer } from '../viewer.ts'
import { viewerOf } from './agency-viewer.ts'
import { parseAuthorization } from './authorization.ts'
import { accessTokenType, checkJwt, claimedIssuer, malformed } from './check-jwt.ts'
import type { SigningKey } from './keys.ts'

const actorSchema = z.object({ sub: z.string() })

/** How long a county token lives, in seconds. */
const lifetimeSeconds = 60
/** A cached token is handed out only while it lives at least this long. */
const leastSecondsLeft = 20

/** Audience of tokens for the coordination node, where a county's code stands otherwise. */
export const coordinationAudience = 'coordination'

/** Makes the gateway's tokens for one county each. */
export interface CountyTokenMinter {
  /**
   * A token by which the gateway asks `county` (a county code, or {@link coordinationAudience}) in the viewer's name
   * with the viewer's scopes. At least 20 s are left of it.
   */
  mint(question: { viewer: Viewer; county: string }): Promise<string>
}

/** A minter that caches tokens per agency, scopes and county, at most `capacity` of them. */
export function createCountyTokenMinter(options: {
  /** The gateway's id in the directory. */
  gatewayId: string
  key: SigningKey
  clock: Clock
  capacity?: number
}): CountyTokenMinter {
  const { gatewayId, key, clock, capacity = 10_000 } = options
  const cache = new Map<string, { token: Promise<string>; goodUntil: number }>()
  let imported: Promise<CryptoKey | Uint8Array> | undefined

  async function sign(viewer: Viewer, county: string, scope: string, now: number): Promise<string> {
    imported ??= importJWK(key, key.alg)
    return new SignJWT({ county: viewer.county, scope, act: { sub: gatewayId }, client_id: viewer.agency })
      .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: accessTokenType })
      .setIssuer(gatewayId)
      .setAudience(county)
      .setSubject(viewer.agency)
      .setJti(clock.uuid())
      .setIssuedAt(now)
      .setExpirationTime(now + lifetimeSeconds)
      .sign(await imported)
  }

  function makeRoom(now: number): void {
    if (cache.size < capacity) return
    for (const [id, { goodUntil }] of cache) if (goodUntil <= now) cache.delete(id)
    const oldest = cache.keys().next()
    if (cache.size >= capacity && oldest.done !== true) cache.delete(oldest.value)
  }

  return {
    mint({ viewer, county }) {
      const now = Math.floor(clock.now().getTime() / 1000)
      const scope = [...viewer.scopes].toSorted().join(' ')
      const id = JSON.stringify([viewer.agency, viewer.county, scope, county])
      const cached = cache.get(id)
      if (cached && now < cached.goodUntil) return cached.token
      cache.delete(id)
      makeRoom(now)
      const token = sign(viewer, county, scope, now)
      // A failure to sign is not worth keeping.
      token.catch(() => cache.delete(id))
      cache.set(id, { token, goodUntil: now + lifetimeSeconds - leastSecondsLeft })
      return token
    },
  }
}

/** Verifies the gateway's tokens at a county, or at the coordination node. */
export interface CountyTokenVerifier {
  /** The viewer, with `actor` the gateway. Throws ExchangeError: a TOKEN_ code, AGENCY_UNKNOWN or the directory's. */
  verify(authorizationHeader: string | undefined): Promise<Viewer>
}

/** A verifier that accepts tokens by the directory's gateways, for this one county, of 60 s at most. */
export function createCountyTokenVerifier(options: {
  directory: Directory
  /** This county's code, or {@link coordinationAudience}. */
  county: string
  clock: Clock
}): CountyTokenVerifier {
  const { directory, county, clock } = options

  async function authenticate(token: string): Promise<JWTPayload> {
    const gateway = claimedIssuer(token)
    const keys = directory.keysOf({ gateway })
    if (!keys) {
      throw new ExchangeError(
        'TOKEN_WRONG_ISSUER',
        "The access token is not by a gateway of the directory. An agency's own token is for the gateway only.",
      )
    }
    const claims = await checkJwt(token, {
      keys,
      issuer: gateway,
      audience: county,
      claims: ['sub', 'jti', 'county', 'act'],
      clock,
    })
    checkShape(claims, gateway)
    return claims
  }

  return {
    async verify(authorizationHeader) {
      const { scheme, token } = parseAuthorization(authorizationHeader)
      if (scheme !== 'bearer') throw malformed('must be sent as "Bearer"')
      const claims = await authenticate(token)
      return { ...viewerOf(claims, directory), actor: claims.iss ?? '' }
    },
  }
}

/** One county only, short-lived, and by the gateway that acts: what keeps a token from being replayed elsewhere. */
function checkShape(claims: JWTPayload, gateway: string): void {
  if (typeof claims.aud !== 'string') {
    throw new ExchangeError('TOKEN_WRONG_AUDIENCE', 'The access token is meant for more than this county.')
  }
  if ((claims.exp ?? 0) - (claims.iat ?? 0) > lifetimeSeconds) throw malformed(`lives longer than ${lifetimeSeconds} s`)
  const actor = actorSchema.safeParse(claims.act)
  if (actor.data?.sub !== gateway) throw malformed('names another actor ("act") than the gateway that signed it')
}
