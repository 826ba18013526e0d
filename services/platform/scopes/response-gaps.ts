import { type DirectiveNode, type GraphQLOutputType, isListType, isNonNullType, Kind } from 'graphql'
import type { Requirement } from './requirement.ts'

/** `@skip` or `@include`, as it stands at a field or fragment. */
export interface Condition {
  /** The variable it asks, or the literal. */
  value: { variable: string; fallback: boolean | undefined } | boolean
  /** True for `@include`, false for `@skip`. */
  wanted: boolean
}

/** Why something is missing: the schema coordinate that was refused and all that it requires. */
export interface Denial {
  /** `Type.field`. */
  coordinate: string
  requirement: Requirement
}

/** One field of an object in whose answer something is missing. */
export interface FieldGap {
  kind: 'field'
  /** Response key. */
  key: string
  type: GraphQLOutputType
  when: readonly Condition[]
  /** The field itself was taken out of the operation, not only something below it. */
  removed: boolean
  /** Present where this very field was refused, absent where it went with what it stands in. */
  denial?: Denial
  inner?: Gaps
}

/** Gaps that a fragment brings to the object it is spread into. */
export interface FragmentGap {
  kind: 'fragment'
  /** Names of the object types the fragment applies to; undefined means all that can occur. */
  on: ReadonlySet<string> | undefined
  when: readonly Condition[]
  inner: Gaps
}

/**
 * What is missing in the answer for one object. Fragments share theirs, so the whole is a graph without cycles, linear
 * in the size of the document, however often a fragment is spread.
 */
export interface Gaps {
  /** Response key under which the runtime type was asked for in addition; removed from the answer. */
  typeKey?: string
  /** The object's type where the schema alone tells it. */
  typeName?: string
  list: (FieldGap | FragmentGap)[]
}

/** A field that was taken out because of the caller's scopes. */
export interface RemovedField extends Denial {
  /** Response path; `@` stands for every element of a list, as in Apollo's router. */
  path: readonly string[]
}

/** Tells whether a condition holds for this request's variables. */
export type Holds = (condition: Condition) => boolean

/** Evaluates conditions with raw variables and, where these are silent, the operation's defaults. */
export function conditionsWith(variables: Readonly<Record<string, unknown>> | undefined): Holds {
  return ({ value, wanted }) => {
    if (typeof value === 'boolean') return value === wanted
    const given = variables?.[value.variable]
    return (given === undefined ? value.fallback : given) === wanted
  }
}

/** Reads the conditions of a field or fragment; `fallback` gives the default value of a variable. */
export function readConditions(
  directives: readonly DirectiveNode[] | undefined,
  fallback: (variable: string) => boolean | undefined,
): Condition[] {
  const conditions: Condition[] = []
  for (const { name, arguments: given } of directives ?? []) {
    if (name.value !== 'skip' && name.value !== 'include') continue
    const value = given?.find((argument) => argument.name.value === 'if')?.value
    const wanted = name.value === 'include'
    if (value?.kind === Kind.BOOLEAN) conditions.push({ value: value.value, wanted })
    if (value?.kind === Kind.VARIABLE) {
      const variable = value.name.value
      conditions.push({ value: { variable, fallback: fallback(variable) }, wanted })
    }
  }
  return conditions
}

/**
 * The refused fields with their paths, at most `limit`, each path once. Fragments multiply paths without bound, so
 * whoever needs all of them asks for few documents.
 */
export function listRemoved(gaps: Gaps | undefined, holds: Holds, limit = 100): RemovedField[] {
  const found = new Map<string, RemovedField>()
  const barren = new Set<Gaps>()
  const walk = (inner: Gaps, path: readonly string[], seen: Set<Gaps>): boolean => {
    if (seen.has(inner) || barren.has(inner)) return false
    seen.add(inner)
    let fruitful = false
    for (const gap of inner.list) {
      if (found.size >= limit) return true
      if (!gap.when.every(holds)) continue
      if (gap.kind === 'fragment') {
        fruitful = walk(gap.inner, path, seen) || fruitful
        continue
      }
      const below = [...path, gap.key, ...elements(gap.type)]
      if (gap.denial) {
        const at = [...path, gap.key]
        found.set(at.join('\n'), { path: at, ...gap.denial })
        fruitful = true
      } else if (gap.inner) fruitful = walk(gap.inner, below, new Set()) || fruitful
    }
    if (!fruitful) barren.add(inner)
    return fruitful
  }
  if (gaps) walk(gaps, [], new Set())
  return [...found.values()]
}

/** One `@` for each level of list in the type. */
function elements(type: GraphQLOutputType): string[] {
  if (isNonNullType(type)) return elements(type.ofType)
  return isListType(type) ? ['@', ...elements(type.ofType)] : []
}
