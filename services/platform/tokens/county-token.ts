import { createPrivateKey, type KeyObject, sign } from 'node:crypto'
import type { JWTPayload } from 'jose'
import { z } from 'zod'
import type { Clock } from '../clock.ts'
import type { Directory } from '../directory/directory.ts'
import { ExchangeError } from '../errors.ts'
import type { Viewer } from '../viewer.ts'
import { viewerOf } from './agency-viewer.ts'
import { parseAuthorization } from './authorization.ts'
import { accessTokenType, checkJwt, claimedIssuer, malformed } from './check-jwt.ts'
import { countyViewerOf, isCountyName } from './county-as-client.ts'
import type { SigningKey } from './keys.ts'

const actorSchema = z.object({ sub: z.string() })

/** How long a county token lives, in seconds. */
const lifetimeSeconds = 60
/**
 * A cached token is handed out only while it lives at least this long: a request may wait for its turn for as long as a
 * caller's deadline, and the county's clock may be ahead.
 */
const leastSecondsLeft = 20

/** Audience of tokens for the coordination node, where a county's code stands otherwise. */
export const coordinationAudience = 'coordination'

/** Scope by which a gateway reads a county's digest of its list, in its own name. No agency has it. */
export const hitIndexScope = 'hit-index:read'

/** Makes the gateway's tokens for one county each. */
export interface CountyTokenMinter {
  /**
   * A token by which the gateway asks `county` (a county code, or {@link coordinationAudience}) in the viewer's name
   * with the viewer's scopes. At least 20 s are left of it.
   */
  mint(question: { viewer: Viewer; county: string }): string | Promise<string>
  /**
   * A token by which the gateway asks `county` in its own name, with {@link hitIndexScope} and nothing else. At least
   * 20 s are left of it.
   */
  mintOwn(county: string): Promise<string>
}

/** A minter that caches tokens per agency, scopes and county, at most `capacity` of them. */
export function createCountyTokenMinter(options: {
  /** The gateway's id in the directory. */
  gatewayId: string
  key: SigningKey
  clock: Clock
  capacity?: number
}): CountyTokenMinter {
  const { gatewayId, key, clock, capacity = 50_000 } = options
  const cache = new Map<string, { token: string; goodUntil: number }>()
  const names = new WeakMap<Viewer, { id: string; scope: string }>()
  const header = base64url({ alg: key.alg, kid: key.kid, typ: accessTokenType })
  let privateKey: KeyObject | undefined

  function tokenOf(claims: JWTPayload & { sub: string }, county: string, now: number): string {
    privateKey ??= createPrivateKey({ key: { ...key }, format: 'jwk' })
    const registered = { iss: gatewayId, aud: county, jti: clock.uuid(), iat: now, exp: now + lifetimeSeconds }
    const signed = `${header}.${base64url({ ...claims, client_id: claims.sub, ...registered })}`
    return `${signed}.${signatureOf(signed, key.alg, privateKey)}`
  }

  /** Entries stand in the order in which they end. */
  function makeRoom(now: number): void {
    for (const [id, { goodUntil }] of cache) {
      if (cache.size < capacity && goodUntil > now) return
      cache.delete(id)
    }
  }

  function cached(id: string, county: string, claims: () => JWTPayload & { sub: string }): string {
    const now = Math.floor(clock.now().getTime() / 1000)
    const known = cache.get(id)
    if (known && now < known.goodUntil) return known.token
    cache.delete(id)
    makeRoom(now)
    const token = tokenOf(claims(), county, now)
    cache.set(id, { token, goodUntil: now + lifetimeSeconds - leastSecondsLeft })
    return token
  }

  /** What a viewer's tokens have in common, found once for each verified token. */
  function nameOf(viewer: Viewer): { id: string; scope: string } {
    let name = names.get(viewer)
    if (name === undefined) {
      const scope = [...viewer.scopes].toSorted().join(' ')
      name = { id: JSON.stringify([viewer.agency, viewer.county, scope]), scope }
      names.set(viewer, name)
    }
    return name
  }

  return {
    mint({ viewer, county }) {
      const { id, scope } = nameOf(viewer)
      return cached(id + county, county, () => ({
        sub: viewer.agency,
        county: viewer.county,
        scope,
        act: { sub: gatewayId },
      }))
    },
    mintOwn: async (county) => cached(county, county, () => ({ sub: gatewayId, scope: hitIndexScope })),
  }
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

/** Synchronous, as it costs less than a turn through the thread pool. */
function signatureOf(text: string, alg: SigningKey['alg'], key: KeyObject): string {
  const bytes = Buffer.from(text)
  const signature = alg === 'EdDSA' ? sign(null, bytes, key) : sign('sha256', bytes, { key, dsaEncoding: 'ieee-p1363' })
  return signature.toString('base64url')
}

/** Verifies the gateway's tokens at a county, or at the coordination node. */
export interface CountyTokenVerifier {
  /** The viewer, with `actor` the gateway. Throws ExchangeError: a TOKEN_ code, AGENCY_UNKNOWN or the directory's. */
  verify(authorizationHeader: string | undefined): Promise<Viewer>
  /**
   * The id of the gateway that asks in its own name with {@link hitIndexScope}. Throws as {@link verify} does, and
   * UNAUTHORIZED_FIELD_OR_TYPE for a token in an agency's name or without the scope.
   */
  verifyGateway(authorizationHeader: string | undefined): Promise<string>
}

/** A verifier that accepts tokens by the directory's gateways, for this one county, of 60 s at most. */
export function createCountyTokenVerifier(options: {
  directory: Directory
  /** This county's code, or {@link coordinationAudience}. */
  county: string
  clock: Clock
}): CountyTokenVerifier {
  const { directory, county, clock } = options

  async function authenticate(header: string | undefined, required: string[]): Promise<[JWTPayload, string]> {
    const { scheme, token } = parseAuthorization(header)
    if (scheme !== 'bearer') throw malformed('must be sent as "Bearer"')
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
      claims: ['sub', 'jti', ...required],
      clock,
    })
    checkShape(claims)
    return [claims, gateway]
  }

  return {
    async verify(authorizationHeader) {
      const [claims, gateway] = await authenticate(authorizationHeader, ['county', 'act'])
      const actor = actorSchema.safeParse(claims.act)
      if (actor.data?.sub !== gateway) {
        throw malformed('names another actor ("act") than the gateway that signed it')
      }
      const viewer = isCountyName(claims.sub) ? countyViewerOf(claims, directory) : viewerOf(claims, directory)
      return { ...viewer, actor: gateway }
    },
    async verifyGateway(authorizationHeader) {
      const [claims, gateway] = await authenticate(authorizationHeader, [])
      // An agency could bear the gateway's name: whoever has an actor is an agency.
      if (claims.sub !== gateway || claims.act !== undefined || claims.scope !== hitIndexScope) {
        throw new ExchangeError(
          'UNAUTHORIZED_FIELD_OR_TYPE',
          `This is for a gateway that asks in its own name, with the scope ${hitIndexScope}.`,
          { requiredScopes: [[hitIndexScope]] },
        )
      }
      return gateway
    },
  }
}

/** One county only, and short-lived: what keeps a token from being replayed elsewhere. */
function checkShape(claims: JWTPayload): void {
  if (typeof claims.aud !== 'string') {
    throw new ExchangeError('TOKEN_WRONG_AUDIENCE', 'The access token is meant for more than this county.')
  }
  if ((claims.exp ?? 0) - (claims.iat ?? 0) > lifetimeSeconds) throw malformed(`lives longer than ${lifetimeSeconds} s`)
}
