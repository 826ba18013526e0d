import { createHash } from 'node:crypto'
import { calculateJwkThumbprint, importJWK, SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { createProofChecker } from './dpop-proof.ts'
import { generateSigningKey } from './keys.ts'

test('the memory of used proofs is bounded: full, it refuses; after their time it has room again', async () => {
  let now = new Date('2026-03-01T08:00:00Z')
  const key = await generateSigningKey('EdDSA')
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: key.x ?? '' }
  const thumbprint = await calculateJwkThumbprint(jwk)
  const checker = createProofChecker({ clock: { now: () => now, uuid: () => '' }, capacity: 2 })
  const check = async (jti: string) => {
    const ath = createHash('sha256').update('token').digest('base64url')
    const proof = await new SignJWT({ htm: 'POST', htu: 'https://exchange.example/graphql', jti, ath })
      .setIssuedAt(now)
      .setProtectedHeader({ alg: 'EdDSA', typ: 'dpop+jwt', jwk })
      .sign(await importJWK(key, 'EdDSA'))
    await checker.check({
      proof,
      token: 'token',
      thumbprint,
      method: 'POST',
      url: 'https://exchange.example/graphql?query=x',
    })
  }
  await check('1')
  await check('2')
  await expect(check('3')).rejects.toMatchObject({ code: 'TOKEN_PROOF_INVALID' })
  now = new Date('2026-03-01T08:01:11Z')
  await check('4')
})
