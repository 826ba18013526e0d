import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq } from 'drizzle-orm'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OpenDatabase } from '../../platform/database.ts'
import { sampleSnapshot } from '../../platform/directory/sample-snapshot.ts'
import { sampleEngines } from '../db/sample-database.ts'
import { acts, measures } from '../db/directory.table.ts'
import { directoryKinds, seedFiles } from '../seed.ts'
import { DirectoryBook } from './directory-book.ts'

const sample = sampleSnapshot()
const clock = { now: () => new Date('2026-03-01T08:00:00Z'), uuid: () => '' }
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'book-'))
})
afterAll(() => rm(folder, { recursive: true }))

async function write(kind: (typeof directoryKinds)[number], rows: unknown): Promise<void> {
  await writeFile(join(folder, seedFiles[kind].file), JSON.stringify(rows))
}

describe.each(sampleEngines())('the directory as records in $name', ({ open }) => {
  let database: OpenDatabase
  let book: DirectoryBook

  beforeAll(async () => {
    database = await open()
    book = new DirectoryBook({ db: database.db, clock, logger: pino({ level: 'silent' }) })
    for (const kind of directoryKinds) await write(kind, sample[kind])
  })
  afterAll(() => database.close())

  test('begins empty and becomes what the files say, in their order', async () => {
    expect((await book.read()).contents.counties).toEqual([])
    const page = await book.load([folder])
    for (const kind of directoryKinds) expect(page.contents[kind]).toEqual(sample[kind])
    expect(await book.read()).toEqual(page)
  })
  test('keeps its serial when the same files are loaded again', async () => {
    const { serial } = await book.read()
    expect((await book.load([folder])).serial).toBe(serial)
    expect((await book.load([])).serial).toBe(serial)
  })
  test('raises its serial when a file has changed, and the version of the catalogue only with the catalogue', async () => {
    const before = await book.read()
    await write('acts', [...sample.acts, { code: 'UNLICENSED_BUSINESS', label: '无证无照经营' }])
    const after = await book.load([folder])
    expect(after.serial).toBe(before.serial + 1)
    expect(after.measuresVersion).toBe(before.measuresVersion)
    await write('measures', sample.measures.slice(0, 1))
    expect((await book.load([folder])).measuresVersion).not.toBe(before.measuresVersion)
    await write('measures', sample.measures)
    expect((await book.load([folder])).measuresVersion).toBe(before.measuresVersion)
  })
  test('raises its serial when the records were changed by other hands', async () => {
    const before = await book.read()
    await database.db.update(acts).set({ label: '虚假广告' }).where(eq(acts.code, 'FALSE_ADVERTISING'))
    const after = await book.read()
    expect(after.serial).toBe(before.serial + 1)
    expect((await book.read()).serial).toBe(after.serial)
  })
  test('changes nothing when any row is bad', async () => {
    const before = await book.read()
    await write('acts', [
      { code: 'GOOD_ROW', label: '好' },
      { code: 'bad row', label: '坏' },
    ])
    await expect(book.load([folder])).rejects.toThrow('acts.json, row 2')
    expect(await book.read()).toEqual(before)
  })
  test('refuses a measure without a legal basis in the database itself', async () => {
    const [measure] = sample.measures
    if (!measure) throw new Error('The sample has no measure.')
    const row = { ...measure, code: 'NO_BASIS', legalBasis: [], position: 99 }
    await expect(database.db.insert(measures).values(row)).rejects.toMatchObject({
      cause: { message: expect.stringContaining('measure_has_legal_basis') },
    })
  })
})
