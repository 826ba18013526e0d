import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type OpenDatabase, openDatabase } from '../database.ts'
import { packageRoot } from '../package-root.ts'
import { createJournal } from './journal.ts'
import { listChains, walkChain } from './walk-chain.ts'

let open: OpenDatabase

beforeAll(async () => {
  const migrationsDir = join(packageRoot(), 'gateway/journal/migrations')
  open = await openDatabase({ dataDir: 'memory://', migrationsDir })
})
afterAll(() => open.close())

beforeEach(async () => {
  await open.db.execute(sql`delete from journal_entry`)
  for (const chain of ['gateway-2', 'gateway-1']) {
    const journal = createJournal(open.db, chain)
    await Promise.all(Array.from({ length: 10 }, (_, index) => journal.append(entry(index))))
  }
})

function entry(index: number) {
  return {
    at: new Date(Date.UTC(2026, 10, 21, 8, index)),
    transaction: `transaction ${index}`,
    agency: 'xixian-approval',
    county: '411528',
    actor: null,
    officer: null,
    purposeKind: 'APPROVAL',
    purposeNumber: null,
    fields: ['creditCheck'],
    subjects: [],
  }
}

test('the chains of a database are listed, each once, in order', async () => {
  expect(await listChains(open.db)).toEqual(['gateway-1', 'gateway-2'])
  await open.db.execute(sql`delete from journal_entry`)
  expect(await listChains(open.db)).toEqual([])
})

test.each([1, 3, 5, 10, 11])('a whole chain is whole, and counted fully, in pages of %i', async (pageSize) => {
  const walk = await walkChain(open.db, 'gateway-1', { pageSize, note: 5 })
  expect(walk).toEqual({
    chain: 'gateway-1',
    entries: 10,
    first: { sequence: 1, at: entry(0).at, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    last: { sequence: 10, at: entry(9).at, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    noted: expect.stringMatching(/^[0-9a-f]{64}$/),
  })
})

test.each([
  ['an altered entry', sql`update journal_entry set agency = 'somebody-else' where sequence = 4`, 4],
  ['an entry with an altered time', sql`update journal_entry set at = at + interval '1 s' where sequence = 10`, 10],
  ['an entry with a time that is none', sql`update journal_entry set at = 'infinity' where sequence = 4`, 4],
  ['an entry after a removed one', sql`delete from journal_entry where sequence = 6`, 7],
  ['an entry after a removed beginning', sql`delete from journal_entry where sequence < 3`, 3],
  ['an entry put before the first', sql`update journal_entry set sequence = 0 where sequence = 10`, 0],
  ['an entry with another one’s place', sql`update journal_entry set sequence = 12 where sequence = 10`, 12],
])('%s is found wherever a page begins', async (_, change, broken) => {
  await open.db.execute(change)
  for (const pageSize of [1, 2, 3, 4, 100]) {
    expect((await walkChain(open.db, 'gateway-1', { pageSize })).broken).toBe(broken)
  }
})

test('the first of several breaks is told, and the walk goes on to the end of the chain', async () => {
  await open.db.execute(sql`update journal_entry set agency = 'somebody-else' where sequence in (4, 8)`)
  const walk = await walkChain(open.db, 'gateway-1', { pageSize: 2 })
  expect(walk).toMatchObject({ broken: 4, entries: 10, last: { sequence: 10 } })
})

test('a chain that was cut at its end has no longer the entry that was noted', async () => {
  const { last } = await walkChain(open.db, 'gateway-1')
  expect((await walkChain(open.db, 'gateway-1', { note: 10 })).noted).toBe(last?.hash)
  await open.db.execute(sql`delete from journal_entry where sequence > 7`)
  const cut = await walkChain(open.db, 'gateway-1', { note: 10 })
  expect(cut).toMatchObject({ entries: 7, last: { sequence: 7 } })
  expect([cut.broken, cut.noted]).toEqual([undefined, undefined])
})
