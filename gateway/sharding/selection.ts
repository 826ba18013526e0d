import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  type SelectionSetNode,
  type SelectionNode,
  type ValueNode,
} from 'graphql'

/** `@skip` or `@include` on a variable: the selection stays when the variable equals `is`. */
export interface Condition {
  variable: string
  is: boolean
}

/** A field with every condition that stands between it and the selection it was collected from. */
export interface ConditionalField {
  node: FieldNode
  conditions: readonly Condition[]
}

/** Variables of one request, defaults applied. */
export type Variables = Readonly<Record<string, unknown>>

/** A document's fragments by name. */
export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

/** Whether all conditions hold. */
export function holds(conditions: readonly Condition[], variables: Variables): boolean {
  for (const { variable, is } of conditions) if (Boolean(variables[variable]) !== is) return false
  return true
}

/**
 * The fields that a selection takes from an object type, fragments resolved, by response key in document order.
 * Selections that a constant condition excludes are left out; those that depend on a variable keep the condition.
 */
export function collectFields(
  schema: GraphQLSchema,
  type: GraphQLObjectType,
  selections: readonly (SelectionSetNode | ConditionalField)[],
  fragments: Fragments,
): Map<string, ConditionalField[]> {
  const fields = new Map<string, ConditionalField[]>()
  const spread = new Set<string>()
  const add = (nodes: readonly SelectionNode[], outer: readonly Condition[]): void => {
    for (const node of nodes) {
      const conditions = conditionsOf(node, outer)
      if (conditions === undefined) continue
      if (node.kind === Kind.FIELD) {
        const key = node.alias?.value ?? node.name.value
        const same = fields.get(key)
        if (same === undefined) fields.set(key, [{ node, conditions }])
        else same.push({ node, conditions })
        continue
      }
      if (node.kind === Kind.FRAGMENT_SPREAD) {
        // Under the same conditions a fragment adds nothing twice; without this, nested spreads grow exponentially.
        const seen = `${node.name.value} ${JSON.stringify(conditions)}`
        if (spread.has(seen)) continue
        spread.add(seen)
      }
      const fragment = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node
      if (fragment === undefined) continue
      const condition = fragment.typeCondition?.name.value
      if (condition !== undefined && !appliesTo(schema, type, condition)) continue
      add(fragment.selectionSet.selections, conditions)
    }
  }
  for (const selection of selections) {
    if (!('node' in selection)) add(selection.selections, [])
    // What a lone node holds is only looked at when the node itself is there: its conditions go without saying.
    else add(selection.node.selectionSet?.selections ?? [], selections.length === 1 ? [] : selection.conditions)
  }
  return fields
}

/** Whether a fragment on the named type takes fields from an object type. */
export function appliesTo(schema: GraphQLSchema, type: GraphQLObjectType, name: string): boolean {
  if (name === type.name) return true
  const condition = schema.getType(name)
  return isAbstractType(condition) && schema.isSubType(condition, type)
}

/** The outer conditions and a node's own; undefined when a constant excludes the node. */
function conditionsOf(node: SelectionNode, outer: readonly Condition[]): readonly Condition[] | undefined {
  let conditions = outer
  for (const directive of node.directives ?? []) {
    const name = directive.name.value
    if (name !== 'skip' && name !== 'include') continue
    const value: ValueNode | undefined = directive.arguments?.[0]?.value
    if (value?.kind === Kind.VARIABLE) {
      conditions = [...conditions, { variable: value.name.value, is: name === 'include' }]
    } else if (value?.kind === Kind.BOOLEAN && value.value !== (name === 'include')) {
      return undefined
    }
  }
  return conditions
}
