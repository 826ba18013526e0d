import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fixedDirectory } from '../../platform/directory/directory.ts'
import { sampleSnapshot } from '../../platform/directory/sample-snapshot.ts'
import type { OpenDatabase } from '../../platform/database.ts'
import type { RequestContext } from '../../platform/viewer.ts'
import { Authoriser } from '../access/authoriser.ts'
import type { NodeParts } from '../db/node-parts.ts'
import type { Delivery } from '../delivery/contract.ts'
import { memoryDatabase, sampleClock } from '../sample-node.ts'
import { AttachmentFetcher } from './attachment-fetcher.ts'
import { AttachmentService } from './attachment.service.ts'
import { attachments } from './attachment.table.ts'
import { FileRefused, type FileSource } from './file-source.ts'
import { FileStore } from './file-store.ts'

const [xixian, xincai, wuzhi] = ['411528', '411729', '410823'] as const
const matter = `${wuzhi}:consultation:1`
const contents = Buffer.from('现场检查情况：虚构示例\n')
const hash = createHash('sha256').update(contents).digest('hex')
const reference = { hash, size: contents.length, mediaType: 'text/plain', name: '记录.txt' }
const logger = { info: () => {}, warn: () => {} }

type Behaviour = 'GIVES' | 'STALLS' | 'REFUSES'

describe('a file that two other counties name', () => {
  let folder: string
  let store: FileStore
  let database: OpenDatabase
  let fetcher: AttachmentFetcher
  const clock = sampleClock('2026-03-02T02:00:00.000Z')
  const asked: string[] = []
  beforeAll(async () => {
    database = await memoryDatabase()
    folder = mkdtempSync(join(tmpdir(), 'liandong-service-'))
  })
  beforeEach(async () => {
    rmSync(folder, { recursive: true })
    store = await FileStore.open(folder)
    await database.db.delete(attachments)
    asked.length = 0
  })
  afterAll(async () => {
    await database.close()
    rmSync(folder, { recursive: true })
  })

  /** 息县 asks for it; 新蔡县 had named it first, and does so with `named`. */
  function start(behaviours: Record<string, Behaviour>, named = reference) {
    const open: FileSource['open'] = (file, _from, signal) => {
      asked.push(file.county)
      const behaviour = behaviours[file.county]
      if (behaviour === 'REFUSES') return Promise.reject(new FileRefused('HTTP status 404 NOT_FOUND'))
      async function* body(): AsyncGenerator<Buffer> {
        if (behaviour === 'GIVES') yield contents
        else await new Promise((resolve) => signal.addEventListener('abort', resolve))
      }
      return Promise.resolve({ from: 0, body: body(), close: () => {} })
    }
    fetcher = new AttachmentFetcher({ store, source: { open }, logger }, { attempts: 1 })
    const directory = fixedDirectory(sampleSnapshot(), clock)
    const documents = [
      { sender: xincai, attachments: [named] },
      { sender: wuzhi, attachments: [reference] },
    ]
    const history = async () => documents.map((payload) => ({ status: 'APPLIED', payload }))
    const service = new AttachmentService({
      ...({ county: xixian, db: database.db, clock, directory } as unknown as NodeParts),
      authoriser: new Authoriser(xixian, directory, clock),
      delivery: { history } as unknown as Delivery,
      store,
      fetcher,
      waitMs: 200,
    })
    const context: RequestContext = {
      viewer: { agency: 'xixian-enforcement', county: xixian, scopes: new Set(['matter:read']) },
      transaction: { id: clock.uuid(), purpose: { kind: 'CASE', number: '1' }, officer: '41152801', deadline: 0 },
      signal: new AbortController().signal,
      shown: new Set(),
    }
    return async (): Promise<string> => {
      const found = await service.get(context, hash, matter)
      if (!('handle' in found)) return 'FETCHING'
      const text = await found.handle.readFile('utf8')
      await found.handle.close()
      return text
    }
  }

  it('is had from the second at once where the first does not give it', async () => {
    const ask = start({ [xincai]: 'REFUSES', [wuzhi]: 'GIVES' })
    expect(await ask()).toBe(contents.toString())
    expect(asked).toEqual([xincai, wuzhi])
  })

  it('is had from the second with the next request where the first lets everybody wait', async () => {
    const ask = start({ [xincai]: 'STALLS', [wuzhi]: 'GIVES' }, { ...reference, size: 1 })
    expect(await ask()).toBe('FETCHING')
    expect(await ask()).toBe(contents.toString())
    expect(asked).toEqual([xincai, wuzhi])
    await fetcher.stop()
    expect(await ask()).toBe(contents.toString())
  })

  it('is asked of one county only while that one gives it', async () => {
    const ask = start({ [xincai]: 'GIVES', [wuzhi]: 'GIVES' })
    expect(await ask()).toBe(contents.toString())
    expect(asked).toEqual([xincai])
  })

  it('is refused when none of them gives it, with the reason', async () => {
    const ask = start({ [xincai]: 'REFUSES', [wuzhi]: 'REFUSES' })
    await expect(ask()).rejects.toMatchObject({ extensions: { code: 'COUNTY_UNANSWERED', reason: 'REFUSED' } })
    expect(asked).toEqual([xincai, wuzhi])
  })
})
