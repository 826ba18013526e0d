import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getArgumentValues,
  getNamedType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  isCompositeType,
  isListType,
  isNonNullType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { badInput } from '../../services/platform/errors.ts'
import { conditionsWith, readConditions } from '../../services/platform/scopes/response-gaps.ts'

/** The arguments that decide how many rows and counties a field stands for; no other argument has a part in the figures. */
export const sizingArguments: ReadonlySet<string> = new Set(['first', 'last', 'counties', 'inputs'])

/** How many counties a field asks, given its sizing arguments; values below one count as one. */
export type CountiesReached = (fieldName: string, args: Readonly<Record<string, unknown>>, parentType: string) => number

/**
 * Fields that are not weighed by their type and page: how many rows they stand for, and what they cost besides, both
 * whole numbers; undefined for all others.
 */
export type Weigh = (
  fieldName: string,
  args: Readonly<Record<string, unknown>>,
  parentType: string,
) => { rows: number; flat: number } | undefined

/** Rows of a list that says nothing of its length, and of a connection without `first` and `last`. */
const defaultPageSize = 20
/** The longest page a connection gives. */
export const maxPageSize = 200

/** What an operation would be with every fragment written out; figures stop at Number.MAX_SAFE_INTEGER. */
export interface OperationFigures {
  /** Fields on the longest way from the root, the root field being 1. */
  depth: number
  aliases: number
  rootFields: number
  /** One for each field of each row of each county asked. */
  cost: number
  /** The root field that costs most, and its part of the cost. */
  costliest: { name: string; cost: number }
}

type Figures = Pick<OperationFigures, 'depth' | 'aliases' | 'cost'>

/**
 * Measures a validated operation before it runs. Fields that `@skip` or `@include` leaves out are free, introspection
 * costs one for each field written and has no depth of its own (graphql-js bounds it). Work is linear in the document:
 * each fragment is measured once for each page size it is met with.
 *
 * @param variables already coerced
 * @throws ExchangeError BAD_USER_INPUT for a `first` or `last` outside 1 to 200.
 */
export function measureOperation(input: {
  schema: GraphQLSchema
  document: DocumentNode
  operation: OperationDefinitionNode
  variables: Record<string, unknown>
  countiesReached: CountiesReached
  weigh?: Weigh | undefined
}): OperationFigures {
  const { schema, document, operation, variables, countiesReached, weigh } = input
  const holds = conditionsWith(variables)
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  }
  const measured = new Map<string, Figures & { rootFields: number }>()
  let costliest = { name: '', cost: 0 }

  const ofSet = (parent: GraphQLCompositeType, set: SelectionSetNode, pageSize: number, root: boolean) => {
    const sum = { depth: 0, aliases: 0, cost: 0, rootFields: 0 }
    for (const node of set.selections) {
      if (!readConditions(node.directives, () => undefined).every(holds)) continue
      const one = ofSelection(parent, node, pageSize, root)
      sum.depth = Math.max(sum.depth, one.depth)
      sum.aliases = bounded(sum.aliases + one.aliases)
      sum.cost = bounded(sum.cost + one.cost)
      sum.rootFields = bounded(sum.rootFields + one.rootFields)
    }
    return sum
  }

  const ofSelection = (parent: GraphQLCompositeType, node: SelectionNode, pageSize: number, root: boolean) => {
    if (node.kind === Kind.FIELD) {
      const one = ofField(parent, node, pageSize)
      if (root && one.cost > costliest.cost) costliest = { name: node.name.value, cost: one.cost }
      return { ...one, rootFields: 1 }
    }
    if (node.kind === Kind.INLINE_FRAGMENT) {
      return ofSet(named(node.typeCondition?.name.value) ?? parent, node.selectionSet, pageSize, root)
    }
    const key = `${node.name.value} ${pageSize}`
    let known = measured.get(key)
    if (!known) {
      const fragment = fragments.get(node.name.value)
      const type = named(fragment?.typeCondition.name.value)
      if (!fragment || !type) throw new Error(`The document was not validated: no fragment ${node.name.value}.`)
      known = ofSet(type, fragment.selectionSet, pageSize, root)
      measured.set(key, known)
    }
    return known
  }

  const ofField = (parent: GraphQLCompositeType, node: FieldNode, pageSize: number): Figures => {
    const name = node.name.value
    const aliases = node.alias ? 1 : 0
    if (name.startsWith('__')) return { depth: 1, aliases, cost: writtenFields(node) }
    const field = isUnionType(parent) ? undefined : parent.getFields()[name]
    if (!field) throw new Error(`The document was not validated: ${parent.name} has no field ${name}.`)
    const type = getNamedType(field.type)
    const args = field.args.length > 0 ? argumentsOf(field, node, variables) : {}
    const counties = Math.max(1, countiesReached(name, args, parent.name))
    if (!isCompositeType(type) || !node.selectionSet) return { depth: 1, aliases, cost: bounded(counties) }
    const ownPage = pageOf(field, args)
    const weight = weigh?.(name, args, parent.name)
    const rows = weight?.rows ?? (ownPage ?? pageSize) ** listDepth(field.type)
    const below = ofSet(type, node.selectionSet, ownPage ?? defaultPageSize, false)
    return {
      depth: below.depth + 1,
      aliases: bounded(aliases + below.aliases),
      cost: bounded((weight?.flat ?? 0) + counties * rows * (1 + below.cost)),
    }
  }

  const named = (name: string | undefined) => {
    const type = name === undefined ? undefined : schema.getType(name)
    return isCompositeType(type) ? type : undefined
  }

  const root = schema.getRootType(operation.operation)
  if (!root) return { depth: 0, aliases: 0, rootFields: 0, cost: 0, costliest }
  const total = ofSet(root, operation.selectionSet, defaultPageSize, true)
  return { ...total, costliest }
}

function bounded(figure: number): number {
  return figure < Number.MAX_SAFE_INTEGER ? figure : Number.MAX_SAFE_INTEGER
}

const isSizing = ({ name }: { name: string }) => sizingArguments.has(name)

function argumentsOf(field: GraphQLField<unknown, unknown>, node: FieldNode, variables: Record<string, unknown>) {
  try {
    return getArgumentValues({ ...field, args: field.args.filter(isSizing) }, node, variables)
  } catch {
    // The executor refuses such a field with its own words; it asks no county.
    return {}
  }
}

/** The rows that a connection is asked for; undefined for a field that is none. */
function pageOf(field: GraphQLField<unknown, unknown>, args: Readonly<Record<string, unknown>>): number | undefined {
  if (!field.args.some(({ name }) => name === 'first' || name === 'last')) return undefined
  const sizes: number[] = []
  for (const name of ['first', 'last']) {
    const size = args[name]
    if (size === undefined || size === null) continue
    if (typeof size !== 'number' || size < 1 || size > maxPageSize) {
      throw badInput(
        `"${name}" of ${field.name} must be between 1 and ${maxPageSize}, not ${JSON.stringify(size)}.`,
        name,
      )
    }
    sizes.push(size)
  }
  return sizes.length > 0 ? Math.max(...sizes) : defaultPageSize
}

function listDepth(type: GraphQLOutputType): number {
  if (isNonNullType(type)) return listDepth(type.ofType)
  return isListType(type) ? 1 + listDepth(type.ofType) : 0
}

/** Fields of an introspection selection as they are written. */
function writtenFields(node: FieldNode): number {
  const count = (set: SelectionSetNode | undefined): number =>
    (set?.selections ?? []).reduce(
      (sum, selection) =>
        sum +
        (selection.kind === Kind.FIELD ? 1 : 0) +
        ('selectionSet' in selection ? count(selection.selectionSet) : 1),
      0,
    )
  return 1 + count(node.selectionSet)
}
