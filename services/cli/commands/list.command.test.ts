import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listingRow } from '../../county/sample-records.ts'
import { countyMigrations } from '../../county/sample-node.ts'
import { creditListings } from '../../county/credit/credit-listing.table.ts'
import { readHead } from '../../county/hit-index/hit-index.repository.ts'
import { hitIndexMembers } from '../../county/hit-index/hit-index.table.ts'
import { openDatabase } from '../../platform/database.ts'
import { runProgram } from '../program.ts'

let home: string
let dataDir: string
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'liandong-list-'))
  dataDir = join(home, 'data', 'county-411528')
  mkdirSync(join(home, 'data'))
})
afterAll(() => rmSync(home, { recursive: true }))

async function list(...args: string[]): Promise<{ out: string; err: string; code: number }> {
  const result = { out: '', err: '', code: 0 }
  await runProgram(['list', ...args], {
    env: { LIANDONG_HOME: home },
    out: (text) => void (result.out += text),
    err: (text) => void (result.err += text),
    progress: { write: () => true },
    stdin: async () => '',
    exit: (code) => void (result.code = code),
  })
  return result
}

test('after a restore the list of a county goes on in a new history, and it is said what comes next', async () => {
  expect(await list('resume', '--county', '411528')).toMatchObject({ out: '', code: 3 })
  const database = await openDatabase({ dataDir, migrationsDir: countyMigrations })
  await database.db.insert(creditListings).values(listingRow(1, { effectUntil: '2099-01-01' }))
  await database.close()
  const { out, err, code } = await list('resume', '--county', '411528')
  expect({ err, code }).toEqual({ err: '', code: 0 })
  expect(out).toMatch(
    /^The list of county 411528 goes on in a new history: version 1000001 after 0\.\nNext: .*gateways/,
  )
  const after = await openDatabase({ dataDir })
  expect(await readHead(after.db)).toMatchObject({ version: 1_000_001 })
  expect(await after.db.select().from(hitIndexMembers)).toHaveLength(1)
  await after.close()
})
