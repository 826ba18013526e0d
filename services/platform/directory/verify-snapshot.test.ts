import { CompactSign, importJWK, UnsecuredJWT, type JWTHeaderParameters } from 'jose'
import { describe, expect, test } from 'vitest'
import { generateSigningKey, publicKeyOf } from '../tokens/keys.ts'
import { sampleSnapshot } from './sample-snapshot.ts'
import { signSnapshot } from './sign-snapshot.ts'
import { verifySnapshot } from './verify-snapshot.ts'

const clock = { now: () => new Date('2026-03-01T08:00:00Z'), uuid: () => '00000000-0000-4000-8000-000000000000' }

describe.each(['EdDSA', 'ES256'] as const)('a directory signed with %s', async (alg) => {
  const key = await generateSigningKey(alg)
  const checks = { trust: { keys: [publicKeyOf(key)] }, clock }
  const signed = await signSnapshot(sampleSnapshot(), key)
  const signRaw = async (payload: string, header: Partial<JWTHeaderParameters> = {}) =>
    new CompactSign(new TextEncoder().encode(payload))
      .setProtectedHeader({ alg, kid: key.kid, typ: 'directory+jws', ...header })
      .sign(await importJWK(key, alg))

  test('is accepted with its contents unchanged', async () => {
    expect(await verifySnapshot(signed, checks)).toEqual(sampleSnapshot())
  })
  test('is refused when one character of its contents was altered', async () => {
    const [header, payload, signature] = signed.split('.')
    const text = Buffer.from(payload ?? '', 'base64url')
      .toString('utf8')
      .replace('息县', '新县')
    const altered = `${header}.${Buffer.from(text).toString('base64url')}.${signature}`
    await expect(verifySnapshot(altered, checks)).rejects.toMatchObject({ reason: 'SIGNATURE_INVALID' })
  })
  test('is refused when signed with a key that is not trusted, also under the kid of a trusted one', async () => {
    const stranger = await generateSigningKey(alg)
    const unknown = await signSnapshot(sampleSnapshot(), stranger)
    await expect(verifySnapshot(unknown, checks)).rejects.toMatchObject({ reason: 'KEY_UNKNOWN' })
    const posing = await signSnapshot(sampleSnapshot(), { ...stranger, kid: key.kid })
    await expect(verifySnapshot(posing, checks)).rejects.toMatchObject({ reason: 'SIGNATURE_INVALID' })
  })
  test('is refused after its expiry, unless old documents are being verified', async () => {
    const late = { ...checks, clock: { ...clock, now: () => new Date('2026-03-02T00:00:00Z') } }
    await expect(verifySnapshot(signed, late)).rejects.toMatchObject({ reason: 'EXPIRED' })
    expect((await verifySnapshot(signed, { ...late, allowExpired: true })).serial).toBe(7)
  })
  test('is refused when it was issued later than this machine could know of', async () => {
    const future = sampleSnapshot({ issuedAt: '2026-03-01T08:05:01Z' })
    await expect(verifySnapshot(await signSnapshot(future, key), checks)).rejects.toMatchObject({
      reason: 'ISSUED_IN_FUTURE',
    })
  })
  test('is refused when its serial is lower than one already held', async () => {
    await expect(verifySnapshot(signed, { ...checks, minimumSerial: 8 })).rejects.toMatchObject({
      reason: 'SERIAL_RAN_BACK',
    })
    expect((await verifySnapshot(signed, { ...checks, minimumSerial: 7 })).serial).toBe(7)
  })
  test('is refused when its contents do not meet the schema, with the place named', async () => {
    const measures = sampleSnapshot().measures.map((measure) => ({ ...measure, legalBasis: [] }))
    const payload = JSON.stringify({ ...sampleSnapshot(), measures })
    const attempt = verifySnapshot(await signRaw(payload), checks)
    await expect(attempt).rejects.toMatchObject({ reason: 'CONTENTS_INVALID' })
    await expect(attempt).rejects.toThrow('measures.0.legalBasis: a measure without a legal basis is refused')
  })
  test('is refused when it is another kind of document by the same key', async () => {
    const other = await signRaw(JSON.stringify(sampleSnapshot()), { typ: 'receipt+jws' })
    await expect(verifySnapshot(other, checks)).rejects.toMatchObject({ reason: 'MALFORMED' })
  })
  test('is refused unsigned', async () => {
    const unsigned = new UnsecuredJWT(sampleSnapshot()).encode()
    await expect(verifySnapshot(unsigned, checks)).rejects.toMatchObject({ reason: 'MALFORMED' })
    await expect(verifySnapshot('<html></html>', checks)).rejects.toMatchObject({ reason: 'MALFORMED' })
  })
})

test('a directory that holds a private key is never signed', async () => {
  const key = await generateSigningKey('EdDSA')
  const [county] = sampleSnapshot().counties
  const counties = county ? [{ ...county, keys: [{ ...key, kty: 'OKP' }] }] : []
  await expect(signSnapshot(sampleSnapshot({ counties }), key)).rejects.toThrow('a private key must not be published')
})
