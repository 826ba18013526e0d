import { compareKeys, decodeCursor } from '../../services/platform/cursor.ts'

type Key = readonly string[]

/** The part of the global order that is asked for. */
export interface PageWindow {
  /** From the front (`first`) or from the back (`last`). */
  forward: boolean
  /** Rows at most. */
  limit: number
  /** Only rows that come after this key. */
  after?: Key
  /** Only rows that come before this key. */
  before?: Key
}

/** One county's page: its rows' keys in order, and whether it has more. */
export interface PagePart {
  keys: readonly Key[]
  hasNextPage: boolean
  hasPreviousPage: boolean
}

/** The merged page: which row of which part stands where. */
export interface MergedPage {
  rows: { part: number; row: number }[]
  hasNextPage: boolean
  hasPreviousPage: boolean
}

/**
 * Reads the keys of a county's page. Returns what is wrong, as text, if the rows are more than asked for, out of order,
 * outside the window or not the county's own: merging such a page would lose or repeat rows, perhaps of other counties.
 */
export function readKeys(county: string, cursors: readonly string[], window: PageWindow): Key[] | string {
  if (cursors.length > window.limit) return 'more rows than asked for'
  const keys: Key[] = []
  for (const cursor of cursors) {
    let key: Key
    try {
      key = decodeCursor(cursor).key
    } catch {
      return 'a cursor that cannot be read'
    }
    if (!key.at(-1)?.startsWith(`${county}:`)) return 'a cursor of a row of another county'
    const previous = keys.at(-1)
    if (previous !== undefined && compareKeys(previous, key) >= 0) return 'rows out of order'
    keys.push(key)
  }
  const [first] = keys
  const last = keys.at(-1)
  if (first && window.after && compareKeys(window.after, first) >= 0) return 'rows not after the cursor'
  if (last && window.before && compareKeys(last, window.before) >= 0) return 'rows not before the cursor'
  return keys
}

/**
 * Merges pages of one sorted order into the first (or last) `limit` rows of their union. A part that has more rows than
 * it sent ends the page where its rows end: what comes next may be its own. Since a cursor is a key of the global order,
 * every part started at the same place, and no row is repeated or passed over.
 */
export function mergePages(parts: readonly PagePart[], window: PageWindow): MergedPage {
  const { forward, limit } = window
  const positions = parts.map(({ keys }) => (forward ? 0 : keys.length - 1))
  const ends = parts.map((part) => endsPage(part, window))
  const rows: MergedPage['rows'] = []
  while (rows.length < limit) {
    const next = nextPart(parts, positions, ends, forward)
    if (next === undefined) break
    const row = positions[next] ?? 0
    rows.push({ part: next, row })
    positions[next] = forward ? row + 1 : row - 1
  }
  const left = parts.some(({ keys }, part) => inside(keys, positions[part] ?? 0))
  const moreAfter = parts.some(({ hasNextPage }) => hasNextPage)
  const moreBefore = parts.some(({ hasPreviousPage }) => hasPreviousPage)
  if (!forward) rows.reverse()
  return {
    rows,
    // A cursor was a row's: beyond it there is at least that row.
    hasNextPage: moreAfter || (forward ? left : window.before !== undefined),
    hasPreviousPage: moreBefore || (forward ? window.after !== undefined : left),
  }
}

/**
 * Whether a part has more rows in the direction of paging than it sent. Between two cursors nothing can be said: there
 * `hasNextPage` may speak of rows beyond the second one.
 */
export function endsPage(part: PagePart, window: PageWindow): boolean {
  if (window.after && window.before) return false
  return window.forward ? part.hasNextPage : part.hasPreviousPage
}

/** The part whose row comes next; none when all are used up, or one is that has more. */
function nextPart(
  parts: readonly PagePart[],
  positions: readonly number[],
  ends: readonly boolean[],
  forward: boolean,
): number | undefined {
  let best: number | undefined
  let bestKey: Key | undefined
  for (const [index, part] of parts.entries()) {
    const key = part.keys[positions[index] ?? 0]
    if (key === undefined) {
      if (ends[index]) return undefined
      continue
    }
    if (bestKey === undefined || (forward ? compareKeys(key, bestKey) < 0 : compareKeys(key, bestKey) > 0)) {
      best = index
      bestKey = key
    }
  }
  return best
}

function inside(keys: readonly Key[], position: number): boolean {
  return position >= 0 && position < keys.length
}
