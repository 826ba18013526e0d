import {
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  Kind,
  TypeInfo,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  typeFromAST,
  visit,
  visitWithTypeInfo,
} from 'graphql'

const scalarName = 'SubjectCode'

/** The subject codes an operation names, in literals and variables, each once, as they were written. */
export function subjectsAsked(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
): string[] {
  const found = new Set<string>()
  const types = new TypeInfo(schema)
  visit(
    document,
    visitWithTypeInfo(types, {
      StringValue(node) {
        const type = types.getInputType()
        if (type && getNamedType(type).name === scalarName) found.add(node.value)
      },
      VariableDefinition(node) {
        const type = typeFromAST(schema, node.type as never) as GraphQLInputType | undefined
        if (type) collect(type, variables[node.variable.name.value], found)
        if (node.defaultValue?.kind === Kind.STRING && type && getNamedType(type).name === scalarName) {
          found.add(node.defaultValue.value)
        }
        return false
      },
    }),
  )
  return [...found]
}

function collect(type: GraphQLInputType, value: unknown, found: Set<string>): void {
  if (value === null || value === undefined) return
  const inner = getNullableType(type)
  if (isListType(inner)) {
    for (const item of Array.isArray(value) ? value : [value]) collect(inner.ofType, item, found)
  } else if (isInputObjectType(inner)) {
    const members = value as Record<string, unknown>
    for (const field of Object.values(inner.getFields())) collect(field.type, members[field.name], found)
  } else if (inner.name === scalarName && typeof value === 'string') {
    found.add(value)
  }
}
