import { createLocalJWKSet, errors, type JWTVerifyGetKey, type LocalJWKSet } from 'jose'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { Clock } from '../clock.ts'
import { fetchBounded } from '../directory/fetch-bounded.ts'
import { ExchangeError } from '../errors.ts'

const fetchDeadlineMs = 3_000
const maxBytes = 256 * 1024
/** Keys older than this are fetched again while the old ones go on serving. */
const freshForMs = 10 * 60_000
/** Keys that could not be confirmed for so long are dropped, as long as a directory lasts. */
const usableForMs = 24 * 3_600_000
/** An unknown key id makes us fetch again, but not more often than this: the id comes from the caller. */
const cooldownMs = 30_000
/** Wait after a failed fetch. */
const retryMs = 2_000

const jwksSchema = z.object({ keys: z.array(z.looseObject({ kty: z.string() })) })

/** The public keys of the token issuers, kept while an issuer is down. */
export interface IssuerKeys {
  /** Key lookup for jose over the issuer's JWKS. Throws ISSUER_UNAVAILABLE when its keys were never had. */
  of(jwksUri: string): JWTVerifyGetKey
}

interface Held {
  keys?: LocalJWKSet
  fetchedAt: number
  /** No fetch before this moment. */
  notBefore: number
  running?: Promise<void>
}

/** A cache of issuers' keys: one fetch at a time per issuer, with cooldown and deadline; rotation needs no restart. */
export function createIssuerKeys({ clock, logger }: { clock: Clock; logger: Pick<Logger, 'warn'> }): IssuerKeys {
  const heldByUri = new Map<string, Held>()

  async function fetchInto(uri: string, held: Held): Promise<void> {
    try {
      held.keys = await fetchKeys(uri)
      held.fetchedAt = clock.now().getTime()
      held.notBefore = held.fetchedAt + cooldownMs
    } catch (error) {
      held.notBefore = clock.now().getTime() + retryMs
      logger.warn({ uri, reason: error instanceof Error ? error.message : String(error) }, 'issuer keys not fetched')
    }
  }

  function refetch(uri: string, held: Held): Promise<void> {
    held.running ??= fetchInto(uri, held).finally(() => {
      delete held.running
    })
    return held.running
  }

  function usable(held: Held): LocalJWKSet | undefined {
    return clock.now().getTime() - held.fetchedAt < usableForMs ? held.keys : undefined
  }

  return {
    of: (uri) => async (header, token) => {
      const held = heldByUri.get(uri) ?? { fetchedAt: 0, notBefore: 0 }
      heldByUri.set(uri, held)
      const now = clock.now().getTime()
      const mayFetch = held.running !== undefined || now >= held.notBefore
      if (!usable(held) && mayFetch) await refetch(uri, held)
      else if (now - held.fetchedAt > freshForMs && mayFetch) void refetch(uri, held)
      const keys = usable(held)
      if (!keys) {
        throw new ExchangeError(
          'ISSUER_UNAVAILABLE',
          'The keys of the token issuer cannot be had now. Try again later.',
        )
      }
      try {
        return await keys(header, token)
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey) || clock.now().getTime() < held.notBefore) throw error
        await refetch(uri, held)
        return (usable(held) ?? keys)(header, token)
      }
    },
  }
}

async function fetchKeys(url: string): Promise<LocalJWKSet> {
  const text = await fetchBounded({ url, deadlineMs: fetchDeadlineMs, maxBytes, accept: 'application/json' })
  return createLocalJWKSet(jwksSchema.parse(JSON.parse(text)))
}
