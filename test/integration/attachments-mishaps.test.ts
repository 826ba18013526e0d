import { readFile, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { eq } from 'drizzle-orm'
import { request } from 'undici'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { attachments as held } from '../../services/county/attachments/attachment.table.ts'
import { referenceTo, samplePdf } from '../support/attachments.ts'
import { type FileWorld, answered, codesOf, startFileWorld, xincai, xixian } from '../support/file-world.ts'

let world: FileWorld
beforeAll(async () => {
  world = await startFileWorld({ fetch: { pauseMs: 300, attempts: 2 }, waitMs: 1 })
})
beforeEach(() => Object.assign(world.way, { requests: [], bytes: 0, breakAfter: [] }))
afterAll(() => world?.close())

const pathOf = (hash: string, matter: string): string => `/attachments/${hash}?matter=${matter}`

it('who asks for a file that takes long to come is told so, and finds it later', async () => {
  const contents = samplePdf(400_000, 'p')
  const reference = referenceTo(contents)
  await world.put(contents)
  const id = await world.sent(reference)
  // Broken once, the fetch pauses for longer than a request waits.
  world.way.breakAfter = [100_000]
  const path = pathOf(reference.hash, id)
  const own = await world.headersOf(xincai)
  const first = await world.get(path, own)
  expect(first).toMatchObject({ status: 202, json: { state: 'FETCHING' }, headers: { 'retry-after': '1' } })
  await expect.poll(async () => (await world.get(path, own)).status, { timeout: 30_000, interval: 50 }).toBe(200)
  expect(world.way.requests).toHaveLength(2)
})

it('a file that its sender has lost is missed by name, at the sender and at the recipient', async () => {
  const contents = samplePdf(4_000, 'q')
  const reference = referenceTo(contents)
  await world.put(contents)
  const id = await world.sent(reference)
  await rm(world.storedAt(xixian, reference.hash))
  const path = pathOf(reference.hash, id)
  expect(codesOf(await world.get(path, await world.headersOf(xixian)))).toEqual(['STORAGE_UNAVAILABLE'])
  const own = await world.headersOf(xincai)
  await expect
    .poll(async () => (await world.get(path, own)).json.errors?.[0]?.extensions, { timeout: 30_000, interval: 20 })
    .toMatchObject({ code: 'COUNTY_UNANSWERED', county: xixian, reason: 'UNREACHABLE' })
  // It is handed over anew.
  expect(await world.put(contents)).toMatchObject({ status: 201 })
  await expect.poll(async () => (await world.get(path, own)).status, { timeout: 30_000, interval: 50 }).toBe(200)
})

it('a file whose entry a restore of the database has lost is verified and entered when it is asked for', async () => {
  const contents = samplePdf(4_000, 'r')
  const reference = referenceTo(contents)
  await world.put(contents)
  const id = await world.sent(reference)
  const { db } = world.counties.at(xixian).database
  await db.delete(held).where(eq(held.hash, reference.hash))
  expect(await world.filesAt(xixian, id)).toMatchObject([{ held: false }])
  const found = await world.get(pathOf(reference.hash, id), await world.headersOf(xixian))
  expect([found.status, found.body.equals(contents)]).toEqual([200, true])
  expect(await world.filesAt(xixian, id)).toMatchObject([{ held: true }])
})

it('an agency of another county gets nothing at a node, whatever a gateway may say', async () => {
  const contents = samplePdf(4_000, 's')
  const reference = referenceTo(contents)
  await world.put(contents)
  const id = await world.sent(reference)
  const node = world.counties.at(xixian)
  const headers = {
    authorization: await node.authorization(xincai),
    'exchange-purpose': 'case/T-1',
    'exchange-officer': '1',
    'content-type': 'application/pdf',
  }
  const down = await request(new URL(pathOf(reference.hash, id).slice(1), node.url), { headers })
  expect(codesOf(await answered(down))).toEqual(['AGREEMENT_MISSING'])
  const other = samplePdf(4_000, 't')
  const url = new URL(`attachments/${referenceTo(other).hash}`, node.url)
  const up = await request(url, { method: 'PUT', headers, body: other })
  expect(codesOf(await answered(up))).toEqual(['AGREEMENT_MISSING'])
})

it('a node that stops breaks off what is under way, leaves nothing of it, and serves again', async () => {
  const contents = samplePdf(4_000_000, 'u')
  const reference = referenceTo(contents)
  const endless = new Readable({ read() {} })
  endless.push(contents.subarray(0, 1_000_000))
  const headers = { ...(await world.headersOf(xixian)), 'content-type': 'application/pdf', 'content-length': '4000000' }
  const url = `${world.gateway.url}/attachments/${reference.hash}`
  const broken = request(url, { method: 'PUT', headers, body: endless }).then(answered)
  await expect.poll(() => world.left(xixian, 'incoming'), { timeout: 30_000, interval: 20 }).toHaveLength(1)
  await world.counties.at(xixian).stop()
  expect(['COUNTY_UNANSWERED', 'DEADLINE_EXCEEDED']).toContain(codesOf(await broken)[0])
  expect(world.left(xixian, 'incoming')).toEqual([])
  await world.counties.at(xixian).start()
  expect(await world.put(contents)).toMatchObject({ status: 201 })
  expect((await readFile(world.storedAt(xixian, reference.hash))).equals(contents)).toBe(true)
})
