import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../clock.ts'
import { ExchangeError, errorCodes } from '../errors.ts'
import type { Journal } from '../journal/journal.ts'
import type { RequestContext } from '../viewer.ts'
import { attachmentsPath, mostAttachmentBytes, readHash } from './attachment.ts'
import { allowLongRequests, bodyOf, leave } from './long-requests.ts'
import { Slots, type TransferLimits, TransferWatch } from './transfer.ts'

/** One request about one file. */
export interface FileExchange {
  /** As the path names it. */
  hash: string
  context: RequestContext
  request: FastifyRequest
  reply: FastifyReply
  watch: TransferWatch
  /** Writes the access into the journal: before a byte is taken or given. */
  note: () => Promise<void>
  /** The request's body as it comes. */
  body: () => AsyncIterable<Buffer>
}

/** What makes the routes of a process. */
export interface FileRoutes {
  limits: TransferLimits
  journal: Journal
  clock: Clock
  /** Verifies who asks. */
  context(request: FastifyRequest, reply: FastifyReply): Promise<RequestContext>
  put(exchange: FileExchange): Promise<FastifyReply>
  get(exchange: FileExchange): Promise<FastifyReply>
}

/**
 * `PUT` and `GET /attachments/<SHA-256>`: bodies are streams, of which no more is read than is taken; so many at a time,
 * each with its deadlines; all are broken off when the process stops. Errors are JSON as GraphQL's.
 */
export function registerFileRoutes(app: FastifyInstance, routes: FileRoutes): void {
  const { clock, journal, limits } = routes
  const slots = new Slots(limits)
  const stopped = new AbortController()
  app.addHook('preClose', async () => stopped.abort())
  allowLongRequests(app, `/${attachmentsPath}/`, limits.totalMs)

  async function answer(request: FastifyRequest, reply: FastifyReply, method: 'put' | 'get'): Promise<FastifyReply> {
    const context = await routes.context(request, reply)
    // Nothing would close any more, and give the place back.
    if (reply.raw.destroyed) throw new ExchangeError('DEADLINE_EXCEEDED', 'The caller went away.')
    reply.raw.once('close', slots.take(context.viewer.agency))
    const watch = new TransferWatch(limits, [context.signal, stopped.signal])
    reply.raw.once('close', () => watch.end())
    const hash = readHash((request.params as { hash: string }).hash)
    return routes[method]({
      hash,
      context,
      request,
      reply,
      watch,
      note: () => journal.append(entryOf(context, clock.now(), [`${method}Attachment`, hash])),
      body: () => watch.over(bodyOf(request), mostAttachmentBytes),
    })
  }

  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    // The body stays a stream.
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
    for (const method of ['put', 'get'] as const) {
      scope.route({
        method,
        url: `/${attachmentsPath}/:hash`,
        exposeHeadRoute: false,
        async handler(request, reply) {
          try {
            return await answer(request, reply, method)
          } catch (error) {
            if (!(error instanceof ExchangeError)) throw error
            const errors = [{ message: error.message, extensions: error.extensions }]
            return reply.code(errorCodes[error.code]).send({ errors })
          } finally {
            leave(request)
          }
        },
      })
    }
  })
}

function entryOf({ viewer, transaction }: RequestContext, at: Date, fields: readonly string[]) {
  return {
    at,
    transaction: transaction.id,
    agency: viewer.agency,
    county: viewer.county,
    actor: viewer.actor ?? null,
    officer: transaction.officer ?? null,
    purposeKind: transaction.purpose?.kind ?? 'CASE',
    purposeNumber: transaction.purpose?.number ?? null,
    fields,
    subjects: [],
  }
}
