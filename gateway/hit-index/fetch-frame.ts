import { Agent, request as send } from 'undici'
import { frameMediaType, hitIndexPath } from '../../services/platform/hit-index/statement.ts'
import { headers as names } from '../../services/platform/viewer.ts'
import type { FrameRequest } from './county-link.ts'

/** A county's answer: a frame, that it publishes none, or what went wrong. */
export type FrameAnswer = { frame: Uint8Array; receivedAt: number } | { declined: true } | { failed: string }

/** Asks one county for its digest, over a connection of its own. */
export interface FrameFetcher {
  /** Never rejects. `waitSeconds`: how long the county may wait for news. */
  fetch(request: FrameRequest, waitSeconds: number, signal: AbortSignal): Promise<FrameAnswer>
  close(): Promise<void>
}

const connectMs = 3_000
/** Time for the first byte of the answer, beside what the county may wait: it may have to read its whole list. */
const answerMs = 130_000
/** Time for the whole exchange. */
const wholeMs = 300_000
const mostBytes = 256 * 1024 * 1024
/** An error is told in fewer bytes than these. */
const mostErrorBytes = 65_536

/** Asks the node whose GraphQL endpoint is `url`. `token` makes the gateway's own token for this county. */
export function createFrameFetcher(options: {
  url: string
  token: () => Promise<string>
  now: () => number
}): FrameFetcher {
  const { token, now } = options
  const dispatcher = new Agent({ connections: 1, pipelining: 1, connect: { timeout: connectMs } })

  return {
    async fetch(request, waitSeconds, signal) {
      const url = new URL(hitIndexPath, options.url)
      const limit = limitOf(signal, waitSeconds * 1_000 + wholeMs)
      for (const [name, value] of Object.entries(request.query)) url.searchParams.set(name, value)
      if (waitSeconds > 0) url.searchParams.set('wait', String(waitSeconds))
      try {
        const { statusCode, headers, body } = await send(url, {
          dispatcher,
          headers: {
            accept: frameMediaType,
            authorization: `Bearer ${await token()}`,
            [names.nonce]: request.nonce,
          },
          headersTimeout: waitSeconds * 1_000 + answerMs,
          bodyTimeout: connectMs * 10,
          signal: limit.signal,
        })
        const receivedAt = now()
        if (statusCode === 200 && headers['content-type'] === frameMediaType) {
          return { frame: await readBounded(body, mostBytes), receivedAt }
        }
        const text = Buffer.from(await readBounded(body, mostErrorBytes)).toString('utf8')
        if (statusCode === 404 && isDeclined(text)) return { declined: true }
        return { failed: `HTTP status ${statusCode}` }
      } catch (error) {
        return { failed: reasonOf(error) }
      } finally {
        limit.end()
      }
    },
    close: () => dispatcher.destroy(),
  }
}

/**
 * Aborts after so long, and with `signal`, of which nothing is kept after `end`: AbortSignal.any would leave a trace of
 * each request on a signal that lives as long as the process.
 */
function limitOf(signal: AbortSignal, ms: number): { signal: AbortSignal; end: () => void } {
  const controller = new AbortController()
  const abort = (): void => controller.abort()
  if (signal.aborted) abort()
  const timer = setTimeout(abort, ms)
  signal.addEventListener('abort', abort, { once: true })
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
    },
  }
}

async function readBounded(body: AsyncIterable<Buffer>, most: number): Promise<Uint8Array> {
  const parts: Buffer[] = []
  let size = 0
  // Leaving the loop by a throw ends the connection.
  for await (const part of body) {
    size += part.length
    if (size > most) throw new Error(`more than ${most} bytes`)
    parts.push(part)
  }
  return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts)
}

function isDeclined(text: string): boolean {
  return text.includes('"HIT_INDEX_DECLINED"')
}

/** What went wrong, without an address. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown reason'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}
