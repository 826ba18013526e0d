import { ApolloServer } from '@apollo/server'
import { unwrapResolverError } from '@apollo/server/errors'
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled'
import { fastifyApolloHandler } from '@as-integrations/fastify'
import type { FastifyInstance } from 'fastify'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { ExchangeError, errorCodes } from '../../platform/errors.ts'
import type { Logger } from '../../platform/log.ts'
import { createScopePlugin } from '../../platform/scopes/scope-plugin.ts'
import { readScopeTable } from '../../platform/scopes/scope-table.ts'
import type { Subgraph } from '../../platform/subgraph.ts'
import type { Viewer } from '../../platform/viewer.ts'

/** What a resolver of this node is given. */
interface Context {
  viewer: Viewer
}

const largestDocument = 2_000

/**
 * Mounts `POST /graphql`: the token is verified first, then scopes are enforced as at the gateway. Only the gateway
 * asks here, in an agency's name.
 */
export async function mountGraphql(options: {
  app: FastifyInstance
  subgraph: Subgraph
  /** The viewer that the Authorization header proves; throws ExchangeError. */
  verify: (authorizationHeader: string | undefined) => Promise<Viewer>
  logger: Logger
}): Promise<void> {
  const { app, subgraph, verify, logger } = options
  const server = new ApolloServer<Context>({
    schema: subgraph.schema,
    plugins: [
      ApolloServerPluginInlineTraceDisabled(),
      createScopePlugin<Context>({ table: readScopeTable(subgraph.sdl), scopesOf: ({ viewer }) => viewer.scopes }),
    ],
    formatError: (formatted, error) => formatError(formatted, error, logger),
    introspection: false,
    includeStacktraceInErrorResponses: false,
    parseOptions: { maxTokens: largestDocument },
    stopOnTerminationSignals: false,
    nodeEnv: 'production',
  })
  await server.start()
  const viewers = new WeakMap<object, Viewer>()
  app.route({
    method: 'POST',
    url: '/graphql',
    preHandler: async (request, reply) => {
      try {
        viewers.set(request, await verify(request.headers.authorization))
      } catch (error) {
        const known = error instanceof ExchangeError ? error : internal(error, logger)
        await reply.code(errorCodes[known.code]).send({ errors: [known.toJSON()] })
      }
    },
    handler: fastifyApolloHandler(server, {
      context: async (request) => {
        const viewer = viewers.get(request)
        if (!viewer) throw new ExchangeError('TOKEN_MISSING', 'An access token is needed.')
        return { viewer }
      },
    }),
  })
}

/** Leaves what is meant for the caller, masks the rest. */
function formatError(formatted: GraphQLFormattedError, error: unknown, logger: Logger): GraphQLFormattedError {
  const original = unwrapResolverError(error)
  // A scalar's refusal reaches us inside the validation error of the literal it was found in.
  const inner = original instanceof GraphQLError ? original.originalError : undefined
  const known = [original, inner].find((one) => one instanceof ExchangeError)
  if (known) return { ...formatted, extensions: known.extensions }
  const code = formatted.extensions?.['code']
  if (typeof code === 'string' && code !== 'INTERNAL_SERVER_ERROR' && Object.hasOwn(errorCodes, code)) {
    return { ...formatted, extensions: { code } }
  }
  const masked = internal(original, logger)
  return { ...formatted, message: masked.message, extensions: { code: masked.code } }
}

function internal(error: unknown, logger: Logger): ExchangeError {
  logger.error({ reason: error instanceof Error ? error.message : String(error) }, 'request failed')
  return new ExchangeError('INTERNAL', 'The coordination node failed to answer. Its log says why.')
}
