import {
  type DocumentNode,
  type FieldNode,
  getVariableValues,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  TypeInfo,
  validate,
  type VariableDefinitionNode,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { ExchangeError } from '../../services/platform/errors.ts'
import { compileUnit, rootType, type Unit } from './compile-unit.ts'
import type { RoutingTable } from './routing-table.ts'
import { collectFields, type Fragments, type Variables } from './selection.ts'
import { unusedMark } from './unit-text.ts'

/** A document made ready once, for any number of requests. */
export interface CompiledOperation {
  type: 'query' | 'mutation'
  units: readonly Unit[]
  fragments: Fragments
  /** The caller's variables with the operation's defaults. */
  withDefaults(variables: Variables): Variables
}

/**
 * Parses, validates and prepares a document. Throws GRAPHQL_PARSE_FAILED or GRAPHQL_VALIDATION_FAILED for one that the
 * county schema does not admit.
 */
export function compileOperation(
  table: RoutingTable,
  listLength: number,
  source: string,
  operationName?: string,
): CompiledOperation {
  const document = askTypenames(table.schema, admit(table.schema, source))
  const operation = pickOperation(document, operationName)
  const type = operation.operation === OperationTypeNode.MUTATION ? 'mutation' : 'query'
  const root = rootType(table.schema, type)
  if (operation.operation === OperationTypeNode.SUBSCRIPTION || root === undefined) {
    throw new ExchangeError('GRAPHQL_VALIDATION_FAILED', `Counties serve no ${operation.operation}.`)
  }
  const fragments: Fragments = new Map(
    document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])),
  )
  const definitions = operation.variableDefinitions ?? []
  const shared = { table, rules: { schema: table.schema, ownIdTypes: table.ownIdTypes, listLength } }
  const scope = { ...shared, type, fragments, definitions, mark: unusedMark(source) } as const
  return {
    type,
    fragments,
    units: [...collectFields(table.schema, root, [operation.selectionSet], fragments)].map(([key, nodes]) =>
      compileUnit(scope, key, nodes),
    ),
    withDefaults: defaults(table.schema, definitions),
  }
}

function admit(schema: GraphQLSchema, source: string): DocumentNode {
  let document: DocumentNode
  try {
    document = parse(source, { noLocation: true, maxTokens: 100_000 })
  } catch (error) {
    throw new ExchangeError('GRAPHQL_PARSE_FAILED', error instanceof Error ? error.message : 'not GraphQL')
  }
  const [problem] = validate(schema, document, undefined, { maxErrors: 1 })
  if (problem !== undefined) throw new ExchangeError('GRAPHQL_VALIDATION_FAILED', problem.message)
  visit(document, {
    Field: (node) => {
      // JSON has it as an ordinary member, an object literal does not.
      if (node.alias?.value === '__proto__') {
        throw new ExchangeError('GRAPHQL_VALIDATION_FAILED', 'The alias "__proto__" cannot be used. Choose another.')
      }
    },
  })
  return document
}

/** Adds `__typename` to every selection on an abstract type: without it an answer could not be checked. */
function askTypenames(schema: GraphQLSchema, document: DocumentNode): DocumentNode {
  const types = new TypeInfo(schema)
  const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }
  return visit(
    document,
    visitWithTypeInfo(types, {
      SelectionSet: {
        leave: (node) => {
          const type = types.getParentType()
          if (!isAbstractType(type) || type.name === '_Entity') return undefined
          const asked = node.selections.some(
            (selection) =>
              selection.kind === Kind.FIELD &&
              selection.name.value === '__typename' &&
              selection.alias === undefined &&
              (selection.directives?.length ?? 0) === 0,
          )
          return asked ? undefined : { ...node, selections: [typename, ...node.selections] }
        },
      },
    }),
  )
}

function pickOperation(document: DocumentNode, name: string | undefined): OperationDefinitionNode {
  const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION)
  const operation = name === undefined ? operations[0] : operations.find((node) => node.name?.value === name)
  if (operation === undefined || (name === undefined && operations.length > 1)) {
    throw new ExchangeError('GRAPHQL_VALIDATION_FAILED', 'Name the operation to run with "operationName".')
  }
  return operation
}

function defaults(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
): (variables: Variables) => Variables {
  const optional = definitions.filter(({ defaultValue }) => defaultValue !== undefined)
  if (optional.length === 0) return (variables) => variables
  const { coerced = {} } = getVariableValues(
    schema,
    optional.map((node) => node),
    {},
  )
  return (variables) => {
    const given = Object.entries(variables).filter(([, value]) => value !== undefined)
    return { ...coerced, ...Object.fromEntries(given) }
  }
}
