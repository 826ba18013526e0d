import 'reflect-metadata'
import { join } from 'node:path'
import { systemClock } from '../platform/clock.ts'
import { openDatabase } from '../platform/database.ts'
import { packageRoot } from '../platform/package-root.ts'
import { loadDemoFiles } from './demo-data/load-demo-files.ts'
import type { DemoFiles } from './demo-data/write-demo-data.ts'
import { loadDemoMatters } from './demo-matters/load-demo-matters.ts'
import type { LoaderNode } from './run-loader.ts'

/**
 * Loads the demo files of one county (DEMO_FILES, JSON) into its database (DATABASE_URL or DATA_DIR), opens its matters with
 * other counties (DEMO_NODE, JSON) and prints what it did as JSON. A process of its own, so that three counties load at once.
 */
const files: DemoFiles = JSON.parse(process.env['DEMO_FILES'] ?? '')
const node: LoaderNode = JSON.parse(process.env['DEMO_NODE'] ?? '')
const database = await openDatabase({
  url: process.env['DATABASE_URL'],
  dataDir: process.env['DATA_DIR'],
  migrationsDir: join(packageRoot(), 'services', 'county', 'db', 'migrations'),
})
try {
  const { penalties, listings, cases, links } = await loadDemoFiles(database.db, files, { clock: systemClock })
  const rejected = penalties.rejected + listings.rejected
  if (rejected > 0)
    throw new Error(`${rejected} rows were rejected: see ${penalties.rejectedFile ?? listings.rejectedFile}`)
  const matters = await loadDemoMatters(database.db, files.county, node)
  const report = { penalties: penalties.read, listings: listings.read, cases, links, matters }
  process.stdout.write(`${JSON.stringify(report)}\n`)
} finally {
  await database.close()
}
