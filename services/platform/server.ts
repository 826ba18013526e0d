import Fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import { Registry, collectDefaultMetrics } from 'prom-client'
import { redactIdentityNumbers } from './codes/mask.ts'
import type { ErrorCode } from './errors.ts'
import type { Logger } from './log.ts'

/** One thing that readiness depends on. */
export interface ReadinessCheck {
  name: string
  /** What to say about it; `ok: false` makes the process not ready. Runs for two seconds at most. */
  run(): Promise<ReadinessAnswer> | ReadinessAnswer
}

/** The state of one thing that readiness depends on. */
export interface ReadinessAnswer {
  ok: boolean
  /** For people; never a secret. */
  detail?: string
}

/** The HTTP server of one process, with health and metrics. */
export interface HttpServer {
  app: FastifyInstance
  metrics: Registry
  /** Starts listening and returns the address, e.g. `http://127.0.0.1:4000`. */
  listen(options: { host: string; port: number }): Promise<string>
  /** Stops accepting, lets requests in flight end, closes. */
  close(): Promise<void>
}

const checkDeadlineMs = 2_000

/** A fastify app with `/health/live`, `/health/ready` and `/metrics` (Prometheus text). */
export function createHttpServer(options: {
  logger: Logger
  checks: readonly ReadinessCheck[]
  /** Largest request body in bytes; default 1 MiB. */
  bodyLimit?: number
}): HttpServer {
  const app = Fastify({
    loggerInstance: options.logger as unknown as FastifyBaseLogger,
    // Requests are journalled with their meaning; a URL in a log could carry what must not be logged.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.bodyLimit ?? 1_048_576,
    forceCloseConnections: 'idle',
    requestTimeout: 30_000,
    return503OnClosing: true,
  })
  app.setErrorHandler(answerError)
  // Without the URL, which fastify would repeat: it may hold what must not be repeated.
  app.setNotFoundHandler((_request, reply) => reply.code(404).send(errorBody('NOT_FOUND', 'There is nothing here.')))
  const metrics = new Registry()
  collectDefaultMetrics({ register: metrics })
  app.get('/health/live', () => ({ status: 'live' }))
  app.get('/health/ready', async (_request, reply) => {
    const checks = await Promise.all(options.checks.map(runCheck))
    const ready = checks.every((check) => check.ok)
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'not ready', checks })
  })
  app.get('/metrics', async (_request, reply) =>
    reply.header('content-type', metrics.contentType).send(await metrics.metrics()),
  )
  return {
    app,
    metrics,
    listen: (where) => app.listen(where),
    close: () => app.close(),
  }
}

/** The body of an answer to a request that never became an operation, shaped as GraphQL's. */
export function errorBody(code: ErrorCode, message: string): { errors: object[] } {
  return { errors: [{ message, extensions: { code } }] }
}

/** What is wrong with a body, by fastify's codes; its own messages may quote the body. */
const bodyProblems: Record<string, string> = {
  FST_ERR_CTP_EMPTY_JSON_BODY: 'The request has no body; a JSON object is expected.',
  FST_ERR_CTP_INVALID_JSON_BODY: 'The body is not JSON; a JSON object is expected.',
  FST_ERR_CTP_BODY_TOO_LARGE: 'The body is too large.',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'The content type must be application/json.',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'The body is not as long as its content-length says.',
}

function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const status = error.statusCode ?? 500
  if (status < 500) {
    const message = bodyProblems[error.code] ?? 'The request cannot be read; send a JSON object.'
    return reply.code(status).send(errorBody('BAD_USER_INPUT', message))
  }
  request.log.error({ cause: redactIdentityNumbers(error.stack ?? error.message) }, 'a request failed')
  return reply.code(status).send(errorBody('INTERNAL', 'Something went wrong in this process. Try again.'))
}

async function runCheck(check: ReadinessCheck): Promise<ReadinessAnswer & { name: string }> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<ReadinessAnswer>((resolve) => {
    timer = setTimeout(() => resolve({ ok: false, detail: `no answer in ${checkDeadlineMs} ms` }), checkDeadlineMs)
  })
  try {
    return { name: check.name, ...(await Promise.race([check.run(), late])) }
  } catch (error) {
    return { name: check.name, ok: false, detail: error instanceof Error ? error.message : String(error) }
  } finally {
    clearTimeout(timer)
  }
}
