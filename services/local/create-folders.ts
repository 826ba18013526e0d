import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runChild } from './run-child.ts'

/**
 * Creates an empty PGlite database in each of the folders that is not there. Creating one takes seconds of computing, so
 * one is created and copied; each gets its name only once it is complete.
 */
export async function createFolders(home: string, folders: readonly string[], signal: AbortSignal): Promise<void> {
  const missing = folders.filter((folder) => !existsSync(folder))
  if (missing.length === 0) return
  const template = join(home, 'data', 'template')
  rmSync(template, { recursive: true, force: true })
  mkdirSync(join(home, 'data'), { recursive: true })
  const done = await runChild({
    module: 'services/local/create-database.js',
    env: { DATA_DIR: template },
    logFile: join(home, 'logs', 'create-database.log'),
    limitMs: 120_000,
    signal,
  })
  if (done !== undefined) {
    for (const folder of missing) {
      const copy = `${folder}.copy`
      rmSync(copy, { recursive: true, force: true })
      cpSync(template, copy, { recursive: true })
      mkdirSync(dirname(folder), { recursive: true })
      renameSync(copy, folder)
    }
  }
  rmSync(template, { recursive: true, force: true })
}
