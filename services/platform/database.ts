import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import type { SQL } from 'drizzle-orm'
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core'
import { drizzle as drizzlePglite } from 'drizzle-orm/pglite'
import { migrate as migratePglite } from 'drizzle-orm/pglite/migrator'
import { drizzle as drizzlePostgres } from 'drizzle-orm/postgres-js'
import { migrate as migratePostgres } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'
import { takeLock } from './process-lock.ts'

/** The one database type that repositories see, whichever engine is behind it. */
export type Database = PgDatabase<PgQueryResultHKT>

/** An open database. */
export interface OpenDatabase {
  db: Database
  /** `postgres` or `pglite`, for messages. */
  engine: 'postgres' | 'pglite'
  /** Resolves when the database answers; rejects after two seconds. */
  ping(): Promise<void>
  close(): Promise<void>
}

/** A PGlite folder that another process has open. */
export class DatabaseInUse extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'DatabaseInUse'
  }
}

/** Any process may migrate; this key of the advisory lock lets one do it at a time. */
const migrationLock = 0x6c69616e
const connectTimeoutSeconds = 5
const statementTimeoutMs = 15_000
const quiet = { onnotice: () => {}, connect_timeout: connectTimeoutSeconds }

/**
 * Opens PostgreSQL when `url` is given, else PGlite in `dataDir` (`memory://` for none on disk), and applies the
 * migrations in `migrationsDir` under an advisory lock; without it the tables stay as they are.
 */
export async function openDatabase(options: {
  url?: string | undefined
  dataDir?: string | undefined
  migrationsDir?: string
  /** Connections at most (PostgreSQL). */
  connections?: number
}): Promise<OpenDatabase> {
  if (options.url !== undefined) return openPostgres(options.url, options.migrationsDir, options.connections ?? 10)
  if (options.dataDir === undefined) throw new Error('Set DATABASE_URL (PostgreSQL) or DATA_DIR (embedded PGlite).')
  return openPglite(options.dataDir, options.migrationsDir)
}

/** Runs hand-written SQL and returns its rows; the engines differ in how they wrap them. */
export async function rows<Row extends Record<string, unknown>>(db: Database, query: SQL): Promise<Row[]> {
  const result: unknown = await db.execute(query)
  return (Array.isArray(result) ? result : (result as { rows: Row[] }).rows) as Row[]
}

/**
 * As {@link rows}, for a fixed text that runs often: each connection to PostgreSQL prepares it once, and statements of one
 * transaction that are called without waiting go out together and run in the order of the calls. `params` are texts,
 * numbers, booleans and null; lists come as JSON.
 */
export async function prepared<Row extends Record<string, unknown>>(
  db: Database,
  text: string,
  params: unknown[],
): Promise<Row[]> {
  const query = db._.session.prepareQuery({ sql: text, params }, undefined, 'prepared', false)
  const result: unknown = await query.execute()
  return (Array.isArray(result) ? result : (result as { rows: Row[] }).rows) as Row[]
}

async function openPostgres(
  url: string,
  migrationsFolder: string | undefined,
  connections: number,
): Promise<OpenDatabase> {
  if (migrationsFolder !== undefined) await migrateUnderLock(url, migrationsFolder)
  const client = postgres(url, {
    ...quiet,
    max: connections,
    idle_timeout: 60,
    // Compiling a plan takes longer than any statement of these nodes; without statistics short ones look long enough for it.
    connection: { statement_timeout: statementTimeoutMs, timezone: 'UTC', jit: 'off' },
  })
  return {
    db: drizzlePostgres(client) as unknown as Database,
    engine: 'postgres',
    ping: () => within(2_000, client`select 1`),
    close: () => client.end({ timeout: connectTimeoutSeconds }),
  }
}

async function migrateUnderLock(url: string, migrationsFolder: string): Promise<void> {
  const migrator = postgres(url, { ...quiet, max: 1, connection: { lock_timeout: 60_000 } })
  try {
    await migrator`select pg_advisory_lock(${migrationLock})`
    await migratePostgres(drizzlePostgres(migrator), { migrationsFolder })
  } finally {
    await migrator.end({ timeout: connectTimeoutSeconds })
  }
}

async function openPglite(dataDir: string, migrationsFolder: string | undefined): Promise<OpenDatabase> {
  const inMemory = dataDir.startsWith('memory://')
  if (!inMemory) mkdirSync(dirname(dataDir), { recursive: true })
  // Two processes in one folder would destroy it, and PGlite itself does not notice.
  const lock = inMemory ? undefined : takeLock(`${dataDir}.lock`)
  if (lock && 'heldBy' in lock) {
    throw new DatabaseInUse(`The database in ${dataDir} is in use by process ${lock.heldBy}. Stop that process first.`)
  }
  const client = await PGlite.create(inMemory ? {} : { dataDir })
  // PGlite is one process with one connection: nobody else can migrate meanwhile.
  if (migrationsFolder !== undefined) await migratePglite(drizzlePglite(client), { migrationsFolder })
  return {
    db: drizzlePglite(client) as unknown as Database,
    engine: 'pglite',
    ping: () => within(2_000, client.query('select 1')),
    close: async () => {
      await client.close()
      lock?.release()
    },
  }
}

async function within(milliseconds: number, work: PromiseLike<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The database did not answer within ${milliseconds} ms.`)), milliseconds)
  })
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
