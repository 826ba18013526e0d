import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { playgroundAssets } from './playground.assets.ts'
import { playgroundPage, playgroundPolicy, type PlaygroundClient, type PlaygroundOperation } from './playground.page.ts'

/** Settings of {@link registerPlayground}. */
export interface PlaygroundOptions {
  /** Path of the page, `/`. */
  path: string
  /** Path of the GraphQL endpoint on the same server. */
  endpoint: string
  /** Example operations, one tab each, in this order. */
  operations: readonly PlaygroundOperation[]
  /** Present in demo mode only: whose tokens the page may ask for, and how to get one. */
  demo?: {
    clients: readonly PlaygroundClient[]
    /** An access token of the client; rejects with a message for people. */
    token(id: string): Promise<string>
  }
}

/**
 * Serves GraphiQL from the installed packages: the page, its files, and in demo mode `POST /playground/token`
 * (`{"client": id}` → `{"token"}`), which answers only callers on this machine that reach it under a local name, so that
 * neither a neighbour nor a web page from elsewhere (DNS rebinding) is given one.
 */
export function registerPlayground(app: FastifyInstance, options: PlaygroundOptions): void {
  const assets = playgroundAssets()
  const byPath = new Map(Object.values(assets).map((asset) => [asset.path, asset]))
  const page = playgroundPage(
    {
      endpoint: options.endpoint,
      operations: [...options.operations],
      clients: [...(options.demo?.clients ?? [])],
    },
    assets,
  )
  void app.register(async (scope) => {
    await scope.register(fastifyStatic, { root: assets['playground.js'].folder, serve: false })
    scope.get(options.path, async (_request, reply) =>
      reply
        .header('content-security-policy', playgroundPolicy)
        .header('x-content-type-options', 'nosniff')
        .header('referrer-policy', 'no-referrer')
        .header('cache-control', 'no-cache')
        .type('text/html; charset=utf-8')
        .send(page),
    )
    for (const [path, asset] of byPath) {
      scope.get(path, (_request, reply) =>
        reply
          .header('x-content-type-options', 'nosniff')
          .sendFile(asset.name, asset.folder, { maxAge: '365d', immutable: true, cacheControl: true }),
      )
    }
    const { demo } = options
    if (demo === undefined) return
    scope.post<{ Body: { client: string } }>(
      '/playground/token',
      {
        bodyLimit: 1024,
        schema: {
          body: {
            type: 'object',
            required: ['client'],
            properties: { client: { type: 'string', enum: demo.clients.map(({ id }) => id) } },
          },
        },
      },
      async (request, reply) => {
        void reply.header('cache-control', 'no-store')
        if (!isLocal(request)) {
          return reply.code(403).send({ message: 'Demo tokens are given out on this machine only.' })
        }
        try {
          return await reply.send({ token: await demo.token(request.body.client) })
        } catch (error) {
          request.log.warn({ err: error }, 'no demo token')
          return reply.code(502).send({ message: 'The token issuer gave no token. Is it running?' })
        }
      },
    )
  })
}

/** Whether the request came over the loopback interface, under a local name, and through no proxy that says so. */
function isLocal(request: FastifyRequest): boolean {
  const address = request.socket.remoteAddress ?? ''
  const loopback = address === '::1' || /^(::ffff:)?127\./.test(address)
  if (request.headers['x-forwarded-for'] !== undefined || request.headers.forwarded !== undefined) return false
  return loopback && ['localhost', '127.0.0.1', '[::1]'].includes(request.hostname)
}
