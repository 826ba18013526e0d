import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Clock } from '../../platform/clock.ts'
import { ExchangeError, badInput } from '../../platform/errors.ts'
import { frameMediaType, hitIndexPath } from '../../platform/hit-index/statement.ts'
import type { Journal } from '../../platform/journal/journal.ts'
import type { CountyTokenVerifier } from '../../platform/tokens/county-token.ts'
import { headers } from '../../platform/viewer.ts'
import { header, refuse, transactionId } from '../request-context.ts'
import type { HitIndexMetrics } from './hit-index-metrics.ts'
import { type DigestAnswer, declined, type HitIndexPublisher, type NamedPoint } from './publisher.ts'

/** Longest that a gateway may wait for a change, in seconds. */
const longestWaitSeconds = 25
/** Requests of one gateway that may be under way; it needs one. */
const mostPerGateway = 4

const questionSchema = z
  .object({
    since: z
      .string()
      .regex(/^\d{1,15}$/)
      .transform(Number)
      .optional(),
    chain: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional(),
    lineage: z.string().min(1).max(64).optional(),
    epoch: z.string().min(1).max(32).optional(),
    wait: z
      .string()
      .regex(/^\d{1,2}(?:\.\d{1,3})?$/)
      .transform(Number)
      .pipe(z.number().max(longestWaitSeconds))
      .default(0),
  })
  .refine(
    ({ since, chain, lineage, epoch }) =>
      new Set([since, chain, lineage, epoch].map((part) => part === undefined)).size === 1,
  )

/** What the way to the digest needs. */
export interface HitIndexRouteParts {
  county: string
  verifier: CountyTokenVerifier
  journal: Journal
  clock: Clock
  /** Undefined when the county publishes no digest. */
  publisher: HitIndexPublisher | undefined
  metrics: HitIndexMetrics
  /** How long making an answer may take, waiting for a change not counted, in milliseconds. */
  deadlineMs: number
}

/**
 * `GET /hit-index`: the county's digest of its list, for the gateways of the directory. A list or a change that leaves
 * stands in the journal first; that nothing has changed is no access to anything.
 */
export function registerHitIndexRoute(app: FastifyInstance, parts: HitIndexRouteParts): void {
  const underWay = new Map<string, number>()

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const gateway = await parts.verifier.verifyGateway(request.headers.authorization)
    if (!parts.publisher) throw declined('This county publishes no digest of its list.')
    const { nonce, point, waitMs } = questionOf(request)
    const transaction = transactionId(header(request, headers.transaction), parts.clock)
    const count = underWay.get(gateway) ?? 0
    if (count >= mostPerGateway) {
      throw new ExchangeError('OVERLOADED', 'This gateway has too many requests for the digest under way.')
    }
    underWay.set(gateway, count + 1)
    const limit = limitOf(reply, waitMs + parts.deadlineMs)
    try {
      const asked = parts.publisher.answer({ gateway, nonce, point, waitMs, signal: limit.signal })
      const made = await orAborted(asked, limit.signal)
      await note(made, gateway, transaction)
      parts.metrics.left(made.kind)
      // Otherwise the connection would be kept open for the next request, and hold up the end of the process.
      if (parts.publisher.stopped) void reply.header('connection', 'close')
      return await reply
        .header('content-type', frameMediaType)
        .header('cache-control', 'no-store')
        .send(Buffer.from(made.frame.buffer, made.frame.byteOffset, made.frame.length))
    } finally {
      limit.end()
      const left = (underWay.get(gateway) ?? 1) - 1
      if (left === 0) underWay.delete(gateway)
      else underWay.set(gateway, left)
    }
  }

  async function note({ kind }: DigestAnswer, gateway: string, transaction: string): Promise<void> {
    if (kind === 'renewal') return
    await parts.journal.append({
      at: parts.clock.now(),
      transaction,
      agency: gateway,
      // A gateway is of no county; the digest serves approvals, and holds no subject by name.
      county: parts.county,
      actor: gateway,
      officer: null,
      purposeKind: 'APPROVAL',
      purposeNumber: null,
      fields: ['hitIndex'],
      subjects: [],
    })
  }

  app.route({
    method: 'GET',
    url: `/${hitIndexPath}`,
    exposeHeadRoute: false,
    async handler(request, reply) {
      try {
        return await answer(request, reply)
      } catch (error) {
        if (error instanceof ExchangeError) return refuse(reply, error)
        throw error
      }
    },
  })
}

function questionOf(request: FastifyRequest): { nonce: string; point: NamedPoint | undefined; waitMs: number } {
  const nonce = header(request, headers.nonce)
  if (nonce === undefined || !/^[A-Za-z0-9_-]{16,128}$/.test(nonce)) {
    throw badInput(`The header ${headers.nonce} must be 16 to 128 letters, digits, "-" or "_".`, headers.nonce)
  }
  const question = questionSchema.safeParse(request.query)
  if (!question.success) {
    throw badInput(
      `Give since (a version), chain (64 hex digits), lineage and epoch, or none of them, and wait from 0 to ${longestWaitSeconds}.`,
    )
  }
  const { since, chain, lineage, epoch, wait } = question.data
  const isNamed = since !== undefined && chain !== undefined && lineage !== undefined && epoch !== undefined
  return {
    nonce,
    point: isNamed ? { version: since, chain, lineage, epoch } : undefined,
    waitMs: isNamed ? wait * 1_000 : 0,
  }
}

/** Aborts when the caller goes away, and with DEADLINE_EXCEEDED when the time is over. */
function limitOf(reply: FastifyReply, ms: number): { signal: AbortSignal; end: () => void } {
  const controller = new AbortController()
  const timer = setTimeout(() => {
    controller.abort(new ExchangeError('DEADLINE_EXCEEDED', 'The digest was not ready within the time allowed.'))
    // A gateway that reads too slowly keeps no frame in memory.
    if (reply.raw.headersSent) reply.raw.destroy()
  }, ms)
  const gone = (): void => controller.abort(new ExchangeError('DEADLINE_EXCEEDED', 'The gateway went away.'))
  reply.raw.once('close', gone)
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer)
      reply.raw.removeListener('close', gone)
    },
  }
}

async function orAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  let stop: (() => void) | undefined
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason instanceof Error ? signal.reason : new Error('Aborted.'))
    signal.addEventListener('abort', stop, { once: true })
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    if (stop) signal.removeEventListener('abort', stop)
  }
}
