import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sql } from 'drizzle-orm'
import { creditListings } from '../../services/county/credit/credit-listing.table.ts'
import { hasEffect } from '../../services/county/credit/effect.ts'
import { currentListVersion } from '../../services/county/credit/list-version.repository.ts'
import { penalties } from '../../services/county/credit/penalty.table.ts'
import { importFile } from '../../services/county/import/import-file.ts'
import {
  csv,
  listingCells,
  listingTable,
  penaltyCells,
  penaltyTable,
  standingClock,
} from '../../services/county/import/import-fixture.ts'
import { subjects } from '../../services/county/registry/subject.table.ts'
import { openDatabase, type OpenDatabase } from '../../services/platform/database.ts'
import { packageRoot } from '../../services/platform/package-root.ts'

const migrationsDir = join(packageRoot(), 'services/county/db/migrations')
const child = join(packageRoot(), 'test/faults/import-child.ts')
const testDatabase = process.env['TEST_DATABASE_URL']

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'liandong-killed-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** A database for the child: in a folder or, with TEST_DATABASE_URL, one of its own on that server. */
async function newPlace(): Promise<{ place: string; open(): Promise<OpenDatabase>; drop(): Promise<void> }> {
  if (testDatabase === undefined) {
    const dataDir = await mkdtemp(join(folder, 'data-'))
    return { place: dataDir, open: () => openDatabase({ dataDir, migrationsDir }), drop: async () => {} }
  }
  const name = `liandong_killed_${randomBytes(6).toString('hex')}`
  const server = postgres(testDatabase, { max: 1, onnotice: () => {} })
  await server.unsafe(`create database ${name}`)
  const url = new URL(testDatabase)
  url.pathname = `/${name}`
  return {
    place: url.href,
    open: () => openDatabase({ url: url.href, migrationsDir }),
    drop: async () => {
      await server.unsafe(`drop database ${name} with (force)`)
      await server.end()
    },
  }
}

/** Runs the import in a process of its own and, given a number of rows, kills it once it has read so many. */
async function importInChild(path: string, place: string, killAfter?: number): Promise<string | undefined> {
  const importing = spawn(process.execPath, ['--import', 'tsx', child, path, place], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(importing, 'exit')
  let last: string | undefined
  for await (const line of createInterface({ input: importing.stdout })) {
    last = line
    if (killAfter !== undefined && Number(line) >= killAfter) importing.kill('SIGKILL')
  }
  const [code, signal] = await ended
  expect([code, signal]).toEqual(killAfter === undefined ? [0, null] : [null, 'SIGKILL'])
  return last
}

/** What the database holds, without what two runs may differ in: when, and in how many batches, it was written. */
async function contents({ db }: OpenDatabase) {
  return {
    penalties: (await db.select().from(penalties).orderBy(penalties.documentNumber)).map(timeless),
    listings: (await db.select().from(creditListings).orderBy(creditListings.documentNumber)).map((row) => {
      return timeless({ ...row, version: 0 })
    }),
    subjects: (
      await db
        .select()
        .from(subjects)
        .orderBy(sql`${subjects.code} collate "C"`)
    ).map(timeless),
  }
}

function timeless<Row extends { updatedAt: Date }>(row: Row): Row {
  return { ...row, updatedAt: standingClock.now() }
}

/** What the file gives when it is imported without being disturbed. */
async function undisturbed(path: string) {
  const database = await openDatabase({ dataDir: 'memory://', migrationsDir })
  try {
    await importFile({ path, county: '411528', database: database.db, clock: standingClock })
    return await contents(database)
  } finally {
    await database.close()
  }
}

describe('an import that is killed', () => {
  it('leaves whole batches only, and running it again gives what one run would have given', async () => {
    const path = join(folder, 'penalties.csv')
    const rows = Array.from({ length: 5_000 }, (_, n) => {
      return penaltyCells(n, {
        subjectName: `虚构第${n}示例有限公司`,
        legalRepresentative: n % 3 === 0 ? '' : `张${n}`,
      })
    })
    await writeFile(path, csv(penaltyTable(rows)))
    const target = await newPlace()
    try {
      for (const killAfter of [1000, 2500]) await importInChild(path, target.place, killAfter)
      const partly = await target.open()
      const [{ count: stored } = { count: 0 }] = await partly.db
        .select({ count: sql<number>`count(*)::int` })
        .from(penalties)
      await partly.close()
      expect(stored).toBeGreaterThan(0)
      expect(stored).toBeLessThan(5_000)
      expect(stored % 200).toBe(0)

      const summary = await importInChild(path, target.place)
      expect(JSON.parse(summary ?? '')).toMatchObject({
        read: 5_000,
        inserted: 5_000 - stored,
        unchanged: stored,
        updated: 0,
      })
      const completed = await target.open()
      expect(await contents(completed)).toEqual(await undisturbed(path))
      await completed.close()
    } finally {
      await target.drop()
    }
  }, 300_000)

  it('never leaves a listing without the list version that announces it', async () => {
    const path = join(folder, 'listings.csv')
    await writeFile(path, csv(listingTable(Array.from({ length: 2000 }, (_, n) => listingCells(n)))))
    const target = await newPlace()
    try {
      await importInChild(path, target.place, 600)
      const partly = await target.open()
      const listings = await partly.db.select().from(creditListings)
      expect(listings.length).toBeGreaterThan(0)
      expect(Math.max(...listings.map(({ version }) => version))).toBe(await currentListVersion(partly.db))
      expect(listings.every((listing) => hasEffect(listing, standingClock.now()))).toBe(true)
      await partly.close()

      await importInChild(path, target.place)
      const completed = await target.open()
      expect(await contents(completed)).toEqual(await undisturbed(path))
      await completed.close()
    } finally {
      await target.drop()
    }
  }, 300_000)
})
