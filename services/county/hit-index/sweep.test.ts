import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { migrate } from 'drizzle-orm/pglite/migrator'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OpenDatabase, openDatabase, rows } from '../../platform/database.ts'
import { creditListings } from '../credit/credit-listing.table.ts'
import { listingStates } from '../credit/credit-listing.machine.ts'
import { hasEffect } from '../credit/effect.ts'
import { changeList } from '../credit/list-version.repository.ts'
import { sampleEngines } from '../sample-database.ts'
import { countyMigrations } from '../sample-node.ts'
import { hitIndexChanges, hitIndexMembers, listPoints } from './hit-index.table.ts'
import { readHead, readNews } from './hit-index.repository.ts'
import { resumeList, sweep } from './sweep.ts'

const codes = ['A', 'B', 'C', 'D']
/** Days of the histories, all within this window. */
const window = Array.from({ length: 10 }, (_, n) => new Date(Date.UTC(2026, 2, 1 + n)).toISOString().slice(0, 10))
const noon = (day: string): Date => new Date(`${day}T04:00:00Z`)
const dayIn = fc.constantFrom(...window)
const maybeDay = fc.option(dayIn, { nil: null, freq: 6 })
const rarelyDay = fc.option(dayIn, { nil: null, freq: 1 })

const entry = fc.record({
  subjectCode: fc.constantFrom(...codes),
  legalRepresentativeCode: fc.option(fc.constantFrom(...codes), { nil: null }),
  state: fc.oneof(fc.constantFrom(...listingStates), fc.constantFrom('PUBLISHED', 'RESTORED', 'REMOVED_EARLY')),
  listedOn: maybeDay,
  restoredOn: rarelyDay,
  effectUntil: maybeDay,
  removedOn: maybeDay,
})
type Entry = typeof entry extends fc.Arbitrary<infer Value> ? Value : never

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('write' as const), id: fc.nat(3), entry }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('days' as const), days: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('sweep' as const) }) },
)

describe.each(sampleEngines())('the hit index in $name', ({ open }) => {
  let database: OpenDatabase
  beforeAll(async () => {
    database = await open()
  })
  afterAll(() => database.close())

  const clear = () =>
    database.db.execute(
      sql`truncate credit_listing, list_version, hit_index_member, hit_index_change, list_point cascade`,
    )
  const members = async () => new Set((await database.db.select().from(hitIndexMembers)).map(({ code }) => code))
  const write = (id: number, values: Entry, at: Date) =>
    database.db.transaction((tx) =>
      changeList(tx, at, async (version) => {
        const old = await tx
          .select()
          .from(creditListings)
          .where(sql`id = ${String(id)}`)
        const row = {
          ...values,
          id: String(id),
          documentNumber: String(id),
          subjectName: 'x',
          category: 'FOOD_SAFETY',
          facts: 'x',
          basis: 'x',
          organ: 'x',
          enteredOn: '2026-03-01',
          version,
          contentHash: 'x',
          updatedAt: at,
        }
        await tx.insert(creditListings).values(row).onConflictDoUpdate({ target: creditListings.id, set: row })
        const touched = [...old, row].flatMap((each) => [each.subjectCode, each.legalRepresentativeCode])
        return { result: undefined, touched }
      }),
    )
  /** Codes with an entry that has effect on a day of the window from `day` on, as the check itself would say. */
  const expected = (entries: Map<number, Entry>, day: string): Set<string> =>
    new Set(
      [...entries.values()].flatMap((each) =>
        window.some((other) => other >= day && hasEffect(each, noon(other)))
          ? [each.subjectCode, ...(each.legalRepresentativeCode === null ? [] : [each.legalRepresentativeCode])]
          : [],
      ),
    )

  it('has whoever has effect today or later without a further change; days only take away, and only versions add', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 16 }), async (steps) => {
        await clear()
        const entries = new Map<number, Entry>()
        let today = 0
        let replayed = new Set<string>()
        let last = 0
        for (const each of steps) {
          const day = window[today] ?? ''
          if (each.kind === 'days') today = Math.min(today + each.days, window.length - 1)
          else if (each.kind === 'sweep') await sweep(database.db, noon(day))
          else {
            await write(each.id, each.entry, noon(day))
            entries.set(each.id, each.entry)
          }
          const held = await members()
          const right = expected(entries, window[today] ?? '')
          expect([...right].filter((code) => !held.has(code))).toEqual([])
          if (each.kind === 'sweep') expect(held).toEqual(right)
          // What the changes say, version by version, is what the table holds: nothing comes or goes beside them.
          const news = await readNews(database.db, last)
          const { added = [], removed = [] } = news?.changes ?? {}
          if (news?.head.version === last) expect([...added, ...removed]).toEqual([])
          for (const code of added) expect(replayed.has(code)).toBe(false)
          for (const code of removed) expect(replayed.has(code)).toBe(true)
          replayed = new Set([...replayed, ...added].filter((code) => !removed.includes(code)))
          expect(replayed).toEqual(held)
          last = news?.head.version ?? 0
        }
        for (const day of window.slice(today)) {
          await sweep(database.db, noon(day))
          expect(await members()).toEqual(expected(entries, day))
        }
      }),
      { numRuns: 60 },
    )
  })

  it('is left by a legal representative and a subject whom an entry no longer names, but not while another does', async () => {
    await clear()
    const at = noon('2026-03-01')
    const listed = {
      state: 'LISTED',
      listedOn: '2026-03-01',
      restoredOn: null,
      effectUntil: '2026-03-10',
      removedOn: null,
    } as const
    await write(1, { ...listed, subjectCode: 'A', legalRepresentativeCode: 'B' }, at)
    await write(2, { ...listed, subjectCode: 'B', legalRepresentativeCode: null }, at)
    await write(1, { ...listed, subjectCode: 'C', legalRepresentativeCode: 'D' }, at)
    expect(await members()).toEqual(new Set(['B', 'C', 'D']))
    await write(2, { ...listed, subjectCode: 'D', legalRepresentativeCode: null }, at)
    expect(await members()).toEqual(new Set(['C', 'D']))
  })

  it('notices rows that were changed by hand, and makes no version when nothing differs', async () => {
    await clear()
    const at = noon('2026-03-01')
    const listed = {
      state: 'LISTED',
      listedOn: '2026-03-01',
      restoredOn: null,
      effectUntil: '2026-03-10',
      removedOn: null,
    } as const
    await write(1, { ...listed, subjectCode: 'A', legalRepresentativeCode: null }, at)
    await database.db.update(creditListings).set({ subjectCode: 'B' })
    expect(await sweep(database.db, at)).toBe(2)
    expect(await members()).toEqual(new Set(['B']))
    const before = await readHead(database.db)
    expect(await sweep(database.db, at)).toBe(0)
    expect(await readHead(database.db)).toEqual(before)
  })

  it('takes back what a clock that was ahead had removed, also after a change by the right clock', async () => {
    await clear()
    const listed = { state: 'LISTED', listedOn: '2026-03-01', restoredOn: null, removedOn: null } as const
    const short = { ...listed, effectUntil: '2026-03-05', subjectCode: 'A', legalRepresentativeCode: null }
    await write(1, short, noon('2026-03-02'))
    await sweep(database.db, noon('2026-03-12'))
    expect(await members()).toEqual(new Set())
    await write(2, { ...short, subjectCode: 'B' }, noon('2026-03-02'))
    expect((await readHead(database.db))?.changedAt).toEqual(noon('2026-03-12'))
    await sweep(database.db, noon('2026-03-02'))
    expect(await members()).toEqual(new Set(['A', 'B']))
    expect((await readHead(database.db))?.changedAt).toEqual(noon('2026-03-02'))
  })

  it('forgets changes after 30 days but never a point, and then says that it has none to give', async () => {
    await clear()
    const listed = { state: 'LISTED', listedOn: '2026-03-01', restoredOn: null, removedOn: null } as const
    const long = { ...listed, effectUntil: '2029-03-01', legalRepresentativeCode: null }
    await write(1, { ...long, subjectCode: 'A' }, noon('2026-03-01'))
    await write(2, { ...long, subjectCode: 'B' }, noon('2026-03-10'))
    await write(3, { ...long, subjectCode: 'C' }, noon('2026-04-05'))
    await sweep(database.db, noon('2026-04-05'))
    expect(await database.db.select({ code: hitIndexChanges.code }).from(hitIndexChanges)).toEqual([
      { code: 'B' },
      { code: 'C' },
    ])
    expect(await database.db.select().from(listPoints)).toHaveLength(3)
    const [first] = await database.db
      .select()
      .from(listPoints)
      .where(sql`version = 1`)
    expect(await readNews(database.db, 1)).toMatchObject({
      known: first?.chain,
      changes: { added: ['B', 'C'], removed: [] },
    })
    expect(await readNews(database.db, 0)).toMatchObject({ known: undefined, changes: undefined })
  })

  it('begins a new history far above the old one when a county resumes after a restore', async () => {
    await clear()
    const listed = { state: 'LISTED', listedOn: '2026-03-01', restoredOn: null, removedOn: null } as const
    const long = { ...listed, effectUntil: '2029-03-01', legalRepresentativeCode: null }
    await write(1, { ...long, subjectCode: 'A' }, noon('2026-03-01'))
    const before = await readHead(database.db)
    await database.db.update(creditListings).set({ subjectCode: 'B' })
    const resumed = await resumeList(database.db, noon('2026-03-02'))
    const after = await readHead(database.db)
    expect(resumed).toEqual({ before: 1, version: after?.version })
    expect(after?.version).toBeGreaterThanOrEqual(1_000_001)
    expect(after?.lineage).not.toBe(before?.lineage)
    expect(await members()).toEqual(new Set(['B']))
    expect((await readNews(database.db, 1))?.changes).toBeUndefined()
  })

  it('lets versions be committed in their order, and two writers wait for each other', async () => {
    await clear()
    const listed = { state: 'LISTED', listedOn: '2026-03-01', restoredOn: null, removedOn: null } as const
    const long = { ...listed, effectUntil: '2029-03-01', legalRepresentativeCode: null }
    await Promise.all(codes.map((code, id) => write(id, { ...long, subjectCode: code }, noon('2026-03-01'))))
    const changes = await rows<{ version: string | number }>(
      database.db,
      sql`select version from hit_index_change order by version`,
    )
    expect(changes.map(({ version }) => Number(version))).toEqual([1, 2, 3, 4])
    expect(await members()).toEqual(new Set(codes))
  })
})

it('fills the hit index of a database of before there was one, whose list keeps its version', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'county-migrations-'))
  try {
    await cp(countyMigrations, folder, { recursive: true })
    const file = join(folder, 'meta', '_journal.json')
    const journal = JSON.parse(await readFile(file, 'utf8')) as { entries: unknown[] }
    await writeFile(file, JSON.stringify({ ...journal, entries: journal.entries.slice(0, 1) }))
    const database = await openDatabase({ dataDir: 'memory://', migrationsDir: folder })
    await database.db.execute(sql`insert into list_version (list, version, changed_at) values ('credit', 57, now())`)
    await database.db.execute(sql`insert into credit_listing (id, document_number, subject_code, subject_name,
      legal_representative_code, category, facts, basis, organ, state, entered_on, listed_on, effect_until, version,
      content_hash, updated_at) values ('1', '1', 'A', 'x', 'B', 'x', 'x', 'x', 'x', 'PUBLISHED', '2026-03-01',
      '2026-03-01', '2029-03-01', 57, 'x', now())`)
    await migrate(database.db as never, { migrationsFolder: countyMigrations })
    expect(await sweep(database.db, new Date())).toBe(2)
    const head = await readHead(database.db)
    expect(head).toMatchObject({ version: 58, chain: expect.stringMatching(/^(?!0{64})[0-9a-f]{64}$/) })
    expect(head?.lineage).toMatch(/^[0-9a-f-]{36}$/)
    expect(await readNews(database.db, 57)).toMatchObject({ known: undefined })
    await database.close()
  } finally {
    await rm(folder, { recursive: true })
  }
})
