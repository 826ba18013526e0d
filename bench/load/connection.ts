import { type Socket, connect } from 'node:net'

/** What came back, and how long it took in milliseconds. */
export interface Received {
  status: number
  body: Buffer
  chunked: boolean
  ms: number
}

/**
 * One keep-alive HTTP/1.1 connection that asks one question at a time: what an HTTP client does besides would take the
 * processor from the contestants.
 */
export class Connection {
  readonly #port: number
  #socket: Socket | undefined
  #chunks: Buffer[] = []
  #bytes = 0
  #need = -1
  #bodyAt = 0
  #status = 0
  #chunked = false
  #started = 0
  #settle: ((received: Received | Error) => void) | undefined

  constructor(port: number) {
    this.#port = port
  }

  /** Sends a request and gives the answer, or an error when the connection broke. */
  ask(request: string): Promise<Received | Error> {
    return new Promise((settle) => {
      this.#settle = settle
      this.#chunks = []
      this.#bytes = 0
      this.#need = -1
      this.#started = performance.now()
      this.#socket ??= this.#open()
      this.#socket.write(request)
    })
  }

  close(): void {
    this.#fail(new Error('given up'))
  }

  #open(): Socket {
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true })
    socket.on('data', (chunk) => this.#take(chunk))
    socket.on('error', (error) => this.#fail(error))
    socket.on('close', () => this.#fail(new Error('connection closed')))
    return socket
  }

  #fail(error: Error): void {
    this.#socket?.destroy()
    this.#socket = undefined
    const settle = this.#settle
    this.#settle = undefined
    settle?.(error)
  }

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#bytes += chunk.length
    if (this.#need === -1 && !this.#readHead()) return
    const tail = this.#chunks.at(-1)
    const whole = this.#chunked ? tail !== undefined && endsChunks(tail, this.#chunks) : this.#bytes >= this.#need
    if (!whole) return
    const all = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks)
    const settle = this.#settle
    this.#settle = undefined
    settle?.({
      status: this.#status,
      body: all.subarray(this.#bodyAt),
      chunked: this.#chunked,
      ms: performance.now() - this.#started,
    })
  }

  #readHead(): boolean {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)]
    const [buffer = Buffer.alloc(0)] = this.#chunks
    const end = buffer.indexOf('\r\n\r\n')
    if (end === -1) return false
    const head = buffer.toString('latin1', 0, end)
    this.#status = Number(head.slice(9, 12))
    this.#bodyAt = end + 4
    this.#chunked = /\r\ntransfer-encoding: *chunked/i.test(head)
    this.#need = this.#bodyAt + Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0)
    return true
  }
}

const lastChunk = Buffer.from('0\r\n\r\n')

function endsChunks(tail: Buffer, chunks: readonly Buffer[]): boolean {
  if (tail.length >= lastChunk.length) return tail.subarray(-lastChunk.length).equals(lastChunk)
  return Buffer.concat(chunks).subarray(-lastChunk.length).equals(lastChunk)
}

/** The text of an answer's body. */
export function textOf({ body, chunked }: Received): string {
  if (!chunked) return body.toString('utf8')
  const parts: Buffer[] = []
  let at = 0
  for (;;) {
    const line = body.indexOf('\r\n', at)
    const size = Number.parseInt(body.toString('latin1', at, line), 16)
    if (line === -1 || !(size > 0)) return Buffer.concat(parts).toString('utf8')
    parts.push(body.subarray(line + 2, line + 2 + size))
    at = line + 2 + size + 2
  }
}
