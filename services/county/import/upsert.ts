import { getTableColumns, sql, type SQL } from 'drizzle-orm'
import { getTableConfig, type PgTable } from 'drizzle-orm/pg-core'
import { rows, type Database } from '../../platform/database.ts'

/**
 * Inserts or updates rows in one statement, in the same way on PGlite and PostgreSQL: the rows travel as one JSON text.
 * `values` are keyed by the table's property names and hold every column that `columns` names. Rows that `unlessSame`
 * finds equal are left untouched. Gives back the key of each row that was inserted or updated.
 */
export async function upsert(
  db: Database,
  table: PgTable,
  values: readonly Record<string, unknown>[],
  options: { key: string; keep: readonly string[]; set?: Record<string, SQL>; unlessSame: SQL },
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
  return rows<{ key: string; inserted: boolean }>(
    db,
    sql`insert into ${sql.identifier(getTableConfig(table).name)} as kept (${names})
      select ${sql.join(picked, sql`, `)}
      from json_to_recordset(${JSON.stringify(values)}::text::json) as r(${sql.join(typed, sql`, `)})
      on conflict (${sql.identifier(target.name)}) do update set ${sql.join(set, sql`, `)}
      where ${options.unlessSame}
      returning kept.${sql.identifier(target.name)} as key, (kept.xmax = 0) as inserted`,
  )
}
