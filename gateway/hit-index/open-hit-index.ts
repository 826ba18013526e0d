import { join } from 'node:path'
import type { Registry } from 'prom-client'
import type { Clock } from '../../services/platform/clock.ts'
import type { Directory } from '../../services/platform/directory/directory.ts'
import { type Lock, takeLock } from '../../services/platform/process-lock.ts'
import type { CountyTokenMinter } from '../../services/platform/tokens/county-token.ts'
import type { GatewayConfig } from '../config.ts'
import { createHitIndexMetrics } from '../metrics.ts'
import { type HitIndex, noHitIndex } from './contract.ts'
import { type HitIndexFeedParts, startHitIndexFeed } from './follow-directory.ts'
import { createFrameLog } from './frame-log.ts'
import { createHitIndex } from './hit-index.ts'

/** The gateway's hit index, fed by the counties. */
export interface OpenHitIndex {
  index: HitIndex
  /** Codes of the ACTIVE counties that do not vouch at the moment; undefined when the index is off. */
  unvouched(): readonly string[] | undefined
  close(): Promise<void>
}

/**
 * Opens the index and begins to feed it, or gives one without digests when HIT_INDEX is off. Throws when HIT_INDEX_DIR
 * belongs to another process.
 */
export function openHitIndex(
  config: Pick<GatewayConfig, 'HIT_INDEX' | 'HIT_INDEX_DIR' | 'GATEWAY_ID'>,
  parts: {
    directory: Directory
    minter: Pick<CountyTokenMinter, 'mintOwn'>
    clock: Clock
    logger: HitIndexFeedParts['logger']
    registry: Registry
  },
): OpenHitIndex {
  if (config.HIT_INDEX === 'off') return { index: noHitIndex, unvouched: () => undefined, close: async () => {} }
  const { directory, minter, clock, logger } = parts
  const index = createHitIndex({ directory, clock })
  const metrics = createHitIndexMetrics(parts.registry, () => index.figures(), clock)
  const folder = config.HIT_INDEX_DIR
  const lock = folder === undefined ? undefined : lockFolder(folder)
  const feed = startHitIndexFeed({
    directory,
    index,
    gateway: config.GATEWAY_ID,
    clock,
    logger,
    token: (county) => minter.mintOwn(county),
    store: folder === undefined ? undefined : (county) => createFrameLog(folder, county),
    onResult: (county, result) => metrics.result(county, result),
  })
  return {
    index,
    unvouched() {
      const vouching = new Set(index.figures().counties.flatMap(({ county, vouches }) => (vouches ? [county] : [])))
      try {
        return directory
          .snapshot()
          .counties.flatMap(({ code, status }) => (status === 'ACTIVE' && !vouching.has(code) ? [code] : []))
      } catch {
        return []
      }
    },
    async close() {
      await feed.stop()
      await index.close()
      lock?.release()
    },
  }
}

function lockFolder(folder: string): Lock {
  const lock = takeLock(join(folder, 'lock'))
  if ('release' in lock) return lock
  throw new Error(`HIT_INDEX_DIR is in use by process ${lock.heldBy}. Give each gateway a folder of its own.`)
}
