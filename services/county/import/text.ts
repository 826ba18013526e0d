/** Spelling of cells: what differs only in typing is made equal before anything is compared or stored. */

/** Marks a number that a spreadsheet stored with more digits than it can hold; see `xlsx-cells.ts`. */
export const lostPrecision = '≈'

const placeholders = new Set([
  '-',
  '--',
  '—',
  '——',
  '/',
  '\\',
  '无',
  '空',
  'N/A',
  'n/a',
  'NULL',
  'null',
  '暂无',
  '不适用',
])

/** Full-width letters, digits and blanks become half-width; Chinese punctuation stays. */
export function halfWidth(text: string): string {
  if (!/[\uff10-\uff5a\u3000\u00a0\u2002-\u202f]/.test(text)) return text
  return text
    .replace(/[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]/g, (character) =>
      String.fromCharCode(character.charCodeAt(0) - 0xfee0),
    )
    .replace(/[\u3000\u00a0\u2002-\u200a\u202f]/g, ' ')
}

// eslint-disable-next-line no-control-regex -- control characters are exactly what is removed
const invisible = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2060\ufeff\ufffe\uffff]/g

/** A cell's text as it is stored: half-width letters and digits, no control characters, trimmed; '' for a placeholder such as 无 or -. */
export function cleanText(cell: string): string {
  const text = halfWidth(cell.replace(invisible, ''))
    .replace(/\r\n?/g, '\n')
    .replace(/[ \t]+/g, ' ')
    .trim()
  return placeholders.has(text) ? '' : unquoteFormula(text)
}

/** Rejected files put ' before what a spreadsheet would take for a formula; reading one again takes it off. */
function unquoteFormula(text: string): string {
  return /^'[=+\-@＝＋－＠]/.test(text) ? text.slice(1) : text
}

/** One spelling of a document number: no blanks, the year in 〔〕 whichever brackets were typed. */
export function cleanDocumentNumber(cell: string): string {
  return cleanText(cell)
    .replace(/\s/g, '')
    .replace(/[(（[［【〔〖﹝](\d{4})[)）\]］】〕〗﹞]/g, '〔$1〕')
}
