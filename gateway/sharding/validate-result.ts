import {
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
} from 'graphql'
import { isJsonObject } from './json.ts'
import { collectFields, type ConditionalField, type Fragments, holds, type Variables } from './selection.ts'

/** What a check needs to know about one answer. */
export interface CheckScope {
  /** The county that answered: the ids it may give out begin with its code. */
  county: string
  variables: Variables
}

/**
 * Checks a value against the type and the selection it answers. Returns nothing if it fits, else where and how it does
 * not, without the value: `things.nodes.3.name: null for String!`.
 */
export type Check = (value: unknown, scope: CheckScope) => string | undefined

/** What all checks of one schema share. */
export interface CheckRules {
  schema: GraphQLSchema
  /** Object types whose `id` must begin with the answering county's code. */
  ownIdTypes: ReadonlySet<string>
  /** Elements a list may have. */
  listLength: number
}

/** Scalars whose values have a known form; any other may be a string, number or boolean. */
const scalars: Record<string, (value: unknown) => boolean> = {
  String: (value) => typeof value === 'string',
  ID: (value) => typeof value === 'string',
  Boolean: (value) => typeof value === 'boolean',
  Float: (value) => typeof value === 'number',
  Int: (value) => typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= 0x80000000,
  Date: (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value),
  DateTime: (value) =>
    typeof value === 'string' && /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(value) && !Number.isNaN(Date.parse(value)),
  JSON: () => true,
  JSONObject: (value) => typeof value === 'object',
}
const anyScalar = (value: unknown): boolean => typeof value !== 'object'

/**
 * Makes the check for a field of the given type. Compiled once per document and reached again lazily level by level, so
 * a document costs what its answers reach, and an answer one pass without copies.
 */
export function compileCheck(
  rules: CheckRules,
  type: GraphQLOutputType,
  nodes: readonly ConditionalField[],
  fragments: Fragments,
): Check {
  if (isNonNullType(type)) {
    const check = compileCheck(rules, type.ofType, nodes, fragments)
    const name = String(type)
    return (value, scope) => (value === null ? `: null for ${name}` : check(value, scope))
  }
  if (isListType(type)) return listCheck(rules, compileCheck(rules, type.ofType, nodes, fragments), String(type))
  if (isScalarType(type)) {
    const fits = scalars[type.name] ?? anyScalar
    return (value) => (value === null || (value !== undefined && fits(value)) ? undefined : `: no ${type.name}`)
  }
  if (isEnumType(type)) {
    const values = new Set<unknown>(type.getValues().map(({ name }) => name))
    return (value) => (value === null || values.has(value) ? undefined : `: no ${type.name}`)
  }
  if (isObjectType(type)) return objectCheck(rules, type, nodes, fragments)
  return abstractCheck(rules, type.name, nodes, fragments)
}

/**
 * The check of an object whose concrete type is known by name from elsewhere, such as an entity's from its
 * representation. A name that the schema has no object type for never fits.
 */
export function compileCheckByTypename(
  rules: CheckRules,
  nodes: readonly ConditionalField[],
  fragments: Fragments,
): (typename: string) => Check {
  const checks = new Map<string, Check>()
  return (typename) => {
    let check = checks.get(typename)
    if (check === undefined) {
      const type = rules.schema.getType(typename)
      check = isObjectType(type) ? objectCheck(rules, type, nodes, fragments) : () => ': no object type of the schema'
      if (isObjectType(type)) checks.set(typename, check)
    }
    return check
  }
}

function listCheck(rules: CheckRules, check: Check, name: string): Check {
  return (value, scope) => {
    if (value === null) return undefined
    if (!Array.isArray(value)) return `: no list for ${name}`
    if (value.length > rules.listLength) return `: ${value.length} elements, ${rules.listLength} are allowed`
    for (let i = 0; i < value.length; i++) {
      const wrong = check(value[i], scope)
      if (wrong !== undefined) return `.${i}${wrong}`
    }
    return undefined
  }
}

interface FieldCheck {
  key: string
  check: Check
  /** Nodes under the key, if none of them is always there. */
  conditional: readonly ConditionalField[] | undefined
}

function objectCheck(
  rules: CheckRules,
  type: GraphQLObjectType,
  nodes: readonly ConditionalField[],
  fragments: Fragments,
): Check {
  let fields: FieldCheck[] | undefined
  return (value, scope) => {
    if (value === null) return undefined
    if (!isJsonObject(value)) return `: no object for ${type.name}`
    fields ??= fieldChecks(rules, type, nodes, fragments)
    let expected = 0
    for (const { key, check, conditional } of fields) {
      const part = value[key]
      if (part === undefined) {
        if (conditional?.every(({ conditions }) => !holds(conditions, scope.variables))) continue
        return `.${key}: missing`
      }
      const wrong = check(part, scope)
      if (wrong !== undefined) return `.${key}${wrong}`
      expected += 1
    }
    // What nobody asked for would be merged with what others know of the object, and could pass for it.
    let members = 0
    for (const _ in value) members += 1
    return members === expected ? undefined : ': more than was asked for'
  }
}

function fieldChecks(
  rules: CheckRules,
  type: GraphQLObjectType,
  nodes: readonly ConditionalField[],
  fragments: Fragments,
): FieldCheck[] {
  return [...collectFields(rules.schema, type, nodes, fragments)].map(([key, same]) => {
    const name = same[0]?.node.name.value ?? ''
    const conditional = same.some(({ conditions }) => conditions.length === 0) ? undefined : same
    if (name === '__typename') {
      return { key, conditional, check: (value) => (value === type.name ? undefined : `: not ${type.name}`) }
    }
    const fieldType = type.getFields()[name]?.type
    if (fieldType === undefined) return { key, conditional, check: () => ': no field of the schema' }
    const check = compileCheck(rules, fieldType, same, fragments)
    if (name !== 'id' || !rules.ownIdTypes.has(type.name)) return { key, conditional, check }
    return {
      key,
      conditional,
      check: (value, scope) =>
        check(value, scope) ??
        (String(value).startsWith(`${scope.county}:`) ? undefined : ': the id of a record of another county'),
    }
  })
}

function abstractCheck(
  rules: CheckRules,
  name: string,
  nodes: readonly ConditionalField[],
  fragments: Fragments,
): Check {
  const byTypename = compileCheckByTypename(rules, nodes, fragments)
  const abstract = rules.schema.getType(name)
  return (value, scope) => {
    if (value === null) return undefined
    if (!isJsonObject(value)) return `: no object for ${name}`
    // Documents are rewritten so that every selection on an abstract type asks for it.
    const typename = value['__typename']
    const type = typeof typename === 'string' ? rules.schema.getType(typename) : undefined
    if (!isObjectType(type) || !isAbstractType(abstract) || !rules.schema.isSubType(abstract, type)) {
      return `.__typename: no ${name}`
    }
    return byTypename(type.name)(value, scope)
  }
}
