import type { FastifyInstance } from 'fastify'
import { Counter } from 'prom-client'
import type { Clock } from '../platform/clock.ts'
import type { Logger } from '../platform/log.ts'
import { createHttpServer, type HttpServer } from '../platform/server.ts'
import { createProvider, issuerAlgorithms, type IssuerSettings } from './provider.ts'

const largestRequest = 16 * 1024

/**
 * The token issuer as an HTTP server: `POST /token`, `GET /jwks`, RFC 8414 metadata, health and metrics. Nothing else
 * of the provider can be reached.
 */
export function createIssuer(settings: IssuerSettings, deps: { clock: Clock; logger: Logger }): HttpServer {
  const { logger, clock } = deps
  const provider = createProvider(settings, clock)
  const server = createHttpServer({
    logger,
    bodyLimit: largestRequest,
    checks: [
      {
        name: 'keys',
        run: () => ({ ok: true, detail: `${settings.keys.length}, signing with ${settings.keys[0].kid}` }),
      },
    ],
  })

  const tokens = new Counter({
    name: 'liandong_issuer_tokens_total',
    help: 'Token requests by outcome.',
    labelNames: ['outcome'],
    registers: [server.metrics],
  })
  provider.on('client_credentials.issued', () => tokens.inc({ outcome: 'issued' }))
  provider.on('grant.error', (context, error) => {
    tokens.inc({ outcome: 'refused' })
    logger.info({ client: context.oidc.client?.clientId, reason: error.message }, 'token refused')
  })
  provider.on('server_error', (_context, error) => {
    tokens.inc({ outcome: 'failed' })
    logger.error({ reason: error.message }, 'token request failed')
  })

  mount(server.app, settings, provider.callback())
  return server
}

function mount(
  app: FastifyInstance,
  settings: IssuerSettings,
  handle: ReturnType<ReturnType<typeof createProvider>['callback']>,
): void {
  const metadata = metadataOf(settings)
  // The provider reads the body itself.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => {
    done(null)
  })
  app.addHook('onRequest', async (_request, reply) => {
    // On the raw response, because the provider answers past the framework.
    reply.raw.setHeader('x-content-type-options', 'nosniff')
    reply.raw.setHeader('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
    reply.raw.setHeader('referrer-policy', 'no-referrer')
    if (settings.url.startsWith('https:')) reply.raw.setHeader('strict-transport-security', 'max-age=31536000')
  })
  app.get('/.well-known/oauth-authorization-server', () => metadata)
  for (const [method, url] of [
    ['POST', '/token'],
    ['GET', '/jwks'],
  ] as const) {
    app.route({
      method,
      url,
      handler: (request, reply) => {
        void reply.hijack()
        void handle(request.raw, reply.raw)
      },
    })
  }
}

/** Authorization server metadata, RFC 8414: what is really there, not all that the library could do. */
function metadataOf({ url, clients }: IssuerSettings): object {
  const base = url.replace(/\/$/, '')
  return {
    issuer: url,
    token_endpoint: `${base}/token`,
    jwks_uri: `${base}/jwks`,
    grant_types_supported: ['client_credentials'],
    response_types_supported: [],
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: issuerAlgorithms,
    dpop_signing_alg_values_supported: issuerAlgorithms,
    scopes_supported: [...new Set(clients.flatMap((client) => client.scopes))].toSorted(),
  }
}
