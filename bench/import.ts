/**
 * Measures the import of penalties: `npx tsx bench/import.ts [rows] [csv|xlsx]`, 1,000,000 rows of CSV unless told. Needs
 * a PostgreSQL in BENCH_DATABASE_URL (default postgres://postgres:postgres@127.0.0.1:5432/postgres) where it may create a
 * database; both the database and the file are removed afterwards. The import runs in a process of its own, so that the
 * peak memory is that of the import alone.
 */
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { finished } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import postgres from 'postgres'
import { importFile } from '../services/county/import/import-file.ts'
import { csv, penaltyCells, penaltyTable } from '../services/county/import/import-fixture.ts'
import { showProgress } from '../services/county/import/progress.ts'
import { XlsxWriter } from '../services/local/demo-data/xlsx-writer.ts'
import { systemClock } from '../services/platform/clock.ts'
import { openDatabase } from '../services/platform/database.ts'
import { packageRoot } from '../services/platform/package-root.ts'

const server = process.env['BENCH_DATABASE_URL'] ?? 'postgres://postgres:postgres@127.0.0.1:5432/postgres'

function cells(n: number) {
  return penaltyCells(n, { remark: `第${n}行`, validUntil: '2027-03-01', confiscated: '1,234.56' })
}

function* tableRows(count: number): Generator<string[]> {
  yield penaltyTable([cells(0)])[0] ?? []
  for (let n = 0; n < count; n++) yield penaltyTable([cells(n)])[1] ?? []
}

async function writeCsv(path: string, count: number): Promise<void> {
  const stream = createWriteStream(path)
  for (const row of tableRows(count)) if (!stream.write(csv([row]))) await once(stream, 'drain')
  stream.end()
  await finished(stream)
}

async function writeXlsx(path: string, count: number): Promise<void> {
  const writer = new XlsxWriter(path)
  for (const row of tableRows(count)) await writer.addRow(row)
  await writer.finish()
}

async function measure(path: string, url: string): Promise<void> {
  const database = await openDatabase({ url, migrationsDir: join(packageRoot(), 'services/county/db/migrations') })
  for (const run of ['first run', 'second run']) {
    const progress = showProgress(process.stdout, run, 100_000)
    const summary = await importFile({
      path,
      county: '411528',
      database: database.db,
      clock: systemClock,
      onProgress: (now) => progress.onProgress(now),
    })
    progress.end()
    const peak = Math.round(process.resourceUsage().maxRSS / 1024)
    const speed = Math.round(summary.read / summary.seconds)
    process.stdout.write(`${run}: ${JSON.stringify(summary)} ${speed} rows/s, peak memory ${peak} MB\n`)
  }
  await database.close()
}

async function main(): Promise<void> {
  const [first = '1000000', format = 'csv', url] = process.argv.slice(2)
  if (url !== undefined) return measure(first, url)
  const folder = await mkdtemp(join(tmpdir(), 'liandong-bench-'))
  const name = `liandong_bench_${process.pid}`
  const admin = postgres(server, { max: 1, onnotice: () => {} })
  try {
    const path = join(folder, `penalties.${format}`)
    await (format === 'xlsx' ? writeXlsx : writeCsv)(path, Number(first))
    process.stdout.write(`${first} rows, ${Math.round((await stat(path)).size / 1e6)} MB of ${format}\n`)
    await admin.unsafe(`create database ${name}`)
    const target = new URL(server)
    target.pathname = `/${name}`
    const self = fileURLToPath(import.meta.url)
    const child = spawnSync(process.execPath, [...process.execArgv, self, path, format, target.href], {
      stdio: 'inherit',
    })
    process.exitCode = child.status ?? 1
  } finally {
    await admin.unsafe(`drop database if exists ${name} with (force)`)
    await admin.end()
    await rm(folder, { recursive: true, force: true })
  }
}

await main()
