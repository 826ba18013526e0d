import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { OpenDatabase } from '../platform/database.ts'
import { packageRoot } from '../platform/package-root.ts'
import type { CommandIo } from './command-io.ts'
import { CommandFailed } from './exit-codes.ts'
import { localDefaults } from './local-defaults.ts'

/** How a command names a county's database. */
export interface CountyDatabaseOptions {
  county: string
  databaseUrl?: string
  dataDir?: string
}

/** Which database a command takes, for its help. */
export const countyDatabaseHelp =
  "The database: --database-url, else COUNTY_<code>_DATABASE_URL, else --data-dir, else the local demo's folder, which one\n" +
  "process at a time may open: stop the county's node first."

/** Opens a county's database and brings its tables up to date. Throws {@link CommandFailed}. */
export async function openCountyDatabase(options: CountyDatabaseOptions, io: CommandIo): Promise<OpenDatabase> {
  const code = options.county
  if (!/^\d{6}$/.test(code)) throw new CommandFailed(`--county ${code}: a county code has six digits.`)
  const url = options.databaseUrl ?? (options.dataDir === undefined ? io.env[`COUNTY_${code}_DATABASE_URL`] : undefined)
  const dataDir = options.dataDir ?? join(localDefaults(io.env).home, 'data', `county-${code}`)
  if (url === undefined && !existsSync(dataDir)) {
    throw new CommandFailed(`There is no database of county ${code} in ${dataDir}: name it with --database-url.`)
  }
  const { DatabaseInUse, openDatabase } = await import('../platform/database.ts')
  const migrationsDir = join(packageRoot(), 'services', 'county', 'db', 'migrations')
  try {
    return await openDatabase({ url, dataDir, migrationsDir })
  } catch (error) {
    if (error instanceof DatabaseInUse) throw new CommandFailed(error.message)
    const reason = error instanceof Error ? error.message : String(error)
    throw new CommandFailed(`The database of county ${code} cannot be opened: ${reason}`)
  }
}
