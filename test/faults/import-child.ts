/**
 * Imports a file and prints how many rows it has read, for tests that kill it:
 * `node --import tsx import-child.ts <file> <database URL or PGlite folder>`.
 */
import { join } from 'node:path'
import { importFile } from '../../services/county/import/import-file.ts'
import { systemClock } from '../../services/platform/clock.ts'
import { openDatabase } from '../../services/platform/database.ts'
import { packageRoot } from '../../services/platform/package-root.ts'

const [path = '', place = ''] = process.argv.slice(2)
const migrationsDir = join(packageRoot(), 'services/county/db/migrations')
const database = await openDatabase({
  ...(place.startsWith('postgres') ? { url: place } : { dataDir: place }),
  migrationsDir,
})
const summary = await importFile({
  path,
  county: '411528',
  database: database.db,
  clock: systemClock,
  batchSize: 200,
  onProgress: ({ read }) => process.stdout.write(`${read}\n`),
})
process.stdout.write(`${JSON.stringify(summary)}\n`)
await database.close()
