import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose'
import type { Clock } from '../clock.ts'
import { signatureAlgorithms } from '../directory/snapshot-lookups.ts'
import { ExchangeError } from '../errors.ts'

/** Seconds by which the clocks of issuer and verifier may differ. */
export const clockToleranceSeconds = 5

/** Type of access tokens, RFC 9068 §2.1. */
export const accessTokenType = 'at+jwt'

const maxTokenLength = 8_192

/** What a token must be. */
export interface JwtChecks {
  keys: JWTVerifyGetKey
  issuer: string
  audience: string
  /** Claims that must be there besides `iss`, `aud`, `exp` and `iat`. */
  claims: readonly string[]
  clock: Clock
}

/**
 * Reads who claims to have issued a token, so that the verifier can choose its keys. Nothing is proven by it. Throws
 * TOKEN_MALFORMED, and TOKEN_ALGORITHM_REFUSED before any key is looked at: `none`, HMAC and RSA never get further.
 */
export function claimedIssuer(token: string): string {
  if (token.length > maxTokenLength) throw malformed('is longer than 8192 characters')
  let alg: string | undefined
  let issuer: string | undefined
  try {
    alg = decodeProtectedHeader(token).alg
    issuer = decodeJwt(token).iss
  } catch {
    throw malformed('is not a JSON Web Token')
  }
  if (alg === undefined || !signatureAlgorithms.includes(alg)) {
    throw new ExchangeError('TOKEN_ALGORITHM_REFUSED', 'The access token must be signed with EdDSA or ES256.')
  }
  if (typeof issuer !== 'string') throw malformed('names no issuer ("iss")')
  return issuer
}

/** Verifies signature, issuer, audience and times. Throws ExchangeError with the code of what is wrong. */
export async function checkJwt(token: string, checks: JwtChecks): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, checks.keys, {
      algorithms: signatureAlgorithms,
      typ: accessTokenType,
      issuer: checks.issuer,
      audience: checks.audience,
      currentDate: checks.clock.now(),
      clockTolerance: clockToleranceSeconds,
      requiredClaims: ['exp', 'iat', ...checks.claims],
    })
    const now = Math.floor(checks.clock.now().getTime() / 1000)
    if (typeof payload.iat !== 'number') throw malformed('has no time of issue ("iat")')
    if (payload.iat > now + clockToleranceSeconds) throw notYetValid()
    return payload
  } catch (error) {
    throw error instanceof ExchangeError ? error : asExchangeError(error, checks)
  }
}

/** The claim as a non-empty string, else TOKEN_MALFORMED. */
export function stringClaim(payload: JWTPayload, claim: string): string {
  const value = payload[claim]
  if (typeof value !== 'string' || value === '') throw malformed(`lacks the claim "${claim}"`)
  return value
}

/** TOKEN_MALFORMED with what is wrong; the token itself is never quoted. */
export function malformed(what: string): ExchangeError {
  return new ExchangeError('TOKEN_MALFORMED', `The access token ${what}. Request a new one from the issuer.`)
}

function notYetValid(): ExchangeError {
  return new ExchangeError(
    'TOKEN_NOT_YET_VALID',
    'The access token is not valid yet. Check the clocks of both machines.',
  )
}

function asExchangeError(error: unknown, { audience }: JwtChecks): unknown {
  if (error instanceof errors.JWTExpired) {
    return new ExchangeError('TOKEN_EXPIRED', 'The access token has expired. Request a new one from the issuer.')
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'aud') {
      return new ExchangeError('TOKEN_WRONG_AUDIENCE', `The access token is not meant for "${audience}".`)
    }
    if (error.claim === 'typ') return malformed(`is not of type ${accessTokenType}`)
    return error.claim === 'nbf' && error.reason === 'check_failed'
      ? notYetValid()
      : malformed(`lacks a good "${error.claim}"`)
  }
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) {
    return new ExchangeError(
      'TOKEN_UNKNOWN_KEY',
      'The access token is signed with a key that its issuer does not publish.',
    )
  }
  if (error instanceof errors.JWSSignatureVerificationFailed) {
    return new ExchangeError(
      'TOKEN_SIGNATURE_INVALID',
      'The signature of the access token does not match its contents.',
    )
  }
  return error instanceof errors.JOSEError ? malformed('is not a signed JSON Web Token') : error
}
