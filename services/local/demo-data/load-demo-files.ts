import { importFile, type ImportSummary } from '../../county/import/import-file.ts'
import type { ImportProgress } from '../../county/import/progress.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database.ts'
import { type LoadedCases, loadDemoCases } from './load-demo-cases.ts'
import type { DemoFiles } from './write-demo-data.ts'

/** What was loaded into a county. */
export interface LoadedDemo extends LoadedCases {
  penalties: ImportSummary
  listings: ImportSummary
}

/**
 * Loads a county's demo files, the official ones by the same import that a county's IT office uses. Loading twice
 * changes nothing.
 */
export async function loadDemoFiles(
  database: Database,
  files: DemoFiles,
  options: { clock: Clock; onProgress?: (progress: ImportProgress) => void; signal?: AbortSignal },
): Promise<LoadedDemo> {
  const common = { county: files.county, database, ...options }
  const penalties = await importFile({ ...common, path: files.penalties, kind: 'penalty' })
  const listings = await importFile({ ...common, path: files.listings, kind: 'listing' })
  return { penalties, listings, ...(await loadDemoCases(database, files.cases)) }
}
