import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeGb18030 } from '../../local/demo-data/gb18030.ts'
import { detectEncoding } from './encoding.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'liandong-encoding-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function detect(data: string | Buffer): Promise<string> {
  const path = join(folder, 'file')
  await writeFile(path, data)
  return detectEncoding(path)
}

const long = '行政处罚决定书文号，违法事实；'.repeat(100_000)
const ascii = 'CF_WSH,CF_SY\r\n'.repeat(200_000)

describe('detectEncoding', () => {
  it.each<[string, string | Buffer, string]>([
    ['UTF-8', '息县', 'utf-8'],
    ['UTF-8 longer than one piece of reading, cut inside a character', `x${long}`, 'utf-8'],
    [
      'UTF-8 whose first character beyond ASCII is cut by the end of a piece',
      `${'a'.repeat((1 << 20) - 1)}息县`,
      'utf-8',
    ],
    ['UTF-8 whose last character is cut off, as damaged UTF-8', Buffer.from(long).subarray(0, -1), 'utf-8'],
    ['ASCII', 'CF_WSH', 'utf-8'],
    ['GB18030', encodeGb18030('息县'), 'gb18030'],
    ['GB18030 after a long beginning in ASCII', Buffer.concat([Buffer.from(ascii), encodeGb18030(long)]), 'gb18030'],
    ['four-byte GB18030', Buffer.from([0x82, 0x35, 0x87, 0x38]), 'gb18030'],
    ['UTF-16 of either order', Buffer.from('\ufeff息', 'utf16le'), 'utf-16le'],
    ['UTF-16 big-endian', Buffer.from('\ufeff息', 'utf16le').swap16(), 'utf-16be'],
  ])('recognises %s', async (_name, data, encoding) => {
    expect(await detect(data)).toBe(encoding)
  })

  it('takes UTF-8 with one bad byte for damaged UTF-8, not for GB18030', async () => {
    const data = Buffer.from(long)
    data[data.length >> 1] = 0xff
    expect(await detect(data)).toBe('utf-8')
  })
})
