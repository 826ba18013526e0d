import postgres from 'postgres'

/** Databases of the measurement on one PostgreSQL server. */
export interface Databases {
  /** Makes an empty database and gives its address. */
  create(): Promise<string>
  /** Drops all that were made. */
  drop(): Promise<void>
}

/** `server`: a postgres:// address whose user may create databases. */
export function createDatabases(server: string): Databases {
  const made: string[] = []
  let over = false
  const run = async (statement: string): Promise<void> => {
    const client = postgres(server, { max: 1, connect_timeout: 5, onnotice: () => {} })
    try {
      await client.unsafe(statement)
    } finally {
      await client.end({ timeout: 5 })
    }
  }
  return {
    async create() {
      if (over) throw new Error('the measurement is over')
      const name = `liandong_bench_${process.pid}_${made.length}`
      made.push(name)
      await run(`create database ${name}`)
      const address = new URL(server)
      address.pathname = `/${name}`
      return address.href
    },
    async drop() {
      over = true
      // One after the other: each needs a lock on the same catalogue.
      // oxlint-disable-next-line no-await-in-loop
      for (const name of made.splice(0)) await run(`drop database if exists ${name} with (force)`)
    },
  }
}
