import { ExchangeError } from '../errors.ts'

/** The credentials of an `Authorization` header. */
export interface Credentials {
  /** Bearer (RFC 6750), or DPoP (RFC 9449) for a token that is bound to a key. */
  scheme: 'bearer' | 'dpop'
  token: string
}

/** Reads an `Authorization` header. Throws TOKEN_MISSING without one and TOKEN_MALFORMED when it is something else. */
export function parseAuthorization(header: string | undefined): Credentials {
  if (header === undefined || header.trim() === '') {
    throw new ExchangeError('TOKEN_MISSING', 'An access token is needed: send "Authorization: Bearer <token>".')
  }
  const match = /^(bearer|dpop) +([A-Za-z0-9._~+/-]+=*)$/i.exec(header.trim())
  const [, scheme, token] = match ?? []
  if (scheme === undefined || token === undefined) {
    throw new ExchangeError('TOKEN_MALFORMED', 'The Authorization header must be "Bearer <token>" or "DPoP <token>".')
  }
  return { scheme: scheme.toLowerCase() === 'dpop' ? 'dpop' : 'bearer', token }
}
