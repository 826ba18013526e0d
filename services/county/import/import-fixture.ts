import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bodyCheck, organisationCheck } from '../../platform/codes/organisation-code.ts'
import { identityCheck } from '../../platform/codes/identity-number.ts'
import { openDatabase, type OpenDatabase } from '../../platform/database.ts'
import { packageRoot } from '../../platform/package-root.ts'
import type { Column } from './headings.ts'
import { listingColumns } from './listing-columns.ts'
import { penaltyColumns } from './penalty-format.ts'

/** What the tests of the import share: rows to import and a place to import them into. */

/** A fixed moment, so that no test depends on the day it runs. */
export const moment = new Date('2026-11-21T04:00:00Z')

/** A clock that stands at {@link moment}. */
export const standingClock = { now: () => moment, uuid: () => '00000000-0000-4000-8000-000000000000' }

/** A valid organisation code with this serial number, of an enterprise in 息县 unless told. */
export function organisationCode(serial: number, head = '91411528'): string {
  const body = `MA${serial.toString().padStart(6, '0')}`
  const first = `${head}${body}${bodyCheck(body)}`
  return `${first}${organisationCheck(first)}`
}

/** A valid identity number of somebody born in 1875. */
export function identityNumber(serial: number): string {
  const first = `41152818750615${serial.toString().padStart(3, '0')}`
  return first + identityCheck(first)
}

/** Cells by field. */
export type Cells = Record<string, string>

/** A valid row of the penalty file. */
export function penaltyCells(serial: number, other: Cells = {}): Cells {
  return {
    subjectName: `虚构第${serial}示例有限公司`,
    subjectKind: '法人及非法人组织',
    organisationCode: organisationCode(serial % 1000),
    legalRepresentative: '张示例',
    documentNumber: `息示例市监罚〔2026〕${serial}号`,
    act: '经营超过保质期的食品',
    facts: '当事人经营超过保质期的食品，货值金额120元。',
    basis: '《中华人民共和国食品安全法》第一百二十四条第一款',
    kind: '罚款',
    content: '罚款伍仟元',
    fine: '0.5',
    decidedOn: '2026-03-01',
    organ: '息县示例市场监督管理局',
    ...other,
  }
}

/** A valid row of the list file. */
export function listingCells(serial: number, other: Cells = {}): Cells {
  return {
    subjectName: `虚构第${serial}示例有限公司`,
    subjectCode: organisationCode(serial),
    category: '第五条',
    facts: '生产经营添加药品的食品',
    basis: '《市场监督管理严重违法失信名单管理办法》第五条',
    documentNumber: `息示例市监失信列〔2026〕${serial}号`,
    listedOn: '2026-03-01',
    organ: '息县示例市场监督管理局',
    ...other,
  }
}

/** The headings of the fields that occur in the rows, and the rows under them. */
export function table(
  columns: readonly Column[],
  rows: readonly Cells[],
  heading: 'label' | 'code' = 'label',
): string[][] {
  const used = columns.filter(({ field, required }) => required === true || rows.some((row) => field in row))
  return [used.map((column) => column[heading]), ...rows.map((row) => used.map(({ field }) => row[field] ?? ''))]
}

/** A penalty file's table. */
export const penaltyTable = (rows: readonly Cells[], heading?: 'label' | 'code') => table(penaltyColumns, rows, heading)
/** A list file's table. */
export const listingTable = (rows: readonly Cells[], heading?: 'label' | 'code') => table(listingColumns, rows, heading)

/** CSV text of a table. */
export function csv(rows: readonly (readonly string[])[], separator = ','): string {
  return rows.map((cells) => `${cells.map(quoted).join(separator)}\r\n`).join('')
}

function quoted(cell: string): string {
  return /[",;\t|\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}

/** A county's empty database in memory and a folder for files; `close` removes both. */
export async function openPlace(): Promise<
  OpenDatabase & { write(name: string, data: string | Buffer): Promise<string> }
> {
  const folder = await mkdtemp(join(tmpdir(), 'liandong-import-test-'))
  const database = await openDatabase({
    dataDir: 'memory://',
    migrationsDir: join(packageRoot(), 'services/county/db/migrations'),
  })
  return {
    ...database,
    write: async (name, data) => {
      const path = join(folder, name)
      await writeFile(path, data)
      return path
    },
    close: async () => {
      await database.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
