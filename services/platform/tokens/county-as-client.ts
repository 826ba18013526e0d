import { type JWTPayload, SignJWT, decodeJwt, decodeProtectedHeader, importJWK } from 'jose'
import type { Clock } from '../clock.ts'
import type { Directory } from '../directory/directory.ts'
import { ExchangeError } from '../errors.ts'
import type { Viewer } from '../viewer.ts'
import { accessTokenType, checkJwt, malformed, stringClaim } from './check-jwt.ts'
import { keyHoldsAt } from './key-validity.ts'
import type { SigningKey } from './keys.ts'

/** Scope by which a county's node hands over and fetches the documents of matters, in its own name. No agency has it. */
export const deliveryScope = 'matter:deliver'

/** A county's node speaks documents of its own software, so they need not be registered with each exchange. */
const scopesAtGateway: ReadonlySet<string> = new Set([deliveryScope, 'query:adhoc'])
const scopesAtCounty: ReadonlySet<string> = new Set([deliveryScope])
const lifetimeSeconds = 60
const leastSecondsLeft = 20
const prefix = 'county:'

/** How journals and tokens name a county's node: `county:<code>`. */
export function nameOfCounty(code: string): string {
  return `${prefix}${code}`
}

/** Whether a token's subject is a county's node. */
export function isCountyName(subject: unknown): subject is string {
  return typeof subject === 'string' && subject.startsWith(prefix)
}

/** Whether a token claims to be by a county's node: its issuer is the county's code. */
export function isCountyIssuer(issuer: string): boolean {
  return /^\d{6}$/.test(issuer)
}

/** Makes the tokens by which a county's node comes to the gateway: for this audience, of 60 s, at least 20 s of it left. */
export function createCountyClientMinter(options: {
  /** The county's code. */
  county: string
  /** Its public part stands in the directory. */
  key: SigningKey
  clock: Clock
}): (audience: string) => Promise<string> {
  const { county, key, clock } = options
  let made: { audience: string; token: string; goodUntil: number } | undefined
  return async (audience) => {
    const now = Math.floor(clock.now().getTime() / 1_000)
    if (made?.audience === audience && now < made.goodUntil) return made.token
    const token = await new SignJWT({ scope: deliveryScope, client_id: county })
      .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: accessTokenType })
      .setIssuer(county)
      .setSubject(county)
      .setAudience(audience)
      .setJti(clock.uuid())
      .setIssuedAt(now)
      .setExpirationTime(now + lifetimeSeconds)
      .sign(await importJWK(key, key.alg))
    made = { audience, token, goodUntil: now + lifetimeSeconds - leastSecondsLeft }
    return token
  }
}

/**
 * The viewer of a token that a county's node made itself, at the gateway: signed by a key that the directory lists for the
 * county and that holds now, for an audience of this exchange, of 60 s at most. Throws ExchangeError: a TOKEN_ code,
 * AGENCY_UNKNOWN for a county that the directory does not know or that has left, or the directory's.
 */
export async function verifyCountyClient(
  token: string,
  options: { directory: Directory; clock: Clock },
): Promise<Viewer> {
  const { directory, clock } = options
  const claimed = decodeJwt(token)
  const county = claimed.iss ?? ''
  const keys = directory.keysOf({ county })
  const { kid } = decodeProtectedHeader(token)
  const key = directory.node(county)?.keys.find((each) => each.kid === kid)
  if (!keys || !key || !keyHoldsAt(key, clock.now().getTime())) {
    throw new ExchangeError('TOKEN_UNKNOWN_KEY', 'The directory lists no such key for this county, or it has expired.')
  }
  const audiences = directory.snapshot().issuers.map(({ audience }) => audience)
  const audience = audiences.find((each) => each === claimed.aud) ?? audiences[0] ?? ''
  const claims = await checkJwt(token, { keys, issuer: county, audience, claims: ['sub', 'jti'], clock })
  if (claims.sub !== county) throw malformed('is by a county and names another subject')
  if (typeof claims.aud !== 'string') {
    throw new ExchangeError('TOKEN_WRONG_AUDIENCE', 'The access token is meant for more than this exchange.')
  }
  if ((claims.exp ?? 0) - (claims.iat ?? 0) > lifetimeSeconds) throw malformed(`lives longer than ${lifetimeSeconds} s`)
  if (claims.scope !== deliveryScope) throw malformed(`has another scope than ${deliveryScope}`)
  demandKnown(county, directory)
  return { agency: nameOfCounty(county), county, scopes: scopesAtGateway }
}

/** The viewer of a gateway's token in the name of a county's node, at a county. Throws as {@link verifyCountyClient}. */
export function countyViewerOf(claims: JWTPayload, directory: Directory): Viewer {
  const county = stringClaim(claims, 'county')
  if (claims.sub !== nameOfCounty(county)) throw malformed('names another county than its subject')
  demandKnown(county, directory)
  return { agency: nameOfCounty(county), county, scopes: scopesAtCounty }
}

function demandKnown(county: string, directory: Directory): void {
  const status = directory.node(county)?.status
  if (status !== undefined && status !== 'LEFT') return
  throw new ExchangeError('AGENCY_UNKNOWN', `The directory knows no county ${county}, or it has left the exchange.`)
}
