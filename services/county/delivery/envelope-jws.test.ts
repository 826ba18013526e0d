import { CompactSign, compactVerify, importJWK } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { fixedDirectory } from '../../platform/directory/directory.ts'
import { sampleSnapshot } from '../../platform/directory/sample-snapshot.ts'
import { canonicalJws } from '../../platform/tokens/canonical-jws.ts'
import { type SigningKey, generateSigningKey, publicKeyOf } from '../../platform/tokens/keys.ts'
import { createDocumentReader, envelopeType } from './envelope-jws.ts'
import { rewritten } from './testing/rewritten.ts'

const seconds = (moment: string) => Date.parse(moment) / 1_000

describe('reading envelopes', () => {
  let present: SigningKey
  let former: SigningKey
  let reader: ReturnType<typeof createDocumentReader>
  beforeAll(async () => {
    present = await generateSigningKey('ES256')
    former = await generateSigningKey()
    const [county, ...others] = sampleSnapshot().counties
    if (!county) throw new Error('The sample directory has no county.')
    const keys = [
      { ...publicKeyOf(present), nbf: seconds('2026-02-01T00:00:00Z') },
      { ...publicKeyOf(former), exp: seconds('2026-02-01T00:00:00Z') },
    ]
    reader = createDocumentReader(
      fixedDirectory(sampleSnapshot({ expiresAt: '2099-01-01T00:00:00Z', counties: [{ ...county, keys }, ...others] })),
    )
  })

  const payload = (at: string) => ({
    v: 1,
    id: '3f0c9d3e-3a55-4c8e-9d57-0a6a0b1c2d3e',
    matter: '411528:parley:3f0c9d3e-3a55-4c8e-9d57-0a6a0b1c2d3e',
    kind: 'PARLEY',
    sender: '411528',
    recipients: ['411729'],
    sequence: 1,
    previous: '0'.repeat(64),
    seen: {},
    event: 'OPEN',
    body: {},
    attachments: [],
    at,
    actor: { agency: 'tests', officer: '1' },
  })
  const signed = async (key: SigningKey, at: string, header: Record<string, unknown> = {}) => {
    const jws = await new CompactSign(new TextEncoder().encode(JSON.stringify(payload(at))))
      .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: envelopeType, ...header })
      .sign(await importJWK(key, key.alg))
    return canonicalJws(jws, key.alg)
  }
  const codeOf = async (jws: string) => {
    const read = await reader.envelope(jws)
    return read.ok ? 'GOOD' : read.code
  }

  it('holds a sender to the key that was valid at the time that the envelope bears', async () => {
    expect(await codeOf(await signed(present, '2026-03-01T00:00:00.000Z'))).toBe('GOOD')
    expect(await codeOf(await signed(former, '2026-01-31T23:59:59.999Z'))).toBe('GOOD')
    expect(await codeOf(await signed(former, '2026-02-01T00:00:00.000Z'))).toBe('KEY_EXPIRED')
    expect(await codeOf(await signed(present, '2026-01-31T23:59:59.999Z'))).toBe('KEY_EXPIRED')
  })

  it('takes a signature in one form only: whoever rewrites it has no second document of its signer', async () => {
    const at = '2026-03-01T00:00:00.000Z'
    for (const jws of [await signed(present, at), await signed(former, '2026-01-31T23:59:59.999Z')]) {
      expect(await codeOf(jws)).toBe('GOOD')
      // 64 bytes leave four bits of the last character.
      const same = rewritten(jws)
      expect(Buffer.from(same.split('.')[2] ?? '', 'base64url')).toEqual(
        Buffer.from(jws.split('.')[2] ?? '', 'base64url'),
      )
      expect(await codeOf(same)).toBe('SIGNATURE_INVALID')
    }
    const [header, body, signature = ''] = (await signed(present, at)).split('.')
    const order = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551')
    const bytes = Buffer.from(signature, 'base64url')
    const s = order - BigInt(`0x${bytes.toString('hex', 32)}`)
    bytes.write(s.toString(16).padStart(64, '0'), 32, 'hex')
    const other = `${header}.${body}.${bytes.toString('base64url')}`
    await expect(compactVerify(other, await importJWK(publicKeyOf(present), 'ES256'))).resolves.toBeDefined()
    expect(await codeOf(other)).toBe('SIGNATURE_INVALID')
  })

  it('knows no key by another name, and takes no other kind of document', async () => {
    const at = '2026-03-01T00:00:00.000Z'
    expect(await codeOf(await signed(present, at, { kid: 'other' }))).toBe('KEY_UNKNOWN')
    expect(await codeOf(await signed(await generateSigningKey(), at))).toBe('KEY_UNKNOWN')
    expect(await codeOf(await signed(present, at, { kid: former.kid }))).toBe('KEY_EXPIRED')
    expect(await codeOf(await signed(present, at, { typ: 'acknowledgement+jws' }))).toBe('SIGNATURE_INVALID')
    expect(await codeOf(`${await signed(present, at)}x`)).toBe('SIGNATURE_INVALID')
    for (const nonsense of ['', '.', 'a.b', 'a.b.c', 'a.b.c.d', '{"v":1}']) {
      expect(await codeOf(nonsense)).toBe('SIGNATURE_INVALID')
    }
    expect(await codeOf('a'.repeat(300_000))).toBe('MALFORMED')
  })
})
