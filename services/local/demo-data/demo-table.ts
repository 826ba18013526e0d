import type { Column } from '../../county/import/headings.ts'
import { encodeGb18030 } from './gb18030.ts'

/** A row's cells by field. */
export type Cells = Record<string, string>

/** How a county writes its files. */
export interface DemoSpelling {
  heading: 'label' | 'code'
  /** How days are written: 2026-03-01, 2026/3/1, or as a spreadsheet's serial number. */
  day: 'iso' | 'slashes' | 'serial'
  form: 'utf-8' | 'gb18030' | 'xlsx'
}

const days = new Set([
  'decidedOn',
  'validUntil',
  'publishedUntil',
  'publishedFrom',
  'listedOn',
  'removedOn',
  'restoredOn',
  'restrictedUntil',
])

/** The table of an official file: headings, then the rows as this county spells them. */
export function demoTable(
  columns: readonly Column[],
  rows: readonly Cells[],
  spelling: DemoSpelling,
): (string | number)[][] {
  const used = columns.filter(
    ({ field, required }) => required === true || rows.some((row) => (row[field] ?? '') !== ''),
  )
  return [
    used.map((column) => column[spelling.heading]),
    ...rows.map((row) => used.map(({ field }) => spell(field, row[field] ?? '', spelling))),
  ]
}

/** A table as CSV, in UTF-8 with a byte order mark, or in GB18030. */
export function demoCsv(table: readonly (readonly (string | number)[])[], form: 'utf-8' | 'gb18030'): Buffer {
  const text = table.map((cells) => `${cells.map(quoted).join(',')}\r\n`).join('')
  return form === 'gb18030' ? encodeGb18030(text) : Buffer.from(`\ufeff${text}`)
}

function spell(field: string, cell: string, { day, form }: DemoSpelling): string | number {
  if (cell !== '' && days.has(field)) {
    if (day === 'serial') return Date.parse(cell) / 86_400_000 + 25_569
    if (day === 'slashes') return cell.split('-').map(Number).join('/')
  }
  return form === 'xlsx' && (field === 'fine' || field === 'confiscated') && cell !== '' ? Number(cell) : cell
}

function quoted(cell: string | number): string {
  const text = String(cell)
  return /[",;\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
