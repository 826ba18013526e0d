/**
 * Set up before each test file: a new PGlite database is a copy of one that was made once. Making one runs initdb, which
 * takes four times as long as a copy and gives the same each time. The copy lies in node_modules/.cache, where
 * `npm ci` and a new version of PGlite leave it behind.
 */
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PGliteOptions } from '@electric-sql/pglite'
import { vi } from 'vitest'
import { packageRoot } from '../../services/platform/package-root.ts'

vi.mock('@electric-sql/pglite', async (importOriginal) => {
  const pglite = await importOriginal<typeof import('@electric-sql/pglite')>()
  const copyOfNew = async (): Promise<Blob> => {
    const folder = join(packageRoot(), 'node_modules')
    const about = await readFile(join(folder, '@electric-sql', 'pglite', 'package.json'), 'utf8')
    const { version } = JSON.parse(about) as { version: string }
    const file = join(folder, '.cache', `pglite-${version}.tar`)
    if (!existsSync(file)) {
      const first = await pglite.PGlite.create()
      const whole = Buffer.from(await (await first.dumpDataDir('none')).arrayBuffer())
      await first.close()
      await mkdir(join(folder, '.cache'), { recursive: true })
      // Whole or not at all, whoever else makes one meanwhile.
      await writeFile(`${file}.${process.pid}`, whole)
      await rename(`${file}.${process.pid}`, file)
    }
    return new Blob([await readFile(file)])
  }
  const isNew = ({ dataDir }: PGliteOptions): boolean =>
    dataDir === undefined || dataDir.startsWith('memory://') || !existsSync(join(dataDir, 'PG_VERSION'))
  // A class of its own: the original creates others by itself, for initdb.
  class PGlite extends pglite.PGlite {}
  Object.assign(PGlite, {
    create: async (options: PGliteOptions = {}) =>
      pglite.PGlite.create(isNew(options) ? { ...options, loadDataDir: await copyOfNew() } : options),
  })
  return { ...pglite, PGlite }
})
