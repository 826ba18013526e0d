import { isUtf8 } from 'node:buffer'
import { createReadStream } from 'node:fs'

/** Encodings of text files that are read. */
export type Encoding = 'utf-8' | 'gb18030' | 'utf-16le' | 'utf-16be'

/** So many characters beyond ASCII before the first fault, and the file is damaged UTF-8 rather than GB18030. */
const enoughUtf8 = 10

/**
 * Finds the encoding of a text file by its byte order mark or else by reading it through once: what is valid UTF-8 is
 * UTF-8, the rest GB18030 (which includes GBK and GB2312).
 */
export async function detectEncoding(path: string): Promise<Encoding> {
  let carry = Buffer.alloc(0)
  let first = true
  let seen = 0
  for await (const part of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const read: Buffer = part
    let chunk = Buffer.concat([carry, read])
    if (first) {
      if (chunk[0] === 0xff && chunk[1] === 0xfe) return 'utf-16le'
      if (chunk[0] === 0xfe && chunk[1] === 0xff) return 'utf-16be'
      first = false
    }
    const tail = incompleteTail(chunk)
    carry = chunk.subarray(chunk.length - tail)
    chunk = chunk.subarray(0, chunk.length - tail)
    if (!isUtf8(chunk)) {
      const text = new TextDecoder('utf-8').decode(chunk)
      seen += countBeyondAscii(text.slice(0, text.indexOf('\ufffd')))
      return seen >= enoughUtf8 ? 'utf-8' : 'gb18030'
    }
    if (seen < enoughUtf8) seen += countBeyondAscii(new TextDecoder('utf-8').decode(chunk))
  }
  return carry.length === 0 || seen >= enoughUtf8 ? 'utf-8' : 'gb18030'
}

/** Length of a UTF-8 character that the end of the buffer cuts in two. */
function incompleteTail(buffer: Buffer): number {
  for (let back = 1; back <= Math.min(3, buffer.length); back++) {
    const byte = buffer[buffer.length - back] ?? 0
    if (byte < 0x80) return 0
    if (byte >= 0xc0) return (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) > back ? back : 0
  }
  return 0
}

function countBeyondAscii(text: string): number {
  let count = 0
  for (let index = 0; index < text.length && count < enoughUtf8; index++) if (text.charCodeAt(index) > 127) count++
  return count
}
