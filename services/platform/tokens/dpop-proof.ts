import { createHash } from 'node:crypto'
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose'
import type { Clock } from '../clock.ts'
import { ExchangeError } from '../errors.ts'
import { clockToleranceSeconds } from './check-jwt.ts'

/** Ed25519 is EdDSA by its newer name (RFC 9864); client libraries write either. */
const proofAlgorithms = ['ES256', 'EdDSA', 'Ed25519']
/** Seconds for which a proof may be used. */
const proofAgeSeconds = 60
const maxProofLength = 4_096

/** A request that must be proven to come from the holder of the token's key. */
export interface ProofQuestion {
  /** The `DPoP` header. */
  proof: string
  /** The access token as sent. */
  token: string
  /** The token's `cnf.jkt`. */
  thumbprint: string
  /** HTTP method and full URL of the request as the caller sees them. */
  method: string
  url: string
}

/** Checks proofs of possession (RFC 9449 §4.3), each once. */
export interface ProofChecker {
  /** Throws TOKEN_PROOF_INVALID. */
  check(question: ProofQuestion): Promise<void>
}

/**
 * A checker with a bounded memory of the proofs it has seen, so that none is taken twice. With the memory full of proofs
 * that could still be replayed, further ones are refused rather than forgotten. oauth4webapi's check is not used: it
 * keeps no such memory, allows five minutes, and reads the machine's clock.
 */
export function createProofChecker({ clock, capacity = 100_000 }: { clock: Clock; capacity?: number }): ProofChecker {
  /** Hash of key and proof id → when it can no longer be replayed (epoch milliseconds); oldest first. */
  const seen = new Map<string, number>()

  function remember(id: string): boolean {
    const now = clock.now().getTime()
    for (const [old, until] of seen) {
      if (until > now) break
      seen.delete(old)
    }
    if (seen.has(id) || seen.size >= capacity) return false
    seen.set(id, now + (proofAgeSeconds + 2 * clockToleranceSeconds) * 1000)
    return true
  }

  return {
    async check({ proof, token, thumbprint, method, url }) {
      if (proof.length > maxProofLength) throw invalid('is too long')
      const { payload, jwk } = await verifyProof(proof, clock)
      if ((await calculateJwkThumbprint(jwk)) !== thumbprint)
        throw invalid('is by another key than the token is bound to')
      if (payload.htm !== method) throw invalid('is for another HTTP method')
      if (typeof payload.htu !== 'string' || withoutQuery(payload.htu) !== withoutQuery(url)) {
        throw invalid('is for another URL')
      }
      if (payload.ath !== createHash('sha256').update(token).digest('base64url')) throw invalid('is for another token')
      const id = createHash('sha256').update(`${thumbprint}\n${payload.jti}`).digest('base64url')
      if (!remember(id)) throw invalid('was used before')
    },
  }
}

async function verifyProof(proof: string, clock: Clock) {
  try {
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
      algorithms: proofAlgorithms,
      typ: 'dpop+jwt',
      currentDate: clock.now(),
      clockTolerance: clockToleranceSeconds,
      maxTokenAge: proofAgeSeconds,
      requiredClaims: ['jti', 'htm', 'htu', 'iat', 'ath'],
    })
    const { jwk } = protectedHeader
    if (!jwk || typeof payload.jti !== 'string') throw new TypeError('no key or no id')
    return { payload, jwk }
  } catch {
    throw invalid('is not a fresh, well-signed proof of type dpop+jwt with a public key')
  }
}

function withoutQuery(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined
  const parsed = new URL(url)
  parsed.search = ''
  parsed.hash = ''
  return parsed.href
}

function invalid(what: string): ExchangeError {
  return new ExchangeError('TOKEN_PROOF_INVALID', `The DPoP proof ${what}. Make a new one for each request.`)
}
