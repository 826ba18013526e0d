import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { and, eq, type SQL, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type OpenDatabase, openDatabase } from '../../platform/database.ts'
import { createJournal } from '../../platform/journal/journal.ts'
import { journalEntries } from '../../platform/journal/journal.table.ts'
import { packageRoot } from '../../platform/package-root.ts'
import { runProgram } from '../program.ts'

let folder: string
let dataDir: string
/** Last entry of gateway-1 while it was whole. */
let noted: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'liandong-journal-'))
  dataDir = join(folder, 'data')
  const database = await open()
  for (const [chain, entries] of [
    ['gateway-1', 12],
    ['gateway-2', 3],
  ] as const) {
    const journal = createJournal(database.db, chain)
    await Promise.all(Array.from({ length: entries }, (_, index) => journal.append(entry(index))))
  }
  const [last] = await database.db
    .select()
    .from(journalEntries)
    .where(and(eq(journalEntries.chain, 'gateway-1'), eq(journalEntries.sequence, 12)))
  noted = `12:${last?.hash}`
  await database.close()
})
afterAll(() => rmSync(folder, { recursive: true }))

function open(): Promise<OpenDatabase> {
  return openDatabase({ dataDir, migrationsDir: join(packageRoot(), 'gateway/journal/migrations') })
}

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

async function change(statement: SQL): Promise<void> {
  const database = await open()
  await database.db.execute(statement)
  await database.close()
}

async function run(args: string[], env: NodeJS.ProcessEnv = {}): Promise<{ out: string; err: string; code: number }> {
  const result = { out: '', err: '', code: 0 }
  await runProgram(['journal', 'verify', ...args], {
    env,
    out: (text) => void (result.out += text),
    err: (text) => void (result.err += text),
    progress: { write: () => true },
    stdin: async () => '',
    exit: (code) => void (result.code = code),
  })
  return result
}

const verify = (...args: string[]) => run(['--data-dir', dataDir, ...args])

test('a whole journal is told chain by chain, with what to note elsewhere', async () => {
  const { out, err, code } = await verify()
  expect({ err, code }).toEqual({ err: '', code: 0 })
  const [first, second, ...others] = out.split('\n\n').filter((text) => text !== '')
  expect(others).toEqual([])
  expect(first).toMatch(
    /Chain +gateway-1\n.*Entries +12\n.*First +1, 2026-11-21 16:00:00\n.*Last +12, 2026-11-21 16:11:00/,
  )
  expect(first).toContain(noted)
  expect(first).toMatch(/Note +12:[0-9a-f]{64}\n.*Result +完整 whole/)
  expect(second).toMatch(/Chain +gateway-2\n.*Entries +3\n/)
})

test('the node’s own variable names the database where no option does', async () => {
  const { out, code } = await run(['--chain', 'gateway-2'], { DATA_DIR: dataDir })
  expect(code).toBe(0)
  expect(out).not.toContain('gateway-1')
})

test('an entry that was noted and is still there is confirmed, also in a longer chain', async () => {
  const { out, code } = await verify('--chain', 'gateway-1', '--expect', noted)
  expect({ out, code }).toEqual({ out: expect.stringContaining('entry 12 is as noted'), code: 0 })
  const database = await open()
  await createJournal(database.db, 'gateway-1').append(entry(20))
  await database.close()
  const longer = await verify('--chain', 'gateway-1', '--expect', noted)
  expect(longer).toMatchObject({ out: expect.stringMatching(/Entries +13\n[^]*entry 12 is as noted/), code: 0 })
})

test('an entry with another hash than noted is a finding, though the chain is whole in itself', async () => {
  const { out, code } = await verify('--chain', 'gateway-1', '--expect', `12:${'0'.repeat(64)}`)
  expect(code).toBe(1)
  expect(out).toMatch(/whole\n.*NOT AS NOTED: entry 12 has another hash/)
})

test('an altered entry is named, and the exit code says so', async () => {
  await change(sql`update journal_entry set officer = '16150001' where chain = 'gateway-2' and sequence = 2`)
  const { out, code } = await verify()
  expect(code).toBe(1)
  expect(out).toMatch(/Chain +gateway-2\n[^]*BROKEN at sequence 2\n/)
  expect(out.match(/BROKEN/g)).toHaveLength(1)
  expect(await verify('--chain', 'gateway-1')).toMatchObject({ code: 0 })
})

test('a removed entry is named by the one that followed it', async () => {
  await change(sql`delete from journal_entry where chain = 'gateway-2' and sequence = 1`)
  expect(await verify('--chain', 'gateway-2')).toMatchObject({
    out: expect.stringContaining('BROKEN at sequence 2'),
    code: 1,
  })
})

test('a chain that was cut off is whole in itself and found by what was noted, also when nothing is left of it', async () => {
  await change(sql`delete from journal_entry where chain = 'gateway-1' and sequence > 9`)
  expect(await verify('--chain', 'gateway-1')).toMatchObject({ code: 0 })
  const cut = await verify('--chain', 'gateway-1', '--expect', noted)
  expect(cut).toMatchObject({
    out: expect.stringContaining('CUT OFF: the chain ends at 9, and entry 12 was noted'),
    code: 1,
  })
  await change(sql`delete from journal_entry where chain = 'gateway-1'`)
  const gone = await verify('--chain', 'gateway-1', '--expect', noted)
  expect(gone).toMatchObject({ out: expect.stringContaining('CUT OFF: the chain ends at 0'), code: 1 })
})

test('what cannot be verified is an error in one line, never a verdict', async () => {
  const empty = join(folder, 'empty')
  mkdirSync(empty)
  const other = join(folder, 'other')
  await openDatabase({ dataDir: other }).then((database) => database.close())
  for (const [args, message] of [
    [[], /Name its database/],
    [['--data-dir', empty], /no database in/],
    [['--data-dir', other], /cannot be read: .*journal_entry/],
    [['--data-dir', dataDir, '--database', 'postgres://127.0.0.1:9/x'], /--database or --data-dir/],
    [['--database', 'postgres://127.0.0.1:9/x'], /cannot be/],
    [['--data-dir', dataDir, '--chain', 'gateway-9'], /no chain gateway-9 in this journal. It has: gateway-2/],
    [['--data-dir', dataDir, '--expect', '12:abc'], /write sequence:hash/],
  ] as const) {
    const { out, err, code } = await run([...args])
    expect({ out, code, err }).toEqual({ out: '', code: 3, err: expect.stringMatching(message) })
    expect(err).toMatch(/^liandong: [^\n]*\n$/)
  }
  expect(readdirSync(empty)).toEqual([])
})

test('a note without its chain is refused where there are several chains', async () => {
  await change(sql`insert into journal_entry select 'gateway-3', sequence, at, transaction, agency, county, actor, officer,
    purpose_kind, purpose_number, fields, subjects, previous, hash from journal_entry where chain = 'gateway-2'`)
  const { err, code } = await verify('--expect', noted)
  expect({ err, code }).toEqual({ err: expect.stringContaining('It has: gateway-2, gateway-3.'), code: 3 })
})
