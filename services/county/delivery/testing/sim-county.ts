import { PGlite } from '@electric-sql/pglite'
import { drizzle } from 'drizzle-orm/pglite'
import { migrate } from 'drizzle-orm/pglite/migrator'
import type { Database } from '../../../platform/database.ts'
import { countyMigrations } from '../../sample-node.ts'
import { parleyTables } from './parley.ts'
import { withPreparedStatements } from './prepared-statements.ts'

/** The process has been killed: nothing it still does has any effect. */
export class Killed extends Error {
  constructor() {
    super('killed')
    this.name = 'Killed'
  }
}

/** One life of a process, from its start until it is killed. */
export interface Life {
  dead: boolean
  /** Called where something is about to happen or has just happened; throws Killed when the process dies there. */
  at(point: string): void
}

const tables = [
  'matter',
  'envelope',
  'outgoing',
  'delivery_incident',
  'delivery_peer',
  'parley',
  'parley_line',
] as const
const identities: Record<string, string> = {
  envelope: 'ordinal',
  outgoing: 'position',
  delivery_incident: 'sequence',
  parley_line: 'place',
}

/** Types whose text drizzle reads itself: timestamps, dates, and lists of them. */
const plainText = Object.fromEntries(
  [1082, 1114, 1184, 1186, 1231, 1115, 1185, 1187, 1182].map((type) => [type, (text: string) => text]),
)

/** A copy of a county's database. */
export type Backup = ReadonlyMap<string, string>

/** A county's database, which outlives its processes. */
export class SimDatabase {
  readonly #pglite: PGlite
  /** Statements and transactions under way, for whoever waits until all is quiet. */
  readonly #busy: { count: number }
  #cleared = 0

  private constructor(pglite: PGlite, busy: { count: number }) {
    this.#pglite = pglite
    this.#busy = busy
  }

  static async open(busy: { count: number }): Promise<SimDatabase> {
    const pglite = await PGlite.create({ parsers: plainText })
    await migrate(drizzle(pglite), { migrationsFolder: countyMigrations })
    for (const table of parleyTables) await pglite.exec(table)
    // Plans that fit any values: to make one for each call takes longer than these statements run.
    await pglite.exec('set plan_cache_mode = force_generic_plan')
    return new SimDatabase(withPreparedStatements(pglite), busy)
  }

  /** The database as nobody's process, for looking at it. */
  get plain(): Database {
    return drizzle(this.#pglite)
  }

  /** The database as one life sees it: once it is killed no statement goes through, and no transaction commits. */
  during(life: Life): Database {
    return drizzle(guard(this.#pglite, life, this.#busy))
  }

  /** Empties the tables. Truncating makes new files and takes ten times as long; now and then it takes the dead rows away. */
  async clear(): Promise<void> {
    this.#cleared += 1
    const empty = tables.toReversed().map((table) => `delete from ${table}`)
    await this.#pglite.exec(this.#cleared % 25 === 0 ? `truncate ${tables.join(', ')} cascade` : empty.join('; '))
  }

  async backup(): Promise<Backup> {
    const copy = new Map<string, string>()
    for (const table of tables) {
      const { rows } = await this.#pglite.query<{ rows: string }>(
        `select coalesce(json_agg(t), '[]')::text as rows from ${table} as t`,
      )
      copy.set(table, rows[0]?.rows ?? '[]')
    }
    return copy
  }

  async restore(copy: Backup): Promise<void> {
    await this.clear()
    for (const [table, rows] of copy) {
      await this.#pglite.query(
        `insert into ${table} overriding system value select * from json_populate_recordset(null::${table}, $1)`,
        [rows],
      )
      const column = identities[table]
      if (column === undefined) continue
      await this.#pglite.exec(
        `select setval(pg_get_serial_sequence('${table}', '${column}'), coalesce((select max(${column}) from ${table}), 0) + 1, false)`,
      )
    }
  }

  close(): Promise<void> {
    return this.#pglite.close()
  }
}

function guard(pglite: PGlite, life: Life, busy: { count: number }): PGlite {
  const counted = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (life.dead) throw new Killed()
    busy.count += 1
    try {
      return await work()
    } finally {
      busy.count -= 1
    }
  }
  const inside = <Client extends object>(client: Client): Client =>
    new Proxy(client, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target)
        if (typeof value !== 'function') return value
        if (name === 'query') {
          // Parsers that come with a statement are merged with all others each time, which takes longer than the statement.
          return (text: string, values: unknown[], { rowMode }: { rowMode?: 'array' | 'object' } = {}) =>
            counted(async () => Reflect.apply(value, target, [text, values, { rowMode }]) as unknown)
        }
        if (name === 'exec' || name === 'sql') {
          return (...given: unknown[]) => counted(async () => Reflect.apply(value, target, given) as unknown)
        }
        if (name === 'transaction') {
          return (work: (tx: object) => Promise<unknown>) =>
            counted(async () => {
              const done = async (tx: object): Promise<unknown> => {
                const result = await work(inside(tx))
                life.at('before commit')
                return result
              }
              const result: unknown = await (Reflect.apply(value, target, [done]) as Promise<unknown>)
              life.at('after commit')
              return result
            })
        }
        return value.bind(target) as unknown
      },
    })
  return inside(pglite)
}
