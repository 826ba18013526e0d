import type { Readable } from 'node:stream'
import { SaxesParser } from 'saxes'

/** What is told while a part is read; names come without their prefix. */
export interface XmlEvents {
  open(name: string, attributes: Record<string, string>): void
  close?(name: string): void
  text?(text: string): void
}

/**
 * Reads a part of a workbook as XML, piece by piece; after each piece the caller may take what has come together. No
 * entities but XML's own are known, so a file can neither make the reader fetch anything nor blow itself up.
 */
export async function* readXml(stream: Readable, events: XmlEvents): AsyncGenerator<number> {
  const parser = new SaxesParser()
  const decoder = new TextDecoder('utf-8')
  parser.on('opentag', ({ name, attributes }) => events.open(local(name), attributes))
  parser.on('closetag', ({ name }) => events.close?.(local(name)))
  parser.on('text', (text) => events.text?.(text))
  parser.on('cdata', (text) => events.text?.(text))
  parser.on('error', (error) => {
    throw error
  })
  try {
    for await (const part of stream) {
      const chunk: Buffer = part
      parser.write(decoder.decode(chunk, { stream: true }))
      yield chunk.length
    }
    parser.write(decoder.decode()).close()
    yield 0
  } finally {
    stream.destroy()
  }
}

/** An attribute by its name without prefix. */
export function attribute(attributes: Record<string, string>, name: string): string | undefined {
  return attributes[name] ?? Object.entries(attributes).find(([key]) => local(key) === name)?.[1]
}

function local(name: string): string {
  return name.slice(name.indexOf(':') + 1)
}
