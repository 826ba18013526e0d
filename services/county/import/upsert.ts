import { getTableColumns, sql, type SQL } from 'drizzle-orm'
import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core'
import { rows, type Database } from '../../platform/database.ts'

/**
 * Inserts or updates rows in one statement, in the same way on PGlite and PostgreSQL: the rows travel as one JSON text.
 * `values` are keyed by the table's property names, all alike. Rows that `unlessSame` finds equal to the stored one
 * (`kept`) are left untouched. With `hash`, a property that is equal only for equal rows, such rows are not even locked.
 * Gives back the key of each row that was inserted or updated.
 */
export async function upsert(
  db: Database,
  table: PgTable,
  values: readonly Record<string, unknown>[],
  options: { key: string; keep: readonly string[]; set?: Record<string, SQL>; unlessSame: SQL; hash?: string },
): Promise<{ key: string; inserted: boolean }[]> {
  const [first] = values
  if (first === undefined) return []
  const columns = Object.entries(getTableColumns(table)).filter(([property]) => property in first)
  const target = columns.find(([property]) => property === options.key)?.[1]
  if (target === undefined) throw new Error(`No column for ${options.key}.`)
  const names = sql.join(
    columns.map(([, column]) => sql.identifier(column.name)),
    sql`, `,
  )
  const typed = columns.map(([property, column]) => sql`${sql.identifier(property)} ${sql.raw(column.getSQLType())}`)
  const picked = columns.map(([property]) => sql`r.${sql.identifier(property)}`)
  const set = columns
    .filter(([property]) => property !== options.key && !options.keep.includes(property))
    .map(([property, column]) => {
      const value = options.set?.[property] ?? sql`excluded.${sql.identifier(column.name)}`
      return sql`${sql.identifier(column.name)} = ${value}`
    })
  const name = sql.identifier(getTableConfig(table).name)
  const hash = columns.find(([property]) => property === options.hash)?.[1]
  const known =
    hash === undefined
      ? sql`true`
      : sql`not exists (select 1 from ${name} as same where same.${sql.identifier(target.name)} =
          r.${sql.identifier(options.key)} and same.${sql.identifier(hash.name)} = r.${sql.identifier(options.hash ?? '')})`
  return rows<{ key: string; inserted: boolean }>(
    db,
    sql`insert into ${name} as kept (${names})
      select ${sql.join(picked, sql`, `)}
      from json_to_recordset(${JSON.stringify(values)}::text::json) as r(${sql.join(typed, sql`, `)})
      where ${known}
      on conflict (${sql.identifier(target.name)}) do update set ${sql.join(set, sql`, `)}
      where ${options.unlessSame}
      returning kept.${sql.identifier(target.name)} as key, (kept.xmax = 0) as inserted`,
  )
}
