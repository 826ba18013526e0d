import type { GraphQLFormattedError } from 'graphql'
import type { AskerContext } from './contract.ts'
import { isJsonObject } from './json.ts'
import type { Scatter } from './scatter.ts'

/** The body of a GraphQL request over HTTP. */
export interface SubgraphRequest {
  query?: unknown
  variables?: unknown
  operationName?: unknown
}

/** An HTTP answer: status and JSON body. */
export interface SubgraphResponse {
  status: 200 | 400
  body: { data?: Record<string, unknown> | null; errors?: readonly GraphQLFormattedError[] }
}

/**
 * The counties as one ordinary HTTP subgraph, for routers that cannot load a data source: give it each request's parsed
 * body and context. `_service { sdl }` and `_entities` are answered like any field. A body that is no GraphQL request is
 * 400; everything else is 200 with data and errors, as routers expect of a subgraph.
 */
export function createSubgraphHandler<C extends AskerContext>(
  scatter: Scatter<C>,
): (request: SubgraphRequest, context: C) => Promise<SubgraphResponse> {
  return async ({ query, variables, operationName }, context) => {
    const given = variables ?? {}
    if (typeof query !== 'string' || !isJsonObject(given)) {
      const message = 'The body must be a JSON object with a string "query" and an object "variables".'
      return { status: 400, body: { errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] } }
    }
    const { data, errors } = await scatter.execute({
      document: query,
      variables: given,
      context,
      ...(typeof operationName === 'string' && { operationName }),
    })
    return {
      status: 200,
      body: errors.length === 0 ? { data } : { data, errors: errors.map((error) => error.toJSON()) },
    }
  }
}
