import { randomUUID } from 'node:crypto'
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, importJWK, jwtVerify, SignJWT } from 'jose'
import { customFetch, DPoP, generateKeyPair, protectedResourceRequest, type CryptoKeyPair } from 'oauth4webapi'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../platform/clock.ts'
import { fixedDirectory } from '../platform/directory/directory.ts'
import { sampleSnapshot } from '../platform/directory/sample-snapshot.ts'
import type { HttpServer } from '../platform/server.ts'
import { createAccessTokenVerifier } from '../platform/tokens/access-token.ts'
import { requestToken } from '../platform/tokens/client-credentials.ts'
import { generateSigningKey, publicKeyOf, type SigningKey } from '../platform/tokens/keys.ts'
import { createIssuer } from './server.ts'

const logger = pino({ level: 'silent' })
const audience = 'urn:liandong:exchange'
const signing = await generateSigningKey('ES256')
const former = await generateSigningKey('EdDSA')
const clientKeys = {
  'xincai-enforcement': await generateSigningKey('EdDSA'),
  analyst: await generateSigningKey('ES256'),
}
const clients = [
  {
    id: 'xincai-enforcement',
    county: '411729',
    scopes: ['credit:check', 'case:read'],
    keys: [publicKeyOf(clientKeys['xincai-enforcement'])],
  },
  { id: 'analyst', county: '411528', scopes: ['credit:read', 'query:adhoc'], keys: [publicKeyOf(clientKeys.analyst)] },
]

let servers: HttpServer[] = []
let url: string

/** Starts an issuer on a port of its own; its URL must be known before it is created. */
async function start(keys: [SigningKey, ...SigningKey[]]): Promise<string> {
  const probe = createIssuer({ url: 'http://127.0.0.1', audience, keys, clients }, { clock: systemClock, logger })
  const address = await probe.listen({ host: '127.0.0.1', port: 0 })
  await probe.close()
  const server = createIssuer({ url: address, audience, keys, clients }, { clock: systemClock, logger })
  await server.listen({ host: '127.0.0.1', port: Number(new URL(address).port) })
  servers.push(server)
  return address
}

beforeAll(async () => {
  url = await start([signing, former])
})
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()))
  servers = []
})

const ask = (clientId: keyof typeof clientKeys, more: object = {}) =>
  requestToken({ issuer: url, clientId, key: clientKeys[clientId], allowHttpOnLoopback: true, ...more })

describe('a granted token', () => {
  test('is an RFC 9068 access token for the exchange, with the county of the client, for ten minutes', async () => {
    const granted = await ask('xincai-enforcement', { scope: 'case:read' })
    expect(granted).toMatchObject({ tokenType: 'bearer', expiresIn: 600, scope: 'case:read' })
    const jwks = createLocalJWKSet({ keys: [publicKeyOf(signing)] })
    const { payload, protectedHeader } = await jwtVerify(granted.accessToken, jwks, {
      typ: 'at+jwt',
      audience,
      issuer: url,
    })
    expect(protectedHeader).toMatchObject({ alg: 'ES256', kid: signing.kid })
    expect(payload).toMatchObject({
      sub: 'xincai-enforcement',
      client_id: 'xincai-enforcement',
      county: '411729',
      scope: 'case:read',
    })
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(600)
    expect(payload.jti).toEqual(expect.any(String))
  })
  test('never holds a scope beyond those of the client', async () => {
    await expect(ask('xincai-enforcement', { scope: 'case:read query:adhoc' })).rejects.toMatchObject({
      reason: 'invalid_scope',
    })
  })
  test('holds all scopes of the client when it asks for none', async () => {
    expect(new Set((await ask('analyst')).scope.split(' '))).toEqual(new Set(['credit:read', 'query:adhoc']))
  })
  test('is for this exchange only', async () => {
    await expect(ask('analyst', { resource: 'urn:other' })).rejects.toMatchObject({ reason: 'invalid_target' })
    expect(decodeJwt((await ask('analyst', { resource: audience })).accessToken).aud).toBe(audience)
  })
})

/** The proof that oauth4webapi sends with a request to the gateway. */
async function proofFor(token: string, key: CryptoKeyPair): Promise<string | undefined> {
  let proof: string | null = null
  await protectedResourceRequest(token, 'POST', new URL('https://exchange.example/graphql'), undefined, undefined, {
    DPoP: DPoP({}, key),
    [customFetch]: async (_url, { headers }) => {
      proof = new Headers(headers).get('dpop')
      return new Response()
    },
  })
  return proof ?? undefined
}

const directory = () =>
  fixedDirectory(
    sampleSnapshot({
      issuedAt: new Date(Date.now() - 60_000).toISOString(),
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
      issuers: [{ issuer: url, audience, jwksUri: `${url}/jwks` }],
    }),
  )

describe('with the gateway', () => {
  const request = { method: 'POST', url: 'https://exchange.example/graphql' }

  test('its tokens are accepted by the verifier', async () => {
    const verifier = createAccessTokenVerifier({ directory: directory(), clock: systemClock, logger })
    const { accessToken } = await ask('xincai-enforcement')
    expect(await verifier.verify(`Bearer ${accessToken}`, request)).toEqual({
      agency: 'xincai-enforcement',
      county: '411729',
      scopes: new Set(['credit:check', 'case:read']),
    })
  })
  test.each(['ES256', 'Ed25519'])(
    'a token bound to an %s key is accepted with its proof and not without',
    async (alg) => {
      const dpop = await generateKeyPair(alg)
      const granted = await ask('xincai-enforcement', { dpop })
      expect(granted.tokenType).toBe('dpop')
      const verifier = createAccessTokenVerifier({ directory: directory(), clock: systemClock, logger })
      await expect(verifier.verify(`DPoP ${granted.accessToken}`, request)).rejects.toMatchObject({
        code: 'TOKEN_PROOF_REQUIRED',
      })
      const proof = await proofFor(granted.accessToken, dpop)
      const viewer = await verifier.verify(`DPoP ${granted.accessToken}`, { ...request, dpopHeader: proof })
      expect(viewer.agency).toBe('xincai-enforcement')
    },
  )
})

const form = (assertion: string, more: Record<string, string> = {}, at = url) =>
  fetch(`${at}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
      ...more,
    }),
  })
const assertion = async (changes: Record<string, unknown> = {}, key: SigningKey = clientKeys['xincai-enforcement']) => {
  const now = Math.floor(Date.now() / 1000)
  return new SignJWT({
    iss: 'xincai-enforcement',
    sub: 'xincai-enforcement',
    aud: url,
    iat: now,
    exp: now + 60,
    jti: randomUUID(),
    ...changes,
  })
    .setProtectedHeader({ alg: key.alg, kid: key.kid })
    .sign(await importJWK(key, key.alg))
}

describe('an issuer refuses', () => {
  test('an assertion that was used before', async () => {
    const once = await assertion()
    expect((await form(once)).status).toBe(200)
    const again = await form(once)
    expect(again.status).toBe(401)
    expect(await again.json()).toMatchObject({ error: 'invalid_client' })
  })
  test('all but one of equal assertions that arrive at once', async () => {
    const once = await assertion()
    const answers = await Promise.all(Array.from({ length: 8 }, () => form(once)))
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1)
  })
  test('an assertion by another key, for another audience, without end, or made before the issuer started', async () => {
    const now = Math.floor(Date.now() / 1000)
    const bad = [
      await assertion({}, { ...clientKeys.analyst, kid: clientKeys['xincai-enforcement'].kid }),
      await assertion({ aud: 'https://elsewhere.example' }),
      await assertion({ aud: `${url}/token` }),
      await assertion({ aud: [url, 'https://elsewhere.example'] }),
      await assertion({ exp: now + 3_600 }),
      await assertion({ exp: undefined }),
      await assertion({ jti: undefined }),
      await assertion({ iat: now - 86_400, exp: now + 10 }),
      await assertion({ iat: now - 200, exp: now + 10 }),
      await assertion({ iss: 'nobody', sub: 'nobody' }),
    ]
    for (const answer of await Promise.all(bad.map((one) => form(one)))) {
      expect(answer.status).toBe(401)
      expect(await answer.json()).toMatchObject({ error: 'invalid_client' })
    }
  })
  test('a client without assertion, a secret, and any other grant', async () => {
    const secret = await fetch(`${url}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from('analyst:secret').toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    })
    expect(secret.status).toBe(401)
    expect((await form(await assertion(), { grant_type: 'authorization_code', code: 'x' })).status).toBe(400)
    const bare = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'analyst' })
    expect((await fetch(`${url}/token`, { method: 'POST', body: bare })).status).toBe(401)
  })
})

describe('the HTTP server', () => {
  test('publishes every public key, the signing one first, and nothing private', async () => {
    const text = await (await fetch(`${url}/jwks`)).text()
    expect(text).not.toContain('"d"')
    const jwks: unknown = JSON.parse(text)
    expect(jwks).toMatchObject({
      keys: [
        { kid: signing.kid, alg: 'ES256', use: 'sig' },
        { kid: former.kid, alg: 'EdDSA' },
      ],
    })
  })
  test('signs with the first key of the file, so that putting another first rotates', async () => {
    const other = await start([former, signing])
    const granted = await requestToken({
      issuer: other,
      clientId: 'analyst',
      key: clientKeys.analyst,
      allowHttpOnLoopback: true,
    })
    expect(decodeProtectedHeader(granted.accessToken)).toMatchObject({ alg: 'EdDSA', kid: former.kid })
  })
  test('tells in its metadata what is there, and nothing else can be reached', async () => {
    const metadata: unknown = await (await fetch(`${url}/.well-known/oauth-authorization-server`)).json()
    expect(metadata).toMatchObject({ issuer: url, token_endpoint: `${url}/token`, jwks_uri: `${url}/jwks` })
    for (const path of ['/auth', '/me', '/session/end', '/interaction/x', '/reg', '/token/introspection']) {
      expect((await fetch(`${url}${path}`)).status).toBe(404)
    }
  })
  test('sends security headers, and its token answers are not cached', async () => {
    const answer = await fetch(`${url}/token`, { method: 'POST', body: new URLSearchParams() })
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
  })
  test('serves an https address of its own through a proxy that ends TLS', async () => {
    const server = createIssuer(
      { url: 'https://issuer.example', audience, keys: [signing], clients },
      { clock: systemClock, logger },
    )
    servers.push(server)
    const address = await server.listen({ host: '127.0.0.1', port: 0 })
    const answer = await form(await assertion({ aud: 'https://issuer.example' }), {}, address)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('strict-transport-security')).toContain('max-age')
  })
  test('is live, ready, and counts what it does', async () => {
    expect((await fetch(`${url}/health/live`)).status).toBe(200)
    expect((await fetch(`${url}/health/ready`)).status).toBe(200)
    await ask('analyst')
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(
      /liandong_issuer_tokens_total\{outcome="issued"\} [1-9]/,
    )
  })
})

describe('the client helper', () => {
  test('does not speak plain http unless told to, and to loopback only', async () => {
    const question = { issuer: url, clientId: 'analyst', key: clientKeys.analyst }
    await expect(requestToken(question)).rejects.toMatchObject({ reason: 'insecure' })
    await expect(
      requestToken({ ...question, issuer: 'http://issuer.example', allowHttpOnLoopback: true }),
    ).rejects.toMatchObject({ reason: 'insecure' })
  })
  test('says that the issuer is not there', async () => {
    const question = {
      issuer: 'http://127.0.0.1:9',
      clientId: 'analyst',
      key: clientKeys.analyst,
      allowHttpOnLoopback: true,
    }
    await expect(requestToken(question)).rejects.toMatchObject({ reason: 'unreachable' })
  })
})
