import { getEventListeners } from 'node:events'
import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { frameMediaType } from '../../services/platform/hit-index/statement.ts'
import { type FrameFetcher, createFrameFetcher } from './fetch-frame.ts'

const request = { nonce: 'n'.repeat(16), sentAt: 0, query: {}, mayWait: false }
let server: Server
let fetcher: FrameFetcher

async function open(answers: boolean): Promise<void> {
  server = createServer((_, response) => {
    if (answers) response.writeHead(200, { 'content-type': frameMediaType }).end('frame')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
  fetcher = createFrameFetcher({ url, token: () => Promise.resolve('token'), now: () => 7 })
}

afterEach(async () => {
  await fetcher.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

/** What a signal keeps of others that depend on it; it has no public name. */
function kept(signal: AbortSignal): number {
  const values = Object.getOwnPropertySymbols(signal).map((name) => (signal as never)[name] as unknown)
  return values.reduce<number>((sum, value) => sum + (Number(Object(value)['size']) || 0), 0)
}

it('leaves nothing on the signal that ends the feed, however many requests were made', async () => {
  await open(true)
  const { signal } = new AbortController()
  for (let count = 0; count < 5; count += 1) {
    expect(await fetcher.fetch(request, 0, signal)).toEqual({ frame: Buffer.from('frame'), receivedAt: 7 })
  }
  expect(getEventListeners(signal, 'abort')).toEqual([])
  expect(kept(signal)).toBe(0)
})

it('ends with the feed, also when that has ended before', async () => {
  await open(false)
  const feed = new AbortController()
  const waiting = fetcher.fetch(request, 25, feed.signal)
  feed.abort()
  expect(await waiting).toHaveProperty('failed')
  expect(await fetcher.fetch(request, 25, feed.signal)).toHaveProperty('failed')
})
