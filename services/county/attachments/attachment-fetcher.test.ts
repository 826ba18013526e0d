import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AttachmentFetcher, type FetchBounds } from './attachment-fetcher.ts'
import { FileRefused, type FileSource } from './file-source.ts'
import { FileStore } from './file-store.ts'

const contents = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(991, '虚构示例')])
const hash = createHash('sha256').update(contents).digest('hex')
const reference = { hash, size: contents.length, mediaType: 'application/pdf', name: '示例.pdf' }
const remote = { county: '411528', matter: '411528:clue:1' }
const logger = { info: () => {}, warn: () => {} }
const bounds: Partial<FetchBounds> = { pauseMs: 1, attempts: 3 }

let folder: string
let store: FileStore
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'liandong-fetch-'))
})
beforeEach(async () => {
  rmSync(folder, { recursive: true })
  store = await FileStore.open(folder)
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A sender that gives so many bytes at each attempt before the connection breaks; all of them at the last. */
function sender(given: readonly number[], file = contents, resumes = true) {
  const asked: number[] = []
  const source: FileSource = {
    async open(_, from) {
      asked.push(from)
      const most = given[asked.length - 1]
      if (most === 0) throw new Error('nobody there')
      const start = resumes ? from : 0
      async function* body(): AsyncGenerator<Buffer> {
        const end = most === undefined ? file.length : Math.min(file.length, start + most)
        for (let at = start; at < end; at += 100) yield file.subarray(at, Math.min(end, at + 100))
        if (end < file.length) throw new Error('the connection is lost')
      }
      return { from: start, body: body(), close: () => {} }
    },
  }
  return { asked, source }
}

function fetched(source: FileSource, kept: () => Promise<void> = async () => {}): Promise<void> {
  return new AttachmentFetcher({ store, source, logger }, bounds).fetch(reference, remote, kept).done
}

const isKept = (): boolean => existsSync(store.path(hash)) && readFileSync(store.path(hash)).equals(contents)

describe('a fetch', () => {
  it('comes to the whole file wherever and however often the connection breaks, and reads no byte twice', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 1_200 }), { maxLength: 8 }), async (breaks) => {
        const { asked, source } = sender(breaks)
        await fetched(source)
        expect(isKept()).toBe(true)
        expect(existsSync(store.partial(remote.county, hash))).toBe(false)
        let expected = 0
        for (const [index, from] of asked.entries()) {
          expect(from).toBe(expected)
          expected += breaks[index] ?? 0
        }
        rmSync(store.path(hash))
      }),
      { numRuns: 40 },
    )
  })

  it('begins anew where the sender does not resume', async () => {
    const { asked, source } = sender([350, 350], contents, false)
    await fetched(source)
    expect(asked).toEqual([0, 350, 350])
    expect(isKept()).toBe(true)
  })

  it('goes on where another process was killed, and begins anew when what that left was spoiled', async () => {
    writeFileSync(store.partial(remote.county, hash), contents.subarray(0, 400))
    const first = sender([])
    await fetched(first.source)
    expect(first.asked).toEqual([400])
    rmSync(store.path(hash))
    writeFileSync(store.partial(remote.county, hash), Buffer.alloc(400))
    const second = sender([])
    await fetched(second.source)
    expect(second.asked).toEqual([400, 0])
    expect(isKept()).toBe(true)
  })

  it('is given up after some attempts in vain, names the county, and keeps what it has', async () => {
    const { asked, source } = sender([300, 0, 0, 0, 0, 0])
    await expect(fetched(source)).rejects.toMatchObject({
      extensions: { code: 'COUNTY_UNANSWERED', county: '411528', reason: 'UNREACHABLE' },
    })
    expect(asked).toEqual([0, 300, 300])
    expect(readFileSync(store.partial(remote.county, hash)).length).toBe(300)
  })

  it('from a sender that ends its answers early, without an error, is given up as well', async () => {
    const asked: number[] = []
    async function* nothing(): AsyncGenerator<Buffer> {}
    const open: FileSource['open'] = async (_, from) => {
      asked.push(from)
      return { from, body: nothing(), close: () => {} }
    }
    await expect(fetched({ open })).rejects.toMatchObject({ extensions: { reason: 'UNREACHABLE' } })
    expect(asked).toEqual([0, 0, 0])
  })

  it('that is refused is not tried again', async () => {
    let asked = 0
    const open = async (): Promise<never> => {
      asked += 1
      throw new FileRefused('HTTP status 404 NOT_FOUND')
    }
    await expect(fetched({ open })).rejects.toMatchObject({ extensions: { county: '411528', reason: 'REFUSED' } })
    expect(asked).toBe(1)
  })

  it('of something else than the document names leaves nothing: other contents, too much, another type', async () => {
    const other = Buffer.from(contents)
    other[500] = 0
    for (const [file, message] of [
      [other, 'The file that 411528 sent is not the one that its document names: it was refused.'],
      [
        Buffer.concat([contents, contents]),
        'The file that 411528 sent is longer than its document says: it was refused.',
      ],
    ] as const) {
      await expect(fetched(sender([], file).source)).rejects.toMatchObject({ message, extensions: { reason: 'FAULT' } })
      expect([existsSync(store.partial(remote.county, hash)), isKept()]).toEqual([false, false])
    }
    const page = Buffer.from('<html></html>')
    const lie = { ...reference, hash: createHash('sha256').update(page).digest('hex'), size: page.length }
    const fetcher = new AttachmentFetcher({ store, source: sender([], page).source, logger }, bounds)
    await expect(fetcher.fetch(lie, remote, async () => {}).done).rejects.toThrow('is not of the type')
    expect([existsSync(store.partial(remote.county, lie.hash)), existsSync(store.path(lie.hash))]).toEqual([
      false,
      false,
    ])
  })

  it('is one for all who wait, and is kept before they go on', async () => {
    const { asked, source } = sender([500])
    const fetcher = new AttachmentFetcher({ store, source, logger }, bounds)
    const said: string[] = []
    const kept = async (): Promise<void> => void said.push(isKept() ? 'kept' : 'not there')
    const [one, other] = [1, 2].map(() => fetcher.fetch(reference, remote, kept))
    expect(one).toBe(other)
    await one?.done
    expect([said, asked]).toEqual([['kept'], [0, 500]])
  })

  it('is neither held up nor spoiled by a county that names the same file, however it names it', async () => {
    const honest = sender([400])
    const source: FileSource = {
      open: (file, from, signal) =>
        file.county === remote.county
          ? honest.source.open(file, from, signal)
          : new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
    }
    const fetcher = new AttachmentFetcher({ store, source, logger }, bounds)
    writeFileSync(store.partial(remote.county, hash), contents.subarray(0, 300))
    const lies = ['411729', '411623'].map((county) =>
      fetcher.fetch({ ...reference, size: 1 }, { ...remote, county }, async () => {}),
    )
    await fetcher.fetch(reference, remote, async () => {}).done
    expect([isKept(), honest.asked]).toEqual([true, [300, 700]])
    const ended = Promise.allSettled(lies.map(({ done }) => done))
    await fetcher.stop()
    await ended
    expect(isKept()).toBe(true)
  })

  it('ends when the node stops', async () => {
    const open: FileSource['open'] = (_file, _from, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))))
    const fetcher = new AttachmentFetcher({ store, source: { open }, logger }, bounds)
    const { done } = fetcher.fetch(reference, remote, async () => {})
    await fetcher.stop()
    await expect(done).rejects.toMatchObject({ extensions: { reason: 'TIMEOUT' } })
  })

  it('beyond so many at a time, of all and of one county, is refused with OVERLOADED', async () => {
    const open: FileSource['open'] = (_file, _from, signal) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))))
    const some = { ...bounds, atOnce: 3, eachAtOnce: 2 }
    const fetcher = new AttachmentFetcher({ store, source: { open }, logger }, some)
    const begin = (sign: string, county: string) =>
      fetcher.fetch({ ...reference, hash: sign.repeat(64) }, { ...remote, county }, async () => {})
    for (const sign of ['a', 'b']) begin(sign, '411528')
    expect(() => begin('c', '411528')).toThrow('Too many files are being fetched')
    begin('c', '411729')
    expect(() => begin('d', '411623')).toThrow('Too many files are being fetched')
    await fetcher.stop()
  })
})
