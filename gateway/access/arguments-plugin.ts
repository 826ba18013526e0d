import type { ApolloServerPlugin, BaseContext } from '@apollo/server'
import {
  type DocumentNode,
  type FieldNode,
  getArgumentValues,
  getVariableValues,
  type GraphQLField,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql'
import { checkCursors } from '../../services/platform/cursor.ts'
import { badInput } from '../../services/platform/errors.ts'
import { rootFields } from '../../services/platform/journal/root-fields.ts'
import { memoise } from '../../services/platform/memoise.ts'
import { conditionsWith, readConditions } from '../../services/platform/scopes/response-gaps.ts'

/** What decides over arguments of the right type. */
export interface ArgumentChecks {
  /** Whether a root field is a page of all counties, with cursors. */
  isPage: (fieldName: string) => boolean
  /** 违法行为类型: whether the directory lists this code. */
  isAct: (code: string) => boolean
}

/**
 * Refuses with BAD_USER_INPUT, before any county is asked, arguments of root fields that have the right type and still
 * make no sense: a cursor of another query, a type of unlawful act that the directory does not list. The counties check
 * them too; but a question that every county refuses need not go to every county.
 */
export function createArgumentsPlugin<Context extends BaseContext>(
  checks: ArgumentChecks,
): ApolloServerPlugin<Context> {
  const hasPages = memoise((document: DocumentNode) =>
    memoise((operation: OperationDefinitionNode) => rootFields(document, operation).some(checks.isPage)),
  )
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ schema, document, operation, request }) {
          if (operation?.operation !== OperationTypeNode.QUERY || !hasPages(document)(operation)) return
          const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], request.variables ?? {}, {
            maxErrors: 1,
          })
          // Operations whose variables are wrong are left to the executor.
          if (coerced) checkRootFields({ schema, document, operation, variables: coerced }, checks)
        },
      }
    },
  }
}

function checkRootFields(
  input: {
    schema: GraphQLSchema
    document: DocumentNode
    operation: OperationDefinitionNode
    variables: Record<string, unknown>
  },
  { isPage, isAct }: ArgumentChecks,
): void {
  const fields = input.schema.getQueryType()?.getFields() ?? {}
  for (const node of rootFieldNodes(input.document, input.operation, input.variables)) {
    const name = node.name.value
    const field = fields[name]
    const args = field && isPage(name) ? argumentsOf(field, node, input.variables) : undefined
    if (!args) continue
    checkCursors(args, name, args['filter'])
    const act: unknown = Object(args['filter'])['act']
    if (typeof act === 'string' && !isAct(act)) {
      throw badInput(
        `"${act.slice(0, 64)}" is no type of unlawful act (违法行为类型) of the directory. Leave "act" out, or take its code from there.`,
        'act',
      )
    }
  }
}

function rootFieldNodes(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown>,
): FieldNode[] {
  const holds = conditionsWith(variables)
  const seen = new Set<string>()
  const collect = (set: SelectionSetNode): FieldNode[] =>
    set.selections.flatMap((node) => {
      if (!readConditions(node.directives, () => undefined).every(holds)) return []
      if (node.kind === Kind.FIELD) return [node]
      if (node.kind === Kind.INLINE_FRAGMENT) return collect(node.selectionSet)
      const name = node.name.value
      if (seen.has(name)) return []
      seen.add(name)
      const fragment = document.definitions.find(
        (one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === name,
      )
      return fragment?.kind === Kind.FRAGMENT_DEFINITION ? collect(fragment.selectionSet) : []
    })
  return collect(operation.selectionSet)
}

function argumentsOf(field: GraphQLField<unknown, unknown>, node: FieldNode, variables: Record<string, unknown>) {
  try {
    return getArgumentValues(field, node, variables)
  } catch {
    // The executor refuses such a field with its own words; it asks no county.
    return undefined
  }
}
