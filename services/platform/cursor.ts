import { createHash } from 'node:crypto'
import { badInput } from './errors.ts'

/**
 * Cursors of sorted connections. A cursor is the sort key of its row, so that any county can start after it, also one
 * that does not hold the row. All connections are sorted by their key tuple, descending, last element the record's id;
 * since an id begins with its county's code, the order is total over all counties.
 */
export interface Cursor {
  /** Fingerprint of the question the cursor belongs to, from {@link fingerprint}. */
  question: string
  /** Sort key: strings that compare by code unit; dates as ISO 8601. */
  key: readonly string[]
}

/** Fingerprint of a field and its filter, so that a cursor of another query is refused. */
export function fingerprint(field: string, filter: unknown): string {
  return createHash('sha256')
    .update(field)
    .update('\n')
    .update(canonical(filter ?? null))
    .digest('base64url')
    .slice(0, 11)
}

/** Encodes a cursor as an opaque string. */
export function encodeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify([1, cursor.question, ...cursor.key])).toString('base64url')
}

/** Decodes a cursor; anything that {@link encodeCursor} cannot have made is BAD_USER_INPUT. */
export function decodeCursor(text: string, argument = 'after'): Cursor {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
  } catch {
    value = undefined
  }
  if (
    text.length > 1024 ||
    !Array.isArray(value) ||
    value.length < 3 ||
    value[0] !== 1 ||
    !value.every((part, index) => index === 0 || typeof part === 'string')
  ) {
    throw badInput(
      `The cursor in "${argument}" is not one that this exchange gave out. Start again without it.`,
      argument,
    )
  }
  const [, question, ...key] = value as [number, string, ...string[]]
  return { question, key }
}

/** BAD_USER_INPUT when `after` or `before` is no cursor, or one of another field or filter. */
export function checkCursors(
  page: { readonly after?: unknown; readonly before?: unknown },
  field: string,
  filter: unknown,
): void {
  for (const argument of ['after', 'before'] as const) {
    const text = page[argument]
    if (typeof text !== 'string' || decodeCursor(text, argument).question === fingerprint(field, filter)) continue
    throw badInput(`The cursor in "${argument}" belongs to another query. Start again without it.`, argument)
  }
}

/** Negative when a comes first: newest, then highest id, first. */
export function compareKeys(a: readonly string[], b: readonly string[]): number {
  const length = Math.max(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a[i] ?? ''
    const y = b[i] ?? ''
    if (x !== y) return x > y ? -1 : 1
  }
  return 0
}

/** JSON with the keys of objects sorted and undefined and null members left out. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value instanceof Date) return JSON.stringify(value)
  if (value !== null && typeof value === 'object') {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined && member !== null)
      .toSorted(([x], [y]) => (x < y ? -1 : 1))
      .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`)
    return `{${members.join(',')}}`
  }
  return JSON.stringify(value)
}
