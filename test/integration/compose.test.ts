import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createFolders } from '../../services/local/create-folders.ts'
import { demoClients } from '../../services/local/demo-clients.ts'
import { demoCounties } from '../../services/local/demo-counties.ts'
import { demoUnknownSubject } from '../../services/local/demo-data/demo-subjects.ts'
import { writeJson } from '../../services/local/write-json.ts'
import { packageRoot } from '../../services/platform/package-root.ts'
import { generateSigningKey, publicKeyOf, type SigningKey } from '../../services/platform/tokens/keys.ts'
import { eventually, runCommand } from '../journeys/demo-process.ts'
import { freePorts } from '../journeys/free-ports.ts'
import { type ComposeFile, composeFile } from './compose-file.ts'
import { type ComposeProcess, dataFolder, startService } from './compose-processes.ts'

const counties = demoCounties.map(({ code }) => `county-${code}`)
const nodes = ['coordination', 'issuer', ...counties, 'gateway-1', 'gateway-2']
const server = process.env['TEST_DATABASE_URL']
let folder: string
let file: ComposeFile
const running = new Map<string, ComposeProcess>()
const databases: string[] = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'liandong-compose-'))
  const ports = Object.fromEntries((await freePorts(nodes.length)).map((port, index) => [nodes[index] ?? '', port]))
  const at = (name: string): string => `http://127.0.0.1:${ports[name]}`
  file = composeFile({ ISSUER_URL: at('issuer') })
  const keys = await makeKeys()
  const placement = { folder, ports, secrets: await makeSecrets(keys), seed: writeSeed(keys, at) }
  const owners = ['coordination', ...counties, 'gateway-1', 'gateway-2']
  const folders = owners.map((name) => dataFolder(placement, name))
  if (server === undefined) await createFolders(folder, folders, AbortSignal.timeout(200_000))
  for (const group of [
    ['coordination', 'issuer'],
    [...counties, 'gateway-1', 'gateway-2'],
  ]) {
    for (const name of group) {
      const service = file.services[name]
      if (service) running.set(name, startService(name, service, placement))
    }
    for (const name of group) await ready(name)
  }
})

afterAll(async () => {
  await Promise.all([...running.values()].map((each) => each.stop()))
  if (server !== undefined) {
    const sql = postgres(server, { max: 1, onnotice: () => {} })
    for (const name of databases) await sql.unsafe(`drop database if exists ${name} with (force)`)
    await sql.end()
  }
  rmSync(folder, { recursive: true, force: true })
})

async function ready(name: string): Promise<void> {
  const node = running.get(name)
  await eventually(
    () => `${name} is ready:\n${node?.output()}`,
    () =>
      fetch(`${node?.url}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    200_000,
  )
}

type Keys = Record<string, SigningKey>

async function makeKeys(): Promise<Keys> {
  const names = ['coordination', 'gateway-1', 'gateway-2', ...counties]
  const made: Keys = {}
  for (const name of names) made[name] = await generateSigningKey()
  for (const name of ['issuer', 'xixian-approval']) made[name] = await generateSigningKey('ES256')
  return made
}

/** Public keys as the directory and the trust file hold them. */
function publicKeys(keys: Keys, name: string): object[] {
  const key = keys[name]
  return key ? [publicKeyOf(key)] : []
}

async function makeSecrets(keys: Keys): Promise<Record<string, string>> {
  const secrets: Record<string, string> = {
    'coordination-key': JSON.stringify(keys['coordination']),
    'coordination-trust': JSON.stringify({ keys: publicKeys(keys, 'coordination') }),
    'issuer-keys': JSON.stringify({ keys: [keys['issuer']] }),
    'issuer-clients': JSON.stringify([
      {
        client_id: 'xixian-approval',
        county: '411528',
        scopes: ['credit:check'],
        jwks: { keys: publicKeys(keys, 'xixian-approval') },
      },
    ]),
    'gateway-1-key': JSON.stringify(keys['gateway-1']),
    'gateway-2-key': JSON.stringify(keys['gateway-2']),
    'gateway-pepper': randomBytes(32).toString('hex'),
  }
  for (const name of ['gateway', 'coordination', ...counties]) {
    secrets[`${name}-database-url`] = await createDatabase(name)
    if (name.startsWith('county-')) {
      secrets[`${name}-key`] = JSON.stringify(keys[name])
      secrets[`${name}-pepper`] = randomBytes(32).toString('hex')
    }
  }
  return secrets
}

/** Address of a new database on the test's PostgreSQL; empty when there is none. */
async function createDatabase(name: string): Promise<string> {
  if (server === undefined) return ''
  const database = `liandong_compose_${name.replaceAll('-', '_')}_${randomBytes(4).toString('hex')}`
  const sql = postgres(server, { max: 1, onnotice: () => {} })
  await sql.unsafe(`create database ${database}`)
  await sql.end()
  databases.push(database)
  const url = new URL(server)
  url.pathname = `/${database}`
  return url.href
}

function writeSeed(keys: Keys, at: (name: string) => string): string {
  const seed = join(folder, 'seed')
  writeJson(
    join(seed, 'counties.json'),
    demoCounties.map(({ code, name }) => ({
      code,
      name,
      status: 'ACTIVE',
      url: `${at(`county-${code}`)}/graphql`,
      keys: publicKeys(keys, `county-${code}`),
    })),
  )
  writeJson(
    join(seed, 'agencies.json'),
    demoClients.map(({ id, name, county, scopes }) => ({ id, name, county, scopes })),
  )
  writeJson(join(seed, 'agreements.json'), [
    {
      id: 'all',
      title: '信用信息共享协议',
      parties: demoCounties.map(({ code }) => code),
      records: ['CREDIT_STANDING'],
      purposes: ['APPROVAL'],
      validFrom: '2022-01-01',
      validUntil: null,
      signedBy: demoCounties.map(({ code }) => code),
    },
  ])
  writeJson(join(seed, 'issuers.json'), [
    { issuer: at('issuer'), audience: 'urn:liandong:exchange', jwksUri: `${at('issuer')}/jwks` },
  ])
  writeJson(
    join(seed, 'gateways.json'),
    ['gateway-1', 'gateway-2'].map((id) => ({ id, url: `${at(id)}/graphql`, keys: publicKeys(keys, id) })),
  )
  writeFileSync(join(folder, 'client.json'), JSON.stringify(keys['xixian-approval']), { mode: 0o600 })
  return seed
}

describe('docker-compose.yml', () => {
  test('publishes ports of the proxy alone', () => {
    const published = Object.entries(file.services).filter(([, { ports }]) => ports.length > 0)
    expect(published.map(([name]) => name)).toEqual(['proxy'])
  })

  test('runs everything on a read-only file system, with a healthcheck, and without a way to more rights', () => {
    const careless = Object.entries(file.services).filter(
      ([, service]) =>
        !service.read_only ||
        !service.security_opt.includes('no-new-privileges:true') ||
        service.healthcheck.test.length === 0,
    )
    expect(careless.map(([name]) => name)).toEqual([])
  })

  test('has no secret in any environment: passwords, addresses with passwords and keys are files', () => {
    const variables = Object.values(file.services).flatMap(({ environment }) => Object.entries(environment))
    const secret = variables.filter(
      ([name, value]) =>
        (/PASSWORD|DATABASE_URL|PEPPER|KEY|TRUST/.test(name) && !name.endsWith('_FILE')) ||
        /postgres(ql)?:\/\//.test(value),
    )
    expect(variables.length).toBeGreaterThan(nodes.length)
    expect(secret).toEqual([])
  })

  test('gives every county a PostgreSQL 16 that only its own node can reach', () => {
    for (const county of counties) {
      const network = `${county}-database`
      const inside = Object.entries(file.services).filter(([, { networks }]) => networks.includes(network))
      expect(inside.map(([name]) => name).toSorted()).toEqual([county, `${county}-database`])
      expect(file.services[`${county}-database`]?.image).toMatch(/^postgres:16/)
      expect(file.networks[network]?.internal).toBe(true)
    }
  })
})

describe('the same commands with the same environment as plain processes', () => {
  test.each(['gateway-1', 'gateway-2'])(
    '%s answers a registered question with proof from every county',
    async (name) => {
      const args = ['services/cli/liandong.mjs', 'check', demoUnknownSubject, '--matter', 'FOOD_BUSINESS_LICENCE']
      const { code, out, err } = await runCommand(process.execPath, [...args, '--json'], {
        LIANDONG_GATEWAY_URL: `${running.get(name)?.url}/graphql`,
        LIANDONG_ISSUER_URL: running.get('issuer')?.url ?? '',
        LIANDONG_CLIENT_KEY_FILE: join(folder, 'client.json'),
      })
      expect({ code, err }).toEqual({ code: 0, err: '' })
      const answer: { verdict: string; receipt: string } = JSON.parse(out)
      expect(answer).toMatchObject({ verdict: 'CLEAR', coverage: { complete: true } })
      const payload: unknown = JSON.parse(Buffer.from(answer.receipt.split('.')[1] ?? '', 'base64url').toString())
      expect(payload).toMatchObject({ iss: name, coverage: { complete: true, unanswered: [] } })
    },
  )

  test('a document that is not registered is refused, and there is no playground', async () => {
    const { out: token } = await runCommand(
      process.execPath,
      ['services/cli/liandong.mjs', 'token', 'xixian-approval'],
      {
        LIANDONG_ISSUER_URL: running.get('issuer')?.url ?? '',
        LIANDONG_CLIENT_KEY_FILE: join(folder, 'client.json'),
      },
    )
    const { url } = running.get('gateway-1') ?? { url: '' }
    const answer = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token.trim()}` },
      body: JSON.stringify({ query: '{ counties { code } }' }),
    })
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'OPERATION_NOT_REGISTERED' } }] })
    expect((await fetch(url)).status).toBe(404)
  })

  test('keeps records in PostgreSQL where the test has one, each county in a database of its own', async () => {
    const answers = await Promise.all(
      counties.map((name) => fetch(`${running.get(name)?.url}/health/ready`).then((response) => response.text())),
    )
    const engine = server === undefined ? 'pglite' : 'postgres'
    for (const answer of answers) expect(answer).toContain(`"detail":"${engine}"`)
  })

  test('the healthcheck of the image says whether a process is ready', async () => {
    const probe = join(packageRoot(), 'dist/services/platform/health-probe.js')
    const port = new URL(running.get('county-411528')?.url ?? '').port
    expect(await runCommand(process.execPath, [probe], { PORT: port })).toMatchObject({ code: 0 })
    const [free] = await freePorts(1)
    expect(await runCommand(process.execPath, [probe], { PORT: String(free) })).toMatchObject({ code: 1 })
  })

  test('every process ends cleanly when it is asked to', async () => {
    const codes = await Promise.all([...running].map(async ([name, each]) => [name, await each.stop()]))
    expect(Object.fromEntries(codes)).toEqual(Object.fromEntries(nodes.map((name) => [name, 0])))
  })
})
