import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { generateSigningKey, publicKeyOf } from '../tokens/keys.ts'
import { createDirectory, type CachedDirectory } from './cached-directory.ts'
import { sampleSnapshot } from './sample-snapshot.ts'
import { signSnapshot } from './sign-snapshot.ts'
import type { Snapshot } from './snapshot.ts'

const key = await generateSigningKey('EdDSA')
const trust = { keys: [publicKeyOf(key)] }
const sign = (changes: Partial<Snapshot> = {}) => signSnapshot(sampleSnapshot(changes), key)

let folder: string
let cacheFile: string
let now: Date
let logged: string[]
let answer: RequestListener
let centre: Server
let url: string
let started: CachedDirectory[]

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'directory-'))
  cacheFile = join(folder, 'cache', 'directory.jws')
  now = new Date('2026-03-01T08:00:00Z')
  logged = []
  started = []
  serve(await sign())
  centre = createServer((request, response) => answer(request, response))
  url = await listen()
})

afterEach(async () => {
  await Promise.all(started.map((directory) => directory.stop()))
  await close()
  await rm(folder, { recursive: true })
})

async function listen(port = 0): Promise<string> {
  await new Promise<void>((resolve) => {
    centre.listen(port, '127.0.0.1', resolve)
  })
  const address = centre.address()
  if (address === null || typeof address === 'string') throw new Error('The test server does not listen.')
  return `http://127.0.0.1:${address.port}/directory`
}

async function close(): Promise<void> {
  centre.closeAllConnections()
  await new Promise((resolve) => {
    centre.close(resolve)
  })
}

function serve(jws: string): void {
  answer = (_request, response) => void response.end(jws)
}

function warnings(): number {
  return logged.filter((line) => line.includes('about to expire')).length
}

/** A node of its own over the same cache; intervals are an hour so that only `refresh` refetches unless stated. */
function node(refreshMs = 3_600_000): CachedDirectory {
  const logger = pino({ level: 'info' }, { write: (line: string) => void logged.push(line) })
  const directory = createDirectory({
    url,
    trust,
    cacheFile,
    clock: { now: () => now, uuid: () => '7fffffff-0000-4000-8000-000000000000' },
    logger,
    refreshMs,
  })
  started.push(directory)
  return directory
}

describe('with the centre up', () => {
  test('the directory is fetched, verified, and cached under its own name only', async () => {
    const directory = node()
    expect(directory.status()).toEqual({ state: 'MISSING' })
    expect(() => directory.county('411528')).toThrow(expect.objectContaining({ code: 'DIRECTORY_UNAVAILABLE' }))
    await directory.start()
    expect(directory.status()).toMatchObject({ state: 'FRESH', serial: 7 })
    expect(directory.county('411528')?.name).toBe('息县')
    expect(await readdir(join(folder, 'cache'))).toEqual(['directory.jws'])
  })
  test('a change is taken up at the next fetch, without a restart', async () => {
    const directory = node(20)
    await directory.start()
    serve(await sign({ serial: 8, agreements: [] }))
    await vi.waitFor(() => expect(directory.status().serial).toBe(8), { timeout: 20_000 })
    expect(directory.agreementsBetween('411528', '411729')).toEqual([])
  })
  test('the same contents signed again move the expiry', async () => {
    const directory = node()
    await directory.start()
    serve(await sign({ issuedAt: '2026-03-01T07:00:00Z', expiresAt: '2026-03-02T07:00:00Z' }))
    await directory.refresh()
    expect(directory.status().expiresAt).toBe('2026-03-02T07:00:00Z')
  })
})

describe('a bad snapshot never replaces a good one', () => {
  test.each([
    [
      'signed by a stranger',
      async () => signSnapshot(sampleSnapshot({ serial: 9 }), await generateSigningKey('EdDSA')),
    ],
    ['with a lower serial', () => sign({ serial: 6 })],
    ['that has expired', () => sign({ serial: 9, expiresAt: '2026-03-01T07:59:59Z' })],
    ['that is a web page', async () => '<html>维护中</html>'],
  ])('%s', async (_name, make) => {
    const directory = node()
    await directory.start()
    const before = await readFile(cacheFile, 'utf8')
    serve(await make())
    await directory.refresh()
    expect(directory.status()).toMatchObject({ state: 'STALE', serial: 7 })
    expect(directory.status().lastError).toBeDefined()
    expect(directory.county('411528')?.name).toBe('息县')
    expect(await readFile(cacheFile, 'utf8')).toBe(before)
  })
  test('an answer without end is cut off', async () => {
    const directory = node()
    await directory.start()
    let sent = 0
    answer = (_request, response) => {
      const pour = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(1_048_576, 0x61))) sent += 1
      }
      response.on('drain', pour)
      pour()
    }
    await directory.refresh()
    expect(directory.status()).toMatchObject({ state: 'STALE', serial: 7 })
    expect(directory.status().lastError).toContain('sent more than 16777216 bytes')
    expect(sent).toBeLessThan(64)
  })
  test('an error answer is a failed attempt', async () => {
    const directory = node()
    await directory.start()
    answer = (_request, response) => void response.writeHead(500).end()
    await directory.refresh()
    expect(directory.status().lastError).toContain('HTTP status 500')
  })
})

describe('with the centre down', () => {
  test('a node without cache starts, refuses, and takes the directory up when the centre comes', async () => {
    const port = Number(new URL(url).port)
    await close()
    const directory = node(20)
    await directory.start()
    expect(directory.status().state).toBe('MISSING')
    expect(directory.status().lastError).toContain('could not be reached')
    await listen(port)
    await vi.waitFor(() => expect(directory.status().state).toBe('FRESH'), { timeout: 20_000 })
  })
  test('a node with cache goes on with it after a restart and says that it is stale', async () => {
    await node().start()
    await close()
    const restarted = node()
    await restarted.start()
    await restarted.refresh()
    expect(restarted.county('411729')?.name).toBe('新蔡县')
    expect(restarted.status()).toMatchObject({ state: 'STALE', serial: 7 })
    centre = createServer()
    await listen()
  })
  test('an expired directory is refused, and taken up again when the centre returns', async () => {
    const directory = node()
    await directory.start()
    answer = (request) => void request.socket.destroy()
    now = new Date('2026-03-02T00:00:00Z')
    await directory.refresh()
    expect(() => directory.snapshot()).toThrow(expect.objectContaining({ code: 'DIRECTORY_EXPIRED' }))
    expect(directory.status().state).toBe('EXPIRED')
    serve(await sign({ issuedAt: '2026-03-02T00:00:00Z', expiresAt: '2026-03-03T00:00:00Z' }))
    await directory.refresh()
    expect(directory.snapshot().serial).toBe(7)
  })
  test('expiry is warned about once in its last quarter', async () => {
    const directory = node()
    await directory.start()
    answer = (request) => void request.socket.destroy()
    now = new Date('2026-03-01T17:59:00Z')
    await directory.refresh()
    expect(warnings()).toBe(0)
    now = new Date('2026-03-01T18:00:00Z')
    await directory.refresh()
    await directory.refresh()
    expect(warnings()).toBe(1)
  })
})

describe('the cache on disk', () => {
  test('is refused when it was tampered with', async () => {
    await node().start()
    const [header, payload, signature] = (await readFile(cacheFile, 'utf8')).split('.')
    const text = Buffer.from(payload ?? '', 'base64url')
      .toString('utf8')
      .replaceAll('4301', '6666')
    await writeFile(cacheFile, `${header}.${Buffer.from(text).toString('base64url')}.${signature}`)
    answer = (request) => void request.socket.destroy()
    const restarted = node()
    await restarted.start()
    expect(restarted.status().state).toBe('MISSING')
    expect(logged.some((line) => line.includes('signature does not match'))).toBe(true)
  })
  test('is not used after its expiry, but still guards against an older directory', async () => {
    await node().start()
    now = new Date('2026-03-05T00:00:00Z')
    serve(await sign({ serial: 6, issuedAt: '2026-03-04T12:00:00Z', expiresAt: '2026-03-05T12:00:00Z' }))
    const restarted = node()
    await restarted.start()
    expect(restarted.status()).toMatchObject({ state: 'EXPIRED', serial: 7 })
    expect(restarted.status().lastError).toContain('serial 6 is older than serial 7')
  })
})
