import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createDirectory } from '../platform/directory/cached-directory.ts'
import { sampleSnapshot } from '../platform/directory/sample-snapshot.ts'
import { verifySnapshot } from '../platform/directory/verify-snapshot.ts'
import { coordinationAudience, createCountyTokenMinter } from '../platform/tokens/county-token.ts'
import { generateSigningKey, publicKeyOf } from '../platform/tokens/keys.ts'
import { createCoordination, type Coordination } from './server.ts'
import { directoryKinds, seedFiles } from './seed.ts'

const logger = pino({ level: 'silent' })
const key = await generateSigningKey('EdDSA')
const gatewayKey = await generateSigningKey('EdDSA')
const trust = { keys: [publicKeyOf(key)] }
const start = new Date('2026-03-01T08:00:00Z')
let now = start
let count = 0
const clock = { now: () => now, uuid: () => `${++count}` }
const gateways = [{ id: 'gateway', url: 'https://exchange.example/graphql', keys: [publicKeyOf(gatewayKey)] }]
const base = sampleSnapshot({ gateways })
const sample: typeof base = {
  ...base,
  agencies: base.agencies.map((agency) => ({ ...agency, system: 'MARKET_REGULATION' })),
  superiors: [
    {
      id: 'sample-province',
      name: '示例省市场监督管理局',
      level: 'PROVINCE',
      over: [{ county: '411528', system: 'MARKET_REGULATION', from: '2020-01-01', until: null }],
      node: null,
    },
  ],
}

let folder: string
let coordination: Coordination
let url: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coordination-'))
  for (const kind of directoryKinds) await writeFile(join(folder, seedFiles[kind].file), JSON.stringify(sample[kind]))
  coordination = await createCoordination(
    { key, office: '联席会议办公室', dataDir: 'memory://', seedFolders: [folder], validForMs: 86_400_000 },
    { clock, logger },
  )
  url = await coordination.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  await coordination.close()
  await rm(folder, { recursive: true })
})
beforeEach(() => {
  now = start
})

describe('GET /directory', () => {
  test('publishes the records, signed, for 24 hours', async () => {
    const response = await fetch(`${url}/directory`)
    expect(response.headers.get('content-type')).toBe('application/jose')
    const snapshot = await verifySnapshot(await response.text(), { trust, clock })
    for (const kind of directoryKinds) expect(snapshot[kind]).toEqual(sample[kind])
    expect(snapshot.office).toBe('联席会议办公室')
    expect(Date.parse(snapshot.expiresAt) - Date.parse(snapshot.issuedAt)).toBe(86_400_000)
  })
  test('hands the same signature out for some seconds, then signs anew under the same serial', async () => {
    const first = await fetch(`${url}/directory`)
    const etag = first.headers.get('etag') ?? ''
    const text = await first.text()
    expect((await fetch(`${url}/directory`, { headers: { 'if-none-match': etag } })).status).toBe(304)
    now = new Date(start.getTime() + 5_000)
    const later = await fetch(`${url}/directory`, { headers: { 'if-none-match': etag } })
    expect(later.status).toBe(200)
    const [one, other] = [
      await verifySnapshot(text, { trust, clock }),
      await verifySnapshot(await later.text(), { trust, clock }),
    ]
    expect(other.serial).toBe(one.serial)
    expect(Date.parse(other.expiresAt)).toBeGreaterThan(Date.parse(one.expiresAt))
  })
  test('gives whoever verifies receipts the same directory, signed, without the keys of the hit index', async () => {
    const whole = await verifySnapshot(await (await fetch(`${url}/directory`)).text(), { trust, clock })
    const text = await (await fetch(`${url}/directory?epochs=none`)).text()
    expect(await verifySnapshot(text, { trust, clock })).toEqual({ ...whole, hitIndexEpochs: [] })
    const [epoch] = sample.hitIndexEpochs
    expect(whole.hitIndexEpochs).toEqual([epoch])
    expect(Buffer.from(text.split('.')[1] ?? '', 'base64url').toString()).not.toContain(epoch?.key)
  })
  test('feeds the directory of a node', async () => {
    const cacheFile = join(folder, 'cache.jws')
    const directory = createDirectory({ url: `${url}/directory`, trust, cacheFile, clock, logger })
    await directory.start()
    expect(directory.status().state).toBe('FRESH')
    expect(directory.county('411729')?.name).toBe('新蔡县')
    await directory.stop()
  })
})

function code(value: string): object {
  return { errors: [{ extensions: { code: value } }] }
}

describe('POST /graphql', () => {
  const minter = createCountyTokenMinter({ gatewayId: 'gateway', key: gatewayKey, clock })
  const viewer = { agency: 'xincai-enforcement', county: '411729', scopes: new Set(['case:read']) }

  async function ask(query: string, authorization?: string) {
    const token = authorization ?? `Bearer ${await minter.mint({ viewer, county: coordinationAudience })}`
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token === '' ? {} : { authorization: token }) },
      body: JSON.stringify({ query }),
    })
    const body: unknown = await response.json()
    return { status: response.status, body }
  }

  test('answers from the published directory, with labels', async () => {
    const { body } = await ask(`{
      directoryRelease { serial office measuresVersion }
      agreements(county: "411528") { id parties { code } recordLabels purposes validFrom validUntil }
      measures(matter: "FOOD_BUSINESS_LICENCE") { code effectLabel applicationLabel appliesToLabel legalBasis { law article } }
      approvalMatters { code label } acts { code label }
      registeredAgencies(county: "411729") { agency county { code } }
      workingDayCalendars { code makeUpDays }
    }`)
    expect(body).toMatchObject({
      data: {
        directoryRelease: { office: '联席会议办公室' },
        agreements: [{ id: 'sample-agreement', parties: [{ code: '411528' }, { code: '411729' }], validUntil: null }],
        measures: [
          { code: 'IMPORTANT_CONSIDERATION', effectLabel: '重要考量因素' },
          { code: 'FOOD_FIVE_YEAR_BAR', applicationLabel: '决定适用' },
        ],
        approvalMatters: sample.matters,
        acts: sample.acts,
        registeredAgencies: [{ agency: 'xincai-enforcement', county: { code: '411729' } }],
        workingDayCalendars: [{ code: 'CN', makeUpDays: ['2026-02-14'] }],
      },
    })
    expect(body).not.toHaveProperty('errors')
  })
  test('leaves out measures for other matters, and agreements of other counties', async () => {
    const { body } = await ask(
      '{ measures(matter: "DRUG_RETAIL_LICENCE") { code } agreements(county: "410823") { id } }',
    )
    expect(body).toEqual({ data: { measures: [{ code: 'IMPORTANT_CONSIDERATION' }], agreements: [] } })
  })
  test('refuses an unknown county or matter, never with an empty list', async () => {
    expect((await ask('{ agreements(county: "410882") { id } }')).body).toMatchObject(code('BAD_USER_INPUT'))
    expect((await ask('{ registeredAgencies(county: "410882") { name } }')).body).toMatchObject(code('BAD_USER_INPUT'))
    expect((await ask('{ measures(matter: "NO_SUCH") { code } }')).body).toMatchObject(code('BAD_USER_INPUT'))
    expect((await ask('{ agreements(county: "41") { id } }')).body).toMatchObject(code('BAD_USER_INPUT'))
  })
  test('refuses without token, and with a token that is for a county', async () => {
    expect(await ask('{ acts { code } }', '')).toMatchObject({ status: 401, body: code('TOKEN_MISSING') })
    const county = await minter.mint({ viewer, county: '411528' })
    expect(await ask('{ acts { code } }', `Bearer ${county}`)).toMatchObject({
      status: 401,
      body: code('TOKEN_WRONG_AUDIENCE'),
    })
  })
  test('refuses fields that the scopes do not cover', async () => {
    const narrow = { ...viewer, scopes: new Set(['query:adhoc']) }
    const token = await minter.mint({ viewer: narrow, county: coordinationAudience })
    const { body } = await ask('{ acts { code } }', `Bearer ${token}`)
    expect(body).toMatchObject({ data: { acts: null }, ...code('UNAUTHORIZED_FIELD_OR_TYPE') })
  })
})

test('health and metrics tell the state', async () => {
  expect((await fetch(`${url}/health/live`)).status).toBe(200)
  const ready = await fetch(`${url}/health/ready`)
  expect(ready.status).toBe(200)
  expect(await ready.json()).toMatchObject({
    checks: [
      { name: 'database', ok: true },
      { name: 'directory', ok: true },
    ],
  })
  expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/liandong_coordination_directory_serial [1-9]/)
})

test('a node with a bad seed does not start', async () => {
  const bad = await mkdtemp(join(tmpdir(), 'bad-seed-'))
  await writeFile(join(bad, 'measures.json'), JSON.stringify([{ ...sample.measures[0], legalBasis: [] }]))
  const attempt = createCoordination(
    { key, office: '办公室', dataDir: 'memory://', seedFolders: [bad], validForMs: 86_400_000 },
    { clock, logger },
  )
  await expect(attempt).rejects.toThrow('a measure without a legal basis is refused')
  await rm(bad, { recursive: true })
})
