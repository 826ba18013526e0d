import { type IncomingHttpHeaders, type IncomingMessage, request as overHttp } from 'node:http'
import { request as overHttps } from 'node:https'
import type { Readable } from 'node:stream'

/** One request with a body, or for one, that is streamed. */
export interface StreamedRequest {
  method: 'GET' | 'PUT'
  headers: Readonly<Record<string, string>>
  body?: Readable
  signal: AbortSignal
  /** Time for the answer's first byte once the request has been sent, in milliseconds. */
  answerMs: number
}

/** An answer whose body is read as fast as it is wanted. */
export interface StreamedAnswer {
  status: number
  headers: IncomingHttpHeaders
  body: IncomingMessage
}

const connectMs = 3_000

/**
 * Sends a request over a connection of its own, which ends with it. By node:http: undici 7 ends the process when a peer
 * closes the connection while its answer waits to be read (nodejs/undici#5360). An answer that comes before the body is sent
 * is taken at once.
 */
export function sendRequest(
  url: URL,
  { method, headers, body, signal, answerMs }: StreamedRequest,
): Promise<StreamedAnswer> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? overHttps : overHttp
    const request = send(url, { method, headers, signal, agent: false })
    let timer = startTimer(connectMs)
    function startTimer(ms: number): NodeJS.Timeout {
      return setTimeout(() => request.destroy(new Error(`no answer in ${ms} ms`)), ms)
    }
    request.once('socket', (socket) => socket.once('connect', () => clearTimeout(timer)))
    request.once('finish', () => {
      clearTimeout(timer)
      timer = startTimer(answerMs)
    })
    request.once('response', (answer) => {
      clearTimeout(timer)
      // What goes wrong later is told to whoever reads the body.
      answer.on('error', () => {})
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: answer })
    })
    request.once('close', () => clearTimeout(timer))
    request.on('error', reject)
    if (!body) {
      request.end()
      return
    }
    body.once('error', (error) => request.destroy(error))
    body.pipe(request)
  })
}

/** A body's text; empty when it is longer than `most` bytes. */
export async function readText(body: AsyncIterable<Buffer>, most: number): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of body) {
    size += part.length
    if (size > most) return ''
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}
