import type { PGlite, Transaction } from '@electric-sql/pglite'

type Client = Pick<PGlite | Transaction, 'query' | 'exec'>

/**
 * The same database, which parses and plans each statement once and not each time: with these small tables that takes
 * several times as long as running it.
 */
export function withPreparedStatements(pglite: PGlite): PGlite {
  const names = new Map<string, string>()
  let made = 0

  async function query(client: Client, text: string, values: unknown[], options: object): Promise<unknown> {
    if (!/^\s*(select|insert|update|delete|with)\b/i.test(text)) return client.query(text, values, options)
    const given = values.length === 0 ? '' : `(${values.map(literal).join(', ')})`
    const known = names.get(text)
    const name = known ?? `s${(made += 1)}`
    // One message either way, so that a schedule goes the same way whatever has been prepared before it.
    const prepare = known === undefined ? `prepare ${name} as ${text};` : ''
    const results = await client.exec(`${prepare} execute ${name}${given}`, options)
    names.set(text, name)
    return results.at(-1)
  }

  const wrapped = <Wrapped extends PGlite | Transaction>(client: Wrapped): Wrapped =>
    new Proxy(client, {
      get(target, name) {
        if (name === 'query') {
          return (text: string, values: unknown[] = [], options = {}) => query(target, text, values, options)
        }
        if (name === 'transaction' && 'transaction' in target) {
          return (work: (tx: Transaction) => Promise<unknown>) => target.transaction((tx) => work(wrapped(tx)))
        }
        const value: unknown = Reflect.get(target, name, target)
        return typeof value === 'function' ? (value.bind(target) as unknown) : value
      },
    })
  return wrapped(pglite)
}

/** A value as drizzle hands it over, written so that it takes the type of its place. */
function literal(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    throw new TypeError(`There is no way to write ${typeof value} down.`)
  }
  return `'${String(value).replaceAll("'", "''")}'`
}
