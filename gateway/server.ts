import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fastifyApolloHandler } from '@as-integrations/fastify'
import { Kind, parse } from 'graphql'
import type { Clock } from '../services/platform/clock.ts'
import type { OpenDatabase } from '../services/platform/database.ts'
import type { Directory } from '../services/platform/directory/directory.ts'
import type { Snapshot } from '../services/platform/directory/snapshot.ts'
import { createJournal } from '../services/platform/journal/journal.ts'
import type { Logger } from '../services/platform/log.ts'
import { memoise } from '../services/platform/memoise.ts'
import { transferLimits } from '../services/platform/attachments/transfer.ts'
import { packageRoot } from '../services/platform/package-root.ts'
import { type HttpServer, createHttpServer, errorBody } from '../services/platform/server.ts'
import { createAccessTokenVerifier } from '../services/platform/tokens/access-token.ts'
import { coordinationAudience, createCountyTokenMinter } from '../services/platform/tokens/county-token.ts'
import type { SigningKey } from '../services/platform/tokens/keys.ts'
import type { RequestContext } from '../services/platform/viewer.ts'
import { createArgumentsPlugin } from './access/arguments-plugin.ts'
import { checkWeights } from './access/check-weights.ts'
import { countiesReached } from './access/counties-reached.ts'
import { withHttpStatus } from './access/http-status.ts'
import { createLimitsPlugin } from './access/limits.ts'
import { createPurposePlugin } from './access/purpose-plugin.ts'
import { createSafelistPlugin, readSafelist } from './access/safelist.ts'
import { registerAttachmentRoutes } from './attachments/attachment-route.ts'
import type { GatewayConfig } from './config.ts'
import { createNodeCredentials } from './county-credentials.ts'
import { createExchange } from './exchange/exchange.ts'
import { createStatementStore } from './exchange/statement-store.ts'
import { createGraphqlServer } from './graphql.ts'
import type { HitIndex } from './hit-index/contract.ts'
import { openHitIndex } from './hit-index/open-hit-index.ts'
import { createGatewayMetrics } from './metrics.ts'
import { readDemoClients } from './playground/demo-clients.ts'
import { loadOperations } from './playground/playground.operations.ts'
import { registerPlayground } from './playground/playground.plugin.ts'
import { readinessChecks } from './readiness.ts'
import { requestContext } from './request-context.ts'
import type { ShardingLimits } from './sharding/contract.ts'
import { readRoutingTable } from './sharding/routing-table.ts'
import { createShardedDataSource } from './sharding/sharded-data-source.ts'
import { CoordinationDataSource } from './supergraph/coordination-data-source.ts'
import { InProcessDataSource } from './supergraph/in-process-data-source.ts'
import type { SharedListField } from './supergraph/shared-list.ts'

/** What a gateway is given; tests hand in their own. */
export interface GatewayDeps {
  directory: Directory
  /** Holds the gateway's journal. */
  database: OpenDatabase
  key: SigningKey
  clock: Clock
  logger: Logger
  /** What vouches for counties, in place of their own digests. */
  hitIndex?: HitIndex
  /** Bounds of the way to the counties, where the defaults do not fit. */
  limits?: Partial<ShardingLimits>
}

/** For how many sets of scopes operations are planned at the start. */
const mostWarmedScopes = 8

/** A gateway, not yet listening. */
export type Gateway = HttpServer

/** Assembles the gateway: one HTTP server for GraphQL, health and metrics. */
export async function createGateway(config: GatewayConfig, deps: GatewayDeps): Promise<Gateway> {
  const { directory, clock, logger, key } = deps
  const countySdl = schemaFile('county.graphql')
  const routing = readRoutingTable(countySdl)
  const operations = loadOperations(config.OPERATIONS_DIR)
  const journal = createJournal(deps.database.db, config.GATEWAY_ID)
  const server = createHttpServer({
    logger,
    checks: readinessChecks({
      directory,
      journal,
      database: deps.database,
      counties: () => counties.status(),
      unvouched: () => hitIndex.unvouched(),
    }),
  })
  const metrics = createGatewayMetrics(server.metrics, directory, clock)
  const minter = createCountyTokenMinter({ gatewayId: config.GATEWAY_ID, key, clock })
  const credentials = createNodeCredentials(minter)
  const counties = createShardedDataSource<RequestContext & Record<string, unknown>>({
    sdl: countySdl,
    counties: { list: () => registeredNodes(directory.snapshot()) },
    credentials,
    logger,
    clock,
    metrics,
    limits: deps.limits ?? {},
  })
  const coordination = new CoordinationDataSource({
    url: config.COORDINATION_URL,
    credentials: (context) => credentials(coordinationAudience, context),
  })
  const hitIndex = openHitIndex(config, { directory, minter, clock, logger, registry: server.metrics })
  const exchange = createExchange({
    directory,
    counties: counties.scatter,
    clock,
    gatewayId: config.GATEWAY_ID,
    hitIndex: deps.hitIndex ?? hitIndex.index,
    statements: createStatementStore(deps.database.db, clock),
    signer: { key: createPrivateKey({ key, format: 'jwk' }), kid: key.kid, alg: key.alg },
    onVerdict: (verdict) => metrics.verdict(verdict),
    isAnswering: (county) => counties.status().find((each) => each.county === county)?.breaker !== 'OPEN',
  })

  const { server: apollo, warmUp } = createGraphqlServer({
    supergraphSdl: config.SUPERGRAPH_FILE
      ? readFileSync(config.SUPERGRAPH_FILE, 'utf8')
      : schemaFile('supergraph.graphql'),
    dataSources: {
      county: counties,
      coordination,
      exchange: new InProcessDataSource(exchange, vouchedCounties(directory)),
    },
    plugins: [
      createLimitsPlugin<RequestContext>({
        limits: { depth: config.MAX_DEPTH, aliases: config.MAX_ALIASES, cost: config.MAX_COST },
        countiesReached: countiesReached(routing, () => counties.scatter.targets().length),
        weigh: checkWeights(() => counties.scatter.targets().length),
        serial: () => directory.snapshot().serial,
      }),
      createArgumentsPlugin<RequestContext>({
        isPage: (name) => {
          const route = routing.query.get(name)
          return route?.kind === 'SCATTER' && route.merge === 'PAGE'
        },
        isAct: (code) => directory.act(code) !== undefined,
      }),
      createSafelistPlugin<RequestContext>({
        mode: config.OPERATIONS,
        safelist: readSafelist(operations.map(({ document }) => document)),
        scopesOf: ({ viewer }) => viewer.scopes,
      }),
      createPurposePlugin<RequestContext>({ transactionOf: ({ transaction }) => transaction }),
    ],
    maxTokens: config.MAX_TOKENS,
    operationNames: new Set(operations.flatMap(({ document }) => namesIn(document))),
    journal,
    pepper: config.IDENTITY_PEPPER,
    clock,
    logger,
    metrics,
  })
  await apollo.start()
  const verifier = createAccessTokenVerifier({ directory, clock, logger })
  server.app.route({
    method: 'POST',
    url: '/graphql',
    handler: fastifyApolloHandler(apollo, {
      context: (request, reply) =>
        requestContext(
          { verifier, clock, deadlineMs: config.DEADLINE_MS, publicUrl: config.PUBLIC_URL },
          request,
          reply,
        ).catch((error: unknown) => {
          throw withHttpStatus(error)
        }),
    }),
  })
  // A query in a URL would stand in the log of every proxy on the way.
  server.app.route({
    method: ['GET', 'PUT', 'PATCH', 'DELETE'],
    url: '/graphql',
    handler: (_request, reply) =>
      reply.code(405).header('allow', 'POST').send(errorBody('BAD_USER_INPUT', 'Send operations as JSON by POST.')),
  })
  registerAttachmentRoutes(server.app, {
    verifier,
    journal,
    clock,
    directory,
    credentials,
    publicUrl: config.PUBLIC_URL,
    limits: transferLimits,
  })
  if (config.PLAYGROUND === 'on') {
    registerPlayground(server.app, {
      path: '/',
      endpoint: '/graphql',
      operations,
      ...(config.DEMO_CLIENTS_FILE && { demo: readDemoClients(config.DEMO_CLIENTS_FILE) }),
    })
  }
  const stopped = new AbortController()
  server.app.addHook('onListen', () => {
    // Behind the first requests: those that come before their plan is made make it themselves.
    warmUp(operations, scopesInUse(directory), stopped.signal).then(
      (plans) => logger.info({ plans }, 'operations planned'),
      (error: unknown) => logger.warn({ reason: error instanceof Error ? error.message : 'unknown' }, 'not planned'),
    )
  })
  // Runs when the HTTP server has stopped accepting and what was in flight has ended.
  server.app.addHook('onClose', async () => {
    stopped.abort()
    await apollo.stop()
    await Promise.all([counties.close(), coordination.close(), hitIndex.close()])
  })
  return server
}

/** The sets of scopes that agencies of the directory have, those of most agencies first; none without a directory. */
function scopesInUse(directory: Directory): ReadonlySet<string>[] {
  if (directory.status().state === 'MISSING' || directory.status().state === 'EXPIRED') return []
  const counted = new Map<string, number>()
  for (const { scopes } of directory.snapshot().agencies) {
    const key = scopes.toSorted().join(' ')
    counted.set(key, (counted.get(key) ?? 0) + 1)
  }
  return [...counted]
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, mostWarmedScopes)
    .map(([key]) => new Set(key.split(' ')))
}

/** The counties, and apart from them the superiors' nodes: these get documents, and are never asked about a subject. */
const registeredNodes = memoise((snapshot: Snapshot) => [
  ...snapshot.counties,
  ...snapshot.superiors.flatMap(({ node }) => (node ? [{ ...node, apart: true }] : [])),
])

/** The counties that the hit index vouches for are the same in all checks, until the index or the directory changes. */
function vouchedCounties(directory: Directory): SharedListField {
  const lasting = ['CreditAnswer.county', 'CreditAnswer.asOf', 'CreditAnswer.listVersion', 'CreditAnswer.source']
  return {
    type: 'CreditCoverage',
    field: 'answered',
    lasting: new Set([...lasting, 'County.code', 'County.name']),
    version: () => directory.snapshot(),
  }
}

function namesIn(document: string): string[] {
  return parse(document).definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION && definition.name ? [definition.name.value] : [],
  )
}

function schemaFile(name: string): string {
  return readFileSync(join(packageRoot(), 'schema', name), 'utf8')
}
