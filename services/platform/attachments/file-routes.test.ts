import { once } from 'node:events'
import { connect } from 'node:net'
import Fastify, { type FastifyRequest } from 'fastify'
import { expect, it } from 'vitest'
import { registerFileRoutes } from './file-routes.ts'

const hash = 'a'.repeat(64)
const context = {
  viewer: { agency: 'xixian-enforcement', county: '411528', scopes: new Set<string>() },
  transaction: { id: '00000000-0000-4000-8000-000000000000', deadline: 0 },
  signal: new AbortController().signal,
  shown: new Set<string>(),
}

/** A server with one place for a transfer; the first request's token takes until `verified` is called. */
async function start() {
  let verified = (): void => {}
  let asked = (_request: FastifyRequest): void => {}
  const first = new Promise<FastifyRequest>((resolve) => (asked = resolve))
  const waiting = new Promise<void>((resolve) => (verified = resolve))
  let requests = 0
  const app = Fastify()
  registerFileRoutes(app, {
    limits: { idleMs: 600_000, totalMs: 600_000, atOnce: 1, eachAtOnce: 1 },
    journal: { append: async () => {} } as never,
    clock: { now: () => new Date(0), uuid: () => '' },
    async context(request) {
      requests += 1
      if (requests > 1) return context
      asked(request)
      await waiting
      return context
    },
    put: async ({ reply }) => reply.send(),
    get: async ({ reply }) => reply.send('contents'),
  })
  return { app, first, verified, address: new URL(await app.listen({ port: 0, host: '127.0.0.1' })) }
}

it('keeps no place for a caller that went away while its token was verified', async () => {
  const { app, first, verified, address } = await start()
  const caller = connect(Number(address.port), '127.0.0.1')
  caller.write(`GET /attachments/${hash} HTTP/1.1\r\nhost: gateway\r\n\r\n`)
  const { raw } = await first
  caller.destroy()
  await once(raw.socket, 'close')
  verified()
  const answer = await fetch(new URL(`/attachments/${hash}`, address))
  expect([answer.status, await answer.text()]).toEqual([200, 'contents'])
  await app.close()
})
