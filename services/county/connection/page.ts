import { type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import { decodeCursor, encodeCursor, fingerprint } from '../../platform/cursor.ts'
import { badInput } from '../../platform/errors.ts'

const defaultSize = 20
const largestSize = 200

/** A question for one page of a connection sorted by (moment, id), descending. */
export interface PageRequest {
  size: number
  /** From the end towards the start (`last`/`before`). */
  backward: boolean
  /** The sort key to start from, exclusive. */
  from?: readonly [moment: string, id: string]
  /** Fingerprint that its cursors carry. */
  question: string
}

/** One page, in the connection's order. */
export interface Page<Row> {
  rows: Row[]
  hasNextPage: boolean
  hasPreviousPage: boolean
}

/** The arguments of a connection that say which page is meant. */
export interface PageQuestion {
  first?: number | null | undefined
  after?: string | null | undefined
  last?: number | null | undefined
  before?: string | null | undefined
}

/**
 * Reads the arguments of connection `field` with `filter`. BAD_USER_INPUT for sizes outside 1..200, both directions at
 * once, and cursors of another question.
 */
export function readPage(question: PageQuestion, field: string, filter: unknown): PageRequest {
  const [first, after, last, before] = [question.first, question.after, question.last, question.before].map(isGiven)
  if (first && last) throw badInput('Give first or last, not both.', 'last')
  if (after && before) throw badInput('Give after or before, not both.', 'before')
  const backward = last === true || before === true
  if (backward && (first || after)) {
    throw badInput('first goes with after, last goes with before.', first ? 'first' : 'after')
  }
  const size = (backward ? question.last : question.first) ?? defaultSize
  if (size < 1 || size > largestSize) {
    const argument = backward ? 'last' : 'first'
    throw badInput(`"${argument}" is ${size}; it must be between 1 and ${largestSize}.`, argument)
  }
  const request: PageRequest = { size, backward, question: fingerprint(field, filter) }
  const text = backward ? question.before : question.after
  if (isGiven(text)) request.from = readKey(text, request.question, backward ? 'before' : 'after')
  return request
}

function isGiven<Value>(argument: Value | null | undefined): argument is Value {
  return argument !== null && argument !== undefined
}

function readKey(text: string, question: string, argument: string): [string, string] {
  const cursor = decodeCursor(text, argument)
  const [moment, id] = cursor.key
  if (cursor.question !== question || cursor.key.length !== 2 || moment === undefined || id === undefined) {
    throw badInput(`The cursor in "${argument}" belongs to another query. Start again without it.`, argument)
  }
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d\.\d{3}Z)?$/.test(moment) || Number.isNaN(Date.parse(moment))) {
    throw badInput(`The cursor in "${argument}" is not one that this exchange gave out.`, argument)
  }
  return [moment, id]
}

/** The columns a connection is sorted by. */
export interface SortColumns {
  moment: SQLWrapper
  id: SQLWrapper
  type: 'date' | 'timestamptz'
}

/** A page's place in its order, as SQL. */
export interface Keyset {
  /** ORDER BY, in the direction of reading. */
  order: SQL
  /** Rows beyond the request's cursor, in its direction; undefined without a cursor. */
  beyond: SQL | undefined
  /** Rows on the other side of the cursor, its own row included; undefined without a cursor. */
  behind: SQL | undefined
}

/** The keyset of a connection sorted by (moment, id). NULLS as in the index, so that the index serves. */
export function keysetOf(request: PageRequest, { moment, id, type }: SortColumns): Keyset {
  const { backward, from } = request
  const compare = (operator: string): SQL | undefined =>
    from &&
    sql`(${moment}, ${id} COLLATE "C") ${sql.raw(operator)}
      (${from[0]}::${sql.raw(type)}, ${from[1]}::text COLLATE "C")`
  return {
    order: backward
      ? sql`${moment} ASC NULLS FIRST, ${id} COLLATE "C" ASC`
      : sql`${moment} DESC NULLS LAST, ${id} COLLATE "C" DESC`,
    beyond: compare(backward ? '>' : '<'),
    behind: compare(backward ? '<=' : '>='),
  }
}

/**
 * Reads a page: `select` gives at most `limit` rows in the direction of reading, `exists` tells whether any row meets a
 * condition; both add the connection's own filter.
 */
export async function readRows<Row>(
  request: PageRequest,
  keyset: Keyset,
  source: {
    select(beyond: SQL | undefined, order: SQL, limit: number): Promise<Row[]>
    exists(behind: SQL): Promise<boolean>
  },
): Promise<Page<Row>> {
  const [found, moreBehind] = await Promise.all([
    source.select(keyset.beyond, keyset.order, request.size + 1),
    keyset.behind ? source.exists(keyset.behind) : false,
  ])
  const moreBeyond = found.length > request.size
  const rows = found.slice(0, request.size)
  return request.backward
    ? { rows: rows.toReversed(), hasPreviousPage: moreBeyond, hasNextPage: moreBehind }
    : { rows, hasNextPage: moreBeyond, hasPreviousPage: moreBehind }
}

/** The cursor of a row with this sort key. */
export function cursorOf(request: PageRequest, moment: string, id: string): string {
  return encodeCursor({ question: request.question, key: [moment, id] })
}
