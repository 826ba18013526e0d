import { buildSubgraphSchema } from '@apollo/subgraph'
import {
  type ConstDirectiveNode,
  getNamedType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  parse,
} from 'graphql'

/** How a root field finds its counties. */
export type FieldRoute =
  | { kind: 'ROUTED'; by: 'ID' | 'COUNTY' | 'VIEWER' }
  | { kind: 'SCATTER'; merge: 'CONCAT' }
  | { kind: 'SCATTER'; merge: 'PAGE'; connection: ConnectionShape }

/** The types of a connection that pages are merged of, and the fields that the merged page must be able to fill. */
export interface ConnectionShape {
  type: GraphQLObjectType
  pageInfo: GraphQLObjectType
  coverage: GraphQLObjectType
  /** The leaf fields of an answered county's entry in `coverage`, such as `asOf`. */
  answerFields: readonly string[]
}

/** A county subgraph's schema and what its routing directives say. */
export interface RoutingTable {
  sdl: string
  schema: GraphQLSchema
  query: ReadonlyMap<string, FieldRoute>
  mutation: ReadonlyMap<string, FieldRoute>
  /** Object types with `id: ID!` that are no `@reference`: their ids begin with the county's code. */
  ownIdTypes: ReadonlySet<string>
}

/**
 * Reads the routing directives of a county subgraph. Throws an Error that names the field or type when a root field has
 * none or two, when an argument that a directive needs is missing, when a page is no connection, or when an entity's key
 * has no `id` and so no county.
 */
export function readRoutingTable(sdl: string): RoutingTable {
  const schema = buildSubgraphSchema({ typeDefs: parse(sdl) })
  const ownIdTypes = new Set<string>()
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue
    const directives = directivesOf(type)
    const reference = directives.some(({ name }) => name.value === 'reference')
    if (!reference && String(type.getFields()['id']?.type) === 'ID!') ownIdTypes.add(type.name)
    for (const key of directives.filter(({ name }) => name.value === 'key')) checkKey(type.name, key)
  }
  return {
    sdl,
    schema,
    query: readRoutes(schema.getQueryType(), false),
    mutation: readRoutes(schema.getMutationType(), true),
    ownIdTypes,
  }
}

function readRoutes(type: GraphQLObjectType | null | undefined, mutation: boolean): Map<string, FieldRoute> {
  const routes = new Map<string, FieldRoute>()
  for (const field of Object.values(type?.getFields() ?? {})) {
    if (field.name === '_entities' || field.name === '_service') continue
    routes.set(field.name, readRoute(`${type?.name}.${field.name}`, field, mutation))
  }
  return routes
}

function directivesOf(type: GraphQLObjectType): ConstDirectiveNode[] {
  return [type.astNode, ...type.extensionASTNodes].flatMap((node) => node?.directives ?? [])
}

function checkKey(type: string, key: ConstDirectiveNode): void {
  const argument = (name: string) => key.arguments?.find((node) => node.name.value === name)?.value
  const resolvable = argument('resolvable')
  if (resolvable?.kind === Kind.BOOLEAN && !resolvable.value) return
  const fields = argument('fields')
  const text = fields?.kind === Kind.STRING ? fields.value : ''
  const outermost = text.replace(/\{[^{}]*\}/g, '').split(/[\s,]+/)
  if (outermost.includes('id')) return
  throw new Error(
    `${type} @key(fields: "${text}"): no county can be found from this key. Add "resolvable: false", or a key with "id".`,
  )
}

function readRoute(name: string, field: GraphQLField<unknown, unknown>, mutation: boolean): FieldRoute {
  const directives = (field.astNode?.directives ?? []).filter((node) => /^(routed|scatter)$/.test(node.name.value))
  const [directive, second] = directives
  if (directive === undefined || second !== undefined) {
    throw new Error(
      `${name} has ${directive === undefined ? 'no routing directive' : 'two routing directives'}; a root field of a county has exactly one of @routed and @scatter.`,
    )
  }
  const value = directive.arguments?.[0]?.value
  const choice = value?.kind === Kind.ENUM ? value.value : ''
  const argument = (argumentName: string) => field.args.find((arg) => arg.name === argumentName)?.type
  if (directive.name.value === 'routed') {
    if (choice !== 'ID' && choice !== 'COUNTY' && choice !== 'VIEWER') throw new Error(`${name}: unknown @routed(by:).`)
    if (choice === 'ID' && String(argument('id')) !== 'ID!') {
      throw new Error(`${name} is @routed(by: ID) and needs an argument "id: ID!".`)
    }
    if (choice === 'COUNTY' && !isNonNullLeaf(argument('county'))) {
      throw new Error(
        `${name} is @routed(by: COUNTY) and needs an argument "county" with a county code that is not null.`,
      )
    }
    return { kind: 'ROUTED', by: choice }
  }
  if (mutation) throw new Error(`${name}: a mutation is never scattered; use @routed.`)
  if (!isListType(argument('counties'))) {
    throw new Error(`${name} is @scatter and needs an argument "counties: [CountyCode!]" that may be left out.`)
  }
  if (isNonNullType(field.type)) {
    throw new Error(`${name} is @scatter and must be nullable: it is null when a county is missing.`)
  }
  if (choice === 'PAGE') return { kind: 'SCATTER', merge: 'PAGE', connection: readConnection(name, field) }
  if (choice !== 'CONCAT') throw new Error(`${name}: unknown @scatter(merge:).`)
  if (!isListType(field.type)) throw new Error(`${name} is @scatter(merge: CONCAT) and must be a list.`)
  return { kind: 'SCATTER', merge: 'CONCAT' }
}

function isNonNullLeaf(type: unknown): boolean {
  return isNonNullType(type) && isLeafType(type.ofType)
}

function readConnection(name: string, field: GraphQLField<unknown, unknown>): ConnectionShape {
  const problem = (what: string): Error => new Error(`${name} is @scatter(merge: PAGE), but ${what}.`)
  const type = field.type
  if (!isObjectType(type)) throw problem(`${String(type)} is no connection`)
  const fields = type.getFields()
  for (const argument of ['first', 'after', 'last', 'before']) {
    if (!field.args.some((arg) => arg.name === argument)) throw problem(`it has no argument "${argument}"`)
  }
  const part = (of: GraphQLObjectType, fieldName: string, ...needs: string[]): GraphQLObjectType => {
    const partField = of.getFields()[fieldName]
    const partType = partField && getNamedType(partField.type)
    if (!isObjectType(partType) || !isNonNullType(partField?.type)) {
      throw problem(`${of.name} has no "${fieldName}" that is an object or list of objects and never null`)
    }
    for (const need of needs) {
      if (partType.getFields()[need] === undefined) throw problem(`${partType.name} has no field "${need}"`)
    }
    return partType
  }
  const only = (of: GraphQLObjectType, ...known: string[]): void => {
    const unknown = Object.keys(of.getFields()).find((fieldName) => !known.includes(fieldName))
    if (unknown !== undefined) throw problem(`nothing is known of how to fill "${of.name}.${unknown}"`)
  }
  const edge = part(type, 'edges', 'cursor', 'node')
  if (String(edge.getFields()['cursor']?.type) !== 'String!') throw problem(`${edge.name}.cursor is not String!`)
  if (fields['nodes'] !== undefined && !isListType(nullable(fields['nodes'].type))) throw problem('"nodes" is no list')
  const pageInfo = part(type, 'pageInfo', 'hasNextPage', 'hasPreviousPage', 'startCursor', 'endCursor')
  const coverage = part(type, 'coverage', 'complete')
  const answer = part(coverage, 'answered')
  const outage = part(coverage, 'unanswered', 'reason')
  const county = part(answer, 'county', 'code')
  part(outage, 'county', 'code')
  only(type, 'edges', 'nodes', 'pageInfo', 'coverage')
  only(pageInfo, 'hasNextPage', 'hasPreviousPage', 'startCursor', 'endCursor')
  only(coverage, 'complete', 'answered', 'unanswered')
  only(outage, 'county', 'reason')
  only(county, 'code')
  const answerFields = Object.values(answer.getFields()).filter(({ type: leaf }) => isLeafType(getNamedType(leaf)))
  only(answer, 'county', ...answerFields.map((leaf) => leaf.name))
  return { type, pageInfo, coverage, answerFields: answerFields.map((leaf) => leaf.name) }
}

function nullable(type: unknown): unknown {
  return isNonNullType(type) ? type.ofType : type
}
