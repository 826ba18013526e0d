import type { JWTPayload } from 'jose'
import type { Directory } from '../directory/directory.ts'
import { ExchangeError } from '../errors.ts'
import type { Viewer } from '../viewer.ts'
import { malformed, stringClaim } from './check-jwt.ts'
import { isCountyName } from './county-as-client.ts'

/**
 * The viewer that verified claims stand for: the directory must know the agency, in the county that the token names,
 * and the scopes are those that both token and directory grant. Throws AGENCY_UNKNOWN, also when the agency's county
 * has left the exchange, and TOKEN_MALFORMED when a claim is missing.
 */
export function viewerOf(claims: JWTPayload, directory: Directory): Viewer {
  const id = stringClaim(claims, 'sub')
  const county = stringClaim(claims, 'county')
  const scope = claims.scope ?? ''
  if (typeof scope !== 'string') throw malformed('has a claim "scope" that is not text')
  const agency = directory.agency(id)
  const status = directory.node(county)?.status
  // No agency may pass for a county's node, whatever it is called.
  if (!agency || isCountyName(id) || agency.county !== county || status === undefined || status === 'LEFT') {
    throw new ExchangeError(
      'AGENCY_UNKNOWN',
      'The directory does not know the agency that this token names, or not in that county. ' +
        'Ask the coordination office to enter it.',
    )
  }
  const granted = new Set(agency.scopes)
  return { agency: id, county, scopes: new Set(scope.split(' ').filter((name) => granted.has(name))) }
}
