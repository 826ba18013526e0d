import type { Dispatcher } from 'undici'
import { headers as names } from '../../services/platform/viewer.ts'
import type { OutageReason } from './contract.ts'
import { meaningOf } from './county-errors.ts'
import { elementsOf, isJsonObject, membersOf } from './json.ts'

/** One HTTP exchange with a county's node. */
export interface HttpQuestion {
  path: string
  body: string
  headers: Record<string, string>
  /** The county's code and the request's id: the answer's headers must repeat both. */
  county: string
  requestId: string
  /** Bytes at which reading stops. */
  responseBytes: number
  signal: AbortSignal
}

/**
 * What came back: a parsed body, or why there is none. `bytes` were read of the body. `sent` when the request went out,
 * `untouched` when its connection was then lost before a byte of the answer.
 */
export type HttpAnswer =
  | { kind: 'BODY'; body: Record<string, unknown>; bytes: number }
  | { kind: 'OUTAGE'; outage: OutageReason; detail: string; bytes: number; sent: boolean; untouched: boolean }

type Headers = Record<string, string | string[] | undefined>

/** Codes of failures by which no answer is to be had, since nobody is there. */
const unreachable = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_CLOSED',
  'UND_ERR_DESTROYED',
])
/** Codes of a connection that broke. */
const broken = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])

/**
 * Sends one request and reads the answer, at most `responseBytes` of it, never longer than the signal allows; never
 * rejects. An answer counts only if its headers name the county and repeat the request's id. When anything is wrong the
 * connection is closed rather than used again: what else comes over it cannot be trusted.
 */
export function exchange(dispatcher: Dispatcher, question: HttpQuestion): Promise<HttpAnswer> {
  return new Promise((resolve) => {
    const { signal } = question
    let controller: Dispatcher.DispatchController | undefined
    let status = 0
    let bytes = 0
    let started = false
    let settled = false
    const chunks: Buffer[] = []

    const settle = (answer: HttpAnswer): void => {
      if (settled) return
      settled = true
      signal.removeEventListener('abort', aborted)
      resolve(answer)
    }
    const fail = (outage: OutageReason, detail: string, untouched = false): void => {
      settle({ kind: 'OUTAGE', outage, detail, bytes, sent: controller !== undefined, untouched })
      controller?.abort(new Error(detail))
    }
    const aborted = (): void => fail('TIMEOUT', 'no answer before the deadline')
    if (signal.aborted) {
      aborted()
      return
    }
    signal.addEventListener('abort', aborted, { once: true })

    const handler: Dispatcher.DispatchHandler = {
      onRequestStart(given) {
        controller = given
        // Given up while it waited for a connection: it is not sent any more.
        if (settled) given.abort(new Error('given up'))
      },
      onResponseStart(_, statusCode, headers: Headers) {
        if (statusCode < 200) return
        started = true
        status = statusCode
        const wrong = checkHead(question, statusCode, headers)
        if (wrong !== undefined) fail(wrong.outage, wrong.detail)
      },
      onResponseData(_, chunk) {
        bytes += chunk.length
        if (bytes > question.responseBytes) fail('FAULT', `an answer of more than ${question.responseBytes} bytes`)
        else if (!settled) chunks.push(chunk)
      },
      onResponseEnd() {
        settle(readBody(status, Buffer.concat(chunks, bytes), bytes))
      },
      onResponseError(_, error) {
        const name = 'code' in error ? String(error.code) : error.name
        if (unreachable.has(name)) fail('UNREACHABLE', name)
        else if (!started && broken.has(name)) fail('UNREACHABLE', `connection lost before an answer (${name})`, true)
        else fail('FAULT', `the answer broke off (${name})`)
      },
    }
    try {
      dispatcher.dispatch(
        { method: 'POST', path: question.path, headers: question.headers, body: question.body },
        handler,
      )
    } catch (error) {
      fail('UNREACHABLE', error instanceof Error ? error.name : 'dispatch failed')
    }
  })
}

function checkHead(
  { county, requestId, responseBytes }: HttpQuestion,
  status: number,
  headers: Headers,
): { outage: OutageReason; detail: string } | undefined {
  const ours = headers[names.request] === requestId && headers[names.county] === county
  const type = String(headers['content-type'] ?? '')
  const json = /^application\/(graphql-response\+)?json\b/i.test(type)
  // Whoever refuses need not say more: a proxy before the county's node knows neither header.
  if ((status === 401 || status === 403) && !(ours && json)) return { outage: 'REFUSED', detail: `HTTP ${status}` }
  if (!json) return { outage: 'FAULT', detail: `HTTP ${status} with content that is not JSON` }
  if (!ours) return { outage: 'FAULT', detail: `HTTP ${status} without the headers of this county and request` }
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity') {
    return { outage: 'FAULT', detail: 'a compressed answer nobody asked for' }
  }
  if (Number(headers['content-length'] ?? 0) > responseBytes) {
    return { outage: 'FAULT', detail: `an answer of more than ${responseBytes} bytes` }
  }
  return undefined
}

function readBody(status: number, text: Buffer, bytes: number): HttpAnswer {
  const fail = (outage: OutageReason, detail: string): HttpAnswer => ({
    kind: 'OUTAGE',
    outage,
    detail,
    bytes,
    sent: true,
    untouched: false,
  })
  let body: unknown
  try {
    body = JSON.parse(text.toString('utf8'))
  } catch {
    return fail(refuses(status) ? 'REFUSED' : 'FAULT', `HTTP ${status} with broken JSON`)
  }
  if (!isJsonObject(body)) {
    return fail(refuses(status) ? 'REFUSED' : 'FAULT', `HTTP ${status} with JSON that is no object`)
  }
  if (status === 200) return { kind: 'BODY', body, bytes }
  // GraphQL servers answer whole requests that fail with the status of the error; its code says more than the status.
  const { errors } = body
  const codes = elementsOf(errors).map((error) => membersOf(membersOf(error)['extensions'])['code'])
  const meanings = new Set(codes.map(meaningOf))
  if (codes.length > 0 && !meanings.has('FAULT')) return { kind: 'BODY', body: { data: null, errors }, bytes }
  return fail(refuses(status) ? 'REFUSED' : 'FAULT', `HTTP ${status}`)
}

function refuses(status: number): boolean {
  return status === 401 || status === 403
}
