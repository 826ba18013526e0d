import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createCountySigner, type CountySigner } from '../county/signing/county-signer.ts'
import { systemClock } from '../platform/clock.ts'
import { shanghaiDay } from '../platform/directory/snapshot-lookups.ts'
import { readSigningKey } from '../platform/tokens/keys.ts'
import { type DemoFiles, writeDemoData } from './demo-data/write-demo-data.ts'
import type { DemoKeys } from './keys.ts'
import { type LoaderNode, runLoader } from './run-loader.ts'
import { writeJson } from './write-json.ts'

/** A county's database, as its node will open it. */
export interface CountyDatabase {
  code: string
  name: string
  /** PostgreSQL, or else the PGlite folder. */
  url: string | undefined
  dataDir: string
  /** What else its node will be started with. */
  node: LoaderNode
}

/** What {@link loadDemoData} needs. */
export interface LoadOptions {
  home: string
  keys: DemoKeys
  counties: readonly CountyDatabase[]
  /** Resolves once the databases are there. */
  created: Promise<void>
  say: (line: string) => void
  signal: AbortSignal
}

/**
 * Loads the demo's official files into every county database that has not had them yet, by the county's own import, each
 * in a process of its own. Returns one promise for each county, in order, so that a node can start once its own is done.
 */
export function loadDemoData(options: LoadOptions): Promise<void>[] {
  const { counties } = options
  const wanted = counties.map((county) => !existsSync(markerOf(options.home, county)))
  const files = wanted.includes(true) ? writeFiles(options) : Promise.resolve([])
  return counties.map(async (county, index) => {
    if (wanted[index] !== true) return
    const [written] = await Promise.all([files, options.created])
    const own = written.find((each) => each.county === county.code)
    if (own === undefined || options.signal.aborted) return
    await load(county, own, options)
  })
}

async function writeFiles({ home, keys, say }: LoadOptions): Promise<DemoFiles[]> {
  say('Writing fictional official files of the counties')
  const signers = new Map<string, CountySigner>()
  for (const [code, { file }] of Object.entries(keys.counties)) {
    signers.set(code, await createCountySigner(await readSigningKey(file)))
  }
  return writeDemoData({ folder: join(home, 'demo-files'), today: shanghaiDay(systemClock.now()), signers })
}

async function load(county: CountyDatabase, files: DemoFiles, options: LoadOptions): Promise<void> {
  const { home, say, signal } = options
  say(`${county.name} ${county.code}: importing its files`)
  const report = await runLoader(files, county, county.node, home, signal)
  if (report === undefined) return
  if (report.matters > 0) writeJson(mattersUnderWay(home), { since: systemClock.now().toISOString() })
  writeJson(markerOf(home, county), report)
  say(
    `${county.name} ${county.code}: ${report.penalties} penalties, ${report.listings} listings, ${report.cases} cases loaded, ${report.matters} matters opened`,
  )
}

/** File that is there while the demo's matters have been opened and have not come as far as they should. */
export function mattersUnderWay(home: string): string {
  return join(home, 'loaded', 'matters-under-way.json')
}

/** File that says that this very database has been loaded. */
function markerOf(home: string, { code, url, dataDir }: CountyDatabase): string {
  const which = createHash('sha256')
    .update(url ?? dataDir)
    .digest('hex')
    .slice(0, 12)
  return join(home, 'loaded', `${code}-${which}.json`)
}
