import { randomBytes } from 'node:crypto'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storedZip } from './zip-fixture.ts'
import { escapeXml, XlsxWriter } from '../../local/demo-data/xlsx-writer.ts'
import { penaltyCells, penaltyTable } from './import-fixture.ts'
import type { SourceRow } from './source.ts'
import { openXlsx } from './xlsx-source.ts'
import { SharedStrings } from './xlsx-strings.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'liandong-xlsx-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

interface Sheet {
  name: string
  /** Contents of the worksheet element. */
  xml: string
  state?: 'hidden' | 'veryHidden'
}

/** A workbook put together by hand, as other programs write them. */
async function workbook(sheets: Sheet[], strings: string[] = [], properties = '', prefix = ''): Promise<string> {
  const p = prefix === '' ? '' : `${prefix}:`
  const space = `xmlns${prefix === '' ? '' : `:${prefix}`}="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
  const entries = sheets.map(
    ({ name, state }, n) =>
      `<${p}sheet name="${name}" sheetId="${n + 1}" ${state ? `state="${state}"` : ''} r:id="rId${n + 1}"/>`,
  )
  const relations = sheets.map(
    (_, n) => `<Relationship Id="rId${n + 1}" Type="${office}/worksheet" Target="worksheets/s${n + 1}.xml"/>`,
  )
  const path = join(folder, `${randomBytes(6).toString('hex')}.xlsx`)
  const parts: Record<string, string> = {
    '_rels/.rels': `<Relationships><Relationship Id="rId1" Type="${office}/officeDocument" Target="/xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': `<${p}workbook ${space} xmlns:r="${office}">${properties}<${p}sheets>${entries.join('')}</${p}sheets></${p}workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${relations.join('')}</Relationships>`,
    ...Object.fromEntries(
      sheets.map(({ xml }, n) => [`xl/worksheets/s${n + 1}.xml`, `<${p}worksheet ${space}>${xml}</${p}worksheet>`]),
    ),
    ...(strings.length > 0 && {
      'xl/sharedStrings.xml': `<sst>${strings.map((string) => `<si>${string}</si>`).join('')}</sst>`,
    }),
  }
  await writeFile(path, storedZip(parts))
  return path
}

async function rowsOf(path: string): Promise<SourceRow[]> {
  const source = await openXlsx(path)
  const rows: SourceRow[] = []
  try {
    for await (const row of source.rows()) rows.push(row)
  } finally {
    await source.close()
  }
  return rows
}

const inline = (cells: readonly string[]) =>
  `<row>${cells.map((cell) => `<c t="inlineStr"><is><t>${escapeXml(cell)}</t></is></c>`).join('')}</row>`
const records = (serial: number) =>
  `<sheetData>${penaltyTable([penaltyCells(serial)])
    .map(inline)
    .join('')}</sheetData>`

describe('openXlsx', () => {
  it('reads shared strings, also rich ones, without the reading aids', async () => {
    const strings = [
      '<t>甲</t>',
      '<r><t>乙</t></r><r><t xml:space="preserve"> 丙</t></r>',
      '<t>丁</t><rPh><t>ding</t></rPh>',
      '<t>a_x000D_b&amp;</t>',
    ]
    const xml =
      '<sheetData><row r="3"><c r="A3" t="s"><v>0</v></c><c r="B3" t="s"><v>1</v></c><c r="D3" t="s"><v>2</v></c><c r="E3" t="s"><v>3</v></c></row></sheetData>'
    expect(await rowsOf(await workbook([{ name: 'a', xml }], strings))).toEqual([
      { line: 3, cells: ['甲', '乙 丙', '', '丁', 'a\rb&'] },
    ])
  })

  it('reads numbers in plain digits, marks those that lost digits, and takes the result of a formula', async () => {
    const numbers = ['46082', '0.5', '2.0260301E7', '1.5E-3', '9.14411528E+17', '411528187506150110'].map(
      (v) => `<c><v>${v}</v></c>`,
    )
    const xml = `<sheetData><row>${numbers.join('')}<c t="str"><f>A1&amp;B1</f><v>甲乙</v></c><c t="b"><v>1</v></c></row></sheetData>`
    const [row] = await rowsOf(await workbook([{ name: 'a', xml }]))
    expect(row?.cells).toEqual([
      '46082',
      '0.5',
      '20260301',
      '0.0015',
      '≈9.14411528E+17',
      '≈411528187506150110',
      '甲乙',
      '1',
    ])
  })

  it('reads workbooks whose elements have a prefix, and cells without references', async () => {
    const xml =
      '<x:sheetData><x:row><x:c t="inlineStr"><x:is><x:t>甲</x:t></x:is></x:c><x:c><x:v>7</x:v></x:c></x:row></x:sheetData>'
    expect(await rowsOf(await workbook([{ name: 'a', xml }], [], '', 'x'))).toEqual([{ line: 1, cells: ['甲', '7'] }])
  })

  it('says when days are counted from 1904', async () => {
    for (const [properties, expected] of [
      ['<workbookPr date1904="1"/>', true],
      ['<workbookPr/>', false],
    ] as const) {
      const source = await openXlsx(await workbook([{ name: 'a', xml: records(1) }], [], properties))
      expect(source.date1904).toBe(expected)
      await source.close()
    }
  })

  it('passes over cover sheets and hidden sheets', async () => {
    const cover = { name: '说明', xml: `<sheetData>${inline(['填报说明'])}</sheetData>` }
    const hidden = { name: '旧', xml: records(1), state: 'hidden' as const }
    const rows = await rowsOf(await workbook([cover, hidden, { name: '数据', xml: records(2) }]))
    expect(rows[1]?.cells).toContain('息示例市监罚〔2026〕2号')
  })

  it('refuses a workbook with records on several sheets rather than leave some out', async () => {
    const path = await workbook([
      { name: '一季度', xml: records(1) },
      { name: '二季度', xml: records(2) },
    ])
    await expect(openXlsx(path)).rejects.toThrow('several worksheets (一季度, 二季度)')
  })

  it('refuses a damaged workbook with what to do', async () => {
    const path = join(folder, 'whole.xlsx')
    const writer = new XlsxWriter(path)
    for (let n = 0; n < 500; n++) await writer.addRow(penaltyTable([penaltyCells(n)])[n === 0 ? 0 : 1] ?? [])
    await writer.finish()
    const whole = await readFile(path)
    const cut = join(folder, 'cut.xlsx')
    await writeFile(cut, whole.subarray(0, whole.length / 2))
    await expect(rowsOf(cut)).rejects.toThrow('damaged and cannot be read as a workbook')
    const flipped = Buffer.from(whole)
    flipped.fill(0x55, whole.length - 2500, whole.length - 2000)
    const bad = join(folder, 'bad.xlsx')
    await writeFile(bad, flipped)
    await expect(rowsOf(bad)).rejects.toThrow('damaged and cannot be read as a workbook')
    const empty = join(folder, 'empty.xlsx')
    await writeFile(empty, storedZip({ 'a.txt': 'no workbook' }))
    await expect(rowsOf(empty)).rejects.toThrow('it has no part xl/workbook.xml')
  })

  it('expands no entities, so a small file stays small', async () => {
    const bomb = '<!DOCTYPE s [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
    const path = join(folder, 'bomb.xlsx')
    await writeFile(
      path,
      storedZip({
        'xl/workbook.xml': `<workbook xmlns:r="${office}"><sheets><sheet name="a" r:id="r1"/></sheets></workbook>`,
        'xl/_rels/workbook.xml.rels':
          '<Relationships><Relationship Id="r1" Type="x/worksheet" Target="s.xml"/></Relationships>',
        'xl/s.xml': `${bomb}<worksheet><sheetData><row><c t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>`,
      }),
    )
    await expect(rowsOf(path)).rejects.toThrow('damaged')
  })
})

const text = (n: number) => (n % 7 === 0 ? '' : `第${n}条 ${'字'.repeat(n % 50)}`)

describe('SharedStrings', () => {
  it('gives the same strings from memory and from its temporary file, and removes that', async () => {
    const parent = await mkdtemp(join(folder, 'strings-'))
    const small = new SharedStrings()
    const large = new SharedStrings(100_000, parent)
    for (let n = 0; n < 20_000; n++) {
      small.add(text(n))
      large.add(text(n))
    }
    for (let n = 0; n < 20_000; n += 13) expect([small.get(n), large.get(n)]).toEqual([text(n), text(n)])
    for (let n = 19_999; n > 0; n -= 997) expect(large.get(n)).toBe(text(n))
    expect([large.get(20_000), large.get(-1), large.get(Number.NaN)]).toEqual([undefined, undefined, undefined])
    expect(await readdir(parent)).toHaveLength(1)
    large.close()
    small.close()
    expect(await readdir(parent)).toEqual([])
  })
})
