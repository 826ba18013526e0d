import { CompactSign, importJWK } from 'jose'
import type { SigningKey } from '../../platform/tokens/keys.ts'

/** Signs documents with the county's key. */
export interface CountySigner {
  /** A compact JWS over the JSON of `payload`, with `typ` in its header. */
  sign(payload: Readonly<Record<string, unknown>>, typ: string): Promise<string>
}

/** A signer over the county's private key, whose public half the directory lists under the same `kid`. */
export async function createCountySigner(key: SigningKey): Promise<CountySigner> {
  const { alg, kid } = key
  const imported = await importJWK(key, alg)
  return {
    sign: (payload, typ) =>
      new CompactSign(new TextEncoder().encode(JSON.stringify(payload)))
        .setProtectedHeader({ alg, kid, typ })
        .sign(imported),
  }
}
