import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { packageRoot } from '../../platform/package-root.ts'
import { cleanHeading, matchHeadings } from './headings.ts'
import { listingColumns } from './listing-columns.ts'
import { penaltyColumns } from './penalty-format.ts'

const minimal = [
  'CF_XDR_MC',
  'CF_XDR_SHXYM',
  'CF_WSH',
  'CF_WFXW',
  'CF_SY',
  'CF_YJ',
  'CF_CFLB',
  'CF_NR',
  'CF_JDRQ',
  'CF_CFJG',
]

describe('docs/import-formats.md', () => {
  it('names every heading that is read', () => {
    const text = readFileSync(join(packageRoot(), 'docs/import-formats.md'), 'utf8')
    for (const { code, label, aliases = [], required } of [...penaltyColumns, ...listingColumns]) {
      const row = text.split('\n').find((line) => line.replaceAll(' ', '').startsWith(`|${label}|\`${code}\`|`)) ?? ''
      for (const name of [label, code, ...aliases]) expect(row).toContain(name)
      expect(row.split('|')[3]?.trim()).toBe(required === true ? 'yes' : '')
    }
  })
})

describe('matchHeadings', () => {
  it.each([
    [' 行政处罚决定书文号 ', 'documentNumber'],
    ['行政处罚 决定书文号', 'documentNumber'],
    ['*行政处罚决定书文号', 'documentNumber'],
    ['行政处罚决定书文号（必填）', 'documentNumber'],
    ['ＣＦ＿ＷＳＨ', 'documentNumber'],
    ['cf_wsh', 'documentNumber'],
    ['决定书文号：', 'documentNumber'],
  ])('recognises %j', (heading, field) => {
    const cells = minimal.map((code) => (code === 'CF_WSH' ? heading : code))
    expect(matchHeadings(cells, penaltyColumns).columns.get(field)).toBe(2)
  })

  it('recognises the heading of the official template, 行政相对人代码_1(统一社会信用代码)', () => {
    const cells = minimal.map((code) => (code === 'CF_XDR_SHXYM' ? '行政相对人代码_1(统一社会信用代码)' : code))
    expect(matchHeadings(cells, penaltyColumns).columns.get('organisationCode')).toBe(1)
  })

  it('takes the unit of an amount from its heading', () => {
    const { units } = matchHeadings([...minimal, '罚款金额（元）', '没收金额(万元)'], penaltyColumns)
    expect([units.get('fine'), units.get('confiscated')]).toEqual(['元', '万元'])
  })

  it('names every mandatory column that is missing and those that were found', () => {
    const some = minimal.filter((code) => code !== 'CF_WSH' && code !== 'CF_XDR_SHXYM')
    expect(() => matchHeadings(some, penaltyColumns, [['organisationCode', 'personCode']])).toThrow(
      'lacks these columns: 行政处罚决定书文号 (CF_WSH), 统一社会信用代码 (CF_XDR_SHXYM) or 证件号码 (CF_XDR_ZJHM). It has: CF_XDR_MC, CF_WFXW',
    )
  })

  it('refuses two columns for one field', () => {
    expect(() => matchHeadings([...minimal, '处罚机关'], penaltyColumns)).toThrow('Columns 10 and 11 are both 处罚机关')
  })

  it('knows no heading under two names in one format', () => {
    for (const format of [penaltyColumns, listingColumns]) {
      const names = format.flatMap(({ code, label, aliases = [] }) => [code, label, ...aliases].map(cleanHeading))
      const fields = format.flatMap(({ field, aliases = [] }) => [field, field, ...aliases.map(() => field)])
      const owners = new Map(names.map((name, index) => [name, fields[index]]))
      expect(names.filter((name, index) => owners.get(name) !== fields[index])).toEqual([])
    }
  })
})
