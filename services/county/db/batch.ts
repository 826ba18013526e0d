import type { RequestContext } from '../../platform/viewer.ts'

/**
 * Loads by key in batches: keys that are asked for in the same turn of one request become one statement. Nothing is
 * kept afterwards, so a mutation's later fields read what it wrote.
 */
export class Batch<Value> {
  readonly #load: (keys: string[], context: RequestContext) => Promise<ReadonlyMap<string, Value>>
  readonly #waiting = new WeakMap<RequestContext, { keys: Set<string>; result: Promise<ReadonlyMap<string, Value>> }>()

  /** `load` gives a map of what exists for the keys; at most one statement. */
  constructor(load: (keys: string[], context: RequestContext) => Promise<ReadonlyMap<string, Value>>) {
    this.#load = load
  }

  /** The value for one key, undefined when there is none. */
  async get(context: RequestContext, key: string): Promise<Value | undefined> {
    return (await this.#collect(context, [key])).get(key)
  }

  /** The values for several keys that exist, in the order of the keys. */
  async getAll(context: RequestContext, keys: readonly string[]): Promise<Value[]> {
    const found = await this.#collect(context, keys)
    return keys.flatMap((key) => {
      const value = found.get(key)
      return value === undefined ? [] : [value]
    })
  }

  #collect(context: RequestContext, keys: readonly string[]): Promise<ReadonlyMap<string, Value>> {
    let waiting = this.#waiting.get(context)
    if (!waiting) {
      const wanted = new Set<string>()
      const result = nextTurn().then(() => {
        this.#waiting.delete(context)
        return this.#load([...wanted], context)
      })
      waiting = { keys: wanted, result }
      this.#waiting.set(context, waiting)
    }
    for (const key of keys) waiting.keys.add(key)
    return waiting.result
  }
}

/** Groups rows by a key, keeping their order. */
export function groupBy<Row>(rows: readonly Row[], key: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) {
    const group = groups.get(key(row))
    if (group) group.push(row)
    else groups.set(key(row), [row])
  }
  return groups
}

// One turn of the event loop, not a microtask: sibling fields resolve over several microtasks.
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
