import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Outside of the database, how far the database had come when something last left this county: a database that has come
 * less far was restored from a backup.
 */
export interface RestoreMark {
  /** The mark; null when there is none, as on a new machine; undefined when none is kept at all. */
  read(): Promise<number | null | undefined>
  /** Raises the mark, before what it stands for leaves. */
  raise(ordinal: number): Promise<void>
  /** Sets the mark back to where the restored database stands. */
  reset(ordinal: number): Promise<void>
}

/** Keeps no mark: a restore is noticed when a peer hands over something that this county has signed and does not hold. */
export const noRestoreMark: RestoreMark = {
  read: () => Promise.resolve(undefined),
  raise: () => Promise.resolve(),
  reset: () => Promise.resolve(),
}

/** A mark in a file, which must not lie with what a backup restores. */
export function restoreMarkIn(file: string): RestoreMark {
  let kept = -1
  let writing: Promise<void> = Promise.resolve()

  async function write(ordinal: number): Promise<void> {
    const temporary = `${file}.${randomUUID()}.tmp`
    try {
      await mkdir(dirname(file), { recursive: true })
      await writeFile(temporary, `${ordinal}\n`, { mode: 0o600 })
      await rename(temporary, file)
      kept = ordinal
    } finally {
      await rm(temporary, { force: true })
    }
  }

  return {
    async read() {
      try {
        const value = Number((await readFile(file, 'utf8')).trim())
        kept = Number.isSafeInteger(value) ? value : -1
        return kept === -1 ? null : kept
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
        throw error
      }
    },
    raise(ordinal) {
      if (ordinal <= kept) return Promise.resolve()
      writing = writing.catch(() => {}).then(() => (ordinal <= kept ? undefined : write(ordinal)))
      return writing
    },
    reset(ordinal) {
      writing = writing.catch(() => {}).then(() => write(ordinal))
      return writing
    },
  }
}
