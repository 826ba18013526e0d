import { buildSubgraphSchema } from '@apollo/subgraph'
import { printSchemaWithDirectives } from '@graphql-tools/utils'
import { type GraphQLSchema, parse } from 'graphql'
import { type BuildSchemaOptions, buildSchema, createResolversMap } from 'type-graphql'

/** Federation directives that a subgraph may use. */
const imports = [
  '@key',
  '@shareable',
  '@external',
  '@provides',
  '@requires',
  '@inaccessible',
  '@requiresScopes',
  '@listSize',
  '@cost',
] as const

/** Directives of the exchange: how a root field of the county schema is routed. They stay out of the supergraph. */
export const routingDirectives = `
"""How a field with one answering county finds it."""
enum RoutedBy @inaccessible { "The county named by the argument id." ID "The county named by the argument county." COUNTY "The county of the caller." VIEWER }
"""How the answers of many counties become one."""
enum ScatterMerge @inaccessible { "Lists one after the other, in the order of the directory." CONCAT "Pages of sorted connections, in the one global order." PAGE }
"""Answered by one county."""
directive @routed(by: RoutedBy!) on FIELD_DEFINITION
"""Answered by every county that the argument counties leaves in."""
directive @scatter(merge: ScatterMerge!) on FIELD_DEFINITION
"""Objects of this type name records that may live in another county, or that several counties hold."""
directive @reference on OBJECT
`

/** A subgraph: its executable schema, and the SDL that is committed and composed. */
export interface Subgraph {
  schema: GraphQLSchema
  sdl: string
}

/**
 * Builds a Federation 2 subgraph from type-graphql classes. `referenceResolvers` are given per type name; `definitions`
 * is further SDL, such as {@link routingDirectives}.
 */
export async function buildSubgraph(options: {
  resolvers: BuildSchemaOptions['resolvers']
  orphanedTypes?: NonNullable<BuildSchemaOptions['orphanedTypes']>
  scalarsMap?: NonNullable<BuildSchemaOptions['scalarsMap']>
  container?: NonNullable<BuildSchemaOptions['container']>
  definitions?: string
  referenceResolvers?: Record<string, (reference: never, context: never) => unknown>
}): Promise<Subgraph> {
  const schema = await buildSchema({
    resolvers: options.resolvers,
    ...(options.orphanedTypes && { orphanedTypes: options.orphanedTypes }),
    ...(options.scalarsMap && { scalarsMap: options.scalarsMap }),
    ...(options.container && { container: options.container }),
    // type-graphql compares graphql versions and validates classes; neither fits ESM with one pinned graphql.
    skipCheck: true,
    validate: false,
  })
  // The printer does not know the routing directives' definitions and writes their enum values as strings.
  const printed = printSchemaWithDirectives(schema).replace(/@(routed\(by|scatter\(merge): "(\w+)"/g, '@$1: $2')
  const used = imports.filter((name) => new RegExp(`${name}\\b`).test(printed))
  const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ${JSON.stringify(used)})\n`
  const sdl = `${link}${options.definitions ?? ''}\n${printed.replace(/^schema \{[^}]*\}\s*/, '')}\n`
  const resolvers = createResolversMap(schema) as Record<string, Record<string, unknown>>
  for (const [type, resolve] of Object.entries(options.referenceResolvers ?? {})) {
    // Async, so that what it throws is one entity's error: thrown at once it would cost the whole list of entities.
    const resolveReference = async (reference: never, context: never) => resolve(reference, context)
    resolvers[type] = { ...resolvers[type], __resolveReference: resolveReference }
  }
  return {
    schema: buildSubgraphSchema({ typeDefs: parse(sdl), resolvers: resolvers as never }),
    sdl,
  }
}
