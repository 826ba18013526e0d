import { setImmediate as nextTurn } from 'node:timers/promises'
import {
  type ApolloServer,
  type ApolloServerPlugin,
  type BaseContext,
  type GraphQLRequestContextResponseForOperation,
  HeaderMap,
} from '@apollo/server'
import type { GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface'
import { getOperationAST, Kind, parse } from 'graphql'

/** A registered document, with sample variables (JSON) for planning it when nobody asks it yet. */
export interface WarmDocument {
  document: string
  variables?: string
}

/** Parses, checks and plans operations before they are asked; nothing is executed, journalled or counted. */
export interface WarmUp<Context extends BaseContext> {
  /** Stands last of all plugins. */
  plugin: ApolloServerPlugin<Context>
  /** Whether a request is the warm-up's own. */
  isOwn: (context: Context) => boolean
  /**
   * Passes each operation through `server` with each context, one a turn of the event loop, until `signal` is aborted.
   * Gives how many were planned; what the server refuses is left to those who ask it.
   */
  run: (options: {
    server: ApolloServer<Context>
    documents: readonly WarmDocument[]
    contexts: readonly Context[]
    signal: AbortSignal
  }) => Promise<number>
}

/**
 * Makes a warm-up. `key` gives an object of the context that stays the same while the server copies the context around;
 * `plan` plans what all checks have left of a request.
 */
export function createWarmUp<Context extends BaseContext>(options: {
  key: (context: Context) => object
  plan: (request: GatewayGraphQLRequestContext) => Promise<void>
}): WarmUp<Context> {
  const own = new WeakSet<object>()
  const isOwn = (context: Context): boolean => own.has(options.key(context))
  let planned = 0
  return {
    isOwn,
    plugin: {
      async requestDidStart({ contextValue }) {
        if (!isOwn(contextValue)) return undefined
        return {
          async responseForOperation(request) {
            // What cannot be planned is told to those who ask it.
            await options.plan(asGatewayRequest(request)).then(
              () => planned++,
              () => {},
            )
            return { http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult: { data: {} } } }
          },
        }
      },
    },
    async run({ server, documents, contexts, signal }) {
      planned = 0
      const operations = documents.flatMap(operationsIn)
      for (const contextValue of contexts) {
        own.add(options.key(contextValue))
        for (const operation of operations) {
          if (signal.aborted) return planned
          await nextTurn()
          await server.executeOperation(operation, { contextValue })
        }
      }
      return planned
    },
  }
}

/** Each operation as callers may name it: by its name, and without one where it is the only one. Plans are kept apart. */
function operationsIn({ document: query, variables: text = '{}' }: WarmDocument) {
  const document = parse(query)
  const variables = JSON.parse(text) as Record<string, unknown>
  const named = document.definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION && definition.name
      ? [{ query, variables, operationName: definition.name.value }]
      : [],
  )
  return getOperationAST(document) ? [{ query, variables }, ...named] : named
}

function asGatewayRequest<Context extends BaseContext>(
  request: GraphQLRequestContextResponseForOperation<Context>,
): GatewayGraphQLRequestContext {
  const { query, operationName, variables } = request.request
  return {
    ...request,
    request: { ...(query && { query }), ...(operationName && { operationName }), ...(variables && { variables }) },
    response: { http: undefined },
    schemaHash: '' as GatewayGraphQLRequestContext['schemaHash'],
    context: request.contextValue,
  } as unknown as GatewayGraphQLRequestContext
}
