import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { type OpenDatabase, openDatabase } from '../platform/database.ts'
import { countyMigrations, memoryDatabase } from './sample-node.ts'

/** A database engine to run the tests of records on. */
export interface SampleEngine {
  name: string
  open: () => Promise<OpenDatabase>
}

/** PGlite in memory and, where `TEST_DATABASE_URL` names a server, PostgreSQL with a database of its own each time. */
export function sampleEngines(url = process.env['TEST_DATABASE_URL']): SampleEngine[] {
  const memory = { name: 'PGlite', open: memoryDatabase }
  return url ? [memory, { name: 'PostgreSQL', open: () => ownDatabase(url) }] : [memory]
}

async function ownDatabase(server: string): Promise<OpenDatabase> {
  const name = `county_test_${randomUUID().replaceAll('-', '')}`
  await run(server, `create database ${name}`)
  const address = new URL(server)
  address.pathname = `/${name}`
  const database = await openDatabase({ url: address.href, migrationsDir: countyMigrations })
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
