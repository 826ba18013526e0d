import { setTimeout as sleep } from 'node:timers/promises'
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server'
import { ApolloServerPluginInlineTraceDisabled } from '@apollo/server/plugin/disabled'
import { fastifyApolloHandler } from '@as-integrations/fastify'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../platform/clock.ts'
import { subjectReference } from '../platform/codes/mask.ts'
import type { OpenDatabase } from '../platform/database.ts'
import type { Directory } from '../platform/directory/directory.ts'
import { ExchangeError } from '../platform/errors.ts'
import { createJournal } from '../platform/journal/journal.ts'
import type { Logger } from '../platform/log.ts'
import { createScopePlugin } from '../platform/scopes/scope-plugin.ts'
import { readScopeTable } from '../platform/scopes/scope-table.ts'
import { type HttpServer, createHttpServer } from '../platform/server.ts'
import { createCountyTokenVerifier } from '../platform/tokens/county-token.ts'
import type { SigningKey } from '../platform/tokens/keys.ts'
import { type RequestContext, headers } from '../platform/viewer.ts'
import { Authoriser } from './access/authoriser.ts'
import { createJournalPlugin } from './access/journal-plugin.ts'
import { AgencyRegister, type RegisterFile } from './agencies/agency-register.ts'
import { type AttachmentSettings, openAttachments } from './attachments/attachment-node.ts'
import { createGatewayFileSource } from './attachments/file-source.ts'
import { HeldAttachments } from './attachments/held-attachments.service.ts'
import type { CountyConfig } from './config.ts'
import type { NodeParts } from './db/node-parts.ts'
import type { MatterKind } from './delivery/contract.ts'
import type { Courier, Timers } from './delivery/courier.ts'
import { registerDeliveryMetrics } from './delivery/delivery-metrics.ts'
import { type DeliveryNode, createDeliveryNode } from './delivery/delivery-node.ts'
import type { OutboxBounds } from './delivery/outbox.ts'
import { createGatewayCourier } from './delivery/gateway-courier.ts'
import { restoreMarkIn } from './delivery/restore-mark.ts'
import { createFormatError } from './format-error.ts'
import { createHitIndexMetrics } from './hit-index/hit-index-metrics.ts'
import { registerHitIndexRoute } from './hit-index/hit-index.route.ts'
import { HitIndexPublisher } from './hit-index/publisher.ts'
import { createSweeper } from './hit-index/sweeper.ts'
import { matterKinds, matterViews } from './matter-kinds.ts'
import { MatterService } from './matters/matter.service.ts'
import { createCountyMetrics } from './metrics.ts'
import { readinessChecks } from './readiness.ts'
import { bodyOf, refuse, requestContext } from './request-context.ts'
import { buildCountySubgraph } from './schema.ts'
import { readPrivateTargets } from './webhooks/private-targets.ts'
import { type WebhooksParts, createWebhooks } from './webhooks/webhooks.ts'
import { createCountySigner } from './signing/county-signer.ts'

/** What a county node is given; tests hand in their own. */
export interface CountyDeps {
  directory: Directory
  /** The county's own records and its journal, with `services/county/db/migrations` applied. */
  database: OpenDatabase
  /** Its public part stands in the directory. */
  key: SigningKey
  clock: Clock
  logger: Logger
  /** Bodies and officers to take up before the first question. */
  register?: RegisterFile
  /** How documents reach other counties, where it is not through the gateway; and with what clockwork. */
  webhooks?: Pick<WebhooksParts, 'timers' | 'resolve'>
  delivery?: { courier?: Courier; kinds?: readonly MatterKind[]; timers?: Timers; bounds?: Partial<OutboxBounds> }
  /** How files are handed over, where it is not as usual. */
  attachments?: AttachmentSettings
}

/** A county node, not yet listening; GraphQL at `/graphql`, the digest of its list at `/hit-index`. */
export interface CountyNode extends HttpServer {
  /** Documents between counties. */
  readonly delivery: DeliveryNode
  /** Address of the GraphQL endpoint; undefined before it listens. */
  readonly url: string | undefined
}

/** The part of the configuration that a node in process needs. */
export type CountyNodeConfig = Pick<CountyConfig, 'COUNTY_CODE' | 'IDENTITY_PEPPER'> &
  Partial<
    Pick<
      CountyConfig,
      | 'DEADLINE_MS'
      | 'MAX_IN_FLIGHT'
      | 'HIT_INDEX'
      | 'HIT_INDEX_VALID_SECONDS'
      | 'GATEWAY_URL'
      | 'DELIVERY_MARK_FILE'
      | 'ATTACHMENTS_DIR'
      | 'WEBHOOK_PRIVATE_TARGETS'
    >
  >

const defaultDeadlineMs = 10_000
const defaultInFlight = 200
const defaultValidSeconds = 300
/** A first comparison of a very long list goes on while the node serves. */
const longestFirstSweepMs = 10_000
const largestRequestBytes = 1_048_576

/** Assembles a county's node: one HTTP server for GraphQL, health and metrics. */
export async function createCountyNode(config: CountyNodeConfig, deps: CountyDeps): Promise<CountyNode> {
  const county = config.COUNTY_CODE
  const { clock, database, directory, logger } = deps
  const journal = createJournal(database.db, county)
  const server = createHttpServer({
    logger,
    checks: readinessChecks({ directory, journal, database, county }),
    bodyLimit: largestRequestBytes,
  })
  const metrics = createCountyMetrics(server.metrics, directory, clock)
  const reference = (code: string): string => subjectReference(code, config.IDENTITY_PEPPER)
  const parts: NodeParts = {
    county,
    db: database.db,
    clock,
    directory,
    authoriser: new Authoriser(county, directory, clock),
    signer: await createCountySigner(deps.key),
    reference,
  }
  if (deps.register) await new AgencyRegister(parts).load(deps.register)
  const webhooks = createWebhooks({
    parts,
    views: matterViews,
    pepper: config.IDENTITY_PEPPER,
    targets: readPrivateTargets(config.WEBHOOK_PRIVATE_TARGETS ?? ''),
    logger,
    metrics: server.metrics,
    ...deps.webhooks,
  })
  const held = new HeldAttachments(parts)
  const delivery = createDeliveryNode({
    ...parts,
    kinds: matterKinds,
    listener: webhooks.listener,
    attachments: (tx, named) => held.demandHeld(tx, named),
    courier: createGatewayCourier({ county, key: deps.key, clock, directory, url: config.GATEWAY_URL }),
    ...(config.DELIVERY_MARK_FILE !== undefined && { mark: restoreMarkIn(config.DELIVERY_MARK_FILE) }),
    logger,
    ...deps.delivery,
  })
  registerDeliveryMetrics(server.metrics, { db: database.db, repository: delivery.repository, clock })
  const { schema, sdl } = await buildCountySubgraph(parts, delivery, webhooks.service)
  const apollo = new ApolloServer<RequestContext>({
    schema,
    plugins: [
      createScopePlugin<RequestContext>({ table: readScopeTable(sdl), scopesOf: ({ viewer }) => viewer.scopes }),
      createJournalPlugin({ journal, clock, reference }),
      stopWhenAborted,
      // Traces would carry errors past formatError.
      ApolloServerPluginInlineTraceDisabled(),
    ],
    formatError: createFormatError(logger),
    includeStacktraceInErrorResponses: false,
    introspection: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    nodeEnv: 'production',
    logger,
  })
  await apollo.start()
  await delivery.start()
  await webhooks.start(new MatterService({ parts, delivery, views: matterViews }))

  const verifier = createCountyTokenVerifier({ directory, county, clock })
  const contexts = new WeakMap<FastifyRequest, RequestContext>()
  const deadlineMs = config.DEADLINE_MS ?? defaultDeadlineMs
  const mostInFlight = config.MAX_IN_FLIGHT ?? defaultInFlight
  let inFlight = 0

  server.app.addHook('onRequest', async (request, reply) => {
    void reply.header(headers.county, county)
    const id = request.headers[headers.request]
    if (typeof id === 'string') void reply.header(headers.request, id)
  })
  server.app.route({
    method: 'POST',
    url: '/graphql',
    async onRequest(request, reply) {
      const started = clock.now().getTime()
      inFlight += 1
      reply.raw.once('close', () => {
        inFlight -= 1
        metrics.answered(reply.raw.statusCode, (clock.now().getTime() - started) / 1_000)
      })
      if (inFlight > mostInFlight) {
        return refuse(reply, new ExchangeError('OVERLOADED', 'The county’s node answers as many questions as it can.'))
      }
      try {
        const context = await requestContext({ verifier, clock, deadlineMs }, request, reply)
        contexts.set(request, context)
        context.signal.addEventListener('abort', () => giveUp(reply), { once: true })
      } catch (error) {
        if (error instanceof ExchangeError) return refuse(reply, error)
        throw error
      }
      return undefined
    },
    handler: fastifyApolloHandler(apollo, {
      context: async (request) => {
        const context = contexts.get(request)
        if (!context) throw new Error('A question came through without a context.')
        return context
      },
    }),
  })

  const stopAttachments = await openAttachments({
    ...parts,
    app: server.app,
    folder: config.ATTACHMENTS_DIR,
    delivery,
    source: createGatewayFileSource({ county, key: deps.key, clock, directory, url: config.GATEWAY_URL }),
    verifier,
    journal,
    logger,
    settings: deps.attachments,
  })

  const publisher =
    config.HIT_INDEX === 'off'
      ? undefined
      : new HitIndexPublisher({ ...parts, logger, validSeconds: config.HIT_INDEX_VALID_SECONDS ?? defaultValidSeconds })
  const hitIndexMetrics = createHitIndexMetrics(server.metrics, () => publisher?.figures())
  registerHitIndexRoute(server.app, {
    county,
    verifier,
    journal,
    clock,
    publisher,
    metrics: hitIndexMetrics,
    deadlineMs,
  })
  const sweeper = createSweeper({ db: database.db, clock, logger })

  let url: string | undefined
  return {
    ...server,
    delivery,
    get url() {
      return url
    },
    async listen(where) {
      await Promise.race([sweeper.start(), sleep(longestFirstSweepMs, undefined, { ref: false })])
      const address = await server.listen(where)
      url = `${address}/graphql`
      return address
    },
    async close() {
      // First the questions in flight, then what answers them. Gateways that wait for a change need not wait longer.
      publisher?.stop()
      await Promise.all([stopAttachments(), server.close()])
      await delivery.stop()
      await webhooks.stop()
      await apollo.stop()
      await sweeper.stop()
    },
  }
}

/** Ends an answer whose time is over; what it still computes is thrown away. */
function giveUp(reply: FastifyReply): void {
  if (reply.sent || reply.raw.destroyed) return
  const late = new ExchangeError('DEADLINE_EXCEEDED', 'The county’s node did not finish within the time allowed.')
  const body = JSON.stringify(bodyOf(late))
  void reply.hijack()
  for (const [name, value] of Object.entries(reply.getHeaders()))
    if (value !== undefined) reply.raw.setHeader(name, value)
  reply.raw.writeHead(504, { 'content-type': 'application/json; charset=utf-8' }).end(body)
}

/** No further field is resolved, and so no further statement is sent, once nobody waits for the answer. */
const stopWhenAborted: ApolloServerPlugin<RequestContext> = {
  async requestDidStart() {
    return {
      async executionDidStart({ contextValue }) {
        return {
          willResolveField() {
            if (!contextValue.signal.aborted) return
            throw new ExchangeError('DEADLINE_EXCEEDED', 'The time allowed for the answer is over.')
          },
        }
      },
    }
  },
}
