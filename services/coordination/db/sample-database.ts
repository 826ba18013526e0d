import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import postgres from 'postgres'
import { openDatabase, type OpenDatabase } from '../../platform/database.ts'
import { packageRoot } from '../../platform/package-root.ts'

const migrationsDir = join(packageRoot(), 'services', 'coordination', 'db', 'migrations')

/** A database engine that the tests of records run on. */
export interface SampleEngine {
  name: string
  open: () => Promise<OpenDatabase>
}

/** PGlite in memory and, where TEST_DATABASE_URL names a server, PostgreSQL with a database of its own each time. */
export function sampleEngines(server = process.env['TEST_DATABASE_URL']): SampleEngine[] {
  const memory = { name: 'PGlite', open: () => openDatabase({ dataDir: 'memory://', migrationsDir }) }
  return server ? [memory, { name: 'PostgreSQL', open: () => openOwn(server) }] : [memory]
}

async function openOwn(server: string): Promise<OpenDatabase> {
  const name = `coordination_test_${randomUUID().replaceAll('-', '')}`
  await run(server, `create database ${name}`)
  const address = new URL(server)
  address.pathname = `/${name}`
  const database = await openDatabase({ url: address.href, migrationsDir })
  return {
    ...database,
    async close() {
      await database.close()
      await run(server, `drop database ${name} with (force)`)
    },
  }
}

async function run(server: string, statement: string): Promise<void> {
  const client = postgres(server, { max: 1, connect_timeout: 5, onnotice: () => {} })
  try {
    await client.unsafe(statement)
  } finally {
    await client.end({ timeout: 5 })
  }
}
