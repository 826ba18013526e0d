import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { afterAll, describe, expect, it } from 'vitest'
import { createCountyTokenMinter } from '../../platform/tokens/county-token.ts'
import { type SampleExchange, sampleCounties, startSampleExchange } from '../sample-node.ts'

const { xixian } = sampleCounties
const contents = Buffer.from('现场检查情况：虚构示例\n')
const hash = createHash('sha256').update(contents).digest('hex')
const folder = mkdtempSync(join(tmpdir(), 'liandong-route-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Hands the file over in the name of 息县's agency, as its gateway does. */
async function put({ at, clock, gatewayKey }: SampleExchange) {
  const minter = createCountyTokenMinter({ gatewayId: 'gateway', key: gatewayKey, clock })
  const viewer = { agency: 'xixian-enforcement', county: xixian, scopes: new Set(['matter:write']) }
  const answer = await at(xixian).node.app.inject({
    method: 'PUT',
    url: `/attachments/${hash}`,
    headers: {
      authorization: `Bearer ${await minter.mint({ viewer, county: xixian })}`,
      'exchange-purpose': 'case/1',
      'exchange-officer': '41152801',
      'content-type': 'text/plain',
      'content-length': String(contents.length),
    },
    payload: contents,
  })
  return { status: answer.statusCode, body: answer.json<{ errors?: { extensions: { code: string } }[] }>() }
}

describe('a file is refused', () => {
  it('by a node that has no folder for files, which serves all else', async () => {
    const exchange = await startSampleExchange([xixian])
    const { status, body } = await put(exchange)
    expect([status, body.errors?.[0]?.extensions.code]).toEqual([503, 'STORAGE_UNAVAILABLE'])
    await exchange.close()
  })

  it('while the journal cannot be written, before a byte of it is taken', async () => {
    const exchange = await startSampleExchange([xixian], { config: { ATTACHMENTS_DIR: folder } })
    const { db } = exchange.at(xixian)
    await db.execute(sql`alter table journal_entry rename to journal_entry_away`)
    const { status, body } = await put(exchange)
    expect([status, body.errors?.[0]?.extensions.code]).toEqual([503, 'JOURNAL_UNAVAILABLE'])
    expect([readdirSync(join(folder, 'files')), readdirSync(join(folder, 'incoming'))]).toEqual([[], []])
    await db.execute(sql`alter table journal_entry_away rename to journal_entry`)
    expect(await put(exchange)).toMatchObject({ status: 201, body: { hash, size: contents.length } })
    expect(existsSync(join(folder, 'files', hash.slice(0, 2), hash.slice(2, 4), hash))).toBe(true)
    await exchange.close()
  })
})
