import { Agent, buildConnector, request } from 'undici'
import { TargetRefused, type TargetGuard, portOf } from './target-guard.ts'

const connectMs = 10_000
const keepAliveMs = 30_000
const longestBody = 4_096
const largestHeaders = 16_384

/** What came of handing over an event. */
export type Attempt = { outcome: 'DELIVERED' | 'GONE' } | { outcome: 'FAILED'; reason: string }

/** The way to agencies' systems. */
export interface WebhookPoster {
  /** Posts JSON; never rejects. */
  post(url: string, headers: Readonly<Record<string, string>>, body: string, signal: AbortSignal): Promise<Attempt>
  close(): Promise<void>
}

/**
 * Posts over HTTP to targets that the guard lets pass, which it judges by the address that is connected to. Redirects are
 * answers like any other, and no more than 4 KiB of an answer are read. No proxy of the environment is used.
 */
export function createWebhookPoster(guard: TargetGuard): WebhookPoster {
  const agent = new Agent({
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    maxHeaderSize: largestHeaders,
    connect(options, callback) {
      const port = portOf({ port: options.port, protocol: options.protocol } as URL)
      try {
        guard.checkLiteral(options.hostname, port)
      } catch (error) {
        callback(error as Error, null)
        return
      }
      buildConnector({ timeout: connectMs, lookup: guard.lookupFor(port) })(options, callback)
    },
  })
  return {
    async post(url, headers, body, signal) {
      try {
        const sent = { ...headers, 'content-type': 'application/json', 'user-agent': 'liandong-webhooks' }
        const answer = await request(url, { method: 'POST', dispatcher: agent, headers: sent, body, signal })
        // Read only so that the connection can be used again.
        await answer.body.dump({ limit: longestBody, signal }).catch(() => undefined)
        return attemptOf(answer.statusCode)
      } catch (error) {
        return { outcome: 'FAILED', reason: reasonOf(error) }
      }
    },
    close: () => agent.destroy(),
  }
}

function attemptOf(status: number): Attempt {
  if (status >= 200 && status < 300) return { outcome: 'DELIVERED' }
  if (status === 410) return { outcome: 'GONE' }
  const redirect = status >= 300 && status < 400 ? '; redirects are not followed' : ''
  return { outcome: 'FAILED', reason: `It answered with HTTP status ${status}${redirect}.` }
}

const reasons: readonly (readonly [RegExp, string])[] = [
  [/^ECONNREFUSED$/, 'It refused the connection.'],
  [/^(ENOTFOUND|EAI_AGAIN|ENODATA)$/, 'The name of the host could not be resolved.'],
  [/^(UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT)$/, 'No connection came about in time.'],
  [/^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/, 'It broke the connection off.'],
  [/^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/, 'There is no way to the host.'],
  [/CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL|EPROTO/, 'Its certificate or its TLS is not valid.'],
  [/^HPE_|UND_ERR_HEADERS_OVERFLOW/, 'It does not speak HTTP.'],
]

/** What went wrong, in words that hold nothing of the URL. */
function reasonOf(error: unknown): string {
  if (error instanceof TargetRefused) return error.message
  const { code = '', name } = error as { code?: unknown; name?: unknown }
  if (name === 'TimeoutError' || name === 'AbortError') return 'It did not answer in time.'
  return reasons.find(([pattern]) => pattern.test(String(code)))?.[1] ?? 'It could not be reached.'
}
