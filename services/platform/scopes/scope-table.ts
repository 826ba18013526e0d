import {
  type ConstDirectiveNode,
  type ConstValueNode,
  type DefinitionNode,
  type FieldDefinitionNode,
  isTypeDefinitionNode,
  isTypeExtensionNode,
  Kind,
  parse,
  type TypeDefinitionNode,
  type TypeExtensionNode,
} from 'graphql'
import { both, minimal, type Requirement } from './requirement.ts'
import { featureOf, securityFeatures, securityNames } from './security-directives.ts'

/**
 * What each type and field requires, read from `@requiresScopes`. Types and fields that require nothing are absent.
 * An interface, and each of its fields, requires what all its object types together require: what is selected on the
 * interface may come from any of them (Apollo Federation, "Authorization and interfaces").
 */
export interface ScopeTable {
  /** Type name → requirement, for object types, interfaces, scalars and enums. */
  types: ReadonlyMap<string, Requirement>
  /** `Type.field` → the field's own requirement, without that of its type. */
  fields: ReadonlyMap<string, Requirement>
  /** Every scope that is named anywhere, sorted. */
  scopes: readonly string[]
}

/**
 * Reads the table from a supergraph SDL or from one subgraph's SDL. Several applications on one element combine with
 * AND, as composition does it.
 *
 * @throws Error when the SDL has `@authenticated` or `@policy`, which nothing here enforces, a `@requiresScopes` that
 *   no link brings in, or one whose argument is not a non-empty list of lists of strings: an unread requirement would
 *   be an open door.
 */
export function readScopeTable(sdl: string): ScopeTable {
  const document = parse(sdl, { noLocation: true })
  const names = securityNames(document)
  const types = new Map<string, Requirement>()
  const fields = new Map<string, Requirement>()
  const add = (map: Map<string, Requirement>, key: string, directives: readonly ConstDirectiveNode[] = []) => {
    for (const directive of directives) {
      const feature = featureOf(directive, names)
      if (feature === undefined && !looksLikeSecurity(directive.name.value)) continue
      if (feature !== 'requiresScopes') {
        throw new Error(`@${directive.name.value} on ${key}: only a linked @requiresScopes is enforced here.`)
      }
      require(map, key, readScopes(directive, key))
    }
  }
  const composites = document.definitions.filter(hasFields)
  for (const definition of document.definitions) {
    if (isTypeDefinitionNode(definition) || isTypeExtensionNode(definition)) {
      add(types, definition.name.value, definition.directives)
    }
  }
  for (const composite of composites) {
    for (const field of composite.fields ?? []) {
      add(fields, `${composite.name.value}.${field.name.value}`, field.directives)
    }
  }
  hoist(composites, types, fields)
  const scopes = [...new Set([...types.values(), ...fields.values()].flat(2))].toSorted()
  return { types, fields, scopes }
}

type Composite = (TypeDefinitionNode | TypeExtensionNode) & {
  readonly fields?: readonly FieldDefinitionNode[]
  readonly interfaces?: readonly { readonly name: { readonly value: string } }[]
}

function hasFields(definition: DefinitionNode): definition is Composite {
  return (
    definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
    definition.kind === Kind.OBJECT_TYPE_EXTENSION ||
    definition.kind === Kind.INTERFACE_TYPE_DEFINITION ||
    definition.kind === Kind.INTERFACE_TYPE_EXTENSION
  )
}

function isObject(definition: Composite): boolean {
  return definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.OBJECT_TYPE_EXTENSION
}

/** Gives each interface what its object types require; composition has done so already in a supergraph. */
function hoist(composites: readonly Composite[], types: Map<string, Requirement>, fields: Map<string, Requirement>) {
  const fieldNames = new Map<string, Set<string>>()
  for (const { name, fields: defined } of composites) {
    const known = fieldNames.get(name.value) ?? new Set<string>()
    for (const field of defined ?? []) known.add(field.name.value)
    fieldNames.set(name.value, known)
  }
  for (const object of composites.filter(isObject)) {
    for (const { name: face } of object.interfaces ?? []) {
      const required = types.get(object.name.value)
      if (required) require(types, face.value, required)
      for (const field of fieldNames.get(face.value) ?? []) {
        const requiredOfField = fields.get(`${object.name.value}.${field}`)
        if (requiredOfField) require(fields, `${face.value}.${field}`, requiredOfField)
      }
    }
  }
}

function require(map: Map<string, Requirement>, key: string, requirement: Requirement) {
  const known = map.get(key)
  const combined = known ? both(known, requirement) : minimal(requirement)
  if (combined.some((scopes) => scopes.length === 0)) return
  map.set(key, combined)
}

function looksLikeSecurity(name: string): boolean {
  return securityFeatures.some((feature) => name === feature || name.endsWith(`__${feature}`))
}

function readScopes(directive: ConstDirectiveNode, where: string): Requirement {
  const bad = () =>
    new Error(`@${directive.name.value} on ${where}: scopes must be a non-empty list of lists of strings.`)
  let holder: readonly { name: { value: string }; value: ConstValueNode }[] = directive.arguments ?? []
  if (directive.name.value === 'join__directive') {
    const args = holder.find((argument) => argument.name.value === 'args')?.value
    holder = args?.kind === Kind.OBJECT ? args.fields : []
  }
  const value = holder.find((argument) => argument.name.value === 'scopes')?.value
  if (value?.kind !== Kind.LIST || value.values.length === 0) throw bad()
  return value.values.map((alternative) => {
    if (alternative.kind !== Kind.LIST) throw bad()
    return alternative.values.map((scope) => {
      if (scope.kind !== Kind.STRING) throw bad()
      return scope.value
    })
  })
}
