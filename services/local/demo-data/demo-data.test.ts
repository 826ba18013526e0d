import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eq, or } from 'drizzle-orm'
import { z } from 'zod'
import { creditListings } from '../../county/credit/credit-listing.table.ts'
import { hasEffect } from '../../county/credit/effect.ts'
import { penalties } from '../../county/credit/penalty.table.ts'
import { caseEvents } from '../../county/cases/case-event.table.ts'
import { readConfirmation, readProposal } from '../../county/cases/case-link-document.ts'
import { caseLinks } from '../../county/cases/case-link.table.ts'
import { enforcementCases } from '../../county/cases/enforcement-case.table.ts'
import { subjects } from '../../county/registry/subject.table.ts'
import { createCountySigner, type CountySigner } from '../../county/signing/county-signer.ts'
import { parseSubjectCode } from '../../platform/codes/subject-code.ts'
import { fixedDirectory } from '../../platform/directory/directory.ts'
import { openDatabase, type OpenDatabase } from '../../platform/database.ts'
import { packageRoot } from '../../platform/package-root.ts'
import { generateSigningKey, publicKeyOf, type PublicKey } from '../../platform/tokens/keys.ts'
import { addYears } from './calendar-days.ts'
import { demoActs } from './demo-acts.ts'
import { demoCaseId, demoCaseNumbers } from './demo-cases.ts'
import { demoCountyFacts } from './demo-county-facts.ts'
import { demoListings } from './demo-listings.ts'
import { demoMarket } from './demo-market.ts'
import { demoPenalties } from './demo-penalties.ts'
import { Random } from './random.ts'
import { demoBarredPerson, demoSubjects, demoUnknownSubject } from './demo-subjects.ts'
import { type LoadedDemo, loadDemoFiles } from './load-demo-files.ts'
import { type DemoFiles, writeDemoData } from './write-demo-data.ts'

const now = new Date('2026-11-21T04:00:00Z')
const today = '2026-11-21'
const clock = { now: () => now, uuid: () => '00000000-0000-4000-8000-000000000000' }

let folder: string
let signers: Map<string, CountySigner>
let publicKeys: Map<string, PublicKey>
let files: DemoFiles[]
const databases = new Map<string, OpenDatabase>()
const loaded = new Map<string, LoadedDemo>()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'liandong-demo-'))
  const keys = await Promise.all(demoCountyFacts.map(async ({ code }) => [code, await generateSigningKey()] as const))
  publicKeys = new Map(keys.map(([code, key]) => [code, publicKeyOf(key)]))
  signers = new Map(await Promise.all(keys.map(async ([code, key]) => [code, await createCountySigner(key)] as const)))
  files = await writeDemoData({ folder, today, signers })
  for (const file of files) {
    const migrationsDir = join(packageRoot(), 'services/county/db/migrations')
    const database = await openDatabase({ dataDir: 'memory://', migrationsDir })
    databases.set(file.county, database)
    loaded.set(file.county, await loadDemoFiles(database.db, file, { clock }))
  }
})
afterAll(async () => {
  for (const database of databases.values()) await database.close()
  await rm(folder, { recursive: true, force: true })
})

const db = (county: string) => {
  const database = databases.get(county)
  if (database === undefined) throw new Error(`no ${county}`)
  return database.db
}

async function catalogue(file: string): Promise<{ code: string; label: string }[]> {
  const text = await readFile(join(packageRoot(), 'services/coordination/catalogue', file), 'utf8')
  return z.array(z.object({ code: z.string(), label: z.string() })).parse(JSON.parse(text))
}

/** Counties in which the subject, or an organisation it represents, is listed with effect on that day. */
async function listedIn(code: string, on = now): Promise<string[]> {
  const found: string[] = []
  for (const { code: county } of demoCountyFacts) {
    const rows = await db(county)
      .select()
      .from(creditListings)
      .where(or(eq(creditListings.subjectCode, code), eq(creditListings.legalRepresentativeCode, code)))
    if (rows.some((row) => hasEffect(row, on))) found.push(county)
  }
  return found
}

describe('the demo data', () => {
  it('loads without a rejected row and leaves nothing to do for a second load', async () => {
    for (const file of files) {
      expect(loaded.get(file.county)?.penalties).toMatchObject({ rejected: 0, updated: 0 })
      expect(loaded.get(file.county)?.listings).toMatchObject({ rejected: 0, updated: 0 })
      expect(loaded.get(file.county)?.penalties.inserted).toBeGreaterThan(1000)
      expect(loaded.get(file.county)?.listings.inserted).toBeGreaterThan(80)
      expect(loaded.get(file.county)?.cases).toBeGreaterThan(30)
      expect(loaded.get(file.county)?.links).toBeGreaterThan(5)
      expect(await loadDemoFiles(db(file.county), file, { clock })).toMatchObject({
        penalties: { inserted: 0, updated: 0 },
        listings: { inserted: 0, updated: 0 },
        cases: 0,
        links: 0,
      })
    }
  })

  it('is written the same for the same seed and day, and differently for another seed', async () => {
    const again = await writeDemoData({ folder: join(folder, 'again'), today, signers })
    const other = await writeDemoData({ folder: join(folder, 'other'), today, signers, seed: 1 })
    for (const [index, file] of files.entries()) {
      for (const kind of ['penalties', 'listings', 'cases'] as const) {
        const bytes = await readFile(file[kind])
        expect(bytes.equals(await readFile(again[index]?.[kind] ?? ''))).toBe(true)
        expect(bytes.equals(await readFile(other[index]?.[kind] ?? ''))).toBe(false)
      }
    }
  })

  it('comes in the three forms that counties send: CSV in UTF-8 and in GB18030, and a workbook', async () => {
    const beginnings = await Promise.all(
      files.map(async ({ penalties: path }) => (await readFile(path)).subarray(0, 4)),
    )
    expect(beginnings.map((bytes) => bytes.toString('hex'))).toEqual(['efbbbf43', 'd0d0d5fe', '504b0304'])
  })

  it('holds the clear subject in all three counties and lists it in none', async () => {
    for (const { code } of demoCountyFacts) {
      const rows = await db(code).select().from(penalties).where(eq(penalties.subjectCode, demoSubjects.clear.code))
      expect(rows).toHaveLength(1)
    }
    expect(await listedIn(demoSubjects.clear.code)).toEqual([])
  })

  it.each<[keyof typeof demoSubjects, string[]]>([
    ['listedFood', ['411729']],
    ['barredFood', ['410823']],
    ['listedTwice', ['411528', '410823']],
    ['listedOnce', []],
    ['removedEarly', []],
    ['representedByBarred', []],
  ])('lists %s with effect in %j', async (name, counties) => {
    expect(await listedIn(demoSubjects[name].code)).toEqual(counties)
  })

  it('lists the food business in 411729 for food safety, and by it its representative', async () => {
    expect(await listedIn(demoBarredPerson.code)).toEqual(['411729'])
    const [row] = await db('411729')
      .select()
      .from(creditListings)
      .where(eq(creditListings.subjectCode, demoSubjects.listedFood.code))
    expect(row).toMatchObject({ category: 'FOOD_SAFETY', state: 'PUBLISHED' })
  })

  it('bars the food business without a licence for five years by a measure of the catalogue', async () => {
    const [row] = await db('410823')
      .select()
      .from(creditListings)
      .where(eq(creditListings.subjectCode, demoSubjects.barredFood.code))
    expect(row?.imposedMeasures).toEqual(['FOOD_LICENCE_FIVE_YEAR_BAR'])
    expect(row?.effectUntil).toBe(addYears(row?.listedOn ?? '', 5))
    const measures = await catalogue('measures.json')
    expect(measures.map(({ code }) => code)).toContain('FOOD_LICENCE_FIVE_YEAR_BAR')
  })

  it('speaks of acts as the directory’s catalogue does', async () => {
    const acts = await catalogue('acts.json')
    for (const { code, label } of demoActs) expect(acts).toContainEqual({ code, label })
  })

  it('lists the clear subject with no seed', () => {
    for (let seed = 0; seed < 100; seed++) {
      for (const county of demoCountyFacts) {
        const random = new Random(seed)
        const market = demoMarket(random, [county.code], 20)
        const rows = demoListings(random, county, demoPenalties(random, county, market, 10, today), 10, today)
        const codes = rows.map(({ subjectCode }) => subjectCode)
        expect(codes).not.toContain(demoSubjects.clear.code)
        expect(codes).not.toContain(demoSubjects.representedByBarred.code)
        expect(new Set(codes).size).toBe(codes.length)
      }
    }
  })

  it('once listed those whose listing is over', async () => {
    expect(await listedIn(demoSubjects.listedOnce.code, new Date('2024-01-01T00:00:00Z'))).toEqual(['411528'])
    expect(await listedIn(demoSubjects.removedEarly.code, new Date('2025-06-01T00:00:00Z'))).toEqual(['410823'])
  })

  it('has subjects in more than one county besides the fixed ones', async () => {
    const [one, other] = await Promise.all(
      ['411528', '410823'].map(
        async (county) => new Set((await db(county).select().from(subjects)).map(({ code }) => code)),
      ),
    )
    expect([...(one ?? [])].filter((code) => other?.has(code)).length).toBeGreaterThan(10)
  })

  it('names nobody who could live: every person was born in the 1800s, every name is marked fictional', async () => {
    for (const { code } of demoCountyFacts) {
      for (const row of await db(code).select().from(subjects)) {
        expect(row.name).toMatch(/虚构.*示例/)
        expect(row.legalRepresentativeCode).toMatch(/^\d{6}18/)
        expect(parseSubjectCode(row.code).kind).toBe('ORGANISATION')
      }
    }
    expect(parseSubjectCode(demoUnknownSubject).code).toBe(demoUnknownSubject)
  })

  it('has a case in 息县 that leads through confirmed links to 新蔡县, 武陟县 and back', async () => {
    const counties = ['411528', '411729', '410823', '411528']
    const ids = counties.map((county, n) => demoCaseId(county, demoCaseNumbers.chain[n] ?? ''))
    for (const [n, id] of ids.slice(0, -1).entries()) {
      const out = await db(counties[n] ?? '')
        .select()
        .from(caseLinks)
        .where(eq(caseLinks.caseId, id))
      expect(out).toContainEqual(
        expect.objectContaining({ target: ids[n + 1], state: 'CONFIRMED', direction: 'OUTBOUND' }),
      )
      const back = await db(counties[n + 1] ?? '')
        .select()
        .from(caseLinks)
        .where(eq(caseLinks.target, id))
      expect(back).toContainEqual(
        expect.objectContaining({ caseId: ids[n + 1], state: 'CONFIRMED', direction: 'INBOUND' }),
      )
    }
  })

  it('has links whose signatures are the counties’ own', async () => {
    const directory = fixedDirectory({
      format: 1,
      serial: 1,
      issuedAt: now.toISOString(),
      expiresAt: '2099-01-01T00:00:00.000Z',
      office: 'demo',
      counties: demoCountyFacts.map(({ code, name }) => ({
        code,
        name,
        codeSystem: 'GBT2260',
        status: 'ACTIVE',
        url: `http://127.0.0.1/${code}`,
        keys: [publicKeys.get(code)].flatMap((key) => key ?? []),
      })),
      agencies: [],
      agreements: [],
      measures: [],
      measuresVersion: '1',
      matters: [],
      acts: [],
      calendars: [],
      issuers: [],
      gateways: [],
      hitIndexEpochs: [],
      superiors: [],
    })
    let checked = 0
    for (const { code } of demoCountyFacts) {
      for (const { proposal, confirmation } of await db(code).select().from(caseLinks)) {
        const read = await readProposal(proposal, directory)
        if (confirmation === null) continue
        await readConfirmation(confirmation, { jws: proposal, link: read.link, target: read.target }, directory)
        checked += 1
      }
    }
    expect(checked).toBeGreaterThan(20)
  })

  it('has open cases on one subject and act in two counties, for the duplicate guard', async () => {
    for (const [n, county] of ['411729', '411528'].entries()) {
      const id = demoCaseId(county, demoCaseNumbers.duplicates[n] ?? '')
      const [row] = await db(county).select().from(enforcementCases).where(eq(enforcementCases.id, id))
      expect(row).toMatchObject({
        stage: 'INVESTIGATION',
        act: 'FALSE_ADVERTISING',
        subjectCode: demoSubjects.clear.code,
      })
      const events = await db(county).select().from(caseEvents).where(eq(caseEvents.caseId, id))
      expect(events.map(({ event }) => event)).toEqual(['REGISTER', 'VERIFY', 'FILE', 'INVESTIGATE'])
    }
  })
})
