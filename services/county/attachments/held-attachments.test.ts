import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Database, OpenDatabase } from '../../platform/database.ts'
import { createLogger } from '../../platform/log.ts'
import type { Authoriser } from '../access/authoriser.ts'
import { sampleEngines } from '../sample-database.ts'
import { sampleClock } from '../sample-node.ts'
import { AttachmentRepository } from './attachment.repository.ts'
import { sweepAttachments } from './attachment-sweeper.ts'
import { attachments } from './attachment.table.ts'
import { FileStore } from './file-store.ts'
import { HeldAttachments } from './held-attachments.service.ts'

describe.each(sampleEngines())('files in the database ($name)', ({ open }) => {
  const repository = new AttachmentRepository()
  const clock = sampleClock('2026-03-02T02:00:00.000Z')
  let database: OpenDatabase
  let folder: string
  let store: FileStore
  let held: HeldAttachments
  beforeAll(async () => {
    database = await open()
    folder = mkdtempSync(join(tmpdir(), 'liandong-held-'))
    store = await FileStore.open(folder)
    held = new HeldAttachments({ db: database.db, clock, authoriser: {} as Authoriser })
  })
  beforeEach(() => database.db.delete(attachments).then(() => clock.set('2026-03-02T02:00:00.000Z')))
  afterAll(async () => {
    await database.close()
    rmSync(folder, { recursive: true })
  })

  async function stored(text: string, origin = 'OWN') {
    const hash = createHash('sha256').update(text).digest('hex')
    const reference = { hash, size: text.length, mediaType: 'text/plain', name: `${text}.txt` }
    writeFileSync(store.incoming(text), text)
    await store.keep(store.incoming(text), hash)
    const { size, mediaType } = reference
    await repository.put(database.db, { hash, size, mediaType, storedAt: clock.now(), agency: 'xixian', origin })
    return reference
  }

  it('a document may name what is held, and nothing else; the place of what is not is told', async () => {
    const [one, two] = [await stored('one'), await stored('two', 'FETCHED')]
    await held.demandHeld(database.db, [])
    await held.demandHeld(database.db, [one, two, one])
    for (const wrong of [
      { ...one, hash: 'f'.repeat(64) },
      { ...one, size: 4 },
      { ...one, mediaType: 'text/csv' },
    ]) {
      await expect(held.demandHeld(database.db, [two, wrong])).rejects.toMatchObject({
        extensions: { code: 'BAD_USER_INPUT', argument: 'attachments[1]' },
      })
    }
  })

  it('an upload that no document names for 30 days is removed; what one names, or was fetched, stays', async () => {
    const [unused, used, fetched, refused] = [
      await stored('unused'),
      await stored('used'),
      await stored('fetched', 'FETCHED'),
      await stored('refused'),
    ]
    await database.db.transaction((tx) => held.demandHeld(tx, [used]))
    const failed = database.db.transaction((tx) => held.demandHeld(tx, [refused, { ...used, size: 1 }]))
    await expect(failed).rejects.toThrow('attachments[1]')
    clock.set('2026-03-31T00:00:00.000Z')
    const later = await stored('later')
    await repository.touch(database.db, refused.hash, clock.now())
    const parts = { db: database.db, store, clock, logger: createLogger({ name: 'test', level: 'silent' }) }
    expect(await sweepAttachments(parts)).toBe(0)
    clock.set('2026-04-01T02:00:00.001Z')
    expect(await sweepAttachments(parts)).toBe(1)
    const there = [unused, used, fetched, refused, later].map(({ hash }) => existsSync(store.path(hash)))
    expect(there).toEqual([false, true, true, true, true])
    const rows = await repository.byHashes(database.db, [unused.hash, used.hash])
    expect([...rows.keys()]).toEqual([used.hash])
  })

  describe('a sweep', () => {
    const parts = () => ({ db: database.db, store, clock, logger: createLogger({ name: 'test', level: 'silent' }) })
    /** The first transaction's connection breaks: before the commit, or when that has gone through. */
    const breaking = (committed: boolean): Database => {
      let broken = false
      const { db } = database
      const transaction: Database['transaction'] = async (work, ...more) => {
        if (broken) return db.transaction(work, ...more)
        broken = true
        const lost = new Error('the connection is lost')
        await db.transaction(async (tx) => {
          await work(tx)
          if (!committed) throw lost
        })
        throw lost
      }
      return new Proxy(db, {
        get: (target, name) => (name === 'transaction' ? transaction : Reflect.get(target, name)),
      })
    }
    const isThere = async (hash: string) => [
      existsSync(store.path(hash)),
      (await repository.byHashes(database.db, [hash])).has(hash),
    ]

    it.each([
      [false, 'before its commit takes nothing', [true, true]],
      [true, 'after its commit leaves a file that nothing names', [true, false]],
    ])('that loses its connection (committed: %s) %s, and the next one takes all', async (committed, _, left) => {
      const { hash } = await stored('unused')
      clock.set('2026-04-02T00:00:00.000Z')
      await expect(sweepAttachments({ ...parts(), db: breaking(committed) })).rejects.toThrow('the connection is lost')
      expect(await isThere(hash)).toEqual(left)
      await sweepAttachments(parts())
      expect(await isThere(hash)).toEqual([false, false])
      expect(await store.marked()).toEqual([])
    })

    it('that goes on with another one leaves what was uploaded again in between', async () => {
      const { hash } = await stored('unused')
      clock.set('2026-04-02T00:00:00.000Z')
      await expect(sweepAttachments({ ...parts(), db: breaking(true) })).rejects.toThrow('the connection is lost')
      await stored('unused')
      expect(await sweepAttachments(parts())).toBe(0)
      expect(await isThere(hash)).toEqual([true, true])
      expect(await store.marked()).toEqual([])
    })
  })
})
