import { createReadStream } from 'node:fs'

// Tab, line feed, form feed and carriage return are text; all other control characters are not.
const control = /(?![\t\n\f\r])\p{Cc}/u

/**
 * Whether a file is plain text in UTF-8 or GB18030, read through once in both: no control characters, and not the
 * beginning of a page, a drawing or a script (`<`, `#!`).
 */
export async function isPlainText(path: string): Promise<boolean> {
  const decoders = ['utf-8', 'gb18030'].map((encoding) => new TextDecoder(encoding, { fatal: true }))
  let fitting = decoders
  let beginning = ''
  for await (const part of createReadStream(path, { highWaterMark: 1 << 18 })) {
    const chunk: Buffer = part
    fitting = fitting.filter((decoder) => {
      const text = decoded(decoder, chunk)
      if (text === undefined || control.test(text)) return false
      if (beginning === '') beginning = text.trimStart().slice(0, 2)
      return true
    })
    if (fitting.length === 0 || beginning.startsWith('<') || beginning === '#!') return false
  }
  return fitting.some((decoder) => decoded(decoder) !== undefined)
}

/** The text of a chunk, or of what is left at the end; undefined when it is not valid. */
function decoded(decoder: InstanceType<typeof TextDecoder>, chunk?: Buffer): string | undefined {
  try {
    return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true })
  } catch {
    return undefined
  }
}
