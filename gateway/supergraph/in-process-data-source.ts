import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway'
import { BoundedCache } from '../../services/platform/bounded-cache.ts'
import { type DocumentNode, type GraphQLSchema, execute, parse } from 'graphql'

const mostDocuments = 500

/** Runs a subgraph's part of a plan in the gateway's own process. A plan's document is parsed once. */
export class InProcessDataSource implements GraphQLDataSource {
  readonly #documents = new BoundedCache<DocumentNode>(mostDocuments)
  constructor(private readonly schema: GraphQLSchema) {}

  async process({ request, context }: GraphQLDataSourceProcessOptions): ReturnType<GraphQLDataSource['process']> {
    const result = await execute({
      schema: this.schema,
      document: this.#document(request.query ?? ''),
      variableValues: request.variables ?? {},
      operationName: request.operationName ?? null,
      contextValue: context,
    })
    return { data: result.data ?? null, ...(result.errors && { errors: result.errors }) } as never
  }

  #document(source: string): DocumentNode {
    return this.#documents.getOrMake(source, () => parse(source, { noLocation: true }))
  }
}
