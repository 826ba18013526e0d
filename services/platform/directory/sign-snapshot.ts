import { CompactSign, importJWK, type JWK } from 'jose'
import { snapshotSchema, type Snapshot } from './snapshot.ts'

/** `typ` of the signed directory. */
export const snapshotType = 'directory+jws'

/** Media type under which the signed directory is served. */
export const snapshotMediaType = 'application/jose'

/**
 * Signs the directory as a compact JWS by the coordination office's private JWK, which must carry `kid` and `alg`
 * (EdDSA or ES256). Throws a ZodError when the snapshot does not meet its own schema, so that nothing is published that
 * every node would refuse.
 */
export async function signSnapshot(snapshot: Snapshot, key: JWK): Promise<string> {
  const { kid, alg } = key
  if (kid === undefined || alg === undefined) throw new TypeError('The coordination key needs "kid" and "alg".')
  const body = new TextEncoder().encode(JSON.stringify(snapshotSchema.parse(snapshot)))
  return new CompactSign(body).setProtectedHeader({ alg, kid, typ: snapshotType }).sign(await importJWK(key, alg))
}
