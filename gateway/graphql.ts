import { ApolloServer, type ApolloServerPlugin } from '@apollo/server'
import type { GraphQLDataSource } from '@apollo/gateway'
import { GraphQLDate, GraphQLDateTime } from 'graphql-scalars'
import type { Clock } from '../services/platform/clock.ts'
import { CountyCodeScalar } from '../services/platform/codes/county-code.scalar.ts'
import { NodeCodeScalar } from '../services/platform/codes/node-code.scalar.ts'
import { SubjectCodeScalar } from '../services/platform/codes/subject-code.scalar.ts'
import type { Journal } from '../services/platform/journal/journal.ts'
import type { Logger } from '../services/platform/log.ts'
import { createScopePlugin } from '../services/platform/scopes/scope-plugin.ts'
import { readScopeTable } from '../services/platform/scopes/scope-table.ts'
import type { RequestContext } from '../services/platform/viewer.ts'
import { isErrorCode } from './access/error-codes.ts'
import { formatError } from './access/format-error.ts'
import { createHttpStatusPlugin } from './access/http-status.ts'
import { createInternalErrorsPlugin } from './access/internal-errors.ts'
import { DurationScalar } from './exchange/duration.ts'
import { admit } from './journal/admission.ts'
import type { GatewayMetrics } from './metrics.ts'
import { createSupergraphGateway } from './supergraph/supergraph.ts'
import { createWarmUp, type WarmDocument } from './supergraph/warm-up.ts'
import { stringifyAnswer } from './supergraph/written-list.ts'

/** Scalars whose values the gateway checks before it asks anybody. */
export const scalars = [
  SubjectCodeScalar,
  CountyCodeScalar,
  NodeCodeScalar,
  GraphQLDateTime,
  GraphQLDate,
  DurationScalar,
]

/** What the GraphQL server of the gateway is made of. */
export interface GraphqlOptions {
  supergraphSdl: string
  dataSources: Readonly<Record<string, GraphQLDataSource>>
  /** Checks of an operation, in the order in which they are made, besides the scopes. */
  plugins: readonly ApolloServerPlugin<RequestContext>[]
  maxTokens: number
  journal: Journal
  pepper: string
  clock: Clock
  logger: Logger
  metrics: GatewayMetrics
  /** Names of the registered operations: only these become labels of figures. */
  operationNames: ReadonlySet<string>
}

/** The gateway's GraphQL server, and what makes it ready for the operations that are registered. */
export interface GraphqlServer {
  server: ApolloServer<RequestContext>
  /**
   * Plans these documents for callers with each of these sets of scopes, until `signal` is aborted. Gives how many plans
   * were made.
   */
  warmUp: (
    documents: readonly WarmDocument[],
    scopes: readonly ReadonlySet<string>[],
    signal: AbortSignal,
  ) => Promise<number>
}

/** The gateway's GraphQL server: what an operation passes before it is planned, and what its answer passes. */
export function createGraphqlServer(options: GraphqlOptions): GraphqlServer {
  const { journal, clock, pepper } = options
  const gateway = createSupergraphGateway({
    supergraphSdl: options.supergraphSdl,
    dataSources: options.dataSources,
    scalars,
    admit: (request) =>
      admit(
        { journal, clock, pepper },
        {
          schema: request.schema,
          document: request.document,
          operationName: request.operationName,
          variables: request.request.variables ?? {},
          context: request.context as RequestContext,
        },
      ),
  })
  const warmUp = createWarmUp<RequestContext>({
    key: ({ transaction }) => transaction,
    plan: (request) => gateway.plan(request),
  })
  const server = new ApolloServer<RequestContext>({
    gateway,
    plugins: [
      createScopePlugin<RequestContext>({
        table: readScopeTable(options.supergraphSdl),
        scopesOf: ({ viewer }) => viewer.scopes,
      }),
      ...options.plugins,
      createInternalErrorsPlugin<RequestContext>({
        transactionOf: ({ transaction }) => transaction,
        logger: options.logger,
      }),
      createHttpStatusPlugin<RequestContext>(),
      measure(options, warmUp.isOwn),
      warmUp.plugin,
    ],
    parseOptions: { maxTokens: options.maxTokens },
    formatError,
    stringifyResult: (result) => `${stringifyAnswer(result)}\n`,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    nodeEnv: 'production',
    logger: options.logger,
  })
  return {
    server,
    warmUp: (documents, scopes, signal) =>
      warmUp.run({ server, documents, contexts: scopes.map((each) => nobody(each, clock, signal)), signal }),
  }
}

/** Who asks when nobody asks: with these scopes, and a purpose, without which most operations are refused. */
function nobody(scopes: ReadonlySet<string>, clock: Clock, signal: AbortSignal): RequestContext {
  const transaction = {
    id: clock.uuid(),
    purpose: { kind: 'CASE' as const, number: 'warm-up' },
    officer: 'nobody',
    deadline: clock.now().getTime(),
  }
  return { viewer: { agency: 'nobody', county: '000000', scopes }, transaction, signal, shown: new Set() }
}

function measure(
  { metrics, clock, operationNames }: GraphqlOptions,
  isUncounted: (context: RequestContext) => boolean,
): ApolloServerPlugin<RequestContext> {
  return {
    async requestDidStart({ contextValue }) {
      if (isUncounted(contextValue)) return undefined
      const started = clock.now().getTime()
      return {
        async willSendResponse({ operationName, errors }) {
          const code = errors?.[0]?.extensions['code']
          const name = operationName && operationNames.has(operationName) ? operationName : 'ad hoc'
          const seconds = (clock.now().getTime() - started) / 1_000
          metrics.operation(name, isErrorCode(code) ? code : code === undefined ? 'OK' : 'INTERNAL', seconds)
        },
      }
    },
  }
}
