import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway'
import { type DocumentNode, type ExecutionResult, type GraphQLSchema, execute, parse } from 'graphql'
import { BoundedCache } from '../../services/platform/bounded-cache.ts'
import { DirectExecution } from './direct-execution.ts'
import type { SharedListField } from './shared-list.ts'

const mostDocuments = 500

/**
 * Runs a subgraph's part of a plan in the gateway's own process. A plan's document is parsed once. Queries that need no
 * other subgraph are {@link direct}.
 */
export class InProcessDataSource implements GraphQLDataSource {
  readonly #documents = new BoundedCache<DocumentNode>(mostDocuments)
  readonly #schema: GraphQLSchema
  readonly direct: DirectExecution

  constructor(schema: GraphQLSchema, shared?: SharedListField) {
    this.#schema = schema
    this.direct = new DirectExecution(schema, shared)
  }

  async process(options: GraphQLDataSourceProcessOptions): ReturnType<GraphQLDataSource['process']> {
    const known = 'incomingRequestContext' in options && this.direct.outcome(options.incomingRequestContext)
    const { data = null, errors } = known || (await this.#execute(options))
    return { data, ...(errors && { errors }) } as never
  }

  async #execute({ request, context }: GraphQLDataSourceProcessOptions): Promise<ExecutionResult> {
    return execute({
      schema: this.#schema,
      document: this.#document(request.query ?? ''),
      variableValues: request.variables ?? {},
      operationName: request.operationName ?? null,
      contextValue: context,
    })
  }

  #document(source: string): DocumentNode {
    return this.#documents.getOrMake(source, () => parse(source, { noLocation: true }))
  }
}
