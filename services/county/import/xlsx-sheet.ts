import type { SourceRow } from './source.ts'
import type { Archive } from './xlsx-archive.ts'
import { columnOf, numberText, unescapeText } from './xlsx-cells.ts'
import type { SharedStrings } from './xlsx-strings.ts'
import { attribute, readXml } from './xlsx-xml.ts'

/** Excel itself has no more columns. */
const mostColumns = 16_384

/** Reads the rows of a worksheet as they come; `onBytes` is told of each piece read. */
export async function* readSheet(
  archive: Archive,
  part: string,
  strings: SharedStrings,
  onBytes: (bytes: number) => void,
): AsyncGenerator<SourceRow, void, undefined> {
  const collector = new RowCollector(strings)
  for await (const bytes of readXml(await archive.read(part), collector)) {
    onBytes(bytes)
    yield* collector.take()
  }
}

class RowCollector {
  readonly #strings: SharedStrings
  #ready: SourceRow[] = []
  #line = 0
  #cells: string[] = []
  #column = -1
  #type = 'n'
  #value = ''
  /** Inside v, or t of an inline string; rPh, a reading aid, is no part of the text. */
  #collects = false
  #phonetic = false

  constructor(strings: SharedStrings) {
    this.#strings = strings
  }

  take(): SourceRow[] {
    const ready = this.#ready
    this.#ready = []
    return ready
  }

  open(name: string, attributes: Record<string, string>): void {
    if (name === 'row') {
      const number = Number(attribute(attributes, 'r'))
      this.#line = Number.isInteger(number) && number > 0 ? number : this.#line + 1
      this.#cells = []
      this.#column = -1
    } else if (name === 'c') {
      this.#column = columnOf(attribute(attributes, 'r')) ?? this.#column + 1
      this.#type = attribute(attributes, 't') ?? 'n'
      this.#value = ''
    } else if (name === 'v' || name === 't') this.#collects = !this.#phonetic
    else if (name === 'rPh') this.#phonetic = true
  }

  text(text: string): void {
    if (this.#collects) this.#value += text
  }

  close(name: string): void {
    if (name === 'v' || name === 't') this.#collects = false
    else if (name === 'rPh') this.#phonetic = false
    else if (name === 'c') this.#endCell()
    else if (name === 'row' && this.#cells.some((cell) => cell !== '')) {
      this.#ready.push({ line: this.#line, cells: this.#cells })
    }
  }

  #endCell(): void {
    if (this.#column >= mostColumns || this.#value === '') return
    while (this.#cells.length < this.#column) this.#cells.push('')
    this.#cells[this.#column] = this.#text()
  }

  #text(): string {
    if (this.#type === 's') return unescapeText(this.#strings.get(Number(this.#value)) ?? '')
    if (this.#type === 'n') return numberText(this.#value)
    return unescapeText(this.#value)
  }
}
