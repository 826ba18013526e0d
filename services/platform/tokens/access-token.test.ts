import { createHash, createHmac } from 'node:crypto'
import { createServer, type RequestListener, type Server } from 'node:http'
import { calculateJwkThumbprint, generateKeyPair, importJWK, SignJWT, UnsecuredJWT } from 'jose'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { fixedDirectory } from '../directory/directory.ts'
import { sampleSnapshot } from '../directory/sample-snapshot.ts'
import { ExchangeError, type ErrorCode } from '../errors.ts'
import { createAccessTokenVerifier, type AccessTokenVerifier } from './access-token.ts'
import { createCountyTokenMinter } from './county-token.ts'
import { generateSigningKey, publicKeyOf, type SigningKey } from './keys.ts'

const issuer = 'https://issuer.example'
const request = { method: 'POST', url: 'https://exchange.example/graphql' }
const key = await generateSigningKey('ES256')
const gatewayKey = await generateSigningKey('EdDSA')

let server: Server
let jwksUri: string
let jwks: RequestListener
let fetches: number
let now: Date
let verifier: AccessTokenVerifier
const clock = { now: () => now, uuid: () => '00000000-0000-4000-8000-000000000000' }

beforeAll(async () => {
  server = createServer((incoming, response) => {
    fetches += 1
    jwks(incoming, response)
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The test server does not listen.')
  jwksUri = `http://127.0.0.1:${address.port}/jwks`
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  fetches = 0
  now = new Date('2026-03-01T08:00:00Z')
  publish(key)
  verifier = createAccessTokenVerifier({ directory: directory(), clock, logger: pino({ level: 'silent' }) })
})

function directory() {
  return fixedDirectory(
    sampleSnapshot({
      issuers: [{ issuer, audience: 'urn:liandong:exchange', jwksUri }],
      gateways: [{ id: 'gateway', url: 'https://exchange.example/graphql', keys: [publicKeyOf(gatewayKey)] }],
    }),
    clock,
  )
}

function publish(...keys: SigningKey[]): void {
  jwks = (_incoming, response) => void response.end(JSON.stringify({ keys: keys.map(publicKeyOf) }))
}

const seconds = (moment: string) => Date.parse(moment) / 1000
const claims = {
  iss: issuer,
  aud: 'urn:liandong:exchange',
  sub: 'xincai-enforcement',
  client_id: 'xincai-enforcement',
  county: '411729',
  scope: 'credit:check case:read',
  jti: 'token-1',
  iat: seconds('2026-03-01T07:59:00Z'),
  exp: seconds('2026-03-01T08:09:00Z'),
}

async function token(
  changes: Record<string, unknown> = {},
  by: SigningKey = key,
  header: object = {},
): Promise<string> {
  return new SignJWT({ ...claims, ...changes })
    .setProtectedHeader({ alg: by.alg, kid: by.kid, typ: 'at+jwt', ...header })
    .sign(await importJWK(by, by.alg))
}

/** The code that verification ends with; fails when it succeeds or when the message quotes the token. */
async function codeOf(sent: string | undefined, more: { dpopHeader?: string } = {}): Promise<ErrorCode> {
  const outcome: unknown = await verifier.verify(sent, { ...request, ...more }).catch((error: unknown) => error)
  if (!(outcome instanceof ExchangeError)) throw new Error('The token was accepted.')
  const secret = sent?.split(' ')[1]
  const parts = secret?.split('.').filter((part) => part.length > 3) ?? []
  for (const part of parts) expect(JSON.stringify(outcome) + outcome.message).not.toContain(part)
  return outcome.code
}

describe('a good token', () => {
  test('names the agency, its county, and the scopes that both token and directory grant', async () => {
    const viewer = await verifier.verify(`Bearer ${await token({ scope: 'credit:check case:read admin' })}`, request)
    expect(viewer).toEqual({
      agency: 'xincai-enforcement',
      county: '411729',
      scopes: new Set(['credit:check', 'case:read']),
    })
  })
  test('is accepted up to five seconds past its expiry, since clocks differ', async () => {
    const sent = `Bearer ${await token()}`
    now = new Date('2026-03-01T08:09:04Z')
    expect((await verifier.verify(sent, request)).agency).toBe('xincai-enforcement')
  })
  test('is proven once in five seconds, and anew after: then a key that was withdrawn counts no longer', async () => {
    const other = await generateSigningKey('ES256')
    const sent = `Bearer ${await token()}`
    await verifier.verify(sent, request)
    publish(other)
    // The issuer's new keys are read at once for a key that is not known, so that only the memory of the token is left.
    now = new Date('2026-03-01T08:00:31Z')
    await verifier.verify(sent, request)
    await verifier.verify(`Bearer ${await token({}, other)}`, request)
    now = new Date('2026-03-01T08:00:35.999Z')
    expect((await verifier.verify(sent, request)).agency).toBe('xincai-enforcement')
    now = new Date('2026-03-01T08:00:36Z')
    expect(await codeOf(sent)).toBe('TOKEN_UNKNOWN_KEY')
    publish(key)
    now = new Date('2026-03-01T08:01:40Z')
    expect((await verifier.verify(sent, request)).agency).toBe('xincai-enforcement')
  })
  test('is not remembered past its expiry, nor with a clock that was set back, nor when another claims its name', async () => {
    const sent = `Bearer ${await token()}`
    now = new Date('2026-03-01T08:09:04Z')
    await verifier.verify(sent, request)
    now = new Date('2026-03-01T08:09:05Z')
    expect(await codeOf(sent)).toBe('TOKEN_EXPIRED')
    now = new Date('2026-03-01T07:58:00Z')
    expect(await codeOf(sent)).toBe('TOKEN_NOT_YET_VALID')
    now = new Date('2026-03-01T08:00:00Z')
    const good = await token()
    await verifier.verify(`Bearer ${good}`, request)
    const [head, , signature] = good.split('.')
    const forged = Buffer.from(JSON.stringify({ ...claims, sub: 'xixian-enforcement' })).toString('base64url')
    expect(await codeOf(`Bearer ${head}.${forged}.${signature}`)).toBe('TOKEN_SIGNATURE_INVALID')
    expect(await codeOf(`Bearer ${head}.${forged}.${signature}`)).toBe('TOKEN_SIGNATURE_INVALID')
  })
  test('is worth at once what a new directory says: another audience, another agency’s scopes, no such issuer', async () => {
    const issuers = [{ issuer, audience: 'urn:liandong:exchange', jwksUri }]
    let held = directory()
    const changing = new Proxy(held, { get: (_, name) => Reflect.get(held, name) as unknown })
    verifier = createAccessTokenVerifier({ directory: changing, clock, logger: pino({ level: 'silent' }) })
    const sent = `Bearer ${await token()}`
    await verifier.verify(sent, request)
    const become = (changes: Parameters<typeof sampleSnapshot>[0]) => {
      held = fixedDirectory(sampleSnapshot({ issuers, ...changes }), clock)
    }
    become({ agencies: [{ id: 'xincai-enforcement', name: '新蔡县', county: '411729', scopes: ['case:read'] }] })
    expect((await verifier.verify(sent, request)).scopes).toEqual(new Set(['case:read']))
    become({ agencies: [] })
    expect(await codeOf(sent)).toBe('AGENCY_UNKNOWN')
    become({ issuers: [{ issuer, audience: 'urn:other', jwksUri }] })
    expect(await codeOf(sent)).toBe('TOKEN_WRONG_AUDIENCE')
    become({ issuers: [] })
    expect(await codeOf(sent)).toBe('TOKEN_WRONG_ISSUER')
  })
  test('may be signed with EdDSA as well', async () => {
    const other = await generateSigningKey('EdDSA')
    publish(key, other)
    expect((await verifier.verify(`bearer ${await token({}, other)}`, request)).county).toBe('411729')
  })
})

describe('a bad token is refused with the code of what is wrong', () => {
  test('no header, another scheme, or no token in it', async () => {
    expect(await codeOf(undefined)).toBe('TOKEN_MISSING')
    expect(await codeOf('')).toBe('TOKEN_MISSING')
    expect(await codeOf('Basic YTpi')).toBe('TOKEN_MALFORMED')
    expect(await codeOf('Bearer not-a-token')).toBe('TOKEN_MALFORMED')
    expect(await codeOf(`Bearer ${'a'.repeat(10_000)}`)).toBe('TOKEN_MALFORMED')
  })
  test('expired', async () => {
    const sent = `Bearer ${await token()}`
    now = new Date('2026-03-01T08:09:05Z')
    expect(await codeOf(sent)).toBe('TOKEN_EXPIRED')
  })
  test('not yet valid, by nbf or by the time of issue', async () => {
    expect(await codeOf(`Bearer ${await token({ nbf: seconds('2026-03-01T08:00:06Z') })}`)).toBe('TOKEN_NOT_YET_VALID')
    expect(await codeOf(`Bearer ${await token({ iat: seconds('2026-03-01T08:00:06Z') })}`)).toBe('TOKEN_NOT_YET_VALID')
  })
  test('for another audience', async () => {
    expect(await codeOf(`Bearer ${await token({ aud: 'urn:other' })}`)).toBe('TOKEN_WRONG_AUDIENCE')
  })
  test('by an issuer that the directory does not know, although the key is right', async () => {
    expect(await codeOf(`Bearer ${await token({ iss: 'https://elsewhere.example' })}`)).toBe('TOKEN_WRONG_ISSUER')
  })
  test("a county's token sent to the gateway", async () => {
    const minter = createCountyTokenMinter({ gatewayId: 'gateway', key: gatewayKey, clock })
    const viewer = { agency: 'xincai-enforcement', county: '411729', scopes: new Set(['case:read']) }
    expect(await codeOf(`Bearer ${await minter.mint({ viewer, county: '411729' })}`)).toBe('TOKEN_WRONG_ISSUER')
  })
  test('signed with a key that the issuer does not publish', async () => {
    expect(await codeOf(`Bearer ${await token({}, await generateSigningKey('ES256'))}`)).toBe('TOKEN_UNKNOWN_KEY')
  })
  test('signed with another key under the kid of a published one, or altered', async () => {
    const stranger = { ...(await generateSigningKey('ES256')), kid: key.kid }
    expect(await codeOf(`Bearer ${await token({}, stranger)}`)).toBe('TOKEN_SIGNATURE_INVALID')
    const [header, , signature] = (await token()).split('.')
    const payload = Buffer.from(JSON.stringify({ ...claims, county: '411528' })).toString('base64url')
    expect(await codeOf(`Bearer ${header}.${payload}.${signature}`)).toBe('TOKEN_SIGNATURE_INVALID')
  })
  test('alg none', async () => {
    const [, payload] = new UnsecuredJWT(claims).encode().split('.')
    const header = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt' })).toString('base64url')
    expect(await codeOf(`Bearer ${header}.${payload}.`)).toBe('TOKEN_ALGORITHM_REFUSED')
  })
  test('HMAC with the public key as its secret', async () => {
    const header = Buffer.from(JSON.stringify({ alg: 'HS256', kid: key.kid, typ: 'at+jwt' })).toString('base64url')
    const payload = Buffer.from(JSON.stringify(claims)).toString('base64url')
    for (const secret of [JSON.stringify(publicKeyOf(key)), Buffer.from(key.x ?? '', 'base64url')]) {
      const signature = createHmac('sha256', secret).update(`${header}.${payload}`).digest('base64url')
      expect(await codeOf(`Bearer ${header}.${payload}.${signature}`)).toBe('TOKEN_ALGORITHM_REFUSED')
    }
  })
  test('RS256', async () => {
    const { privateKey } = await generateKeyPair('RS256')
    const signed = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', typ: 'at+jwt' }).sign(privateKey)
    expect(await codeOf(`Bearer ${signed}`)).toBe('TOKEN_ALGORITHM_REFUSED')
  })
  test('another kind of token by the same issuer, or one that lacks a claim', async () => {
    expect(await codeOf(`Bearer ${await token({}, key, { typ: 'JWT' })}`)).toBe('TOKEN_MALFORMED')
    for (const claim of ['sub', 'county', 'jti', 'client_id', 'exp', 'iat']) {
      expect(await codeOf(`Bearer ${await token({ [claim]: undefined })}`)).toBe('TOKEN_MALFORMED')
    }
  })
  test('an agency that the directory does not know, or knows in another county', async () => {
    expect(await codeOf(`Bearer ${await token({ sub: 'nobody' })}`)).toBe('AGENCY_UNKNOWN')
    expect(await codeOf(`Bearer ${await token({ county: '411528' })}`)).toBe('AGENCY_UNKNOWN')
  })
})

describe("the issuer's keys", () => {
  test('are fetched once for many requests', async () => {
    const sent = `Bearer ${await token()}`
    await Promise.all(Array.from({ length: 20 }, () => verifier.verify(sent, request)))
    expect(fetches).toBe(1)
  })
  test('rotate: a new key is found by one fetch, but strangers cannot make us fetch at will', async () => {
    await verifier.verify(`Bearer ${await token()}`, request)
    const next = await generateSigningKey('ES256')
    publish(next, key)
    expect(await codeOf(`Bearer ${await token({}, next)}`)).toBe('TOKEN_UNKNOWN_KEY')
    expect(fetches).toBe(1)
    now = new Date('2026-03-01T08:00:31Z')
    expect((await verifier.verify(`Bearer ${await token({}, next)}`, request)).county).toBe('411729')
    expect(fetches).toBe(2)
  })
  test('go on working while the issuer is down', async () => {
    await verifier.verify(`Bearer ${await token()}`, request)
    jwks = (incoming) => void incoming.socket.destroy()
    now = new Date('2026-03-01T20:00:00Z')
    const later = await token({ iat: seconds('2026-03-01T20:00:00Z'), exp: seconds('2026-03-01T20:10:00Z') })
    expect((await verifier.verify(`Bearer ${later}`, request)).county).toBe('411729')
    await vi.waitFor(() => expect(fetches).toBeGreaterThan(1), { timeout: 20_000 })
  })
  test('that were never had make the request fail as unavailable, and are fetched when the issuer is back', async () => {
    jwks = (_incoming, response) => void response.writeHead(503).end()
    const sent = `Bearer ${await token()}`
    expect(await codeOf(sent)).toBe('ISSUER_UNAVAILABLE')
    expect(await codeOf(sent)).toBe('ISSUER_UNAVAILABLE')
    expect(fetches).toBe(1)
    publish(key)
    now = new Date('2026-03-01T08:00:03Z')
    expect((await verifier.verify(sent, request)).county).toBe('411729')
  })
})

describe('a token bound to a key', async () => {
  const holder = await generateSigningKey('ES256')
  const jwk = publicKeyOf(holder)
  const thumbprint = await calculateJwkThumbprint(jwk)
  let bound: string
  beforeEach(async () => {
    bound = await token({ cnf: { jkt: thumbprint } })
  })
  afterEach(() => publish(key))

  async function proof(
    changes: Record<string, unknown> = {},
    header: object = {},
    by: SigningKey = holder,
  ): Promise<string> {
    const ath = createHash('sha256').update(bound).digest('base64url')
    const iat = Math.floor(now.getTime() / 1000)
    return new SignJWT({ htm: 'POST', htu: request.url, iat, jti: 'proof-1', ath, ...changes })
      .setProtectedHeader({ alg: by.alg, typ: 'dpop+jwt', jwk, ...header })
      .sign(await importJWK(by, by.alg))
  }

  test('is accepted with a fresh proof by that key', async () => {
    const viewer = await verifier.verify(`DPoP ${bound}`, { ...request, dpopHeader: await proof() })
    expect(viewer.agency).toBe('xincai-enforcement')
  })
  test('is refused without a proof', async () => {
    expect(await codeOf(`DPoP ${bound}`)).toBe('TOKEN_PROOF_REQUIRED')
    expect(await codeOf(`Bearer ${bound}`)).toBe('TOKEN_PROOF_REQUIRED')
  })
  test('is refused when sent as Bearer, and an unbound token when sent as DPoP', async () => {
    expect(await codeOf(`Bearer ${bound}`, { dpopHeader: await proof() })).toBe('TOKEN_PROOF_INVALID')
    expect(await codeOf(`DPoP ${await token()}`, { dpopHeader: await proof() })).toBe('TOKEN_PROOF_INVALID')
  })
  test('is refused when bound in an unknown way', async () => {
    expect(await codeOf(`Bearer ${await token({ cnf: { 'x5t#S256': 'abc' } })}`)).toBe('TOKEN_PROOF_INVALID')
  })
  test('is refused with a proof that was used before', async () => {
    const once = await proof()
    await verifier.verify(`DPoP ${bound}`, { ...request, dpopHeader: once })
    expect(await codeOf(`DPoP ${bound}`, { dpopHeader: once })).toBe('TOKEN_PROOF_INVALID')
    expect(await codeOf(`DPoP ${bound}`, { dpopHeader: await proof() })).toBe('TOKEN_PROOF_INVALID')
  })
  test.each<[string, () => Promise<string>]>([
    ['for another method', () => proof({ htm: 'GET' })],
    ['for another URL', () => proof({ htu: 'https://elsewhere.example/graphql' })],
    ['for another token', () => proof({ ath: 'AAAA' })],
    ['that is older than a minute', () => proof({ iat: seconds('2026-03-01T07:58:54Z') })],
    ['from the future', () => proof({ iat: seconds('2026-03-01T08:00:06Z') })],
    ['without id', () => proof({ jti: undefined })],
    ['of another type', () => proof({}, { typ: 'JWT' })],
    ['that shows a private key', () => proof({}, { jwk: { ...jwk, d: holder.d } })],
    ['that is not JSON', async () => 'nonsense'],
  ])('is refused with a proof %s', async (_name, make) => {
    expect(await codeOf(`DPoP ${bound}`, { dpopHeader: await make() })).toBe('TOKEN_PROOF_INVALID')
  })
  test('is refused with a proof by another key, or signed by another key than it shows', async () => {
    const thief = await generateSigningKey('ES256')
    const byThief = await proof({}, { jwk: publicKeyOf(thief) }, thief)
    expect(await codeOf(`DPoP ${bound}`, { dpopHeader: byThief })).toBe('TOKEN_PROOF_INVALID')
    expect(await codeOf(`DPoP ${bound}`, { dpopHeader: await proof({}, {}, thief) })).toBe('TOKEN_PROOF_INVALID')
  })
})
