import { type AddressInfo, type Server, type Socket, createServer } from 'node:net'

/** A request as it came over the wire. */
export interface RawRequest {
  method: string
  /** With the query string. */
  path: string
  /** Head of the request, for {@link headerOf}. */
  head: string
  body: string
}

/** What goes back; `head` are header lines, each ended by CRLF. */
export interface RawResponse {
  status: number
  head: string
  body: string | Uint8Array
}

/** A header's value, or undefined. */
export function headerOf(head: string, name: string): string | undefined {
  const found = new RegExp(`\\r\\n${name}: *([^\\r]*)`, 'i').exec(head)
  return found?.[1]
}

const requestId = /\r\nexchange-request-id: *([^\r]*)/i
const length = /\r\ncontent-length: *(\d+)/i
const chunked = /\r\ntransfer-encoding: *chunked/i

/** The id of a request from a gateway to a county, or ''. */
export function requestIdOf(head: string): string {
  return requestId.exec(head)?.[1] ?? ''
}

/**
 * HTTP/1.1 on a bare socket, one request after the other on each connection: what node:http does besides would cost more
 * than the answer, and all contestants share the machine with this process. Trusts its clients; for measurements only.
 */
export function serveRaw(answer: (request: RawRequest) => RawResponse | Promise<RawResponse>): Server {
  return createServer({ noDelay: true }, (socket) => {
    let held: Buffer | undefined
    let queue: Promise<void> | undefined
    const reply = (request: RawRequest): void => {
      const given = queue ? queue.then(() => answer(request)) : answer(request)
      if (given instanceof Promise) {
        const sent = given.then((response) => send(socket, response))
        queue = sent.finally(() => {
          if (queue === sent) queue = undefined
        })
        queue.catch(() => socket.destroy())
      } else send(socket, given)
    }
    socket.on('data', (chunk) => {
      held = held === undefined ? chunk : Buffer.concat([held, chunk])
      for (;;) {
        const taken = take(held)
        if (taken === undefined) return
        const rest: Buffer = held.subarray(taken.bytes)
        held = rest.length === 0 ? undefined : rest
        reply(taken.request)
        if (held === undefined) return
      }
    })
    socket.on('error', () => socket.destroy())
  })
}

function take(buffer: Buffer): { request: RawRequest; bytes: number } | undefined {
  const end = buffer.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const head = buffer.toString('latin1', 0, end)
  const start = end + 4
  const [method = '', path = ''] = head.slice(0, head.indexOf('\r\n')).split(' ')
  const size = length.exec(head)?.[1]
  if (size === undefined && chunked.test(head)) {
    const body = takeChunks(buffer, start)
    return body && { request: { method, path, head, body: body.text }, bytes: body.end }
  }
  const stop = start + Number(size ?? 0)
  if (buffer.length < stop) return undefined
  return { request: { method, path, head, body: buffer.toString('utf8', start, stop) }, bytes: stop }
}

function takeChunks(buffer: Buffer, start: number): { text: string; end: number } | undefined {
  const parts: Buffer[] = []
  let at = start
  for (;;) {
    const line = buffer.indexOf('\r\n', at)
    if (line === -1) return undefined
    const size = Number.parseInt(buffer.toString('latin1', at, line), 16)
    const stop = line + 2 + size
    if (buffer.length < stop + 2) return undefined
    if (size === 0) return { text: Buffer.concat(parts).toString('utf8'), end: stop + 2 }
    parts.push(buffer.subarray(line + 2, stop))
    at = stop + 2
  }
}

function send(socket: Socket, { status, head, body }: RawResponse): void {
  if (socket.destroyed) return
  const bytes = typeof body === 'string' ? Buffer.byteLength(body) : body.length
  const text = `HTTP/1.1 ${status} ${status < 300 ? 'OK' : 'Error'}\r\n${head}content-length: ${bytes}\r\n\r\n`
  if (typeof body === 'string') socket.write(text + body)
  else {
    socket.write(text)
    socket.write(body)
  }
}

/** Listens on a free port of the loopback, or on `port`, and gives the port. */
export function listenRaw(server: Server, port = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host: '127.0.0.1', backlog: 4_096 }, () => resolve((server.address() as AddressInfo).port))
  })
}
