import { type GraphQLFormattedError, type GraphQLOutputType, isListType, isNonNullType } from 'graphql'
import { describeRequirement } from './requirement.ts'
import { type Gaps, type Holds, listRemoved, type RemovedField } from './response-gaps.ts'

/** The answer's data, as JSON. */
export type ResponseData = Record<string, unknown> | null

/**
 * Puts null at each place whose field was removed, and lets it bubble up to the next nullable place where the schema
 * says non-null. Places that another selection of the operation has filled keep their value. The runtime types that
 * were asked for in addition are taken out. Returns new objects where something changes; the input is left alone.
 */
export function completeData(data: ResponseData, gaps: Gaps, holds: Holds): ResponseData {
  if (data === null) return null
  return completeObject(data, [gaps], holds) ?? null
}

/** One error for each removed field whose conditions hold, at most 100: many more would help nobody. */
export function removalErrors(gaps: Gaps, holds: Holds): GraphQLFormattedError[] {
  return listRemoved(gaps, holds).map(removalError)
}

/** The error of one removed field: the code, what would be needed, and what to do. */
export function removalError({ path, coordinate, requirement }: RemovedField): GraphQLFormattedError {
  return {
    message:
      `The token's scopes do not cover ${coordinate}: it needs ${describeRequirement(requirement)}. ` +
      'Leave it out, or ask for a token with the scope.',
    path: [...path],
    extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE', requiredScopes: requirement },
  }
}

/** All that the operation says about one response key of one object. */
interface Place {
  type: GraphQLOutputType
  removed: boolean
  inner: Gaps[]
}

/** The completed object; undefined when a null has bubbled up to it. */
function completeObject(
  object: Record<string, unknown>,
  gaps: readonly Gaps[],
  holds: Holds,
): Record<string, unknown> | undefined {
  const result: Record<string, unknown> = { ...object }
  const typeKey = gaps.find((some) => some.typeKey !== undefined)?.typeKey
  const typeName = gaps.find((some) => some.typeName !== undefined)?.typeName ?? (typeKey && object[typeKey])
  const places = new Map<string, Place>()
  collect(gaps, typeName, holds, places, new Set())
  for (const [key, { type, removed, inner }] of places) {
    if (!(key in result)) {
      if (!removed) continue
      if (isNonNullType(type)) return undefined
      result[key] = null
    } else if (inner.length > 0) {
      const value = completeValue(result[key], type, inner, holds)
      if (value === undefined) return undefined
      result[key] = value
    }
  }
  if (typeKey !== undefined) delete result[typeKey]
  return result
}

function collect(
  gaps: readonly Gaps[],
  typeName: unknown,
  holds: Holds,
  places: Map<string, Place>,
  seen: Set<Gaps>,
): void {
  for (const some of gaps) {
    if (seen.has(some)) continue
    seen.add(some)
    for (const gap of some.list) {
      if (!gap.when.every(holds)) continue
      if (gap.kind === 'fragment') {
        const applies = gap.on === undefined || (typeof typeName === 'string' && gap.on.has(typeName))
        if (applies) collect([gap.inner], typeName, holds, places, seen)
        continue
      }
      const place = places.get(gap.key) ?? { type: gap.type, removed: false, inner: [] }
      places.set(gap.key, place)
      place.removed ||= gap.removed
      if (gap.inner) place.inner.push(gap.inner)
    }
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The completed value; undefined when it would have to be null where the type forbids it. */
function completeValue(value: unknown, type: GraphQLOutputType, inner: readonly Gaps[], holds: Holds): unknown {
  if (isNonNullType(type)) {
    const completed = completeValue(value, type.ofType, inner, holds)
    // A null that came so from the executor is its own doing and has its own error.
    return completed === null && value !== null ? undefined : completed
  }
  if (isListType(type)) {
    if (!Array.isArray(value)) return value
    const items: unknown[] = []
    for (const item of value) {
      const completed = completeValue(item, type.ofType, inner, holds)
      if (completed === undefined) return null
      items.push(completed)
    }
    return items
  }
  return isObject(value) ? (completeObject(value, inner, holds) ?? null) : value
}
