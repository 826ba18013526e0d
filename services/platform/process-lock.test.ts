import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DatabaseInUse, openDatabase } from './database.ts'
import { packageRoot } from './package-root.ts'
import { takeLock } from './process-lock.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'liandong-lock-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('a lock that is held names its holder, and can be taken again once released', () => {
  const file = join(folder, 'lock')
  const first = takeLock(file)
  expect(takeLock(file)).toEqual({ heldBy: process.pid })
  if ('release' in first) first.release()
  expect(takeLock(file)).toHaveProperty('release')
})

test('the lock of a process that was killed is taken over', async () => {
  const file = join(folder, 'lock')
  const child = spawn(process.execPath, ['-e', ''])
  await once(child, 'exit')
  writeFileSync(file, `${child.pid}\n`)
  expect(takeLock(file)).toHaveProperty('release')
})

test('a lock that nobody has touched for long is taken over, though its number now belongs to another process', () => {
  const file = join(folder, 'lock')
  writeFileSync(file, `${process.pid}\n`)
  const long = new Date(Date.now() - 10 * 60_000)
  utimesSync(file, long, long)
  expect(takeLock(file)).toHaveProperty('release')
})

test('a PGlite folder that is open is refused to a second opener and given once it is closed', async () => {
  const options = {
    dataDir: join(folder, 'data'),
    migrationsDir: join(packageRoot(), 'gateway', 'journal', 'migrations'),
  }
  const first = await openDatabase(options)
  await expect(openDatabase(options)).rejects.toThrow(DatabaseInUse)
  await first.close()
  const second = await openDatabase(options)
  await second.close()
})
