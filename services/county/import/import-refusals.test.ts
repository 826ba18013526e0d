import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ExchangeError } from '../../platform/errors.ts'
import { penalties } from '../credit/penalty.table.ts'
import { importFile, type ImportOptions } from './import-file.ts'
import {
  csv,
  listingCells,
  listingTable,
  openPlace,
  penaltyCells,
  penaltyTable,
  standingClock,
} from './import-fixture.ts'

let place: Awaited<ReturnType<typeof openPlace>>
let folder: string
beforeAll(async () => {
  place = await openPlace()
  folder = await mkdtemp(join(tmpdir(), 'liandong-refusals-'))
})
afterAll(async () => {
  await place.close()
  await rm(folder, { recursive: true, force: true })
})

async function refusal(path: string, other: Partial<ImportOptions> = {}): Promise<string> {
  try {
    await importFile({ path, county: '411528', database: place.db, clock: standingClock, ...other })
  } catch (error) {
    if (error instanceof ExchangeError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'imported'
}

describe('importFile refuses', () => {
  it.each<[string, string | Buffer, string]>([
    ['an empty file', '', 'is empty'],
    ['a file of blank lines', '\r\n\r\n', 'has no rows'],
    [
      'an old .xls workbook',
      Buffer.from('d0cf11e0a1b11ae1', 'hex'),
      'is an old .xls workbook or is protected by a password',
    ],
    ['a web page named like a workbook', '<html><table><tr><td>行政处罚</td></tr></table></html>', 'is a web page'],
    ['a PDF', '%PDF-1.7', 'is a PDF'],
    ['a file without known headings', '甲,乙,丙\r\n1,2,3\r\n', 'The first row has: 甲, 乙, 丙'],
    [
      'a file that lacks mandatory headings',
      'CF_WSH,CF_SY,CF_YJ,CF_NR\r\n1,2,3,4\r\n',
      'lacks these columns: 行政相对人名称 (CF_XDR_MC)',
    ],
    ['an archive that is no workbook', Buffer.from('504b030414', 'hex'), 'damaged and cannot be read'],
  ])('%s, and says what to do', async (_name, data, part) => {
    const path = join(folder, 'refused.csv')
    await writeFile(path, data)
    const told = await refusal(path)
    expect(told).toContain('BAD_USER_INPUT: ')
    expect(told).toContain(part)
  })

  it('a file that is not there, and a folder', async () => {
    expect(await refusal(join(folder, 'none.csv'))).toContain('There is no file')
    await mkdir(join(folder, 'folder.csv'))
    expect(await refusal(join(folder, 'folder.csv'))).toContain('is not a file')
  })

  it('a list file where a penalty file is expected, and an unknown county', async () => {
    const path = join(folder, 'list.csv')
    await writeFile(path, csv(listingTable([listingCells(1)])))
    expect(await refusal(path, { kind: 'penalty' })).toContain('BAD_USER_INPUT')
    expect(await refusal(path, { county: '4115' })).toContain('six digits')
  })

  it('a quotation mark that is never closed, without taking the rest of the file into memory', async () => {
    const path = join(folder, 'quote.csv')
    const rows = Array.from({ length: 6000 }, (_, n) => penaltyCells(n))
    const [head = '', ...lines] = csv(penaltyTable(rows)).split('\r\n')
    await writeFile(path, [head, ...lines.slice(0, 500), `"${lines[500]}`, ...lines.slice(501)].join('\r\n'))
    let progress = 0
    const told = await refusal(path, { batchSize: 100, onProgress: ({ done }) => (progress = done) })
    expect(told).toContain('a quotation mark is opened and never closed')
    expect(told).toContain('cannot be read after line 501:')
    expect(progress).toBeLessThan(1)
    expect(await readdir(folder)).not.toContain(`quote.csv.rejected.csv.${process.pid}.tmp`)
    expect((await place.db.select().from(penalties)).length).toBeLessThanOrEqual(500)
  })
})

describe('the file of rejected rows', () => {
  it('is readable by its owner only, since rows may hold identity numbers', async () => {
    const path = join(folder, 'secret.csv')
    await writeFile(path, csv(penaltyTable([penaltyCells(1, { organ: '' })])))
    await importFile({ path, county: '411528', database: place.db, clock: standingClock })
    expect((await stat(`${path}.rejected.csv`)).mode & 0o777).toBe(0o600)
  })
})
