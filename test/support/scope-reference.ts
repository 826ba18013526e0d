import {
  type DocumentNode,
  type FieldNode,
  getNamedType,
  getOperationAST,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql'
import type { ScopeTable } from '../../services/platform/scopes/scope-table.ts'

/**
 * What a caller may see, worked out the plain way: no document is rewritten and nothing is kept; each answer is judged
 * field by field against the table. Slow and obvious, to hold the real filter against.
 */
export class ScopeReference {
  constructor(
    readonly schema: GraphQLSchema,
    readonly table: ScopeTable,
    readonly document: DocumentNode,
    readonly granted: ReadonlySet<string>,
    readonly variables: Readonly<Record<string, unknown>>,
  ) {}

  /** Whether the scopes allow to select this field on this type. */
  allows(parent: GraphQLCompositeType, name: string): boolean {
    const { types, fields } = this.table
    if (name === '__typename') return isAbstractType(parent) || this.#met(types.get(parent.name))
    if (name.startsWith('__')) return true
    const field = 'getFields' in parent ? parent.getFields()[name] : undefined
    if (!field) throw new Error(`${parent.name}.${name}`)
    const returned = getNamedType(field.type)
    const reachable = isAbstractType(returned)
      ? this.schema.getPossibleTypes(returned).some((object) => this.#met(types.get(object.name)))
      : this.#met(types.get(returned.name))
    return this.#met(types.get(parent.name)) && this.#met(fields.get(`${parent.name}.${name}`)) && reachable
  }

  /** The answer to the operation, given what an unrestricted caller would find. */
  answer(root: Found): Record<string, unknown> | null {
    const operation = getOperationAST(this.document)
    const type = operation && this.schema.getRootType(operation.operation)
    if (!operation || !type) throw new Error('no operation')
    const found = this.#object(root, type, [{ parent: type, set: operation.selectionSet, lost: false }])
    return found === bubble ? null : found
  }

  /** Paths of the refused fields, with `@` for the elements of lists. */
  refusedPaths(): Set<string> {
    const operation = getOperationAST(this.document)
    const type = operation && this.schema.getRootType(operation.operation)
    const paths = new Set<string>()
    const walk = (parent: GraphQLCompositeType, set: SelectionSetNode, path: string[]) => {
      for (const { on, field } of this.#flat(parent, set)) {
        const key = field.alias?.value ?? field.name.value
        if (!this.allows(on, field.name.value)) paths.add([...path, key].join('.'))
        else if (field.selectionSet && 'getFields' in on) {
          const defined = on.getFields()[field.name.value]
          const returned = defined && getNamedType(defined.type)
          if (isCompositeType(returned)) walk(returned, field.selectionSet, [...path, key, ...stars(defined?.type)])
        }
      }
    }
    if (operation && type) walk(type, operation.selectionSet, [])
    return paths
  }

  #met(requirement: readonly (readonly string[])[] | undefined): boolean {
    return requirement === undefined || requirement.some((scopes) => scopes.every((scope) => this.granted.has(scope)))
  }

  /** The fields of a selection set with the type each is selected on; those of one object, or of all that can be. */
  #flat(parent: GraphQLCompositeType, set: SelectionSetNode, runtime?: GraphQLObjectType, all = false): Selected[] {
    return set.selections.flatMap((node): Selected[] => {
      for (const { name, arguments: given } of all ? [] : (node.directives ?? [])) {
        const value = given?.[0]?.value
        const holds =
          value?.kind === Kind.VARIABLE ? this.variables[value.name.value] : value?.kind === Kind.BOOLEAN && value.value
        if ((name.value === 'skip') === holds) return []
      }
      if (node.kind === Kind.FIELD) return [{ on: parent, field: node }]
      const fragment =
        node.kind === Kind.INLINE_FRAGMENT
          ? node
          : this.document.definitions.find(
              (some) => some.kind === Kind.FRAGMENT_DEFINITION && some.name.value === node.name.value,
            )
      if (!fragment || !('selectionSet' in fragment)) throw new Error('no fragment')
      const condition = 'typeCondition' in fragment ? fragment.typeCondition : undefined
      const type = condition ? this.schema.getType(condition.name.value) : parent
      if (!isCompositeType(type)) throw new Error('no type')
      const applies = !runtime || type === runtime || (isAbstractType(type) && this.schema.isSubType(type, runtime))
      return applies ? this.#flat(type, fragment.selectionSet, runtime, all) : []
    })
  }

  /** Whether anything of a field is left: it is allowed and, if it has selections, something of these is left. */
  #left(on: GraphQLCompositeType, field: FieldNode): boolean {
    if (!this.allows(on, field.name.value)) return false
    const defined = 'getFields' in on ? on.getFields()[field.name.value] : undefined
    const returned = defined && getNamedType(defined.type)
    if (!field.selectionSet || !isCompositeType(returned)) return true
    // Conditions do not count: an operation is planned before they are known.
    return this.#flat(returned, field.selectionSet, undefined, true).some((below) => this.#left(below.on, below.field))
  }

  #object(found: Found, type: GraphQLObjectType, asked: Asked[]): Record<string, unknown> | typeof bubble {
    const keys = new Map<string, (Selected & { lost: boolean })[]>()
    for (const { parent, set, lost } of asked) {
      for (const { on, field } of this.#flat(parent, set, type)) {
        const key = field.alias?.value ?? field.name.value
        const gone = lost || !this.allows(on, field.name.value)
        keys.set(key, [...(keys.get(key) ?? []), { on, field, lost: gone }])
      }
    }
    const result: Record<string, unknown> = {}
    for (const [key, selected] of keys) {
      const name = selected[0]?.field.name.value ?? ''
      const defined = type.getFields()[name]
      const left = selected.some(({ on, field, lost }) => !lost && this.#left(on, field))
      if (name === '__typename') {
        if (left) result[key] = type.name
        else if (selected.some(({ on }) => !this.allows(on, name))) return bubble
      } else if (!defined) throw new Error(`${type.name}.${name}`)
      else if (!left) {
        if (isNonNullType(defined.type)) return bubble
        result[key] = null
      } else {
        const below = selected.flatMap(({ on, field, lost }): Asked[] => {
          const own = 'getFields' in on ? on.getFields()[name] : undefined
          const parent = own && getNamedType(own.type)
          return field.selectionSet && isCompositeType(parent) ? [{ parent, set: field.selectionSet, lost }] : []
        })
        const value = this.#value(found[name], defined.type, below)
        if (value === bubble) return bubble
        result[key] = value
      }
    }
    return result
  }

  #value(found: unknown, type: GraphQLOutputType, asked: Asked[]): unknown {
    if (isNonNullType(type)) {
      const value = this.#value(found, type.ofType, asked)
      return value === null ? bubble : value
    }
    if (found === null || found === undefined) return null
    if (isListType(type)) {
      const items = (Array.isArray(found) ? found : []).map((item) => this.#value(item, type.ofType, asked))
      return items.includes(bubble) ? null : items
    }
    if (!isCompositeType(type)) return found
    if (!isFound(found)) throw new Error(`no object of type ${type.name}`)
    const { __typename: name } = found
    const runtime = this.schema.getType(name)
    if (!isObjectType(runtime)) throw new Error(name)
    const value = this.#object(found, runtime, asked)
    return value === bubble ? null : value
  }
}

/** An object as an unrestricted caller would find it. */
export interface Found {
  __typename: string
  [field: string]: unknown
}

function isFound(value: unknown): value is Found {
  return typeof value === 'object' && value !== null && '__typename' in value
}

interface Selected {
  on: GraphQLCompositeType
  field: FieldNode
}

interface Asked {
  parent: GraphQLCompositeType
  set: SelectionSetNode
  lost: boolean
}

const bubble = Symbol('null where the schema forbids it')

function stars(type: unknown): string[] {
  if (isNonNullType(type)) return stars(type.ofType)
  return isListType(type) ? ['@', ...stars(type.ofType)] : []
}
