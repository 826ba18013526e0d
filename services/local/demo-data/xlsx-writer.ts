import { once } from 'node:events'
import { createWriteStream, type WriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { promisify } from 'node:util'
import { constants, crc32, deflateRaw } from 'node:zlib'

const compress = promisify(deflateRaw)
const pieceSize = 1 << 20

/** A cell: text, or a number as spreadsheets store amounts and days. */
export type XlsxCell = string | number

interface Part {
  name: string
  offset: number
  crc: number
  compressed: number
  uncompressed: number
}

/**
 * Writes a workbook of one worksheet, row by row: just what a fictional official file needs, without styles or formulas.
 * Texts are inline strings, so memory does not grow with the file.
 */
export class XlsxWriter {
  readonly #stream: WriteStream
  readonly #parts: Part[] = []
  #offset = 0
  #sheet: Part | undefined
  #text = ''
  #rows = 0

  constructor(path: string) {
    this.#stream = createWriteStream(path)
  }

  /** Adds a row; empty texts leave their cell out. */
  async addRow(cells: readonly XlsxCell[]): Promise<void> {
    if (this.#sheet === undefined) {
      for (const [name, text] of Object.entries(fixedParts)) await this.#addPart(name, text)
      this.#sheet = await this.#startPart('xl/worksheets/sheet1.xml')
      this.#text = `${declaration}<worksheet xmlns="${main}"><sheetData>`
    }
    this.#rows += 1
    this.#text += `<row r="${this.#rows}">${cells.map((cell, index) => cellXml(cell, index, this.#rows)).join('')}</row>`
    if (this.#text.length >= pieceSize) await this.#writePiece(this.#sheet, this.#takeText(), false)
  }

  /** Ends the file; it has at least one row. */
  async finish(): Promise<void> {
    if (this.#sheet === undefined) throw new Error('A worksheet without rows is not written.')
    await this.#writePiece(this.#sheet, `${this.#takeText()}</sheetData></worksheet>`, true)
    await this.#endPart(this.#sheet)
    const start = this.#offset
    for (const part of this.#parts) await this.#write(directoryEntry(part))
    const end = Buffer.alloc(22)
    end.writeUInt32LE(0x06054b50, 0)
    end.writeUInt16LE(this.#parts.length, 8)
    end.writeUInt16LE(this.#parts.length, 10)
    end.writeUInt32LE(this.#offset - start, 12)
    end.writeUInt32LE(start, 16)
    await this.#write(end)
    this.#stream.end()
    await finished(this.#stream)
  }

  #takeText(): string {
    const text = this.#text
    this.#text = ''
    return text
  }

  async #addPart(name: string, text: string): Promise<void> {
    const part = await this.#startPart(name)
    await this.#writePiece(part, text, true)
    await this.#endPart(part)
  }

  async #startPart(name: string): Promise<Part> {
    const part = { name, offset: this.#offset, crc: 0, compressed: 0, uncompressed: 0 }
    this.#parts.push(part)
    await this.#write(header(0x04034b50, part, 30))
    return part
  }

  /** Each piece but the last ends on a byte boundary without ending the stream, so pieces can simply follow each other. */
  async #writePiece(part: Part, text: string, last: boolean): Promise<void> {
    const bytes = Buffer.from(text)
    const data = await compress(bytes, { finishFlush: last ? constants.Z_FINISH : constants.Z_FULL_FLUSH })
    part.crc = crc32(bytes, part.crc)
    part.uncompressed += bytes.length
    part.compressed += data.length
    await this.#write(data)
  }

  async #endPart(part: Part): Promise<void> {
    const descriptor = Buffer.alloc(16)
    descriptor.writeUInt32LE(0x08074b50, 0)
    descriptor.writeUInt32LE(part.crc, 4)
    descriptor.writeUInt32LE(part.compressed, 8)
    descriptor.writeUInt32LE(part.uncompressed, 12)
    await this.#write(descriptor)
  }

  async #write(data: Buffer): Promise<void> {
    this.#offset += data.length
    if (!this.#stream.write(data)) await once(this.#stream, 'drain')
  }
}

/** Fields that the header of a part and its entry in the directory share; sizes follow the data (flag 8). */
function header(signature: number, part: Part, length: number): Buffer {
  const name = Buffer.from(part.name)
  const buffer = Buffer.alloc(length + name.length)
  const shift = length === 46 ? 2 : 0
  buffer.writeUInt32LE(signature, 0)
  if (shift > 0) buffer.writeUInt16LE(20, 4)
  buffer.writeUInt16LE(20, 4 + shift)
  buffer.writeUInt16LE(8, 6 + shift)
  buffer.writeUInt16LE(8, 8 + shift)
  buffer.writeUInt16LE(0x21, 12 + shift)
  buffer.writeUInt16LE(name.length, 26 + shift)
  name.copy(buffer, length)
  return buffer
}

function directoryEntry(part: Part): Buffer {
  const buffer = header(0x02014b50, part, 46)
  buffer.writeUInt32LE(part.crc, 16)
  buffer.writeUInt32LE(part.compressed, 20)
  buffer.writeUInt32LE(part.uncompressed, 24)
  buffer.writeUInt32LE(part.offset, 42)
  return buffer
}

function cellXml(cell: XlsxCell, index: number, row: number): string {
  if (cell === '') return ''
  const reference = `${columnName(index)}${row}`
  if (typeof cell === 'number') return `<c r="${reference}"><v>${cell}</v></c>`
  return `<c r="${reference}" t="inlineStr"><is><t xml:space="preserve">${escapeXml(cell)}</t></is></c>`
}

/** Letters of a column counted from 0: A to Z, AA and so on. */
export function columnName(index: number): string {
  return index < 26 ? String.fromCharCode(65 + index) : columnName(Math.floor(index / 26) - 1) + columnName(index % 26)
}

/** Text for XML; what XML cannot hold is written as `_x000D_`. */
export function escapeXml(text: string): string {
  return text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, (character) => {
      return `_x${character.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}_`
    })
}

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const packaging = 'http://schemas.openxmlformats.org/package/2006'
const sheetType = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

const fixedParts = {
  '[Content_Types].xml': `${declaration}<Types xmlns="${packaging}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${sheetType}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${sheetType}.worksheet+xml"/></Types>`,
  '_rels/.rels': `${declaration}<Relationships xmlns="${packaging}/relationships"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  'xl/workbook.xml': `${declaration}<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  'xl/_rels/workbook.xml.rels': `${declaration}<Relationships xmlns="${packaging}/relationships"><Relationship Id="rId1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
}
