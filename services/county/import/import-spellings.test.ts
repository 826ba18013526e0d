import * as fc from 'fast-check'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sql } from 'drizzle-orm'
import { XlsxWriter } from '../../local/demo-data/xlsx-writer.ts'
import { encodeGb18030 } from '../../local/demo-data/gb18030.ts'
import { penalties } from '../credit/penalty.table.ts'
import { importFile, type ImportOptions } from './import-file.ts'
import {
  type Cells,
  csv,
  openPlace,
  organisationCode,
  penaltyCells,
  penaltyTable,
  standingClock,
} from './import-fixture.ts'

let place: Awaited<ReturnType<typeof openPlace>>
let folder: string
beforeAll(async () => {
  place = await openPlace()
  folder = await mkdtemp(join(tmpdir(), 'liandong-spellings-'))
})
afterAll(async () => {
  await place.close()
  await rm(folder, { recursive: true, force: true })
})

const run = async (path: string, other: Partial<ImportOptions> = {}) => {
  await place.db.execute(sql`truncate penalty, subject cascade`)
  const summary = await importFile({ path, county: '411528', database: place.db, clock: standingClock, ...other })
  return { summary, rows: await place.db.select().from(penalties).orderBy(penalties.documentNumber) }
}

async function xlsx(name: string, rows: readonly (readonly (string | number)[])[]): Promise<string> {
  const path = join(folder, name)
  const writer = new XlsxWriter(path)
  for (const row of rows) await writer.addRow(row)
  await writer.finish()
  return path
}

const rows = [1, 2, 3].map((n) => penaltyCells(n))
const text = csv(penaltyTable(rows))

const wide = (cell: string) => cell.replace(/[0-9A-Za-z]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 0xfee0))

describe('a file', () => {
  it.each<[string, string | Buffer]>([
    ['UTF-8', text],
    ['UTF-8 with a byte order mark', `\ufeff${text}`],
    ['GB18030', encodeGb18030(text)],
    [
      'UTF-16 with a byte order mark, as spreadsheets save Unicode text',
      Buffer.from(`\ufeff${csv(penaltyTable(rows), '\t')}`, 'utf16le'),
    ],
    ['the coded headings', csv(penaltyTable(rows, 'code'))],
    ['the coded headings in GB18030', encodeGb18030(csv(penaltyTable(rows, 'code')))],
    ['both kinds of headings', csv([penaltyTable(rows, 'code')[0] ?? [], ...penaltyTable(rows)])],
    ['a title and a note above the headings', `行政处罚信息公示表\r\n填报单位:息县示例,,,\r\n\r\n${text}`],
    ['tabs', csv(penaltyTable(rows), '\t')],
    ['semicolons', csv(penaltyTable(rows), ';')],
    ['lines that end in LF', text.replaceAll('\r\n', '\n')],
    ['lines that end in CR', text.replaceAll('\r\n', '\r')],
    ['no end of the last line', text.trimEnd()],
    ['empty lines and lines of separators only', `${text}\r\n,,,,,,,,,,,,\r\n`],
    ['columns in another order', csv(penaltyTable(rows).map((cells) => cells.toReversed()))],
    ['a column nobody knows', csv(penaltyTable(rows).map((cells, n) => [n === 0 ? '序号' : String(n), ...cells]))],
  ])('with %s gives the same records', async (_name, data) => {
    const expected = (await run(await place.write('plain.csv', text))).rows
    const { summary, rows: found } = await run(await place.write('spelled.csv', data))
    expect(summary).toMatchObject({ read: 3, inserted: 3, rejected: 0 })
    expect(found).toEqual(expected)
  })

  it('as a workbook with days and amounts as numbers gives the same records', async () => {
    const expected = (await run(await place.write('plain.csv', text))).rows
    const [head = [], ...lines] = penaltyTable(rows)
    const asNumbers = lines.map((cells) =>
      cells.map((cell) => (cell === '2026-03-01' ? 46_082 : cell === '0.5' ? 0.5 : cell)),
    )
    const { summary, rows: found } = await run(await xlsx('numbers.xlsx', [['行政处罚信息'], [], head, ...asNumbers]))
    expect(summary).toMatchObject({ read: 3, inserted: 3, rejected: 0 })
    expect(found).toEqual(expected)
  })

  it('with line breaks and quotation marks inside cells keeps them and tells the right lines', async () => {
    const cells = [
      penaltyCells(1, { facts: '第一行\r\n第二行\n第"三"行' }),
      penaltyCells(2, { decidedOn: '?' }),
      penaltyCells(3, { facts: '甲\n乙', organ: '' }),
    ]
    const path = await place.write('breaks.csv', csv(penaltyTable(cells)))
    const { rows: found } = await run(path)
    expect(found.map(({ facts }) => facts)).toEqual(['第一行\n第二行\n第"三"行'])
    const rejected = await readFile(`${path}.rejected.csv`, 'utf8')
    expect(rejected).toMatch(/,5,处罚决定日期不是有效日期/)
    expect(rejected).toMatch(/,6,处罚机关为空/)
  })

  it('of damaged UTF-8 loses the damaged row only', async () => {
    const broken = Buffer.from(text)
    broken[broken.indexOf(Buffer.from('虚构第2')) + 1] = 0x41
    const { summary, rows: found } = await run(await place.write('broken.csv', broken))
    expect(summary).toMatchObject({ inserted: 2, rejected: 1 })
    expect(found.map(({ documentNumber }) => documentNumber)).toEqual(
      rows.flatMap((row, n) => (n === 1 ? [] : [row['documentNumber']])),
    )
  })

  it('in any mixture of allowed spellings gives the same records', async () => {
    const spell: Record<string, ((cell: string) => string)[]> = {
      decidedOn: [
        (day) => day.replaceAll('-', '/'),
        (day) => day.replaceAll('-', ''),
        (day) => `${day} 00:00:00`,
        (day) => wide(day.replace('-', '年').replace('-', '月').concat('日')),
        (day) => String(Date.parse(day) / 86_400_000 + 25_569),
      ],
      fine: [
        (amount) => `${amount}万元`,
        (amount) => `${(Number(amount) * 10_000).toFixed(2)}元`,
        wide,
        (amount) => ` ${Number(amount).toFixed(4)}`,
      ],
      organisationCode: [
        wide,
        (code) => code.toLowerCase(),
        (code) => code.replace(/(.{4})/g, '$1 '),
        (code) => `\u3000${code}\u3000`,
      ],
      documentNumber: [
        wide,
        (number) => number.replace('〔', '[').replace('〕', ']'),
        (number) => number.replace('〔', '（').replace('〕', '）'),
      ],
      subjectName: [(name) => ` ${name}\t`, (name) => `\u3000${name}`, (name) => name.replace(/\d+/, wide)],
      remark: [() => '无', () => '-', () => ' '],
    }
    const row = fc.record({
      day: fc.date({ min: new Date('1990-01-01'), max: new Date('2026-11-20'), noInvalidDate: true }),
      fine: fc.integer({ min: 0, max: 99_999 }),
      choice: fc.dictionary(fc.constantFrom(...Object.keys(spell)), fc.nat(9)),
    })
    const file = fc.record({
      rows: fc.array(row, { minLength: 1, maxLength: 20 }),
      heading: fc.constantFrom('label' as const, 'code' as const),
      form: fc.constantFrom('utf8', 'bom', 'gb18030', 'xlsx'),
      separator: fc.constantFrom(',', '\t', ';'),
      batchSize: fc.integer({ min: 1, max: 7 }),
    })
    await fc.assert(
      fc.asyncProperty(file, async ({ rows: given, heading, form, separator, batchSize }) => {
        const plain = given.map(({ day, fine }, n): Cells => {
          const organisation = organisationCode(n + 500)
          return penaltyCells(n, {
            decidedOn: day.toISOString().slice(0, 10),
            fine: String(fine / 100),
            organisationCode: organisation,
            remark: '',
          })
        })
        const spelled = plain.map((cells, n) =>
          Object.fromEntries(
            Object.entries(cells).map(([field, cell]) => {
              const ways = spell[field] ?? []
              const chosen = given[n]?.choice[field]
              const way = chosen === undefined ? undefined : ways[chosen % ways.length]
              return [field, way === undefined ? cell : way(cell)]
            }),
          ),
        )
        const expected = await run(await place.write('plain.csv', csv(penaltyTable(plain))))
        const table = penaltyTable(spelled, heading)
        const path = join(folder, `any.${form}`)
        if (form === 'xlsx') await xlsx(`any.${form}`, table)
        else {
          const data = csv(table, separator)
          await writeFile(path, form === 'gb18030' ? encodeGb18030(data) : form === 'bom' ? `\ufeff${data}` : data)
        }
        const found = await run(path, { batchSize })
        expect(found.summary.rejected).toBe(0)
        expect(found.rows).toEqual(expected.rows)
      }),
      { numRuns: 40 },
    )
  }, 120_000)
})
