import { createHmac } from 'node:crypto'
import { decodeJwt, importJWK, SignJWT, UnsecuredJWT } from 'jose'
import { beforeEach, describe, expect, test } from 'vitest'
import { fixedDirectory } from '../directory/directory.ts'
import { sampleSnapshot } from '../directory/sample-snapshot.ts'
import { ExchangeError, type ErrorCode } from '../errors.ts'
import type { Viewer } from '../viewer.ts'
import { createCountyTokenMinter, createCountyTokenVerifier } from './county-token.ts'
import { generateSigningKey, publicKeyOf, type SigningKey } from './keys.ts'

const key = await generateSigningKey('EdDSA')
const start = new Date('2026-03-01T08:00:00Z')
let now: Date
let count: number
const clock = { now: () => now, uuid: () => `${++count}` }
const directory = fixedDirectory(
  sampleSnapshot({ gateways: [{ id: 'gateway', url: 'https://exchange.example/graphql', keys: [publicKeyOf(key)] }] }),
  clock,
)
const viewer: Viewer = {
  agency: 'xincai-enforcement',
  county: '411729',
  scopes: new Set(['case:read', 'credit:check']),
}
const verifier = createCountyTokenVerifier({ directory, county: '411528', clock })
const minter = (capacity?: number) =>
  createCountyTokenMinter({ gatewayId: 'gateway', key, clock, ...(capacity === undefined ? {} : { capacity }) })

beforeEach(() => {
  now = start
  count = 0
})

describe("the gateway's tokens", () => {
  test('are accepted by their county, which learns agency, scopes and the gateway that acts', async () => {
    const token = await minter().mint({ viewer, county: '411528' })
    expect(await verifier.verify(`Bearer ${token}`)).toEqual({ ...viewer, actor: 'gateway' })
    expect(decodeJwt(token)).toMatchObject({ aud: '411528', act: { sub: 'gateway' }, county: '411729' })
  })
  test('live for 60 seconds and are reused per agency, scopes and county until 20 are left', async () => {
    const mint = minter()
    const first = await mint.mint({ viewer, county: '411528' })
    expect((decodeJwt(first).exp ?? 0) - (decodeJwt(first).iat ?? 0)).toBe(60)
    now = new Date(start.getTime() + 39_999)
    expect(
      await mint.mint({ viewer: { ...viewer, scopes: new Set(['credit:check', 'case:read']) }, county: '411528' }),
    ).toBe(first)
    expect(await mint.mint({ viewer, county: '410823' })).not.toBe(first)
    expect(await mint.mint({ viewer: { ...viewer, scopes: new Set(['credit:check']) }, county: '411528' })).not.toBe(
      first,
    )
    now = new Date(start.getTime() + 40_000)
    expect(await mint.mint({ viewer, county: '411528' })).not.toBe(first)
  })
  test('are cached in bounded number: the oldest goes first', async () => {
    const mint = minter(2)
    const first = await mint.mint({ viewer, county: '411528' })
    const second = await mint.mint({ viewer, county: '411729' })
    await mint.mint({ viewer, county: '410823' })
    expect(await mint.mint({ viewer, county: '411729' })).toBe(second)
    expect(await mint.mint({ viewer, county: '411528' })).not.toBe(first)
  })
  test('are there at once when they have been made before, for any request of the same agency', async () => {
    const mint = minter()
    const first = await mint.mint({ viewer, county: '411528' })
    expect(mint.mint({ viewer: { ...viewer }, county: '411528' })).toBe(first)
  })
  test('are signed by whichever kind of key the gateway has', async () => {
    const p256 = await generateSigningKey('ES256')
    const gateways = [{ id: 'gateway', url: 'https://exchange.example/graphql', keys: [publicKeyOf(p256)] }]
    const knowing = fixedDirectory(sampleSnapshot({ gateways }), clock)
    const token = await createCountyTokenMinter({ gatewayId: 'gateway', key: p256, clock }).mint({
      viewer,
      county: '411528',
    })
    const county = createCountyTokenVerifier({ directory: knowing, county: '411528', clock })
    expect(await county.verify(`Bearer ${token}`)).toEqual({ ...viewer, actor: 'gateway' })
  })
  test('give no scope that the directory does not grant the agency', async () => {
    const wide = { ...viewer, scopes: new Set(['case:read', 'query:adhoc', 'admin']) }
    const token = await minter().mint({ viewer: wide, county: '411528' })
    expect((await verifier.verify(`Bearer ${token}`)).scopes).toEqual(new Set(['case:read']))
  })
})

describe("the gateway's tokens in its own name", () => {
  test('say which gateway reads a digest, and are reused per county until 20 seconds are left', async () => {
    const mint = minter()
    const token = await mint.mintOwn('411528')
    expect(await verifier.verifyGateway(`Bearer ${token}`)).toBe('gateway')
    expect(decodeJwt(token)).toMatchObject({ iss: 'gateway', sub: 'gateway', aud: '411528', scope: 'hit-index:read' })
    expect(await mint.mintOwn('411528')).toBe(token)
    expect(await mint.mintOwn('410823')).not.toBe(token)
    now = new Date(start.getTime() + 40_000)
    expect(await mint.mintOwn('411528')).not.toBe(token)
  })
  test('ask no question of an agency', async () => {
    expect(await codeOf(`Bearer ${await minter().mintOwn('411528')}`)).toBe('TOKEN_MALFORMED')
  })
  test('are not replaced by a token in the name of an agency, even of one that bears the name of the gateway', async () => {
    const codes = [
      await minter().mint({ viewer: { ...viewer, scopes: new Set(['hit-index:read']) }, county: '411528' }),
      await minter().mint({
        viewer: { ...viewer, agency: 'gateway', scopes: new Set(['hit-index:read']) },
        county: '411528',
      }),
      await forged({ sub: 'gateway', act: undefined, scope: 'credit:check' }),
      await forged({ sub: 'gateway', act: undefined, scope: undefined }),
      await forged({ sub: 'other', act: undefined, scope: 'hit-index:read' }),
    ].map((token) => codeOf(`Bearer ${token}`, 'verifyGateway'))
    expect(await Promise.all(codes)).toEqual(codes.map(() => 'UNAUTHORIZED_FIELD_OR_TYPE'))
  })
  test('are refused as the others when they are for another county, too old or by a stranger', async () => {
    const own = { sub: 'gateway', act: undefined, county: undefined, scope: 'hit-index:read' }
    const refused = async (changes: object, by = key) =>
      codeOf(`Bearer ${await forged({ ...own, ...changes }, by)}`, 'verifyGateway')
    expect(await refused({ aud: '410823' })).toBe('TOKEN_WRONG_AUDIENCE')
    expect(await refused({ exp: seconds + 61 })).toBe('TOKEN_MALFORMED')
    expect(await refused({ iat: seconds - 65, exp: seconds - 5 })).toBe('TOKEN_EXPIRED')
    expect(await refused({}, await generateSigningKey('EdDSA'))).toBe('TOKEN_UNKNOWN_KEY')
    expect(await codeOf(undefined, 'verifyGateway')).toBe('TOKEN_MISSING')
  })
})

const seconds = start.getTime() / 1000
const claims = {
  iss: 'gateway',
  aud: '411528',
  sub: 'xincai-enforcement',
  county: '411729',
  scope: 'case:read',
  act: { sub: 'gateway' },
  jti: '1',
  iat: seconds,
  exp: seconds + 60,
}

async function forged(
  changes: Record<string, unknown> = {},
  by: SigningKey = key,
  header: object = {},
): Promise<string> {
  return new SignJWT({ ...claims, ...changes })
    .setProtectedHeader({ alg: by.alg, kid: by.kid, typ: 'at+jwt', ...header })
    .sign(await importJWK(by, by.alg))
}

function encode(header: object): string {
  return Buffer.from(JSON.stringify(header)).toString('base64url')
}

/** The code that verification at 411528 ends with; fails when it succeeds or when the message quotes the token. */
async function codeOf(sent: string | undefined, method: 'verify' | 'verifyGateway' = 'verify'): Promise<ErrorCode> {
  const outcome: unknown = await verifier[method](sent).catch((error: unknown) => error)
  if (!(outcome instanceof ExchangeError)) throw new Error('The token was accepted.')
  for (const part of sent?.split(/[ .]/).filter((text) => text.length > 8) ?? []) {
    expect(JSON.stringify(outcome) + outcome.message).not.toContain(part)
  }
  return outcome.code
}

describe('a county refuses with the code of what is wrong', () => {
  test('no token, or something else', async () => {
    expect(await codeOf(undefined)).toBe('TOKEN_MISSING')
    expect(await codeOf('Bearer x.y.z')).toBe('TOKEN_MALFORMED')
    expect(await codeOf(`DPoP ${await forged()}`)).toBe('TOKEN_MALFORMED')
  })
  test("another county's token", async () => {
    const other = await minter().mint({ viewer, county: '410823' })
    expect(await codeOf(`Bearer ${other}`)).toBe('TOKEN_WRONG_AUDIENCE')
  })
  test('a token for this county and others besides', async () => {
    expect(await codeOf(`Bearer ${await forged({ aud: ['411528', '410823'] })}`)).toBe('TOKEN_WRONG_AUDIENCE')
  })
  test("the agency's own token", async () => {
    const own = await forged(
      { iss: 'http://127.0.0.1:4200', aud: 'urn:liandong:exchange' },
      await generateSigningKey('ES256'),
    )
    expect(await codeOf(`Bearer ${own}`)).toBe('TOKEN_WRONG_ISSUER')
  })
  test('an expired token, and one that is not valid yet', async () => {
    expect(await codeOf(`Bearer ${await forged({ iat: seconds - 65, exp: seconds - 5 })}`)).toBe('TOKEN_EXPIRED')
    expect(await codeOf(`Bearer ${await forged({ iat: seconds + 6, exp: seconds + 66 })}`)).toBe('TOKEN_NOT_YET_VALID')
    expect(await codeOf(`Bearer ${await forged({ nbf: seconds + 6 })}`)).toBe('TOKEN_NOT_YET_VALID')
  })
  test('a key that the directory does not list for the gateway, and a signature that does not match', async () => {
    const stranger = await generateSigningKey('EdDSA')
    expect(await codeOf(`Bearer ${await forged({}, stranger)}`)).toBe('TOKEN_UNKNOWN_KEY')
    expect(await codeOf(`Bearer ${await forged({}, { ...stranger, kid: key.kid })}`)).toBe('TOKEN_SIGNATURE_INVALID')
  })
  test("another gateway's name over this gateway's key", async () => {
    expect(await codeOf(`Bearer ${await forged({ iss: 'other-gateway' })}`)).toBe('TOKEN_WRONG_ISSUER')
  })
  test('alg none, and HMAC with the public key', async () => {
    const payload = new UnsecuredJWT(claims).encode().split('.')[1]
    expect(await codeOf(`Bearer ${encode({ alg: 'none', typ: 'at+jwt' })}.${payload}.`)).toBe('TOKEN_ALGORITHM_REFUSED')
    const signed = `${encode({ alg: 'HS256', kid: key.kid, typ: 'at+jwt' })}.${payload}`
    const signature = createHmac('sha256', JSON.stringify(publicKeyOf(key)))
      .update(signed)
      .digest('base64url')
    expect(await codeOf(`Bearer ${signed}.${signature}`)).toBe('TOKEN_ALGORITHM_REFUSED')
  })
  test('a token that outlives 60 seconds, lacks a claim, or names another actor', async () => {
    expect(await codeOf(`Bearer ${await forged({ exp: seconds + 61 })}`)).toBe('TOKEN_MALFORMED')
    expect(await codeOf(`Bearer ${await forged({ act: { sub: 'somebody' } })}`)).toBe('TOKEN_MALFORMED')
    expect(await codeOf(`Bearer ${await forged({ act: undefined })}`)).toBe('TOKEN_MALFORMED')
    expect(await codeOf(`Bearer ${await forged({ sub: undefined })}`)).toBe('TOKEN_MALFORMED')
    expect(await codeOf(`Bearer ${await forged({}, key, { typ: 'JWT' })}`)).toBe('TOKEN_MALFORMED')
  })
  test('an agency that the directory does not know, or knows in another county', async () => {
    expect(await codeOf(`Bearer ${await forged({ sub: 'nobody' })}`)).toBe('AGENCY_UNKNOWN')
    expect(await codeOf(`Bearer ${await forged({ county: '411528' })}`)).toBe('AGENCY_UNKNOWN')
  })
  test('every token once the directory has expired', async () => {
    now = new Date('2026-03-02T00:00:00Z')
    expect(await codeOf(`Bearer ${await forged()}`)).toBe('DIRECTORY_EXPIRED')
  })
})
