import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { loadOperations } from '../../gateway/playground/playground.operations.ts'
import { mostAttachmentBytes } from '../../services/platform/attachments/attachment.ts'
import { type StreamedRequest, sendRequest } from '../../services/platform/attachments/send-request.ts'
import { type TestCounties, officersOf, startCounties } from '../support/counties.ts'
import { type TestGateway, startGateway } from '../support/test-gateway.ts'
import { type Trust, agencyOf, createTrust } from '../support/trust.ts'

const [xixian, xincai] = ['411528', '411729'] as const
const documents = new Map(loadOperations().map(({ name, document }) => [name.slice(3), document]))
const head = Buffer.from('%PDF-1.7\n% 虚构示例\n')
const chunk = Buffer.alloc(65_536)

let trust: Trust
let counties: TestCounties
let gateway: TestGateway

beforeAll(async () => {
  trust = await createTrust([xixian, xincai])
  counties = await startCounties(trust, [xixian, xincai])
  const { directory, snapshot } = counties
  gateway = await startGateway({ trust, snapshot, directory, env: { DEADLINE_MS: '20000' } })
  const gateways = snapshot.gateways.map((entry) => ({ ...entry, url: `${gateway.url}/graphql` }))
  directory.set({ ...snapshot, serial: snapshot.serial + 1, gateways })
})
afterAll(async () => {
  for (const { code } of counties?.list ?? []) await counties.at(code).stop()
  await gateway?.close()
  await counties?.close()
  await trust?.close()
})

/** The largest file there may be, made as it is read. */
function* contents(): Generator<Buffer> {
  yield head
  for (let left = mostAttachmentBytes - head.length; left > 0; left -= chunk.length) yield chunk.subarray(0, left)
}

async function headersOf(county: string): Promise<Record<string, string>> {
  const authorization = `Bearer ${await trust.token(agencyOf(county))}`
  return { authorization, 'exchange-purpose': 'case/T-1', 'exchange-officer': officersOf(county)[0] }
}

async function ask(county: string, name: string, variables: Record<string, unknown>) {
  const { body } = await gateway.ask(await trust.token(agencyOf(county)), documents.get(name) ?? '', variables, {
    'exchange-officer': officersOf(county)[0],
  })
  expect(body.errors).toBeUndefined()
  return Object.values(body.data ?? {})[0] as { id: string } | null
}

async function transfer(county: string, path: string, more: Pick<StreamedRequest, 'method' | 'body'>, own = {}) {
  const headers = { ...(await headersOf(county)), ...own }
  const signal = AbortSignal.timeout(600_000)
  return sendRequest(new URL(path, gateway.url), { ...more, headers, signal, answerMs: 120_000 })
}

it('a file of 200 MiB goes up, across and down while no process holds more than a little of it', async () => {
  const hash = createHash('sha256')
  for (const part of contents()) hash.update(part)
  const reference = {
    hash: hash.digest('hex'),
    size: mostAttachmentBytes,
    mediaType: 'application/pdf',
    name: '大.pdf',
  }
  let most = 0
  const before = process.memoryUsage.rss()
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss() - before)), 20)
  const up = await transfer(
    xixian,
    `/attachments/${reference.hash}`,
    { method: 'PUT', body: Readable.from(contents()) },
    { 'content-type': 'application/pdf', 'content-length': String(mostAttachmentBytes) },
  )
  expect(up.status).toBe(201)
  up.body.resume()
  const input = {
    recipient: xincai,
    title: '涉嫌发布虚假广告线索',
    source: 'INSPECTION',
    field: 'FOOD_AND_DRUGS',
    subject: '91411528MADE000117',
    subjectName: '虚构安心示例食品有限公司',
    act: 'FALSE_ADVERTISING',
    facts: '检查发现其在新蔡县的门店发布虚假广告。',
    items: [{ kind: 'PAPERS', name: '现场检查笔录', quantity: '1份' }],
  }
  const { id } = (await ask(xixian, 'draft-clue', { input })) ?? { id: '' }
  await ask(xixian, 'send-clue', { id, letter: { number: '息示例移〔2026〕1号', attachments: [reference] } })
  await vi.waitFor(async () => expect(await ask(xincai, 'matter-attachments', { id })).not.toBeNull(), 30_000)

  const path = `/attachments/${reference.hash}?matter=${id}`
  let down = await transfer(xincai, path, { method: 'GET' })
  while (down.status === 202) {
    down.body.resume()
    down = await transfer(xincai, path, { method: 'GET' })
  }
  expect(down.status).toBe(200)
  const found = createHash('sha256')
  for await (const part of down.body) found.update(part as Buffer)
  clearInterval(watch)
  expect(found.digest('hex')).toBe(reference.hash)
  // Four processes in one here: sender, gateway, recipient and client.
  expect(most).toBeLessThan(mostAttachmentBytes / 2)
})
