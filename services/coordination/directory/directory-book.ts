import { createHash } from 'node:crypto'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import type { Logger } from '../../platform/log.ts'
import { lockDirectory, readContents, readRelease, replaceContents, writeRelease } from '../db/directory.repository.ts'
import type { DirectoryContents } from '../seed.ts'
import { canonicalJson } from './canonical-json.ts'
import { readSeed } from './read-seed.ts'

/** The records of the directory at one moment. */
export interface BookPage {
  contents: DirectoryContents
  /** Raised whenever the contents have changed. */
  serial: number
  /** Version of the measure catalogue: changes with the catalogue and nothing else. */
  measuresVersion: string
}

/** The directory as records in the coordination node's database. */
export class DirectoryBook {
  readonly #db: Database
  readonly #clock: Clock
  readonly #logger: Pick<Logger, 'info'>

  constructor(deps: { db: Database; clock: Clock; logger: Pick<Logger, 'info'> }) {
    this.#db = deps.db
    this.#clock = deps.clock
    this.#logger = deps.logger
  }

  /**
   * Loads the seed files of the folders, all or nothing: a bad row anywhere refuses the whole, with SeedRefused naming
   * every one. Loading the same files again changes nothing.
   */
  async load(folders: readonly string[]): Promise<BookPage> {
    return this.#db.transaction(async (tx) => {
      await lockDirectory(tx)
      const held = await readContents(tx)
      const contents = await readSeed(folders, held)
      if (hash(contents) !== hash(held)) await replaceContents(tx, contents)
      return this.#release(tx, contents)
    })
  }

  /** The records as they are now. A change by other hands than {@link load} raises the serial as well. */
  async read(): Promise<BookPage> {
    const page = await this.#db.transaction(
      async (tx) => {
        const contents = await readContents(tx)
        const release = await readRelease(tx)
        return release?.contentsHash === hash(contents) ? pageOf(contents, release.serial) : undefined
      },
      // One moment for all tables.
      { isolationLevel: 'repeatable read', accessMode: 'read only' },
    )
    if (page) return page
    return this.#db.transaction(async (tx) => {
      await lockDirectory(tx)
      return this.#release(tx, await readContents(tx))
    })
  }

  /** Raises the serial when the contents are not those of the last one. The lock must be held. */
  async #release(tx: Database, contents: DirectoryContents): Promise<BookPage> {
    const release = await readRelease(tx)
    const contentsHash = hash(contents)
    if (release?.contentsHash === contentsHash) return pageOf(contents, release.serial)
    const serial = (release?.serial ?? 0) + 1
    await writeRelease(tx, { serial, contentsHash }, this.#clock.now())
    this.#logger.info({ serial }, 'the directory has changed')
    return pageOf(contents, serial)
  }
}

function pageOf(contents: DirectoryContents, serial: number): BookPage {
  return { contents, serial, measuresVersion: hash(contents.measures).slice(0, 12) }
}

function hash(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex')
}
