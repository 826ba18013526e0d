import { createHash } from 'node:crypto'
import type { Clock } from '../../platform/clock.ts'
import { directoryOver, hold, type Directory, type HeldSnapshot } from '../../platform/directory/directory.ts'
import { signSnapshot } from '../../platform/directory/sign-snapshot.ts'
import type { Snapshot } from '../../platform/directory/snapshot.ts'
import type { SigningKey } from '../../platform/tokens/keys.ts'
import type { DirectoryBook } from './directory-book.ts'

/** For how long a signature is handed out again: bounds what a crowd of nodes costs. */
const reuseMs = 5_000

/** The directory as published. */
export interface Publication {
  snapshot: Snapshot
  /** Compact JWS by the office. */
  jws: string
  /** HTTP entity tag, in quotes. */
  etag: string
  /**
   * The same directory, signed as well, without the keys of the hit index: for whoever verifies receipts. It may be handed
   * on with a receipt; no node works with it.
   */
  forVerification: string
}

/** Publishes the directory, signed. */
export interface Publisher {
  /** The directory as it is now, at most five seconds old. Concurrent calls share one signature. */
  current(): Promise<Publication>
  /** The directory by which this node checks tokens: that of the last publication. */
  directory: Directory
}

/** A publisher over the records. */
export function createPublisher(options: {
  book: Pick<DirectoryBook, 'read'>
  key: SigningKey
  office: string
  /** How long a publication is valid, in milliseconds. */
  validForMs: number
  clock: Clock
}): Publisher {
  const { book, key, office, validForMs, clock } = options
  let last: Publication | undefined
  let held: HeldSnapshot | undefined
  let running: Promise<Publication> | undefined

  async function publish(): Promise<Publication> {
    const { contents, serial, measuresVersion } = await book.read()
    const now = clock.now()
    const snapshot: Snapshot = {
      format: 1,
      serial,
      issuedAt: now.toISOString(),
      expiresAt: new Date(now.getTime() + validForMs).toISOString(),
      office,
      ...contents,
      measuresVersion,
    }
    const jws = await signSnapshot(snapshot, key)
    held = hold(snapshot)
    const forVerification = await signSnapshot({ ...snapshot, hitIndexEpochs: [] }, key)
    last = {
      snapshot,
      jws,
      forVerification,
      etag: `"${createHash('sha256').update(jws).digest('base64url').slice(0, 22)}"`,
    }
    return last
  }

  const isFresh = (publication: Publication): boolean =>
    Math.abs(clock.now().getTime() - Date.parse(publication.snapshot.issuedAt)) < reuseMs

  return {
    current() {
      if (last && isFresh(last)) return Promise.resolve(last)
      running ??= publish().finally(() => {
        running = undefined
      })
      return running
    },
    directory: {
      ...directoryOver(() => held, clock),
      status: () => (held ? { state: 'FRESH', serial: held.snapshot.serial } : { state: 'MISSING' }),
      start: async () => {},
      stop: async () => {},
    },
  }
}
