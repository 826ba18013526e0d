import { readSubjectCode, type ParsedSubjectCode, type SubjectCodeProblem } from '../../platform/codes/subject-code.ts'
import { parseAmount } from './amounts.ts'
import { parseDay } from './dates.ts'
import type { Column, Headings } from './headings.ts'
import { cleanDocumentNumber, cleanText, lostPrecision } from './text.ts'

const longest = 10_000

/** Reads the cells of one row by field and collects, in Chinese for the people who will correct the file, what is wrong. */
export class Row {
  readonly problems: string[] = []
  private readonly cells: readonly string[]
  private readonly headings: Headings
  private readonly format: readonly Column[]
  private readonly date1904: boolean

  constructor(cells: readonly string[], headings: Headings, format: readonly Column[], date1904: boolean) {
    this.cells = cells
    this.headings = headings
    this.format = format
    this.date1904 = date1904
    if (cells.some((cell) => cell.includes('\ufffd'))) this.problems.push('含有无法解码的字符，请检查文件编码')
    if (cells.length > headings.cells.length && cells.slice(headings.cells.length).some((cell) => cell.trim() !== '')) {
      this.problems.push('单元格数多于表头列数，可能有未加引号的分隔符')
    }
  }

  /** The text of an optional field, or null. */
  optional(field: string): string | null {
    const text = cleanText(this.raw(field))
    if (text.length > longest) this.reject(field, `超过${longest}字`)
    return text === '' ? null : text
  }

  /** The text of a mandatory field; an empty one is a problem. */
  required(field: string): string {
    const text = this.optional(field)
    if (text === null) this.reject(field, '为空')
    return text ?? ''
  }

  /** A document number (文书号) in one spelling. */
  documentNumber(field: string): string | null {
    const text = cleanDocumentNumber(this.raw(field))
    if (text.length > 200) this.reject(field, '超过200字')
    return text === '' ? null : text
  }

  /** A day, or null when the field is empty or malformed. */
  day(field: string): string | null {
    const text = cleanText(this.raw(field))
    if (text === '') return null
    const day = parseDay(text, this.date1904)
    if (day === null) this.reject(field, '不是有效日期')
    return day
  }

  /** An amount in 万元 as canonical decimal digits, or null. */
  amount(field: string): string | null {
    const text = cleanText(this.raw(field))
    if (text === '') return null
    const amount = parseAmount(text, this.headings.units.get(field))
    if (amount === null) this.reject(field, '不是有效金额')
    return amount
  }

  /** A subject code, or null when the field is empty or invalid. */
  code(field: string): ParsedSubjectCode | null {
    const text = cleanText(this.raw(field))
    if (text === '') return null
    if (text.startsWith(lostPrecision) || /^\d(\.\d+)?E\+?\d+$/i.test(text)) {
      this.reject(field, '以数字格式保存，已丢失精度，请改为文本格式后重新填写')
      return null
    }
    const result = readSubjectCode(text)
    if ('kind' in result) return result
    this.reject(field, codeReason(result.problem))
    return null
  }

  /** Notes a problem of one field. */
  reject(field: string, problem: string): void {
    this.problems.push(`${this.format.find((column) => column.field === field)?.label ?? field}${problem}`)
  }

  private raw(field: string): string {
    const column = this.headings.columns.get(field)
    return column === undefined ? '' : (this.cells[column] ?? '')
  }
}

function codeReason({ as, kind, position, found, expected }: SubjectCodeProblem): string {
  const name = as === 'ORGANISATION' ? '统一社会信用代码' : '公民身份号码'
  switch (kind) {
    case 'LENGTH':
      return `应为18位${name}，实为${found}位`
    case 'CHARACTER':
      return `第${position}位“${found}”不是${name}允许的字符`
    case 'AUTHORITY':
      return `第1位“${found}”不是登记管理部门代码`
    case 'REGION':
      return as === 'ORGANISATION' ? `第${position}位应为数字（行政区划）` : '前两位不是省级行政区划代码'
    case 'DATE':
      return '第7至14位不是有效日期'
    default:
      return `校验码错误：第18位为“${found}”，按其余各位应为“${expected}”`
  }
}
