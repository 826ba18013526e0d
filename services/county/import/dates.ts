import { isCalendarDay } from '../../platform/codes/identity-number.ts'
import { shanghaiDay } from '../../platform/directory/snapshot-lookups.ts'
import { cleanText } from './text.ts'

const dayInMs = 86_400_000
/** 长期有效 is written as this day in the exchange file. */
const openEnded = '2099-12-31'
const time = String.raw`(?:[T ]?(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})(?:\.\d+)?秒?|分)?)?\s*(Z|[+-]\d\d:?\d\d)?`
const separated = new RegExp(String.raw`^(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})\s?日?\s?${time}$`, 'i')
const compact = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})|\.0+)?$/
const serial = /^(\d{5}|2958465)(?:\.\d+)?$/

/**
 * Reads a day in any spelling that occurs in practice: 2026-03-01, 2026/3/1, 2026.3.1, 20260301, 2026年3月1日, each also
 * with a time of day, and a spreadsheet's serial number (days since 1899-12-30, or since 1904-01-01 with `date1904`). A
 * moment with a time zone counts as its day in Asia/Shanghai. Returns `YYYY-MM-DD`, or null when it is no day.
 */
export function parseDay(cell: string, date1904 = false): string | null {
  const text = cleanText(cell)
  if (/^(长期|长期有效|永久|无固定期限|无期限)$/.test(text)) return openEnded
  const number = serial.exec(text)?.[1]
  if (number !== undefined) {
    const days = Number(number)
    return isoDay(Date.UTC(1899, 11, 30) + (date1904 ? days + 1462 : days) * dayInMs)
  }
  const match = separated.exec(text) ?? compact.exec(text)
  if (match === null) return null
  const [, year = '', month = '', day = '', hour = '0', minute = '0', second = '0', zone] = match
  if (!isCalendarDay(Number(year), Number(month), Number(day))) return null
  if (Number(hour) > 24 || Number(minute) > 59 || Number(second) > 60) return null
  if (zone === undefined) return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const moment = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute))
  return shanghaiDay(new Date(moment - zoneMinutes(zone) * 60_000))
}

function isoDay(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10)
}

function zoneMinutes(zone: string): number {
  if (zone.toUpperCase() === 'Z') return 0
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))
  return zone.startsWith('-') ? -minutes : minutes
}
