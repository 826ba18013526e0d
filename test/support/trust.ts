import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SignJWT, importJWK } from 'jose'
import { sampleSnapshot } from '../../services/platform/directory/sample-snapshot.ts'
import type { Snapshot } from '../../services/platform/directory/snapshot.ts'
import { type SigningKey, generateSigningKey, publicKeyOf } from '../../services/platform/tokens/keys.ts'

/** The audience of the exchange in tests. */
export const audience = 'urn:liandong:exchange'
/** The gateway's id in tests. */
export const gatewayId = 'gateway-test'

/** Every scope there is. */
export const allScopes = [
  'credit:check',
  'credit:read',
  'case:read',
  'case:write',
  'matter:read',
  'matter:write',
  'query:adhoc',
]

/** Keys, a token issuer that serves its JWKS over HTTP, and a directory that names them. */
export interface Trust {
  gatewayKey: SigningKey
  countyKeys: ReadonlyMap<string, SigningKey>
  issuer: string
  /** The directory with these county addresses, valid for a day from now. */
  snapshot(urls: Readonly<Record<string, string>>, changes?: Partial<Snapshot>): Snapshot
  /** An access token of the agency, as the issuer gives it; `changes` spoil it. */
  token(agency: string, scopes?: readonly string[], changes?: Record<string, unknown>): Promise<string>
  close(): Promise<void>
}

/** Agencies of the tests' directory: `<county>-agency` with every scope. */
export function agencyOf(county: string): string {
  return `${county}-agency`
}

/** Makes keys for a gateway, an issuer and these counties, and starts serving the issuer's public key. */
export async function createTrust(counties: readonly string[]): Promise<Trust> {
  const gatewayKey = await generateSigningKey()
  const issuerKey = await generateSigningKey('ES256')
  const countyKeys = new Map<string, SigningKey>()
  for (const county of counties) countyKeys.set(county, await generateSigningKey())
  const server = await serveJson({ keys: [publicKeyOf(issuerKey)] })
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const signingKey = await importJWK(issuerKey, issuerKey.alg)

  return {
    gatewayKey,
    countyKeys,
    issuer,
    snapshot(urls, changes = {}) {
      const now = Date.now()
      return sampleSnapshot({
        issuedAt: new Date(now - 1_000).toISOString(),
        expiresAt: new Date(now + 86_400_000).toISOString(),
        counties: counties.map((code) => ({
          code,
          name: `示例县${code}`,
          codeSystem: 'GBT2260',
          status: 'ACTIVE',
          url: urls[code] ?? 'http://127.0.0.1:1/graphql',
          keys: [publicKeyOf(countyKeys.get(code) as SigningKey)],
        })),
        agencies: counties.map((code) => ({
          id: agencyOf(code),
          name: `示例县${code}市场监督管理局`,
          county: code,
          scopes: allScopes,
        })),
        agreements: [
          {
            id: 'all',
            title: '行政执法联动协作协议',
            parties: [...counties],
            records: ['CREDIT_STANDING', 'CREDIT_LISTING', 'PENALTY', 'ENFORCEMENT_CASE'],
            purposes: ['APPROVAL', 'CASE', 'ANALYSIS'],
            validFrom: '2022-04-10',
            validUntil: null,
            signedBy: [...counties],
          },
        ],
        issuers: [{ issuer, audience, jwksUri: `${issuer}/jwks` }],
        gateways: [{ id: gatewayId, url: 'http://127.0.0.1/graphql', keys: [publicKeyOf(gatewayKey)] }],
        ...changes,
      })
    },
    token(agency, scopes = allScopes, changes = {}) {
      const seconds = Math.floor(Date.now() / 1_000)
      return new SignJWT({
        iss: issuer,
        aud: audience,
        sub: agency,
        client_id: agency,
        county: agency.slice(0, 6),
        scope: scopes.join(' '),
        iat: seconds,
        exp: seconds + 600,
        jti: `${agency}-${seconds}-${scopes.join('-')}`,
        ...changes,
      })
        .setProtectedHeader({ alg: issuerKey.alg, typ: 'at+jwt', kid: issuerKey.kid })
        .sign(signingKey)
    },
    close: () => closeServer(server),
  }
}

async function serveJson(body: unknown): Promise<Server> {
  const text = JSON.stringify(body)
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(text)
  })
  await listen(server)
  return server
}

/** Listens on a free port of the loopback. */
export function listen(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
}

/** Closes a server and whatever is still connected to it. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
