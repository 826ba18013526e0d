import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CountySigner } from '../../county/signing/county-signer.ts'
import { listingColumns } from '../../county/import/listing-columns.ts'
import { penaltyColumns } from '../../county/import/penalty-format.ts'
import type { Column } from '../../county/import/headings.ts'
import { demoCases } from './demo-cases.ts'
import { type DemoCountyFacts, demoCountyFacts } from './demo-county-facts.ts'
import { demoListings } from './demo-listings.ts'
import { demoMarket } from './demo-market.ts'
import { demoPenalties } from './demo-penalties.ts'
import { type Cells, demoCsv, type DemoSpelling, demoTable } from './demo-table.ts'
import { Random } from './random.ts'
import { XlsxWriter } from './xlsx-writer.ts'

/** Files of one county. */
export interface DemoFiles {
  county: string
  /** 双公示 penalty file. */
  penalties: string
  /** List file. */
  listings: string
  /** Bodies, officers, cases and links; see `demo-cases-file.ts`. */
  cases: string
}

/** What to write, and where. */
export interface DemoDataOptions {
  /** Gets a folder for each county. */
  folder: string
  /** Equal seeds and days give equal files. */
  seed?: number
  /** The day the data is made for, `YYYY-MM-DD`; nothing in it lies later. */
  today: string
  /** Signs the links between cases in each county's name, by county code. */
  signers: ReadonlyMap<string, CountySigner>
  /** Penalties and listings of each county besides the fixed ones; 1200 and 120 unless told. */
  penalties?: number
  listings?: number
}

/** Each county writes its files in its own way, as counties do. */
const spellings: Record<string, { penalties: DemoSpelling; listings: DemoSpelling }> = {
  '411528': {
    penalties: { heading: 'code', day: 'iso', form: 'utf-8' },
    listings: { heading: 'label', day: 'iso', form: 'utf-8' },
  },
  '411729': {
    penalties: { heading: 'label', day: 'slashes', form: 'gb18030' },
    listings: { heading: 'label', day: 'slashes', form: 'gb18030' },
  },
  '410823': {
    penalties: { heading: 'label', day: 'serial', form: 'xlsx' },
    listings: { heading: 'code', day: 'iso', form: 'xlsx' },
  },
}

/** Writes the demo's official files, the same for equal options; an unfinished file never has the final name. */
export async function writeDemoData(options: DemoDataOptions): Promise<DemoFiles[]> {
  const random = new Random(options.seed ?? 20_221_128)
  const { today, folder } = options
  const market = demoMarket(
    random,
    demoCountyFacts.map(({ code }) => code),
    200,
  )
  const counties = demoCountyFacts.map((county) => {
    const penalties = demoPenalties(random, county, market, options.penalties ?? 1200, today)
    return { county, penalties, listings: demoListings(random, county, penalties, options.listings ?? 120, today) }
  })
  const cases = await demoCases(random, market, today, options.signers)
  const files: DemoFiles[] = []
  for (const { county, penalties, listings } of counties) {
    const place = join(folder, county.code)
    await mkdir(place, { recursive: true })
    const rows = penalties.map(({ cells }) => cells)
    const casesFile = join(place, 'cases.json')
    await put(casesFile, `${JSON.stringify(cases.get(county.code), null, 2)}\n`)
    files.push({
      county: county.code,
      penalties: await writeTable(join(place, 'penalties'), penaltyColumns, rows, spellingOf(county).penalties),
      listings: await writeTable(join(place, 'listings'), listingColumns, listings, spellingOf(county).listings),
      cases: casesFile,
    })
  }
  return files
}

function spellingOf({ code }: DemoCountyFacts): { penalties: DemoSpelling; listings: DemoSpelling } {
  const spelling = spellings[code]
  if (spelling === undefined) throw new Error(`The demo does not say how ${code} writes its files.`)
  return spelling
}

async function writeTable(base: string, columns: readonly Column[], rows: readonly Cells[], spelling: DemoSpelling) {
  const table = demoTable(columns, rows, spelling)
  if (spelling.form !== 'xlsx') return put(`${base}.csv`, demoCsv(table, spelling.form))
  const path = `${base}.xlsx`
  const writer = new XlsxWriter(`${path}.tmp`)
  for (const row of table) await writer.addRow(row)
  await writer.finish()
  await rename(`${path}.tmp`, path)
  return path
}

async function put(path: string, data: string | Buffer): Promise<string> {
  await writeFile(`${path}.tmp`, data)
  await rename(`${path}.tmp`, path)
  return path
}
