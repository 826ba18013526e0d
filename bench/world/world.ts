import { createPrivateKey, randomBytes, sign } from 'node:crypto'
import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sampleSnapshot } from '../../services/platform/directory/sample-snapshot.ts'
import { signSnapshot, snapshotMediaType } from '../../services/platform/directory/sign-snapshot.ts'
import type { Snapshot } from '../../services/platform/directory/snapshot.ts'
import { type SigningKey, generateSigningKey, publicKeyOf } from '../../services/platform/tokens/keys.ts'

/** The identifier of the measured gateway. */
export const gatewayId = 'gateway-bench'
const audience = 'urn:liandong:exchange'
/** The agencies that ask are so many of each county, so that callers grow with the exchange. */
export const agenciesPerCounty = 4
const tokenCount = 20_000
const tokenSeconds = 7_200
const scopes = ['credit:check', 'credit:read', 'case:read']

/** Keys, directory, issuer and tokens of the measurement, and a folder for its files. */
export interface World {
  folder: string
  gatewayKey: SigningKey
  gatewayKeyFile: string
  epoch: { id: string; key: string }
  directoryUrl: string
  trustFile: string
  /** Makes the directory of these counties and 20,000 tokens of their agencies, four each; gives the tokens' file. */
  settle(codes: readonly string[], urls: readonly string[], keys: readonly SigningKey[]): Promise<Settled>
  close(): Promise<void>
}

/** A directory that has been published, with tokens of its agencies. */
export interface Settled {
  snapshot: Snapshot
  tokensFile: string
}

/** Makes the keys and starts to serve the directory and the issuer's public key. */
export async function createWorld(folder: string): Promise<World> {
  const office = await generateSigningKey()
  const issuerKey = await generateSigningKey('ES256')
  const gatewayKey = await generateSigningKey()
  const gatewayKeyFile = join(folder, 'gateway-key.json')
  const trustFile = join(folder, 'trust.json')
  await writeFile(gatewayKeyFile, JSON.stringify(gatewayKey), { mode: 0o600 })
  await writeFile(trustFile, JSON.stringify({ keys: [publicKeyOf(office)] }))
  const epoch = { id: 'bench', key: randomBytes(32).toString('base64url') }
  const jwks = JSON.stringify({ keys: [publicKeyOf(issuerKey)] })
  let directory = ''
  let serial = 0
  const server = createServer((request, response) => {
    const known = request.url === '/jwks' ? jwks : directory
    const type = request.url === '/jwks' ? 'application/json' : snapshotMediaType
    response.writeHead(200, { 'content-type': type }).end(known)
  })
  const origin = `http://127.0.0.1:${await listen(server)}`

  return {
    folder,
    gatewayKey,
    gatewayKeyFile,
    epoch,
    directoryUrl: `${origin}/directory`,
    trustFile,
    async settle(codes, urls, keys) {
      serial += 1
      const agencies = Array.from({ length: codes.length * agenciesPerCounty }, (_, index) => ({
        id: `agency-${index}`,
        name: `示例第${index}号行政审批局`,
        county: codes[index % codes.length] ?? '',
        scopes,
      }))
      const now = Date.now()
      const snapshot = sampleSnapshot({
        serial,
        issuedAt: new Date(now - 1_000).toISOString(),
        expiresAt: new Date(now + 86_400_000).toISOString(),
        counties: codes.map((code, place) => ({
          code,
          name: `示例县${code}`,
          codeSystem: 'GBT2260',
          status: 'ACTIVE',
          url: urls[place] ?? '',
          keys: keys.slice(place, place + 1).map(publicKeyOf),
        })),
        agencies,
        agreements: [
          {
            id: 'bench',
            title: '行政执法联动协作协议',
            parties: [...codes],
            records: ['CREDIT_STANDING', 'CREDIT_LISTING', 'PENALTY', 'ENFORCEMENT_CASE'],
            purposes: ['APPROVAL', 'CASE', 'ANALYSIS'],
            validFrom: '2022-04-10',
            validUntil: null,
            signedBy: [...codes],
          },
        ],
        issuers: [{ issuer: origin, audience, jwksUri: `${origin}/jwks` }],
        gateways: [{ id: gatewayId, url: 'http://127.0.0.1/graphql', keys: [publicKeyOf(gatewayKey)] }],
        hitIndexEpochs: [{ ...epoch, from: '2026-01-01T00:00:00Z' }],
      })
      directory = await signSnapshot(snapshot, office)
      const tokensFile = join(folder, `tokens-${serial}.txt`)
      await writeFile(tokensFile, makeTokens(agencies, issuerKey, origin).join('\n'), { mode: 0o600 })
      return { snapshot, tokensFile }
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function makeTokens(agencies: readonly { id: string; county: string }[], key: SigningKey, issuer: string): string[] {
  const signer = createPrivateKey({ key: { ...key }, format: 'jwk' })
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const header = encode({ alg: key.alg, typ: 'at+jwt', kid: key.kid })
  const iat = Math.floor(Date.now() / 1_000)
  return Array.from({ length: tokenCount }, (_, index) => {
    const { id, county } = agencies[index % agencies.length] ?? { id: '', county: '' }
    const claims = {
      iss: issuer,
      aud: audience,
      sub: id,
      client_id: id,
      county,
      scope: scopes.join(' '),
      iat,
      exp: iat + tokenSeconds,
      jti: `token-${index}`,
    }
    const signed = `${header}.${encode(claims)}`
    const signature = sign('sha256', Buffer.from(signed), { key: signer, dsaEncoding: 'ieee-p1363' })
    return `${signed}.${signature.toString('base64url')}`
  })
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}
