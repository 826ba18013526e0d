import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Directory, directoryOver, hold } from '../../services/platform/directory/directory.ts'
import type { Snapshot } from '../../services/platform/directory/snapshot.ts'
import { systemClock } from '../../services/platform/clock.ts'
import { frameMediaType } from '../../services/platform/hit-index/statement.ts'
import type { FrameStore } from './county-link.ts'
import { type HitIndexFeed, startHitIndexFeed } from './follow-directory.ts'
import { type FedHitIndex, createHitIndex } from './hit-index.ts'
import { ModelCounty, modelKey } from './testing/model-county.ts'
import { MemoryStore, gatewayName, modelEpoch, modelSnapshot } from './testing/model-world.ts'

interface Node {
  server: Server
  url: string
  /** Paths with query, authorization and nonce of what it was asked. */
  asked: { path: string; authorization: string | undefined; nonce: string }[]
}

let county: ModelCounty
let snapshot: Snapshot
let index: FedHitIndex
let feed: HitIndexFeed
let results: string[]
const nodes: Node[] = []

/** A node of the county; it holds a request back that waits, as long as the gateway is there. */
async function openNode(answer: 'FRAME' | 'DECLINED' | 'NONSENSE' = 'FRAME'): Promise<Node> {
  const asked: Node['asked'] = []
  const server = createServer((request, response) => {
    const { searchParams, pathname, search } = new URL(request.url ?? '', 'http://node')
    const nonce = String(request.headers['exchange-nonce'])
    asked.push({ path: pathname + search, authorization: request.headers.authorization, nonce })
    if (answer === 'DECLINED') {
      response.writeHead(404, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ errors: [{ message: 'No.', extensions: { code: 'HIT_INDEX_DECLINED' } }] }))
    } else if (answer === 'NONSENSE') response.writeHead(200, { 'content-type': 'text/html' }).end('<p>')
    else if (!searchParams.has('wait')) {
      response.writeHead(200, { 'content-type': frameMediaType })
      const [query, now] = [Object.fromEntries(searchParams), Date.now()]
      response.end(county.publish({ query, nonce, gateway: gatewayName, now, epoch: modelEpoch(1, 0) }))
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const node = { server, asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/node/graphql` }
  nodes.push(node)
  return node
}

function start(store?: FrameStore): void {
  const held = { current: hold(snapshot), of: snapshot }
  const lookups = directoryOver(() => {
    if (held.of !== snapshot) Object.assign(held, { current: hold(snapshot), of: snapshot })
    return held.current
  }, systemClock)
  const directory = lookups as Directory
  index = createHitIndex({ directory, clock: systemClock })
  feed = startHitIndexFeed({
    directory,
    index,
    gateway: gatewayName,
    clock: systemClock,
    token: (code) => Promise.resolve(`token for ${code}`),
    store: store && (() => store),
    logger: { info: () => {}, warn: () => {}, error: () => {} },
    onResult: (_, result) => results.push(result),
  })
}

function at(url: string, status: 'ACTIVE' | 'LEFT' = 'ACTIVE'): void {
  const [entry] = modelSnapshot([county]).counties
  snapshot = modelSnapshot([county], { serial: Math.random(), counties: entry ? [{ ...entry, url, status }] : [] })
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await sleep(10)
}

beforeEach(() => {
  county = new ModelCounty('411528', modelKey(), 0)
  county.change(Date.now(), [{ subject: 'A', from: '2020-01-01', until: '2090-01-01', removedOn: null }])
  results = []
})
afterEach(async () => {
  await feed.stop()
  await index.close()
  for (const { server } of nodes.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

it('asks beside the GraphQL endpoint, with a token for that county and a new nonce, then waits from where it is', async () => {
  const node = await openNode()
  at(node.url)
  start()
  await until(() => node.asked.length === 2)
  const [first, second] = node.asked
  expect(first).toMatchObject({ path: '/node/hit-index', authorization: 'Bearer token for 411528' })
  const { chain, lineage } = county.position
  expect(second?.path).toBe(`/node/hit-index?since=1&chain=${chain}&lineage=${lineage}&epoch=epoch-1&wait=25`)
  expect(second?.nonce).not.toBe(first?.nonce)
  expect(index.held(county.code)).toMatchObject({ version: 1, count: 1 })
  expect(results).toEqual(['FULL'])
})

it('follows a county that moves, leaves and comes back', async () => {
  const [old, next] = [await openNode(), await openNode()]
  at(old.url)
  start()
  await until(() => old.asked.length === 2)
  at(next.url)
  await until(() => next.asked.length > 0)
  expect(index.held(county.code)?.version).toBe(1)
  at(next.url, 'LEFT')
  await until(() => index.held(county.code) === undefined)
  at(old.url)
  await until(() => index.held(county.code) !== undefined)
  // It remembers what it has seen of the county, and wants the whole list.
  expect(old.asked[2]?.path).toContain('since=1&')
  expect(old.asked[2]?.path).toMatch(/epoch=\*$|epoch=%2A$/)
})

it('asks a county that has moved only when the last answer from its old place has been taken in', async () => {
  const [old, next] = [await openNode(), await openNode()]
  const store = new MemoryStore()
  let keep = (): void => {}
  store.replace = (frames) =>
    new Promise<void>((resolve) => (keep = resolve)).then(() => void (store.frames = [...frames]))
  let kept = 0
  store.saveState = () => Promise.resolve(void (kept += 1))
  at(old.url)
  start(store)
  await until(() => old.asked.length === 1)
  at(next.url)
  await sleep(1_200)
  // Another directory, while the old place's list is still being written to disk.
  at(next.url)
  await sleep(1_200)
  expect([next.asked.length, kept]).toEqual([0, 0])
  keep()
  await until(() => next.asked.length > 0)
  expect(kept).toBe(1)
})

it('leaves a county alone that declines, and gives up on one that answers nonsense or not at all', async () => {
  const declining = await openNode('DECLINED')
  at(declining.url)
  start()
  await until(() => results.length > 0)
  expect(results).toEqual(['DECLINED'])
  at((await openNode('NONSENSE')).url)
  await until(() => results.includes('FAILED'))
  expect(index.held(county.code)).toBeUndefined()
  const gone = await openNode()
  gone.server.close()
  at(gone.url)
  const before = results.length
  await until(() => results.length > before)
  expect(results.at(-1)).toBe('FAILED')
  expect(declining.asked).toHaveLength(1)
})
