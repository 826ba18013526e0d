import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rename, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { FileClaim } from '../../platform/attachments/attachment.ts'
import { errorCode } from '../../platform/error-code.ts'
import { ExchangeError, badInput } from '../../platform/errors.ts'

/** So many bytes of the disk stay free whatever comes: the database may lie on it. */
const reserveBytes = 268_435_456

/** A file of the store, opened. */
export interface OpenFile {
  handle: FileHandle
  size: number
}

/**
 * Files by the hash of their contents, in a folder of this node alone: `files/ab/cd/<hash>`. A file gets its name only once
 * it is complete, verified and on the disk; uploads on their way are in `incoming/`, downloads in `fetching/`. An empty file
 * in `removing/` says that one is to be removed. What the disk cannot do is STORAGE_UNAVAILABLE.
 */
export class FileStore {
  readonly #folder: string
  readonly #reserve: number

  private constructor(folder: string, reserve: number) {
    this.#folder = folder
    this.#reserve = reserve
  }

  /** Opens the folder, makes it where there is none, and removes uploads that were left unfinished. */
  static async open(folder: string, reserve = reserveBytes): Promise<FileStore> {
    await rm(join(folder, 'incoming'), { recursive: true, force: true })
    for (const name of ['incoming', 'fetching', 'files', 'removing'])
      await mkdir(join(folder, name), { recursive: true, mode: 0o700 })
    return new FileStore(folder, reserve)
  }

  /** Where a complete file stands. */
  path(hash: string): string {
    return join(this.#folder, 'files', hash.slice(0, 2), hash.slice(2, 4), hash)
  }

  /** Where a file that is being fetched from this county stands: no other one has a say in it. */
  partial(county: string, hash: string): string {
    return join(this.#folder, 'fetching', `${county}-${hash}.part`)
  }

  /** Where an upload with this id stands. */
  incoming(id: string): string {
    return join(this.#folder, 'incoming', `${id}.tmp`)
  }

  /**
   * Writes an upload to `path` while hashing it, to the disk. BAD_USER_INPUT when it is not what was claimed; nothing of it
   * is left then.
   */
  async receive(path: string, claim: FileClaim, source: AsyncIterable<Buffer>): Promise<void> {
    await this.demandRoom(claim.size)
    const hash = createHash('sha256')
    let size = 0
    const file = await onDisk(open(path, 'wx', 0o600))
    try {
      for await (const chunk of source) {
        size += chunk.length
        if (size > claim.size) break
        hash.update(chunk)
        await onDisk(file.writeFile(chunk))
      }
      await onDisk(file.sync())
    } finally {
      await file.close()
    }
    if (size !== claim.size) throw badInput('The file is not as long as its content-length says.', 'content-length')
    if (hash.digest('hex') === claim.hash) return
    throw badInput('The contents do not have this SHA-256: the file was damaged on its way, or is another one.', 'hash')
  }

  /** Gives a complete, verified file its name. */
  async keep(path: string, hash: string): Promise<void> {
    const target = this.path(hash)
    await onDisk(mkdir(dirname(target), { recursive: true, mode: 0o700 }))
    await onDisk(rename(path, target))
    for (const folder of [dirname(target), dirname(dirname(target))]) await onDisk(syncFolder(folder))
  }

  /** Opens a file; undefined when there is none of that hash and size. */
  async open(hash: string, size: number): Promise<OpenFile | undefined> {
    const handle = await open(this.path(hash)).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return undefined
      throw unavailable(error)
    })
    if (!handle) return undefined
    if ((await handle.stat()).size === size) return { handle, size }
    await handle.close()
    return undefined
  }

  /** Whether the file under this path has these contents. */
  async verify(path: string, { hash, size }: Pick<FileClaim, 'hash' | 'size'>): Promise<boolean> {
    if ((await sizeOf(path)) !== size) return false
    const found = createHash('sha256')
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) found.update(chunk as Buffer)
    return found.digest('hex') === hash
  }

  /** Removes a file, wherever it stands; one that is not there is no error. */
  async remove(path: string): Promise<void> {
    await onDisk(rm(path, { force: true }))
  }

  /** Notes that a file is to be removed, for whoever goes on with it when this process cannot. */
  async mark(hash: string): Promise<void> {
    const folder = join(this.#folder, 'removing')
    await onDisk(writeFile(join(folder, hash), '', { mode: 0o600 }))
    await onDisk(syncFolder(folder))
  }

  /** Takes that note back. */
  async unmark(hash: string): Promise<void> {
    await this.remove(join(this.#folder, 'removing', hash))
  }

  /** The hashes of files that are to be removed. */
  async marked(): Promise<string[]> {
    return (await onDisk(readdir(join(this.#folder, 'removing')))).filter((name) => /^[0-9a-f]{64}$/.test(name))
  }

  /** Refuses with STORAGE_UNAVAILABLE when the disk has no room for so many bytes beside its reserve. */
  async demandRoom(bytes: number): Promise<void> {
    const { bavail, bsize } = await onDisk(statfs(this.#folder))
    if (bavail * bsize < bytes + this.#reserve) throw full()
  }

  /** Removes what was begun to be fetched and has not moved since `before`. */
  async sweepPartial(before: Date): Promise<void> {
    const folder = join(this.#folder, 'fetching')
    for (const name of await readdir(folder)) {
      const path = join(folder, name)
      const { mtime } = await stat(path)
      if (mtime < before) await this.remove(path)
    }
  }
}

/** Bytes of a file, 0 without one. */
export async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 0
    throw unavailable(error)
  }
}

/** The result of a file operation; STORAGE_UNAVAILABLE when it fails. */
export async function onDisk<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    throw unavailable(error)
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path)
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

function full(): ExchangeError {
  return new ExchangeError('STORAGE_UNAVAILABLE', 'The disk for files of this county’s node is full.')
}

/** Without path: only the system's code of what went wrong. */
function unavailable(error: unknown): ExchangeError {
  const code = errorCode(error) ?? 'unknown'
  if (code === 'ENOSPC' || code === 'EDQUOT') return full()
  return new ExchangeError('STORAGE_UNAVAILABLE', `The disk for files of this county’s node fails (${code}).`)
}
