import { lostPrecision } from './text.ts'

/** Number of a column from a cell's reference such as `AB12`, from 0; undefined when it has none. */
export function columnOf(reference: string | undefined): number | undefined {
  const letters = /^\$?([A-Za-z]{1,3})\$?\d*$/.exec(reference ?? '')?.[1]
  if (letters === undefined) return undefined
  let column = 0
  for (const letter of letters.toUpperCase()) column = column * 26 + letter.charCodeAt(0) - 64
  return column - 1
}

/**
 * A number cell's text in plain digits: `2.0260301E7` is 20260301. A number of more than 15 digits was a code typed
 * into a number cell; the workbook has kept only 15 of its digits, so it is marked and no code can pass for valid.
 */
export function numberText(raw: string): string {
  const text = raw.trim()
  const value = Number(text)
  if (text === '' || !Number.isFinite(value)) return text
  if (Math.abs(value) >= 1e15) return lostPrecision + text
  if (!/e/i.test(text)) return text
  return Number.isInteger(value) ? value.toFixed(0) : String(value)
}

/** Undoes the escapes `_x000D_` of characters that XML does not allow. */
export function unescapeText(text: string): string {
  if (!text.includes('_x')) return text
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
}
