import type { OpenDatabase } from '../services/platform/database.ts'
import type { Directory } from '../services/platform/directory/directory.ts'
import type { Journal } from '../services/platform/journal/journal.ts'
import type { ReadinessCheck } from '../services/platform/server.ts'
import type { CountyClientStatus } from './sharding/county-client.ts'

/**
 * What the gateway's readiness rests on: a valid directory and a journal that can be written. A county that does not
 * answer is named, but does not make the gateway unready: it goes on for the others.
 */
export function readinessChecks(parts: {
  directory: Directory
  journal: Journal
  database: OpenDatabase
  counties: () => readonly CountyClientStatus[]
  /** Codes of the ACTIVE counties for which the hit index does not vouch; undefined when it is off. */
  unvouched: () => readonly string[] | undefined
}): ReadinessCheck[] {
  return [
    {
      name: 'directory',
      run() {
        const { state, serial, expiresAt, lastError } = parts.directory.status()
        const detail = `${state}, serial ${serial ?? 'none'}, expires ${expiresAt ?? 'never had'}`
        return { ok: state === 'FRESH' || state === 'STALE', detail: lastError ? `${detail} (${lastError})` : detail }
      },
    },
    {
      name: 'journal',
      async run() {
        await parts.database.ping()
        return parts.journal.status()
      },
    },
    {
      name: 'counties',
      run: () => ({
        ok: true,
        detail:
          parts
            .counties()
            .map(({ county, breaker }) => `${county} ${breaker}`)
            .join(', ') || 'none asked yet',
      }),
    },
    {
      name: 'hit index',
      run() {
        const unvouched = parts.unvouched()
        if (!unvouched) return { ok: true, detail: 'off' }
        return { ok: true, detail: unvouched.length === 0 ? 'complete' : `asked live: ${unvouched.join(', ')}` }
      },
    },
  ]
}
