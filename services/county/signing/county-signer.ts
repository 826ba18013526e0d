import { CompactSign, importJWK } from 'jose'
import { canonicalJws } from '../../platform/tokens/canonical-jws.ts'
import type { SigningKey } from '../../platform/tokens/keys.ts'

/** Signs documents with the county's key. */
export interface CountySigner {
  /** A compact JWS over the JSON of `payload`, with `typ` in its header, in its canonical form. */
  sign(payload: Readonly<Record<string, unknown>>, typ: string): Promise<string>
}

/** A signer over the county's private key, whose public half the directory lists under the same `kid`. */
export async function createCountySigner(key: SigningKey): Promise<CountySigner> {
  const { alg, kid } = key
  const imported = await importJWK(key, alg)
  return {
    async sign(payload, typ) {
      const document = new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
      return canonicalJws(await document.setProtectedHeader({ alg, kid, typ }).sign(imported), alg)
    },
  }
}
