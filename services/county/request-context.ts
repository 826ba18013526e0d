import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../platform/clock.ts'
import { type ExchangeError, badInput, errorCodes } from '../platform/errors.ts'
import { parseOfficer, parsePurpose } from '../platform/purpose.ts'
import type { CountyTokenVerifier } from '../platform/tokens/county-token.ts'
import { type RequestContext, headers } from '../platform/viewer.ts'

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * Makes the context of one question from its headers: verifies the gateway's token first, then reads transaction,
 * purpose and officer, and starts the deadline, the asker's or `deadlineMs`, whichever is sooner.
 */
export async function requestContext(
  deps: { verifier: CountyTokenVerifier; clock: Clock; deadlineMs: number },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<RequestContext> {
  const viewer = await deps.verifier.verify(request.headers.authorization)
  const purpose = parsePurpose(header(request, headers.purpose))
  const officer = parseOfficer(header(request, headers.officer))
  const allowed = allowedMs(header(request, headers.deadline), deps.deadlineMs)
  return {
    viewer,
    transaction: {
      id: transactionId(header(request, headers.transaction), deps.clock),
      ...(purpose && { purpose }),
      ...(officer !== undefined && { officer }),
      deadline: deps.clock.now().getTime() + allowed,
    },
    signal: signalOf(reply, allowed),
    shown: new Set(),
  }
}

/** Answers with one error, and its status. */
export function refuse(reply: FastifyReply, error: ExchangeError): FastifyReply {
  return reply.code(errorCodes[error.code]).send(bodyOf(error))
}

/** The body of a refusal. */
export function bodyOf(error: ExchangeError): { errors: unknown[] } {
  return { errors: [{ message: error.message, extensions: error.extensions }] }
}

/** The transaction that a header names, a new one without it; BAD_USER_INPUT when it is no UUID. */
export function transactionId(given: string | undefined, clock: Clock): string {
  if (given === undefined) return clock.uuid()
  if (uuid.test(given)) return given
  throw badInput(`The header ${headers.transaction} must be a UUID.`, headers.transaction)
}

function allowedMs(given: string | undefined, most: number): number {
  if (given === undefined) return most
  if (!/^\d{1,7}$/.test(given)) {
    throw badInput(`The header ${headers.deadline} must be whole milliseconds.`, headers.deadline)
  }
  return Math.min(Number(given), most)
}

function signalOf(reply: FastifyReply, allowed: number): AbortSignal {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(new DOMException('The deadline passed.', 'TimeoutError')), allowed)
  reply.raw.once('close', () => {
    clearTimeout(timer)
    if (!reply.raw.writableFinished) controller.abort(new DOMException('The asker went away.', 'AbortError'))
  })
  return controller.signal
}

/** A header's value, as one text. */
export function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(',') : value
}
