import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asc } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OpenDatabase, openDatabase } from '../database.ts'
import { packageRoot } from '../package-root.ts'
import { type JournalEntry, type StoredEntry, chainStart, createJournal, verifyChain } from './journal.ts'
import { journalEntries } from './journal.table.ts'

const migrationsDir = join(packageRoot(), 'gateway/journal/migrations')

function entry(transaction: string): JournalEntry {
  return {
    at: new Date('2026-11-21T08:00:00.000Z'),
    transaction,
    agency: 'xixian-approval',
    county: '411528',
    actor: null,
    officer: null,
    purposeKind: 'APPROVAL',
    purposeNumber: null,
    fields: ['creditCheck'],
    subjects: ['91411528MAX00004X0'],
  }
}

describe('the journal', () => {
  let open: OpenDatabase
  beforeAll(async () => {
    open = await openDatabase({ dataDir: 'memory://', migrationsDir })
  })
  afterAll(async () => {
    await open.close()
  })
  const stored = async (): Promise<StoredEntry[]> =>
    open.db.select().from(journalEntries).orderBy(asc(journalEntries.sequence))

  it('chains entries that arrive together and goes on from the last one after a restart', async () => {
    const first = createJournal(open.db, 'gateway-1')
    await Promise.all(Array.from({ length: 1_200 }, (_, i) => first.append(entry(`a${i}`))))
    await createJournal(open.db, 'gateway-1').append(entry('b'))
    const all = await stored()
    expect(all.map((row) => row.sequence)).toEqual(Array.from({ length: 1_201 }, (_, i) => i + 1))
    expect(all[1_200]?.transaction).toBe('b')
    expect(verifyChain(all)).toBeUndefined()
  })

  it('keeps every text as it was, whatever it holds, and nothing for nothing', async () => {
    const odd: JournalEntry = {
      ...entry(`it's "quoted" \\ {a,b} NULL 𠮷`),
      at: new Date('2026-11-21T08:00:00.007Z'),
      officer: 'null',
      purposeNumber: '豫市监〔2026〕7号\n$1',
      fields: ['a,b', '{}', 'null', '"', '\\'],
      subjects: [],
    }
    await createJournal(open.db, 'gateway-odd').append(odd)
    const rows = (await stored()).filter((row) => row.chain === 'gateway-odd')
    expect(rows).toEqual([{ ...odd, chain: 'gateway-odd', sequence: 1, previous: chainStart, hash: rows[0]?.hash }])
    expect(verifyChain(rows)).toBeUndefined()
  })

  it('goes on behind an entry that somebody else put at the end of its chain', async () => {
    const one = createJournal(open.db, 'gateway-3')
    const other = createJournal(open.db, 'gateway-3')
    await one.append(entry('1'))
    await other.append(entry('2'))
    await one.append(entry('3'))
    const chain = (await stored()).filter((row) => row.chain === 'gateway-3')
    expect(chain.map((row) => row.transaction)).toEqual(['1', '2', '3'])
    expect(verifyChain(chain)).toBeUndefined()
  })

  it('names the first entry that was altered, moved or taken out', async () => {
    const all = (await stored()).filter((row) => row.chain === 'gateway-1')
    const altered = all.map((row) => (row.sequence === 17 ? { ...row, agency: 'somebody-else' } : row))
    expect(verifyChain(altered)).toBe(17)
    expect(verifyChain(all.filter((row) => row.sequence !== 17))).toBe(18)
  })

  it('refuses while its database is away, says so, and goes on when it is back', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'journal-'))
    const lost = await openDatabase({ dataDir: join(folder, 'db'), migrationsDir })
    const journal = createJournal(lost.db, 'gateway-2')
    await journal.append(entry('before'))
    await lost.close()
    await expect(journal.append(entry('during'))).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' })
    await expect(journal.status()).resolves.toMatchObject({ ok: false })
    const back = await openDatabase({ dataDir: join(folder, 'db'), migrationsDir })
    await createJournal(back.db, 'gateway-2').append(entry('after'))
    const all = (await back.db
      .select()
      .from(journalEntries)
      .orderBy(asc(journalEntries.sequence))) as unknown as StoredEntry[]
    expect(all.map((row) => row.transaction)).toEqual(['before', 'after'])
    expect(verifyChain(all)).toBeUndefined()
    await back.close()
    rmSync(folder, { recursive: true })
  })
})
