import { createHash } from 'node:crypto'
import { type Server, type Socket, connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

/** A small PDF, fictional; `size` bytes of it. */
export function samplePdf(size: number, seed = 'x'): Buffer {
  const head = Buffer.from(`%PDF-1.7\n% 虚构示例 ${seed}\n`)
  return Buffer.concat([head, Buffer.alloc(Math.max(0, size - head.length), seed)]).subarray(0, size)
}

/** How a document names a file. */
export function referenceTo(contents: Buffer, name = '现场检查笔录.pdf', mediaType = 'application/pdf') {
  return { hash: createHash('sha256').update(contents).digest('hex'), size: contents.length, mediaType, name }
}

/** A way to a server that loses connections when it is told to. */
export interface BreakingWay {
  port: number
  /** Requests for files that came by, as their first lines and headers. */
  requests: string[]
  /** Bytes that came back on connections for files. */
  bytes: number
  /** The next connections for files are lost after so many bytes came back each. */
  breakAfter: number[]
  close(): Promise<void>
}

/** A way to the server at `port` of this machine. */
export async function breakingWay(port: number): Promise<BreakingWay> {
  const way: BreakingWay = { port: 0, requests: [], bytes: 0, breakAfter: [], close: () => closing(server, sockets) }
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    let left: number | undefined
    let isFile = false
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    near.on('data', (chunk: Buffer) => {
      const text = chunk.toString('latin1')
      if (text.startsWith('GET /attachments/')) {
        isFile = true
        way.requests.push(text)
        left = way.breakAfter.shift()
      }
      far.write(chunk)
    })
    far.on('data', (chunk: Buffer) => {
      const passed = left === undefined ? chunk : chunk.subarray(0, left)
      if (isFile) way.bytes += passed.length
      near.write(passed, () => {
        if (left === 0) near.destroy()
      })
      if (left !== undefined) left -= passed.length
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  way.port = (server.address() as AddressInfo).port
  return way
}

function closing(server: Server, sockets: ReadonlySet<Socket>): Promise<void> {
  for (const socket of sockets) socket.destroy()
  return new Promise((resolve) => {
    server.close(() => resolve())
  })
}
