import { randomUUID } from 'node:crypto'
import { CompactSign, type JWK, SignJWT, UnsecuredJWT, calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import { importJWK } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHash } from 'node:crypto'
import { type SigningKey, generateSigningKey } from '../../services/platform/tokens/keys.ts'
import { type TestCounties, post, startCounties } from '../support/counties.ts'
import { type GatewayAnswer, type TestGateway, keepingLogger, startGateway } from '../support/test-gateway.ts'
import { type Trust, agencyOf, allScopes, audience, createTrust, gatewayId } from '../support/trust.ts'

const [here, there, outside] = ['411528', '411729', '410823'] as const
const listings =
  '{ creditListings { nodes { id } coverage { complete answered { county { code } } unanswered { county { code } reason } } } }'
const check = `{ creditCheck(subject: "91110000600037341L", matter: "FOOD_BUSINESS_LICENCE") { verdict
  coverage { answered { county { code } } unanswered { county { code } reason } } } }`
const standing =
  '{ creditStandings(questions: [{ subject: "91110000600037341L", matter: "FOOD_BUSINESS_LICENCE" }]) { asOf } }'
const minutes = 60

let trust: Trust
let counties: TestCounties
let gateway: TestGateway
const gatewayLines: string[] = []
/** Everything that was sent as a credential, to look for it afterwards. */
const sent: string[] = []
const answers: GatewayAnswer[] = []

beforeAll(async () => {
  trust = await createTrust([here, there, outside])
  counties = await startCounties(trust, [here, there, outside], {
    changes: {
      agreements: [
        {
          id: 'two',
          title: '行政执法联动协作协议',
          parties: [here, there],
          records: ['CREDIT_STANDING', 'CREDIT_LISTING', 'PENALTY', 'ENFORCEMENT_CASE'],
          purposes: ['APPROVAL', 'CASE'],
          validFrom: '2022-04-10',
          validUntil: null,
          signedBy: [here, there],
        },
      ],
    },
  })
  gateway = await startGateway({
    trust,
    snapshot: counties.snapshot,
    logger: keepingLogger(gatewayLines),
    env: { DEADLINE_MS: '20000' },
  })
})
afterAll(async () => {
  await gateway?.close()
  await counties?.close()
  await trust?.close()
})

const seconds = () => Math.floor(Date.now() / 1_000)

/** What a token of the issuer, or of the gateway for a county, says. */
function claims(changes: Record<string, unknown> = {}): Record<string, unknown> {
  const now = seconds()
  const agency = agencyOf(there)
  return {
    sub: agency,
    client_id: agency,
    county: there,
    scope: allScopes.join(' '),
    iat: now,
    exp: now + 50,
    jti: randomUUID(),
    ...changes,
  }
}

async function signed(key: SigningKey, payload: Record<string, unknown>, header: Record<string, unknown> = {}) {
  return new SignJWT(payload)
    .setProtectedHeader({ alg: key.alg, typ: 'at+jwt', kid: key.kid, ...header })
    .sign(await importJWK(key, key.alg))
}

/** A token signed by HMAC with the text of a public key, as those try who hope that a verifier mixes the two up. */
function hmac(publicKey: JWK, payload: Record<string, unknown>): Promise<string> {
  return new CompactSign(Buffer.from(JSON.stringify(payload)))
    .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', ...(publicKey.kid !== undefined && { kid: publicKey.kid }) })
    .sign(Buffer.from(JSON.stringify(publicKey)))
}

/** The gateway's claims for a county in the name of the other county's agency. */
const forCounty = (changes: Record<string, unknown> = {}) =>
  claims({ iss: gatewayId, aud: here, act: { sub: gatewayId }, ...changes })

async function atGateway(authorization: string | undefined, query = listings, more: Record<string, string> = {}) {
  if (authorization !== undefined) sent.push(authorization)
  const answer = await post(`${gateway.url}/graphql`, authorization, { query }, more)
  answers.push(answer)
  return answer
}

async function atCounty(
  authorization: string | undefined,
  query = '{ creditListings { nodes { id } } }',
  more: Record<string, string> = {},
  code: string = here,
) {
  if (authorization !== undefined) sent.push(authorization)
  const answer = await counties.at(code).ask(authorization, query, {}, more)
  answers.push(answer)
  return answer
}

/** Status, codes and whether there is any data in an answer. */
function refusal({ status, body }: GatewayAnswer) {
  return { status, codes: body.errors?.map(({ extensions }) => extensions.code), data: body.data ?? undefined }
}

interface Bad {
  name: string
  code: string
  status?: number
  /** The Authorization header; undefined for none. */
  header: () => Promise<string | undefined> | string | undefined
}

const bearer = async (token: Promise<string> | string) => `Bearer ${await token}`
const issuerKey = async () => {
  const response = await fetch(`${trust.issuer}/jwks`)
  return ((await response.json()) as { keys: [JWK] }).keys[0]
}
const issued = (changes: Record<string, unknown> = {}) => bearer(trust.token(agencyOf(there), allScopes, changes))
const minted = (changes: Record<string, unknown> = {}) => bearer(signed(trust.gatewayKey, forCounty(changes)))

const badAtGateway: Bad[] = [
  { name: 'no token', code: 'TOKEN_MISSING', header: () => undefined },
  { name: 'text that is no token', code: 'TOKEN_MALFORMED', header: () => 'Bearer three.parts.only' },
  { name: 'another scheme', code: 'TOKEN_MALFORMED', header: () => 'Basic dXNlcjpwYXNz' },
  { name: 'a token of 10,000 characters', code: 'TOKEN_MALFORMED', header: () => `Bearer ${'x'.repeat(10_000)}` },
  { name: 'an expired token', code: 'TOKEN_EXPIRED', header: () => issued({ exp: seconds() - 10 }) },
  { name: 'a token not yet valid', code: 'TOKEN_NOT_YET_VALID', header: () => issued({ nbf: seconds() + minutes }) },
  { name: 'a token from the future', code: 'TOKEN_NOT_YET_VALID', header: () => issued({ iat: seconds() + minutes }) },
  { name: 'a token for another audience', code: 'TOKEN_WRONG_AUDIENCE', header: () => issued({ aud: 'urn:other' }) },
  {
    name: 'a token by another issuer',
    code: 'TOKEN_WRONG_ISSUER',
    header: () => issued({ iss: 'http://127.0.0.1:9/other' }),
  },
  {
    name: 'a token signed with a key that the issuer does not publish',
    code: 'TOKEN_UNKNOWN_KEY',
    header: async () => bearer(signed(await generateSigningKey('ES256'), claims({ iss: trust.issuer, aud: audience }))),
  },
  {
    name: 'a token that only claims the issuer’s key',
    code: 'TOKEN_SIGNATURE_INVALID',
    header: async () => {
      const { kid } = await issuerKey()
      const payload = claims({ iss: trust.issuer, aud: audience })
      return bearer(signed(await generateSigningKey('ES256'), payload, { kid }))
    },
  },
  {
    name: 'a token with alg none',
    code: 'TOKEN_ALGORITHM_REFUSED',
    header: () => bearer(new UnsecuredJWT(claims({ iss: trust.issuer, aud: audience })).encode()),
  },
  {
    name: 'a token signed by HMAC with the issuer’s public key',
    code: 'TOKEN_ALGORITHM_REFUSED',
    header: async () => bearer(hmac(await issuerKey(), claims({ iss: trust.issuer, aud: audience }))),
  },
  { name: 'a county’s token', code: 'TOKEN_WRONG_ISSUER', header: () => minted() },
  {
    name: 'a token of an agency that the directory does not know',
    code: 'AGENCY_UNKNOWN',
    status: 403,
    header: () => bearer(trust.token('411729-unknown')),
  },
  {
    name: 'a token that puts an agency into another county',
    code: 'AGENCY_UNKNOWN',
    status: 403,
    header: () => issued({ county: here }),
  },
  {
    name: 'a token bound to a key, without proof',
    code: 'TOKEN_PROOF_REQUIRED',
    header: () => issued({ cnf: { jkt: 'a'.repeat(43) } }),
  },
  {
    name: 'a token bound in an unknown way',
    code: 'TOKEN_PROOF_INVALID',
    header: () => issued({ cnf: { 'x5t#S256': 'a'.repeat(43) } }),
  },
]

describe('the gateway', () => {
  it.each(badAtGateway)('refuses $name with $code and asks no county', async ({ header, code, status = 401 }) => {
    const before = counties.asked()
    expect(refusal(await atGateway(await header()))).toEqual({ status, codes: [code], data: undefined })
    expect(counties.asked()).toBe(before)
  })

  it('lets a bound token in with a proof of its key, once, and not with another’s', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
    const jwk = await exportJWK(publicKey)
    const token = await trust.token(agencyOf(there), allScopes, { cnf: { jkt: await calculateJwkThumbprint(jwk) } })
    const prove = (url: string) =>
      new SignJWT({
        htm: 'POST',
        htu: url,
        jti: randomUUID(),
        ath: createHash('sha256').update(token).digest('base64url'),
      })
        .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk })
        .setIssuedAt()
        .sign(privateKey)
    const dpop = await prove(`${gateway.url}/graphql`)
    sent.push(dpop)
    const good = await atGateway(`DPoP ${token}`, '{ counties { code } }', { dpop })
    expect(good).toMatchObject({ status: 200, body: { data: { counties: [{}, {}, {}] } } })
    const again = await atGateway(`DPoP ${token}`, '{ counties { code } }', { dpop })
    expect(refusal(again)).toEqual({ status: 401, codes: ['TOKEN_PROOF_INVALID'], data: undefined })
    const elsewhere = await prove('http://127.0.0.1:4000/graphql')
    const wrong = await atGateway(`DPoP ${token}`, '{ counties { code } }', { dpop: elsewhere })
    expect(refusal(wrong)).toEqual({ status: 401, codes: ['TOKEN_PROOF_INVALID'], data: undefined })
    const downgraded = await atGateway(`Bearer ${token}`, '{ counties { code } }', { dpop: await prove(gateway.url) })
    expect(refusal(downgraded)).toEqual({ status: 401, codes: ['TOKEN_PROOF_INVALID'], data: undefined })
  })

  it('gives null and UNAUTHORIZED_FIELD_OR_TYPE for a field that the token’s scopes do not cover', async () => {
    const before = counties.asked()
    const answer = await atGateway(await bearer(trust.token(agencyOf(there), ['credit:check'])))
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({
      data: { creditListings: null },
      errors: [{ path: ['creditListings'], extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } }],
    })
    expect(counties.asked()).toBe(before)
  })

  it('takes no scope from a token that the directory does not let its agency have', async () => {
    const answer = await atGateway(await issued({ scope: 'credit:check root admin' }))
    expect(answer.body.errors).toMatchObject([{ extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' } }])
  })

  it('refuses what needs more than credit:check without purpose, then without officer, and asks no county', async () => {
    const before = counties.asked()
    const header = await issued()
    const bare = await atGateway(header, listings, { 'exchange-purpose': '', 'exchange-officer': '' })
    expect(refusal(bare)).toEqual({ status: 403, codes: ['PURPOSE_MISSING'], data: undefined })
    const nobody = await atGateway(header, listings, { 'exchange-officer': '' })
    expect(refusal(nobody)).toEqual({ status: 403, codes: ['OFFICER_MISSING'], data: undefined })
    const odd = await atGateway(header, listings, { 'exchange-purpose': 'curiosity/1' })
    expect(refusal(odd)).toEqual({ status: 400, codes: ['BAD_USER_INPUT'], data: undefined })
    expect(counties.asked()).toBe(before)
  })

  it('names a county whose records no agreement opens as unanswered, and never as empty', async () => {
    const { body } = await atGateway(await issued())
    expect(body.data?.['creditListings']).toMatchObject({
      coverage: {
        complete: false,
        answered: [{ county: { code: here } }, { county: { code: there } }],
        unanswered: [{ county: { code: outside }, reason: 'REFUSED' }],
      },
    })
    const checked = await atGateway(await issued(), check)
    expect(checked.body.data?.['creditCheck']).toMatchObject({
      verdict: 'INCONCLUSIVE',
      coverage: { unanswered: [{ county: { code: outside }, reason: 'REFUSED' }] },
    })
    const analysed = await atGateway(await issued(), listings, { 'exchange-purpose': 'analysis/topic' })
    expect(analysed.body.data?.['creditListings']).toMatchObject({
      coverage: { answered: [{ county: { code: there } }], unanswered: [{}, {}] },
    })
  })

  it('says AGREEMENT_MISSING, and of which county, for a page and for one record', async () => {
    const refused = { code: 'AGREEMENT_MISSING', county: outside, reason: 'REFUSED' }
    const paged = await atGateway(await issued())
    expect(paged.body.errors?.map(({ extensions }) => extensions)).toEqual([refused])
    const id = `${outside}:penalty:00000000-0000-4000-8000-000000000001`
    const one = await atGateway(await issued(), `{ penalty(id: "${id}") { documentNumber } }`)
    expect(one.body.data).toEqual({ penalty: null })
    expect(one.body.errors?.map(({ extensions }) => extensions)).toEqual([refused])
  })
})

const badAtCounty: Bad[] = [
  { name: 'no token', code: 'TOKEN_MISSING', header: () => undefined },
  { name: 'text that is no token', code: 'TOKEN_MALFORMED', header: () => 'Bearer three.parts.only' },
  {
    name: 'an expired token',
    code: 'TOKEN_EXPIRED',
    header: () => minted({ iat: seconds() - 60, exp: seconds() - 10 }),
  },
  { name: 'a token not yet valid', code: 'TOKEN_NOT_YET_VALID', header: () => minted({ nbf: seconds() + minutes }) },
  { name: 'another county’s token', code: 'TOKEN_WRONG_AUDIENCE', header: () => minted({ aud: there }) },
  { name: 'a token for several counties', code: 'TOKEN_WRONG_AUDIENCE', header: () => minted({ aud: [here, there] }) },
  { name: 'an agency’s own token', code: 'TOKEN_WRONG_ISSUER', header: () => issued() },
  {
    name: 'an agency’s own token that names the county as audience',
    code: 'TOKEN_WRONG_ISSUER',
    header: () => issued({ aud: here }),
  },
  { name: 'a token by a gateway nobody knows', code: 'TOKEN_WRONG_ISSUER', header: () => minted({ iss: 'gateway-2' }) },
  {
    name: 'a token signed with a key that the directory does not list for the gateway',
    code: 'TOKEN_UNKNOWN_KEY',
    header: async () => bearer(signed(await generateSigningKey(), forCounty())),
  },
  {
    name: 'a token that another county signed in the gateway’s name',
    code: 'TOKEN_UNKNOWN_KEY',
    header: () => bearer(signed(trust.countyKeys.get(there) as SigningKey, forCounty())),
  },
  {
    name: 'a token that only claims the gateway’s key',
    code: 'TOKEN_SIGNATURE_INVALID',
    header: async () => bearer(signed(await generateSigningKey(), forCounty(), { kid: trust.gatewayKey.kid })),
  },
  {
    name: 'a token with alg none',
    code: 'TOKEN_ALGORITHM_REFUSED',
    header: () => bearer(new UnsecuredJWT(forCounty()).encode()),
  },
  {
    name: 'a token signed by HMAC with the gateway’s public key',
    code: 'TOKEN_ALGORITHM_REFUSED',
    header: () => bearer(hmac(counties.snapshot.gateways[0]?.keys[0] as JWK, forCounty())),
  },
  {
    name: 'a token that lives longer than a minute',
    code: 'TOKEN_MALFORMED',
    header: () => minted({ exp: seconds() + 61 }),
  },
  {
    name: 'a token by which another than its signer acts',
    code: 'TOKEN_MALFORMED',
    header: () => minted({ act: { sub: 'gateway-2' } }),
  },
  {
    name: 'a token of an agency that the directory does not know',
    code: 'AGENCY_UNKNOWN',
    status: 403,
    header: () => minted({ sub: '411729-unknown' }),
  },
  {
    name: 'a token that puts an agency into this county',
    code: 'AGENCY_UNKNOWN',
    status: 403,
    header: () => minted({ county: here }),
  },
]

describe('a county, asked directly', () => {
  it.each(badAtCounty)('refuses $name with $code and answers nothing', async ({ header, code, status = 401 }) => {
    const answer = await atCounty(await header())
    expect(refusal(answer)).toEqual({ status, codes: [code], data: undefined })
  })

  it('answers the gateway’s token', async () => {
    const answer = await atCounty(await minted())
    expect(answer).toMatchObject({ status: 200, body: { data: { creditListings: { nodes: [] } } } })
    expect(answer.body.errors).toBeUndefined()
  })

  it('looks at scope, purpose and officer itself', async () => {
    const narrow = await atCounty(await minted({ scope: 'credit:check' }))
    expect(refusal(narrow)).toMatchObject({ codes: ['UNAUTHORIZED_FIELD_OR_TYPE'], data: { creditListings: null } })
    const bare = await atCounty(await minted(), undefined, { 'exchange-purpose': '', 'exchange-officer': '' })
    expect(refusal(bare)).toMatchObject({ codes: ['PURPOSE_MISSING'], data: { creditListings: null } })
    const nobody = await atCounty(await minted(), undefined, { 'exchange-officer': '' })
    expect(refusal(nobody)).toMatchObject({ codes: ['OFFICER_MISSING'], data: { creditListings: null } })
    const plain = await atCounty(await minted({ scope: 'credit:check' }), standing, {
      'exchange-purpose': '',
      'exchange-officer': '',
    })
    expect(plain.body).toMatchObject({ data: { creditStandings: [{}] } })
  })

  it('refuses with AGREEMENT_MISSING whom no agreement in force lets in', async () => {
    for (const [query, field] of [
      ['{ creditListings { nodes { id } } }', 'creditListings'],
      ['{ enforcementCases { nodes { id } } }', 'enforcementCases'],
      ['{ penalties { nodes { id } } }', 'penalties'],
      [standing, 'creditStandings'],
    ] as const) {
      const answer = await atCounty(await minted({ aud: outside }), query, {}, outside)
      expect(refusal(answer)).toMatchObject({ codes: ['AGREEMENT_MISSING'], data: { [field]: null } })
    }
    const analysed = await atCounty(await minted(), undefined, { 'exchange-purpose': 'analysis/topic' })
    expect(refusal(analysed)).toMatchObject({ codes: ['AGREEMENT_MISSING'], data: { creditListings: null } })
  })
})

describe('what was sent as a credential', () => {
  it('stands in no answer and in no line of any log', () => {
    const told = answers.map(({ headers, body }) => JSON.stringify([[...headers], body]))
    const logged = [...gatewayLines, ...counties.list.flatMap(({ lines }) => lines)]
    expect(sent.length).toBeGreaterThan(40)
    expect(logged.length).toBeGreaterThan(0)
    for (const header of sent) {
      for (const part of header.split(/[ .]/).filter(({ length }) => length > 15)) {
        expect(told.filter((text) => text.includes(part))).toEqual([])
        expect(logged.filter((line) => line.includes(part))).toEqual([])
      }
    }
  })
})
