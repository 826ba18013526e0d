import type { OpenDatabase } from '../platform/database.ts'
import type { Directory } from '../platform/directory/directory.ts'
import type { Journal } from '../platform/journal/journal.ts'
import type { ReadinessCheck } from '../platform/server.ts'

/** What a county node's readiness rests on: a valid directory that names it, its database, and a writable journal. */
export function readinessChecks(parts: {
  county: string
  directory: Directory
  journal: Journal
  database: OpenDatabase
}): ReadinessCheck[] {
  return [
    {
      name: 'directory',
      run() {
        const { state, serial, expiresAt, lastError } = parts.directory.status()
        const detail = `${state}, serial ${serial ?? 'none'}, expires ${expiresAt ?? 'never had'}`
        const usable = state === 'FRESH' || state === 'STALE'
        if (usable && !parts.directory.node(parts.county)) {
          return { ok: false, detail: `${detail}, without county ${parts.county}` }
        }
        return { ok: usable, detail: lastError === undefined ? detail : `${detail} (${lastError})` }
      },
    },
    {
      name: 'database',
      async run() {
        await parts.database.ping()
        return { ok: true, detail: parts.database.engine }
      },
    },
    { name: 'journal', run: () => parts.journal.status() },
  ]
}
