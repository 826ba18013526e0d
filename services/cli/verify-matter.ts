import { join } from 'node:path'
import type { JSONWebKeySet } from 'jose'
import { systemClock } from '../platform/clock.ts'
import type { Snapshot } from '../platform/directory/snapshot.ts'
import { packageRoot } from '../platform/package-root.ts'
import type { MatterFile } from '../county/proofs/matter-file.ts'
import type { Replay } from '../county/proofs/matter-replay.ts'
import type { MatterProof } from '../county/proofs/verify-matter-file.ts'
import { describeMatter } from './describe-matter.ts'
import type { Language } from './matter-languages.ts'
import { readSnapshot } from './verify-receipt.ts'

/** What a matter file came to. */
export interface VerifiedMatter {
  proof: MatterProof
  replay: Replay | undefined
  /** In plain words. */
  text: string
}

/** Where trust in a matter file comes from. */
export interface MatterTrust {
  /** The coordination office's public keys. */
  trust: JSONWebKeySet
  /** A further signed directory, for keys that have left (compact JWS). */
  directory?: string | undefined
}

/**
 * What a matter file proves by its own directory and a further one when given, without asking anybody. Throws
 * SnapshotRefused when a directory is not signed by a key in `trust`: then nothing can be said.
 */
export async function proveMatter(
  file: MatterFile,
  given: MatterTrust,
): Promise<{ proof: MatterProof; snapshot: Snapshot }> {
  const { verifyMatterFile } = await import('../county/proofs/verify-matter-file.ts')
  const snapshot = await readSnapshot(file.directory, given.trust)
  const further = given.directory === undefined ? [] : [await readSnapshot(given.directory, given.trust)]
  const newestFirst = [snapshot, ...further].toSorted((one, other) => other.serial - one.serial)
  return { proof: await verifyMatterFile(file, newestFirst), snapshot }
}

/** {@link proveMatter}, and the matter told in plain words with where it stands and its limit. */
export async function verifyMatter(
  file: MatterFile,
  given: MatterTrust & { language: Language },
): Promise<VerifiedMatter> {
  // Loaded when needed: a receipt is verified faster without the county's programs.
  await import('reflect-metadata')
  const { matterViews } = await import('../county/matter-kinds.ts')
  const { proof, snapshot } = await proveMatter(file, given)
  const replay = proof.problems.length === 0 ? await replayed(proof, snapshot) : undefined
  return { proof, replay, text: describeMatter({ proof, snapshot, views: matterViews, replay }, given.language) }
}

async function replayed(proof: MatterProof, snapshot: Snapshot): Promise<Replay | undefined> {
  const { matterViews } = await import('../county/matter-kinds.ts')
  const { replayMatter } = await import('../county/proofs/matter-replay.ts')
  const { openDatabase } = await import('../platform/database.ts')
  const migrationsDir = join(packageRoot(), 'services', 'county', 'db', 'migrations')
  const database = await openDatabase({ dataDir: 'memory://', migrationsDir })
  try {
    return await replayMatter(proof, { database, snapshot, views: matterViews, clock: systemClock })
  } finally {
    await database.close()
  }
}
