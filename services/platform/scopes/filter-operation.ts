import {
  type DocumentNode,
  type FragmentDefinitionNode,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  type VariableNode,
  visit,
} from 'graphql'
import { OperationFilter } from './operation-filter.ts'
import { type Requirement, smallestGrant } from './requirement.ts'
import type { Gaps } from './response-gaps.ts'
import type { TypeAccess } from './type-access.ts'

/** What is left of an operation for a caller, and what has to be put back as null into its answer. */
export interface FilteredOperation {
  /** The document itself where nothing was removed; otherwise only the operation and the fragments it still uses. */
  document: DocumentNode
  operation: OperationDefinitionNode
  /** No field is left: there is nothing to execute. */
  empty: boolean
  /** What is missing in the answer; undefined where nothing was removed. */
  gaps: Gaps | undefined
  /** What the remaining fields and types require, each met by the granted scopes. */
  requirements: readonly Requirement[]
  /** The smallest set of granted scopes that the remaining operation needs. */
  needed: ReadonlySet<string>
}

/**
 * Removes what the granted scopes do not cover, before the operation is planned, as the federation documents give it
 * for `@requiresScopes`: a field goes when its own requirement, that of the type it stands on or that of the type it
 * returns is not met; on an interface all object types behind it must be allowed, while fragments on the allowed ones
 * stay; a field whose selections have all gone goes too, so nothing is fetched, or changed, for an answer without
 * content. `__typename` stays on interfaces and unions, and introspection is not affected.
 *
 * The result holds for any variables: fields under `@skip` and `@include` are removed either way, and also count in
 * `requirements`.
 *
 * @returns undefined when the document has no such operation, or several and no name: that is the executor's to say.
 */
export function filterOperation(input: {
  access: TypeAccess
  document: DocumentNode
  operationName?: string | null | undefined
  granted: ReadonlySet<string>
}): FilteredOperation | undefined {
  const operation = getOperationAST(input.document, input.operationName)
  const root = operation && input.access.schema.getRootType(operation.operation)
  if (!operation || !root) return undefined
  const filter = new OperationFilter(input.access, input.document, operation, input.granted)
  const { selections, list } = filter.selections(root, operation.selectionSet, false)
  const requirements = [...filter.requirements]
  const needed = smallestGrant(requirements, input.granted)
  if (!filter.removedAny) {
    return { document: input.document, operation, empty: false, gaps: undefined, requirements, needed }
  }
  const selected: OperationDefinitionNode = { ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections } }
  const fragments = filter.fragmentsOf(selected)
  const kept = withUsedVariables(selected, fragments)
  return {
    document: { kind: Kind.DOCUMENT, definitions: [kept, ...fragments] },
    operation: kept,
    empty: selections.length === 0,
    gaps: { typeName: root.name, list },
    requirements,
    needed,
  }
}

/** Without the definitions of variables that only removed fields used, so that the operation stays valid. */
function withUsedVariables(
  operation: OperationDefinitionNode,
  fragments: readonly FragmentDefinitionNode[],
): OperationDefinitionNode {
  const used = new Set<string>()
  const look = { VariableDefinition: () => false, Variable: ({ name }: VariableNode) => void used.add(name.value) }
  for (const node of [operation, ...fragments]) visit(node, look)
  const variableDefinitions =
    operation.variableDefinitions?.filter(({ variable }) => used.has(variable.name.value)) ?? []
  return { ...operation, variableDefinitions }
}
