import {
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  TypeInfo,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  typeFromAST,
  valueFromASTUntyped,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { memoise } from '../memoise.ts'

const scalarName = 'SubjectCode'

/** Where a document names subject codes: in literals, and in variables of these types or their defaults. */
interface SubjectPlaces {
  literals: readonly string[]
  variables: readonly SubjectVariable[]
}

interface SubjectVariable {
  name: string
  type: GraphQLInputType
  /** The value when none is given, as JSON. */
  byDefault: unknown
}

const placesIn = memoise((schema: GraphQLSchema) => memoise((document: DocumentNode) => readPlaces(schema, document)))

/**
 * The subject codes an operation names, in literals and variables, each once, as they were written. Where a document
 * can name them is read once for each document.
 */
export function subjectsAsked(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
): string[] {
  const places = placesIn(schema)(document)
  const found = new Set<string>()
  for (const { name, type, byDefault } of places.variables) {
    // Own ones only: a caller may well name a variable "constructor".
    collect(type, Object.hasOwn(variables, name) ? variables[name] : byDefault, found)
  }
  for (const literal of places.literals) found.add(literal)
  return [...found]
}

function readPlaces(schema: GraphQLSchema, document: DocumentNode): SubjectPlaces {
  const literals: string[] = []
  const variables: SubjectVariable[] = []
  const types = new TypeInfo(schema)
  visit(
    document,
    visitWithTypeInfo(types, {
      StringValue(node) {
        const type = types.getInputType()
        if (type && getNamedType(type).name === scalarName) literals.push(node.value)
      },
      VariableDefinition(node) {
        const type = typeFromAST(schema, node.type as never) as GraphQLInputType | undefined
        if (type && namesSubjects(type, new Set())) {
          const byDefault = node.defaultValue && valueFromASTUntyped(node.defaultValue)
          variables.push({ name: node.variable.name.value, type, byDefault })
        }
        return false
      },
    }),
  )
  return { literals, variables }
}

/** Whether a value of the type can hold a subject code. */
function namesSubjects(type: GraphQLInputType, seen: Set<GraphQLNamedType>): boolean {
  const named = getNamedType(type)
  if (seen.has(named)) return false
  seen.add(named)
  if (!isInputObjectType(named)) return named.name === scalarName
  return Object.values(named.getFields()).some((field) => namesSubjects(field.type, seen))
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
