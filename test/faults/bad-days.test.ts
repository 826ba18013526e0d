import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadOperations } from '../../gateway/playground/playground.operations.ts'
import { seedFiles } from '../../services/coordination/seed.ts'
import { type Coordination, createCoordination } from '../../services/coordination/server.ts'
import { samplePerson } from '../../services/county/sample-records.ts'
import { type OpenDatabase, rows } from '../../services/platform/database.ts'
import { type CachedDirectory, createDirectory } from '../../services/platform/directory/cached-directory.ts'
import { generateSigningKey, publicKeyOf } from '../../services/platform/tokens/keys.ts'
import {
  type TestCounties,
  officersOf,
  openTestDatabase,
  post,
  shiftedClock,
  startCounties,
} from '../support/counties.ts'
import { type GatewayAnswer, type TestGateway, keepingLogger, startGateway } from '../support/test-gateway.ts'
import { type Trust, agencyOf, allScopes, closeServer, createTrust, listen } from '../support/trust.ts'

const [here, there] = ['411528', '411729'] as const
const subject = '91110000600037341L'
const check = `{ creditCheck(subject: "${subject}", matter: "FOOD_BUSINESS_LICENCE") { verdict
  coverage { answered { county { code } } unanswered { county { code } reason } } } }`
const standing = `{ creditStandings(questions: [{ subject: "${subject}", matter: "FOOD_BUSINESS_LICENCE" }]) { asOf } }`
const hour = 3_600_000

const clock = shiftedClock()
const gatewayLines: string[] = []
const directories: CachedDirectory[] = []
let folder: string
let trust: Trust
let centre: Coordination | undefined
let startCentre: () => Promise<void>
let newDirectory: (name: string) => CachedDirectory
let counties: TestCounties
let journal: OpenDatabase
let gateway: TestGateway

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bad-days-'))
  trust = await createTrust([here, there])
  const office = await generateSigningKey()
  const port = await freePort()
  newDirectory = (name) => {
    const directory = createDirectory({
      url: `http://127.0.0.1:${port}/directory`,
      trust: { keys: [publicKeyOf(office)] },
      cacheFile: join(folder, `${name}.jws`),
      clock,
      logger: keepingLogger(gatewayLines),
      refreshMs: 3_600_000,
    })
    directories.push(directory)
    return directory
  }
  counties = await startCounties(trust, [here, there], { clock, directory: newDirectory })
  journal = await openTestDatabase('gateway/journal/migrations')
  gateway = await startGateway({
    trust,
    snapshot: counties.snapshot,
    directory: newDirectory('gateway'),
    database: journal,
    clock,
    logger: keepingLogger(gatewayLines),
    limits: { breakerFailures: 1_000 },
    env: { DEADLINE_MS: '20000' },
  })
  await mkdir(join(folder, 'seed'))
  for (const [kind, { file }] of Object.entries(seedFiles)) {
    await writeFile(join(folder, 'seed', file), JSON.stringify(counties.snapshot[kind as keyof typeof seedFiles]))
  }
  startCentre = async () => {
    centre = await createCoordination(
      {
        key: office,
        office: '执法联动联席会议办公室',
        dataDir: join(folder, 'centre'),
        seedFolders: [join(folder, 'seed')],
        validForMs: 24 * hour,
      },
      { clock, logger: keepingLogger() },
    )
    await centre.listen({ host: '127.0.0.1', port })
  }
})
afterAll(async () => {
  await gateway?.close()
  await counties?.close()
  await journal?.close()
  for (const directory of directories) await directory.stop()
  await centre?.close()
  await trust?.close()
  await rm(folder, { recursive: true, force: true })
})

async function freePort(): Promise<number> {
  const server = createServer()
  await listen(server)
  const { port } = server.address() as AddressInfo
  await closeServer(server)
  return port
}

async function stopCentre(): Promise<void> {
  await centre?.close()
  centre = undefined
}

async function refreshAll(): Promise<void> {
  await Promise.all(directories.map((directory) => directory.refresh()))
}

async function token(county: string): Promise<string> {
  const now = Math.floor(clock.now().getTime() / 1_000)
  return trust.token(agencyOf(county), allScopes, { iat: now, exp: now + 600 })
}

async function ask(query: string, variables: Record<string, unknown> = {}, more: Record<string, string> = {}) {
  return gateway.ask(await token(there), query, variables, more)
}

async function askCounty(query: string, more: Record<string, string> = {}, variables: Record<string, unknown> = {}) {
  const county = counties.at(here)
  return county.ask(await county.authorization(there), query, variables, more)
}

const code = ({ status, body }: GatewayAnswer) => ({ status, code: body.errors?.[0]?.extensions.code })

async function ready(
  url: string,
): Promise<{ status: number; checks: Record<string, { ok: boolean; detail: string }> }> {
  const response = await fetch(new URL('/health/ready', url))
  const { checks } = (await response.json()) as { checks: { name: string; ok: boolean; detail: string }[] }
  return { status: response.status, checks: Object.fromEntries(checks.map((each) => [each.name, each])) }
}

async function metrics(url: string): Promise<string> {
  return (await fetch(new URL('/metrics', url))).text()
}

async function figure(url: string, name: string): Promise<number> {
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(await metrics(url))?.[1] ?? Number.NaN)
}

/** The gateway, and one county for all. */
const processes = () => [gateway.url, counties.at(here).url]

describe('the coordination node', () => {
  it('is needed once: without any snapshot gateway and counties refuse with DIRECTORY_UNAVAILABLE', async () => {
    await refreshAll()
    expect(code(await ask(check))).toEqual({ status: 503, code: 'DIRECTORY_UNAVAILABLE' })
    expect(code(await askCounty(standing))).toEqual({ status: 503, code: 'DIRECTORY_UNAVAILABLE' })
    for (const url of processes()) {
      const { status, checks } = await ready(url)
      expect(status).toBe(503)
      expect(checks['directory']).toMatchObject({ ok: false, detail: expect.stringContaining('MISSING') })
      expect(await metrics(url)).not.toMatch(/^liandong_directory_expires_in_seconds/m)
    }
  })

  it('is taken up when it comes', async () => {
    await startCentre()
    await refreshAll()
    expect((await ask(check)).body.data?.['creditCheck']).toMatchObject({ verdict: 'CLEAR' })
    for (const url of processes()) {
      const { status, checks } = await ready(url)
      expect(status).toBe(200)
      expect(checks['directory']?.detail).toContain('FRESH')
      expect(await figure(url, 'liandong_directory_confirmed')).toBe(1)
    }
  })

  it('may go down: gateway and counties go on with what they have, and say so', async () => {
    await stopCentre()
    clock.advance(hour)
    await refreshAll()
    expect((await ask(check)).body.data?.['creditCheck']).toMatchObject({ verdict: 'CLEAR' })
    expect((await askCounty(standing)).body.data).toMatchObject({ creditStandings: [{}] })
    for (const url of processes()) {
      const { status, checks } = await ready(url)
      expect(status).toBe(200)
      expect(checks['directory']).toMatchObject({
        ok: true,
        detail: expect.stringMatching(/STALE.*expires.*could not be reached/),
      })
      expect(await figure(url, 'liandong_directory_confirmed')).toBe(0)
      const left = await figure(url, 'liandong_directory_expires_in_seconds')
      expect(left).toBeGreaterThan(22 * 3_600)
      expect(left).toBeLessThan(23 * 3_600 + 1)
    }
  })

  it('may be down when a gateway starts: its cached snapshot serves', async () => {
    const directory = newDirectory('gateway')
    await directory.start()
    const second = await startGateway({
      trust,
      snapshot: counties.snapshot,
      directory,
      clock,
      env: { DEADLINE_MS: '20000' },
    })
    const answer = await second.ask(await token(there), check)
    const readiness = await ready(second.url)
    await second.close()
    expect(answer.body.data?.['creditCheck']).toMatchObject({ verdict: 'CLEAR' })
    expect(readiness.status).toBe(200)
    expect(readiness.checks['directory']?.detail).toContain('STALE')
  })

  it('may not stay down for longer than its snapshot lasts: then everything is refused with DIRECTORY_EXPIRED', async () => {
    clock.advance(23 * hour)
    expect(code(await ask(check))).toEqual({ status: 503, code: 'DIRECTORY_EXPIRED' })
    expect(code(await askCounty(standing))).toEqual({ status: 503, code: 'DIRECTORY_EXPIRED' })
    for (const url of processes()) {
      const { status, checks } = await ready(url)
      expect(status).toBe(503)
      expect(checks['directory']).toMatchObject({ ok: false, detail: expect.stringContaining('EXPIRED') })
      expect(await figure(url, 'liandong_directory_expires_in_seconds')).toBeLessThanOrEqual(0)
    }
  })

  it('is taken up again when it is back', async () => {
    await startCentre()
    await refreshAll()
    expect((await ask(check)).body.data?.['creditCheck']).toMatchObject({ verdict: 'CLEAR' })
    for (const url of processes()) expect((await ready(url)).checks['directory']?.detail).toContain('FRESH')
  })
})

const away = (database: OpenDatabase) =>
  database.db.execute(sql`alter table journal_entry rename to journal_entry_away`)
const back = (database: OpenDatabase) =>
  database.db.execute(sql`alter table journal_entry_away rename to journal_entry`)
const file = 'mutation ($input: FileCaseInput!) { fileCase(input: $input) { id } }'
const caseInput = (county: string, number: string, changes: Record<string, unknown> = {}) => ({
  number,
  title: '涉嫌发布虚假广告案',
  subject,
  subjectName: '虚构示例有限公司',
  act: 'FALSE_ADVERTISING',
  field: 'FOOD_AND_DRUGS',
  officers: officersOf(county),
  ...changes,
})

describe('a journal that cannot be written', () => {
  it('of the gateway: requests are refused with JOURNAL_UNAVAILABLE, no county is asked, and it goes on afterwards', async () => {
    await away(journal)
    const before = counties.asked()
    expect(code(await ask(check))).toEqual({ status: 503, code: 'JOURNAL_UNAVAILABLE' })
    expect(code(await ask(file, { input: caseInput(there, '示例立〔2026〕1号') }))).toEqual({
      status: 503,
      code: 'JOURNAL_UNAVAILABLE',
    })
    expect(counties.asked()).toBe(before)
    expect(await ready(gateway.url)).toMatchObject({ status: 503, checks: { journal: { ok: false } } })
    await back(journal)
    expect((await ask(check)).body.data?.['creditCheck']).toMatchObject({ verdict: 'CLEAR' })
    expect(await ready(gateway.url)).toMatchObject({ status: 200, checks: { journal: { ok: true } } })
  })

  it('of a county: it refuses with JOURNAL_UNAVAILABLE, the others answer, and it goes on afterwards', async () => {
    const { database, url } = counties.at(here)
    await away(database)
    expect(code(await askCounty(standing))).toEqual({ status: 503, code: 'JOURNAL_UNAVAILABLE' })
    expect((await askCounty(standing)).body.data).toBeUndefined()
    expect((await ask(check)).body.data?.['creditCheck']).toMatchObject({
      verdict: 'INCONCLUSIVE',
      coverage: {
        answered: [{ county: { code: there } }],
        unanswered: [{ county: { code: here }, reason: 'REFUSED' }],
      },
    })
    expect(await ready(url)).toMatchObject({ status: 503, checks: { journal: { ok: false } } })
    await back(database)
    expect((await askCounty(standing)).body.data).toMatchObject({ creditStandings: [{}] })
    expect((await ask(check)).body.data?.['creditCheck']).toMatchObject({ verdict: 'CLEAR' })
    expect(await ready(url)).toMatchObject({ status: 200, checks: { journal: { ok: true } } })
  })

  it('of a county: nothing is changed that is not written there first', async () => {
    const { database } = counties.at(there)
    const stored = () => rows(database.db, sql`select number from enforcement_case`)
    const before = await stored()
    await away(database)
    const refused = await ask(file, { input: caseInput(there, '示例立〔2026〕2号') })
    await back(database)
    expect(refused.body).toMatchObject({ errors: [{ extensions: { code: 'COUNTY_UNANSWERED', reason: 'REFUSED' } }] })
    expect(await stored()).toEqual(before)
    expect((await ask(file, { input: caseInput(there, '示例立〔2026〕2号') })).body.errors).toBeUndefined()
    expect(await stored()).toHaveLength(before.length + 1)
  })
})

describe('a natural person’s identity number', () => {
  const person = samplePerson(7)
  const first17 = person.slice(0, 17)
  const spellings: [string, string][] = [
    ['as it is', person],
    ['with a wrong check character', first17 + (person.endsWith('5') ? '6' : '5')],
    ['with blanks', `${person.slice(0, 6)} ${person.slice(6, 14)} ${person.slice(14)}`],
    ['full-width', person.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)))],
    ['with a character too many', `${person}1`],
  ]
  const failed: unknown[] = []
  const keep = (answer: GatewayAnswer) => {
    expect(answer.status).not.toBe(500)
    expect(answer.body.errors?.map(({ extensions }) => extensions.code) ?? []).not.toContain('INTERNAL')
    failed.push(answer.body.errors, [...answer.headers], answer.body.data === undefined ? answer.body : undefined)
    return answer
  }

  /** A value of the number's spelling wherever an operation takes text. */
  const variablesOf = (name: string, number: string): Record<string, unknown> => ({
    subject: number,
    code: number,
    matter: number,
    first: 5,
    id: name.includes('case') || name.includes('link') ? `${there}:case:${number}` : `${there}:listing:${number}`,
    target: number,
    kind: 'SAME_PARTY',
    note: number,
    event: name.includes('listing') ? 'NOTIFY' : 'INVESTIGATE',
    document: number,
    details: { reason: number },
    counties: [number.slice(0, 6)],
    after: number,
    filter: { subject: number },
    input: name.includes('listing')
      ? {
          documentNumber: number,
          subject: number,
          subjectName: number,
          legalRepresentativeCode: number,
          category: 'REFUSAL_TO_PERFORM',
          facts: number,
          basis: number,
          organ: number,
        }
      : caseInput(there, number, { subject: number, title: number, subjectName: number, note: number, act: number }),
  })

  it.each(spellings)(
    'is answered with data or a good reason, through every operation, in headers and as garbage: %s',
    async (_, number) => {
      expect.hasAssertions()
      const encoded = encodeURIComponent(number)
      for (const { name, document } of loadOperations()) {
        const all = variablesOf(name, number)
        const used = [...document.matchAll(/\$(\w+):/g)].map(([, variable]) => variable ?? '')
        const variables = Object.fromEntries(used.map((variable) => [variable, all[variable]]))
        keep(await ask(document, variables))
        if ('after' in variables) keep(await ask(document, { ...variables, after: undefined, counties: undefined }))
      }
      // What is stored once is refused the second time, with its number in mind.
      const valid = { input: caseInput(there, number, { subject: person, title: number, note: number }) }
      keep(await ask(file, valid))
      keep(await ask(file, valid))
      keep(await ask(check.replace(subject, number)))
      keep(await ask(`{ creditListing(id: "${number}") { id } penalty(id: "${there}:penalty:${number}") { id } }`))
      keep(await ask(`{ enforcementCases(filter: {act: "${number}"}) { nodes { id } } }`))
      keep(await ask(`query ($n: Int) { penalties(first: $n) { nodes { id } } }`, { n: number }))
      keep(await ask(`{ subject${number} }`))
      keep(await ask(`{ p${person}: counties { p${person} } }`))
      keep(await ask(`{ penalties(first: ${person.replace('X', '0')}) { nodes { id } } }`))
      keep(await ask(check, {}, { 'exchange-purpose': `case/${encoded}`, 'exchange-officer': encoded }))
      keep(await ask(check, {}, { 'exchange-purpose': `${encoded}/${encoded}` }))
      keep(await ask(check, {}, { 'exchange-officer': `%zz${encoded}` }))
      keep(await gateway.ask(encoded, check))
      keep(await gateway.ask(undefined, check, {}, { authorization: `Bearer ${encoded}`, dpop: encoded }))
      keep(await post(`${gateway.url}/graphql`, undefined, number))
      keep(
        await post(`${gateway.url}/graphql`, `Bearer ${await token(there)}`, { query: number, operationName: number }),
      )
      keep(await post(`${gateway.url}/${encoded}`, undefined, {}))
      keep(await post(`${gateway.url}/graphql?code=${encoded}`, undefined, { query: check }))
      // The same at a county, directly.
      keep(await askCounty(standing.replace(subject, number)))
      keep(await askCounty(standing, { 'exchange-purpose': `case/${encoded}`, 'exchange-officer': encoded }))
      keep(await askCounty(standing, { 'exchange-transaction-id': encoded, 'exchange-request-id': 'r' }))
      keep(await askCounty(standing, { 'exchange-deadline-ms': encoded }))
      keep(
        await askCounty(
          'query ($f: PenaltyFilter) { penalties(filter: $f) { nodes { id } } }',
          {},
          { f: { subject: number } },
        ),
      )
      keep(await askCounty(`{ penalty(id: "${number}") { id } }`))
      keep(await askCounty(`{ p${person} }`))
      keep(await counties.at(here).ask(`Bearer ${encoded}`, standing))
      keep(await post(counties.at(here).url, await counties.at(here).authorization(there), number))
      keep(await post(new URL(`/${encoded}`, counties.at(here).url).href, undefined, {}))
    },
  )

  it('stands in no log line, journal row, metric or error, neither whole nor its first 14 digits', async () => {
    const journals = await Promise.all(
      [journal, ...counties.list.map(({ database }) => database)].map(({ db }) =>
        rows(db, sql`select * from journal_entry`),
      ),
    )
    const places: Record<string, string[]> = {
      'gateway log': gatewayLines,
      'county logs': counties.list.flatMap(({ lines }) => lines),
      journals: journals.flat().map((row) => JSON.stringify(row)),
      metrics: await Promise.all([gateway.url, ...counties.list.map(({ url }) => url)].map(metrics)),
      errors: failed.map((each) => JSON.stringify(each) ?? ''),
    }
    const found = Object.entries(places).flatMap(([place, texts]) => {
      expect(texts.length, place).toBeGreaterThan(1)
      return texts
        .filter((text) => squeezed(text).includes(person.slice(0, 14)))
        .map((text) => `${place}: ${text.slice(0, 400)}`)
    })
    expect(found).toEqual([])
    // It did get through to where it is known by its reference.
    expect(places['journals']?.some((row) => row.includes(`:${person.slice(-4)}`))).toBe(true)
  })
})

/** A text without full-width characters, blanks and percent encoding, so that no spelling hides the number. */
function squeezed(text: string): string {
  return text.replace(/%20|%E3%80%80|\s/gi, '').normalize('NFKC')
}
