import { once } from 'node:events'
import { type Socket, connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'

/** The way to a server, which can be cut in the middle of whatever passes. */
export interface Way {
  port: number
  /** Cuts every connection once so many bytes more have passed, in whichever direction; the last part passes half. */
  cutAfter(bytes: number): void
  /** How often it was cut in the middle of something. */
  readonly cuts: number
  close(): Promise<void>
}

/** A way to the server at `target` of this machine. */
export async function openWay(target: number): Promise<Way> {
  const sockets = new Set<Socket>()
  let left: number | undefined
  let cuts = 0
  const pass = (chunk: Buffer, to: Socket): void => {
    if (left === undefined || chunk.length < left) {
      if (left !== undefined) left -= chunk.length
      to.write(chunk)
      return
    }
    const some = chunk.subarray(0, left)
    left = undefined
    cuts += 1
    // What is lost must be lost in the middle: so much arrives, then nothing more.
    to.write(some, () => {
      for (const socket of sockets) socket.destroy()
    })
  }
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1')
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    near.on('data', (chunk: Buffer) => pass(chunk, far))
    far.on('data', (chunk: Buffer) => pass(chunk, near))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    cutAfter(bytes) {
      left = bytes
    },
    get cuts() {
      return cuts
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
