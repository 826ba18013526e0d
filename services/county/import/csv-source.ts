import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { badInput } from '../../platform/errors.ts'
import { detectEncoding, type Encoding } from './encoding.ts'
import type { Source, SourceRow } from './source.ts'

/** A record longer than this means a quotation mark that is never closed. */
const longestRecord = 1 << 20

/** Opens a text file with separated values; encoding and separator are found out. */
export async function openCsv(path: string): Promise<Source> {
  const { size } = await stat(path)
  const encoding = await detectEncoding(path)
  const delimiter = findDelimiter(await firstLines(path, encoding))
  let read = 0
  const file = createReadStream(path, { highWaterMark: 1 << 17 })

  async function* text(): AsyncGenerator<string> {
    const decoder = new TextDecoder(encoding)
    for await (const part of file) {
      const chunk: Buffer = part
      read += chunk.length
      yield decoder.decode(chunk, { stream: true })
    }
    yield decoder.decode()
  }

  async function* rows(): AsyncGenerator<SourceRow, void, undefined> {
    const parser = parse({
      delimiter,
      info: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_quotes: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: longestRecord,
    })
    const lines = new LineCount()
    let last = 0
    const source = Readable.from(text(), { objectMode: false, highWaterMark: 1 << 18 })
    source.on('error', (error) => parser.destroy(error))
    try {
      for await (const record of source.pipe(parser)) {
        const { record: cells, info }: { record: string[]; info: { lines: number } } = record
        const line = lines.startOf(cells, info.lines)
        last = line
        if (cells.some((cell) => cell !== '')) yield { line, cells }
      }
    } catch (error) {
      throw error instanceof CsvError ? unreadable(error, last) : error
    } finally {
      source.destroy()
    }
  }

  return {
    rows,
    progress: () => (size === 0 ? 1 : read / size),
    date1904: false,
    close: async () => {
      file.destroy()
    },
  }
}

function unreadable(error: CsvError, last: number): Error {
  const cause =
    error.code === 'CSV_MAX_RECORD_SIZE' || error.code === 'CSV_QUOTE_NOT_CLOSED'
      ? 'a quotation mark is opened and never closed'
      : 'it is no table of separated values'
  return badInput(
    `The file cannot be read after line ${last}: ${cause}. Rows before it may have been imported; correct it and import again.`,
  )
}

/** Tells on which line a record begins; csv-parse tells where it ends, and counts CRLF inside quotation marks twice. */
class LineCount {
  #excess = 0

  startOf(cells: readonly string[], end: number): number {
    let breaks = 0
    let pairs = 0
    for (const cell of cells) {
      if (!cell.includes('\n') && !cell.includes('\r')) continue
      breaks += cell.split(/[\r\n]/).length - 1
      pairs += cell.split('\r\n').length - 1
    }
    const start = end - this.#excess - breaks
    this.#excess += pairs
    return start
  }
}

/** Beginning of the file as text. */
async function firstLines(path: string, encoding: Encoding): Promise<string> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1 << 16), 0, 1 << 16, 0)
    return new TextDecoder(encoding).decode(buffer.subarray(0, bytesRead))
  } finally {
    await file.close()
  }
}

/** The separator that cuts some line of the beginning into the most cells. */
function findDelimiter(text: string): string {
  const lines = text.split(/\r\n|\n|\r/, 12).map((line) => line.replace(/"(?:[^"]|"")*"/g, ''))
  const most = (delimiter: string) => Math.max(...lines.slice(0, 10).map((line) => line.split(delimiter).length))
  const [best = ','] = [',', '\t', ';', '|'].toSorted((one, other) => most(other) - most(one))
  return best
}
