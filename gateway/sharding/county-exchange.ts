import type { Dispatcher } from 'undici'
import { headers as names } from '../../services/platform/viewer.ts'
import type { OutageReason } from './contract.ts'
import { meaningOf } from './county-errors.ts'
import type { Hop, Waiter } from './hop.ts'
import { elementsOf, isJsonObject, membersOf } from './json.ts'

/** One HTTP exchange with a county's node. */
export interface HttpQuestion {
  path: string
  body: Buffer
  /** Names and values in turn. */
  headers: string[]
  /** The county's code and the request's id: the answer's headers must repeat both. */
  county: string
  requestId: string
  /** Bytes at which reading stops. */
  responseBytes: number
  hop: Hop
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
 * Sends one request and reads the answer, at most `responseBytes` of it, never longer than the hop lasts; never rejects.
 * An answer counts only if its headers name the county and repeat the request's id. When anything is wrong the
 * connection is closed rather than used again: what else comes over it cannot be trusted.
 */
export function exchange(dispatcher: Dispatcher, question: HttpQuestion): Promise<HttpAnswer> {
  return new Promise((resolve) => new Exchange(question, resolve).start(dispatcher))
}

/** One exchange under way: what undici tells of it, and the end of the hop. */
class Exchange implements Dispatcher.DispatchHandler, Waiter {
  readonly #question: HttpQuestion
  readonly #resolve: (answer: HttpAnswer) => void
  #controller: Dispatcher.DispatchController | undefined
  #status = 0
  #bytes = 0
  #settled = false
  #first: Buffer | undefined
  #more: Buffer[] | undefined

  constructor(question: HttpQuestion, resolve: (answer: HttpAnswer) => void) {
    this.#question = question
    this.#resolve = resolve
  }

  start(dispatcher: Dispatcher): void {
    const { hop, path, headers, body } = this.#question
    if (hop.ended) {
      this.giveUp()
      return
    }
    hop.join(this)
    try {
      dispatcher.dispatch({ method: 'POST', path, headers, body }, this)
    } catch (error) {
      this.#fail('UNREACHABLE', error instanceof Error ? error.name : 'dispatch failed')
    }
  }

  giveUp(): void {
    this.#fail('TIMEOUT', 'no answer before the deadline')
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    // Given up while it waited for a connection: it is not sent any more.
    if (this.#settled) controller.abort(new Error('given up'))
  }

  onResponseStart(_: unknown, status: number, headers: Headers): void {
    if (status < 200) return
    this.#status = status
    const wrong = checkHead(this.#question, status, headers)
    if (wrong !== undefined) this.#fail(wrong.outage, wrong.detail)
  }

  onResponseData(_: unknown, chunk: Buffer): void {
    const { responseBytes } = this.#question
    this.#bytes += chunk.length
    if (this.#bytes > responseBytes) this.#fail('FAULT', `an answer of more than ${responseBytes} bytes`)
    else if (this.#first === undefined) this.#first = chunk
    else if (!this.#settled) (this.#more ??= [this.#first]).push(chunk)
  }

  onResponseEnd(): void {
    if (this.#settled) return
    const text = this.#more === undefined ? this.#first : Buffer.concat(this.#more, this.#bytes)
    this.#settle(readBody(this.#status, text?.toString('utf8') ?? '', this.#bytes))
  }

  onResponseError(_: unknown, error: Error): void {
    const name = 'code' in error ? String(error.code) : error.name
    if (unreachable.has(name)) this.#fail('UNREACHABLE', name)
    else if (this.#status === 0 && broken.has(name)) {
      this.#fail('UNREACHABLE', `connection lost before an answer (${name})`, true)
    } else this.#fail('FAULT', `the answer broke off (${name})`)
  }

  #settle(answer: HttpAnswer): void {
    if (this.#settled) return
    this.#settled = true
    this.#question.hop.leave(this)
    this.#resolve(answer)
  }

  #fail(outage: OutageReason, detail: string, untouched = false): void {
    const sent = this.#controller !== undefined
    this.#settle({ kind: 'OUTAGE', outage, detail, bytes: this.#bytes, sent, untouched })
    this.#controller?.abort(new Error(detail))
  }
}

const jsonType = /^application\/(graphql-response\+)?json\b/i

function checkHead(
  { county, requestId, responseBytes }: HttpQuestion,
  status: number,
  headers: Headers,
): { outage: OutageReason; detail: string } | undefined {
  const ours = headers[names.request] === requestId && headers[names.county] === county
  const json = jsonType.test(String(headers['content-type'] ?? ''))
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

function readBody(status: number, text: string, bytes: number): HttpAnswer {
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
    body = JSON.parse(text)
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
