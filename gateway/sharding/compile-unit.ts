import {
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isNonNullType,
  isObjectType,
  Kind,
  type NameNode,
  type SelectionNode,
  valueFromASTUntyped,
  type VariableDefinitionNode,
} from 'graphql'
import { ExchangeError } from '../../services/platform/errors.ts'
import { planPage, type PagePlan } from './page-plan.ts'
import { compileProjection } from './projection.ts'
import type { RoutingTable } from './routing-table.ts'
import { appliesTo, type ConditionalField, type Fragments, type Variables } from './selection.ts'
import { ownVariable, type UnitText, writeUnit } from './unit-text.ts'
import { type Check, type CheckRules, compileCheck, compileCheckByTypename } from './validate-result.ts'

/** Reads an argument of a root field for one request; undefined when it is left out. */
export type Argument = (variables: Variables) => unknown

/**
 * How the parts of a root field are found and put together. `echo` is the response key under which each entity repeats
 * its id, so that one taken for another is noticed also when nobody selects `id`.
 */
export type UnitRoute =
  | { kind: 'LOCAL'; answer: (variables: Variables) => unknown }
  | { kind: 'ENTITIES'; representations: Argument; checkOf: (typename: string) => Check; echo: string }
  | { kind: 'ID' | 'COUNTY'; target: Argument; check: Check }
  | { kind: 'VIEWER'; check: Check }
  | { kind: 'CONCAT'; counties: Argument; check: Check }
  | {
      kind: 'PAGE'
      counties: Argument
      first: Argument
      last: Argument
      after: Argument
      before: Argument
      plan: PagePlan
      check: Check
    }

/** One root field of an operation: the unit that is routed, sent and merged. */
export interface Unit {
  /** Response key in the caller's document. */
  key: string
  /** Field name. */
  name: string
  nodes: readonly ConditionalField[]
  route: UnitRoute
  text: UnitText
  /** A field that is never null would take others down with it, and travels alone. */
  alone: boolean
}

/** What all units of one document are compiled with. */
export interface UnitScope {
  table: RoutingTable
  rules: CheckRules
  type: 'query' | 'mutation'
  fragments: Fragments
  definitions: readonly VariableDefinitionNode[]
  /** A name that the document does not contain. */
  mark: string
}

/** Compiles the nodes of one response key. Throws GRAPHQL_VALIDATION_FAILED for a field that counties do not answer. */
export function compileUnit(scope: UnitScope, key: string, nodes: readonly ConditionalField[]): Unit {
  const name = nodes[0]?.node.name.value ?? ''
  const { route, sent } = routeUnit(scope, name, nodes)
  const fieldType = rootType(scope.table.schema, scope.type)?.getFields()[name]?.type
  const alone = scope.type === 'mutation' || (isNonNullType(fieldType) && route.kind !== 'ENTITIES')
  return { key, name, nodes, route, text: writeUnit(sent, scope.fragments, scope.definitions, scope.mark), alone }
}

/** The type of an operation's root fields. */
export function rootType(schema: GraphQLSchema, operation: 'query' | 'mutation'): GraphQLObjectType | undefined {
  return (operation === 'mutation' ? schema.getMutationType() : schema.getQueryType()) ?? undefined
}

/** Finds a unit's route, and the nodes that a county is sent in its place. */
function routeUnit(
  { table, rules, type: operation, fragments, mark }: UnitScope,
  name: string,
  nodes: readonly ConditionalField[],
): { route: UnitRoute; sent: readonly ConditionalField[] } {
  if (name === '__typename') {
    const typename = rootType(table.schema, operation)?.name
    return { route: { kind: 'LOCAL', answer: () => typename }, sent: [] }
  }
  if (name === '_service') {
    const type = table.schema.getType('_Service')
    if (!isObjectType(type)) throw new Error('a subgraph schema has _Service')
    const project = compileProjection(table.schema, type, nodes, fragments)
    return { route: { kind: 'LOCAL', answer: (variables) => project({ sdl: table.sdl }, variables) }, sent: [] }
  }
  if (name === '_entities') {
    const echo = `${mark}id`.toLowerCase()
    const sent = nodes.map((field) => sentEntities(table.schema, field, fragments, mark, echo))
    const checkOf = compileCheckByTypename(rules, sent, fragments)
    return { route: { kind: 'ENTITIES', representations: argument(nodes, 'representations'), checkOf, echo }, sent }
  }
  const found = table[operation].get(name)
  const type = rootType(table.schema, operation)?.getFields()[name]?.type
  if (found === undefined || type === undefined) {
    throw new ExchangeError('GRAPHQL_VALIDATION_FAILED', `"${name}" is not answered by counties.`)
  }
  if (found.kind === 'ROUTED') {
    const check = compileCheck(rules, type, nodes, fragments)
    if (found.by === 'VIEWER') return { route: { kind: 'VIEWER', check }, sent: nodes }
    return {
      route: { kind: found.by, target: argument(nodes, found.by === 'ID' ? 'id' : 'county'), check },
      sent: nodes,
    }
  }
  const counties = argument(nodes, 'counties')
  if (found.merge === 'CONCAT') {
    const sent = nodes.map((field) => ({
      ...field,
      node: { ...field.node, arguments: field.node.arguments?.filter((node) => node.name.value !== 'counties') ?? [] },
    }))
    return { route: { kind: 'CONCAT', counties, check: compileCheck(rules, type, nodes, fragments) }, sent }
  }
  const { plan, sent } = planPage(table.schema, found.connection, nodes, fragments, mark)
  const of = (argumentName: string) => argument(nodes, argumentName)
  return {
    route: {
      kind: 'PAGE',
      counties,
      first: of('first'),
      last: of('last'),
      after: of('after'),
      before: of('before'),
      plan,
      check: compileCheck(rules, type, [sent], fragments),
    },
    sent: [sent],
  }
}

/** An `_entities` field with representations of its own, and with each entity's id under `echo`, last. */
function sentEntities(
  schema: GraphQLSchema,
  field: ConditionalField,
  fragments: Fragments,
  mark: string,
  echo: string,
): ConditionalField {
  const selections = field.node.selectionSet?.selections ?? []
  const conditions = selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return []
    const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)
    return [fragment?.typeCondition?.name.value ?? '_Entity']
  })
  const entity = schema.getType('_Entity')
  const types = isAbstractType(entity) ? schema.getPossibleTypes(entity) : []
  const echoes = types
    .filter((type) => type.getFields()['id'] && conditions.some((name) => appliesTo(schema, type, name)))
    .map((type): SelectionNode => {
      const id: FieldNode = { kind: Kind.FIELD, alias: nameNode(echo), name: nameNode('id') }
      return {
        kind: Kind.INLINE_FRAGMENT,
        typeCondition: { kind: Kind.NAMED_TYPE, name: nameNode(type.name) },
        selectionSet: { kind: Kind.SELECTION_SET, selections: [id] },
      }
    })
  const node: FieldNode = {
    ...field.node,
    arguments: field.node.arguments?.map((given) => ({ ...given, value: ownVariable('e', mark) })) ?? [],
    selectionSet: { kind: Kind.SELECTION_SET, selections: [...selections, ...echoes] },
  }
  return { ...field, node }
}

function nameNode(value: string): NameNode {
  return { kind: Kind.NAME, value }
}

/** All nodes of one response key have the same arguments, or validation would have failed. */
function argument(nodes: readonly ConditionalField[], name: string): Argument {
  const value = nodes[0]?.node.arguments?.find((node) => node.name.value === name)?.value
  if (value === undefined) return () => undefined
  if (value.kind === Kind.VARIABLE) {
    const variable = value.name.value
    return (variables) => variables[variable]
  }
  return (variables) => valueFromASTUntyped(value, { ...variables })
}
