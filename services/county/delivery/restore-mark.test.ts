import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { restoreMarkIn } from './restore-mark.ts'

describe('the mark of how far the database had come', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'liandong-mark-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it('is null on a new machine, only ever rises, and outlives the process', async () => {
    const file = join(folder, 'below', 'mark')
    const mark = restoreMarkIn(file)
    expect(await mark.read()).toBeNull()
    await Promise.all([3, 7, 5].map((ordinal) => mark.raise(ordinal)))
    await mark.raise(6)
    expect(await restoreMarkIn(file).read()).toBe(7)
    await mark.reset(2)
    expect(await restoreMarkIn(file).read()).toBe(2)
    expect(await readdir(join(folder, 'below'))).toEqual(['mark'])
    expect(await readFile(file, 'utf8')).toBe('2\n')
  })

  it('is null when the file holds something else', async () => {
    const file = join(folder, 'mark')
    await writeFile(file, 'seven')
    expect(await restoreMarkIn(file).read()).toBeNull()
  })
})
