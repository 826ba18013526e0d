import { getNamedType, type GraphQLObjectType, type GraphQLSchema, isObjectType } from 'graphql'
import { membersOf } from './json.ts'
import { collectFields, type ConditionalField, type Fragments, holds, type Variables } from './selection.ts'

/** Shapes a plain value, members by field name, as a selection asks for it. */
export type Projection = (value: unknown, variables: Variables) => unknown

/**
 * Makes the projection of objects of one type whose parts all have concrete types: what the merged page's own parts,
 * `pageInfo` and `coverage`, are written with. Members that the value lacks become null.
 */
export function compileProjection(
  schema: GraphQLSchema,
  type: GraphQLObjectType,
  nodes: readonly ConditionalField[],
  fragments: Fragments,
): Projection {
  let fields: { key: string; nodes: readonly ConditionalField[]; read: Projection }[] | undefined
  const project: Projection = (value, variables) => {
    if (Array.isArray(value)) return value.map((element) => project(element, variables))
    if (value === null || value === undefined) return null
    fields ??= [...collectFields(schema, type, nodes, fragments)].map(([key, same]) => ({
      key,
      nodes: same,
      read: readField(schema, type, same, fragments),
    }))
    const shaped: Record<string, unknown> = {}
    for (const field of fields) {
      if (field.nodes.some(({ conditions }) => holds(conditions, variables)))
        shaped[field.key] = field.read(value, variables)
    }
    return shaped
  }
  return project
}

function readField(
  schema: GraphQLSchema,
  type: GraphQLObjectType,
  nodes: readonly ConditionalField[],
  fragments: Fragments,
): Projection {
  const name = nodes[0]?.node.name.value ?? ''
  if (name === '__typename') return () => type.name
  const field = type.getFields()[name]
  const fieldType = field && getNamedType(field.type)
  const member = (value: unknown) => membersOf(value)[name] ?? null
  if (!isObjectType(fieldType)) return member
  const inner = compileProjection(schema, fieldType, nodes, fragments)
  return (value, variables) => inner(member(value), variables)
}
