let table: Map<string, Buffer> | undefined

/** All characters of two bytes; Node decodes GB18030 but does not encode it, so the decoder is asked for each. */
function twoByteCharacters(): Map<string, Buffer> {
  if (table !== undefined) return table
  table = new Map()
  const decoder = new TextDecoder('gb18030')
  for (let lead = 0x81; lead <= 0xfe; lead++) {
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      if (trail === 0x7f) continue
      const bytes = Buffer.from([lead, trail])
      const character = decoder.decode(bytes)
      if (character.length === 1 && character !== '\ufffd' && !table.has(character)) table.set(character, bytes)
    }
  }
  return table
}

/** Text in GB18030, for characters of one or two bytes (all of GBK). Throws on any other character. */
export function encodeGb18030(text: string): Buffer {
  const characters = twoByteCharacters()
  const parts = Array.from(text, (character) => {
    if (character <= '\u007f') return Buffer.from(character, 'latin1')
    const bytes = characters.get(character)
    if (bytes === undefined) throw new RangeError(`GBK has no character ${character}.`)
    return bytes
  })
  return Buffer.concat(parts)
}
