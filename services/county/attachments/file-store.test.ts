import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FileStore } from './file-store.ts'

let folder: string
let store: FileStore
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'liandong-store-'))
  store = await FileStore.open(folder)
})
afterAll(() => rmSync(folder, { recursive: true }))

async function* pieces(...parts: Buffer[]): AsyncGenerator<Buffer> {
  yield* parts
}

function claimOf(...parts: Buffer[]) {
  const contents = Buffer.concat(parts)
  const hash = createHash('sha256').update(contents).digest('hex')
  return { hash, size: contents.length, mediaType: 'text/plain' }
}

const parts = ['虚构', '示例', '文件'].map((text) => Buffer.from(text))
const received = async (at: FileStore, claim = claimOf(...parts), source = pieces(...parts)): Promise<string> => {
  const path = at.incoming(randomUUID())
  await at.receive(path, claim, source)
  return path
}

describe('a file of the store', () => {
  it('has no name before it is kept, and its own from then on', async () => {
    const { hash, size } = claimOf(...parts)
    const path = await received(store)
    expect(await store.open(hash, size)).toBeUndefined()
    await store.keep(path, hash)
    expect(store.path(hash)).toBe(join(folder, 'files', hash.slice(0, 2), hash.slice(2, 4), hash))
    const file = await store.open(hash, size)
    expect(await file?.handle.readFile('utf8')).toBe('虚构示例文件')
    await file?.handle.close()
    expect(statSync(store.path(hash)).mode & 0o777).toBe(0o600)
    expect(await store.open(hash, size + 1)).toBeUndefined()
    expect(await store.verify(store.path(hash), { hash, size })).toBe(true)
    writeFileSync(store.path(hash), '虚构示例文书')
    expect(await store.verify(store.path(hash), { hash, size })).toBe(false)
  })

  it('that another process left half-written when it was killed is gone at the next start; a part of a fetch stays', async () => {
    const left = store.incoming('killed')
    writeFileSync(left, '虚构')
    writeFileSync(store.partial('411528', 'a'.repeat(64)), '示例')
    const again = await FileStore.open(folder)
    expect(existsSync(left)).toBe(false)
    expect(existsSync(again.partial('411528', 'a'.repeat(64)))).toBe(true)
    utimesSync(again.partial('411528', 'a'.repeat(64)), 1, 1)
    writeFileSync(again.partial('411528', 'b'.repeat(64)), '示例')
    await again.sweepPartial(new Date('2026-01-01'))
    expect(readdirSync(join(folder, 'fetching'))).toEqual([`411528-${'b'.repeat(64)}.part`])
  })

  it('that is shorter, longer or another than was claimed is refused, and says what is wrong', async () => {
    const claim = claimOf(...parts)
    const wrong: [AsyncGenerator<Buffer>, string][] = [
      [pieces(...parts.slice(1)), 'content-length'],
      [pieces(...parts, ...parts), 'content-length'],
      [pieces(...parts.toReversed()), 'hash'],
    ]
    for (const [source, argument] of wrong) {
      await expect(received(store, claim, source)).rejects.toMatchObject({
        extensions: { code: 'BAD_USER_INPUT', argument },
      })
    }
  })

  it('whose sender breaks off fails with what broke it', async () => {
    async function* broken(): AsyncGenerator<Buffer> {
      yield Buffer.from('虚构')
      throw new Error('the connection is lost')
    }
    await expect(received(store, claimOf(...parts), broken())).rejects.toThrow('the connection is lost')
  })

  it('for which the disk has no room is refused before a byte of it is read', async () => {
    const small = await FileStore.open(folder, Number.MAX_SAFE_INTEGER / 2)
    async function* unread(): AsyncGenerator<Buffer> {
      yield* []
      throw new Error('it was read')
    }
    await expect(received(small, claimOf(...parts), unread())).rejects.toMatchObject({
      extensions: { code: 'STORAGE_UNAVAILABLE' },
      message: expect.stringContaining('full') as string,
    })
  })

  it('that the disk cannot take is STORAGE_UNAVAILABLE, without a path, and what is there stays', async () => {
    const own = mkdtempSync(join(tmpdir(), 'liandong-store-'))
    const broken = await FileStore.open(own)
    const { hash, size } = claimOf(...parts)
    await broken.keep(await received(broken), hash)
    const path = await received(broken)
    rmSync(join(own, 'incoming'), { recursive: true })
    for (const work of [() => received(broken), () => broken.keep(path, 'c'.repeat(64))]) {
      await expect(work()).rejects.toMatchObject({
        extensions: { code: 'STORAGE_UNAVAILABLE' },
        message: 'The disk for files of this county’s node fails (ENOENT).',
      })
    }
    expect(await broken.verify(broken.path(hash), { hash, size })).toBe(true)
    rmSync(own, { recursive: true })
  })
})
