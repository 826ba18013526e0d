/** Order of the curve P-256 (SEC 2, 2.4.2). */
const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n
const half = 32

/**
 * The compact JWS in the one form in which it may be named by its hash. Whoever holds a signature can write it otherwise
 * without the key, and it still fits: the last character of base64url has bits that do not count, and of an ES256 signature
 * (r, s) also (r, n − s) is one; the lower s counts.
 */
export function canonicalJws(jws: string, alg: string): string {
  const start = jws.lastIndexOf('.') + 1
  const signature = Buffer.from(jws.slice(start), 'base64url')
  if (alg === 'ES256' && signature.length === 2 * half) {
    const s = BigInt(`0x${signature.toString('hex', half)}`)
    if (s > order / 2n && s < order) signature.write((order - s).toString(16).padStart(2 * half, '0'), half, 'hex')
  }
  return jws.slice(0, start) + signature.toString('base64url')
}
