import { sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type OpenDatabase, openDatabase, rows } from '../../services/platform/database.ts'
import { statementHash } from '../../services/platform/hit-index/coverage-statement.ts'
import { createStatementStore } from './statement-store.ts'

const clock = { now: () => new Date('2026-03-01T08:00:00Z'), uuid: () => '' }
const statement = (text: string) => ({ text, hash: statementHash(text) })

describe('the store of coverage statements', () => {
  let database: OpenDatabase
  beforeEach(async () => {
    database = await openDatabase({ dataDir: 'memory://', migrationsDir: 'gateway/journal/migrations' })
  })
  afterEach(() => database.close())

  /** The database with its inserts counted. */
  const counting = () => {
    const counted = { inserts: 0, db: database.db }
    counted.db = new Proxy(database.db, {
      get(target, name, receiver) {
        if (name === 'insert') counted.inserts += 1
        return Reflect.get(target, name, receiver) as unknown
      },
    })
    return counted
  }

  it('gives a statement back by its hash, also in another process, and nothing for a hash it never had', async () => {
    await createStatementStore(database.db, clock).keep([statement('a'), statement('b')])
    const other = createStatementStore(database.db, clock)
    expect(await other.find(statement('b').hash)).toBe('b')
    expect(await other.find(statement('c').hash)).toBeUndefined()
  })

  it('writes a statement once, however many checks wait for it and however often it comes', async () => {
    const counted = counting()
    const store = createStatementStore(counted.db, clock)
    await Promise.all(Array.from({ length: 50 }, () => store.keep([statement('a'), statement('a')])))
    await store.keep([statement('a')])
    await store.keep([])
    expect(counted.inserts).toBe(1)
    await store.keep([statement('a'), statement('b')])
    expect(counted.inserts).toBe(2)
    await createStatementStore(database.db, clock).keep([statement('a')])
    expect(await rows(database.db, sql`select text from coverage_statement order by text`)).toEqual([
      { text: 'a' },
      { text: 'b' },
    ])
  })

  it('refuses with JOURNAL_UNAVAILABLE all that wait while the database fails, and tries again the next time', async () => {
    const store = createStatementStore(database.db, clock)
    await database.db.execute(sql`alter table coverage_statement rename to away`)
    const both = await Promise.allSettled([store.keep([statement('a')]), store.keep([statement('a'), statement('b')])])
    const unavailable = expect.objectContaining({ code: 'JOURNAL_UNAVAILABLE' }) as unknown
    expect(both).toEqual([
      { status: 'rejected', reason: unavailable },
      { status: 'rejected', reason: unavailable },
    ])
    await expect(store.find(statement('a').hash)).rejects.toEqual(unavailable)
    await database.db.execute(sql`alter table away rename to coverage_statement`)
    await store.keep([statement('a'), statement('b')])
    expect(await store.find(statement('a').hash)).toBe('a')
  })
})
