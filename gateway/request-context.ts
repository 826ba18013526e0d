import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../services/platform/clock.ts'
import { badInput } from '../services/platform/errors.ts'
import { parseOfficer, parsePurpose } from '../services/platform/purpose.ts'
import type { AccessTokenVerifier } from '../services/platform/tokens/access-token.ts'
import { type RequestContext, headers } from '../services/platform/viewer.ts'

/**
 * Makes the context of one request: verifies the token first, then reads the stated purpose, starts the deadline, and
 * ties the work to the caller's connection. The transaction's id is the gateway's own and goes back in a header.
 */
export async function requestContext(
  deps: { verifier: AccessTokenVerifier; clock: Clock; deadlineMs: number; publicUrl: string | undefined },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<RequestContext> {
  const id = deps.clock.uuid()
  void reply.header(headers.transaction, id)
  const viewer = await deps.verifier.verify(request.headers.authorization, {
    dpopHeader: header(request, 'dpop'),
    method: request.method,
    url: addressOf(request, deps.publicUrl),
  })
  const purpose = parsePurpose(header(request, headers.purpose))
  const officer = parseOfficer(header(request, headers.officer))
  return {
    viewer,
    transaction: {
      id,
      ...(purpose && { purpose }),
      ...(officer !== undefined && { officer }),
      deadline: deps.clock.now().getTime() + deps.deadlineMs,
    },
    signal: signalOf(reply, deps.deadlineMs),
    shown: new Set(),
  }
}

/** The address as the caller sees it. Anybody may send any `Host`. */
function addressOf(request: FastifyRequest, publicUrl: string | undefined): string {
  const [path = ''] = request.url.split('?')
  const base = publicUrl ?? `${request.protocol}://${request.host}`
  if (!URL.canParse(path, base)) throw badInput('The header host is no host name.', 'host')
  return new URL(path, base).href
}

function signalOf(reply: FastifyReply, deadlineMs: number): AbortSignal {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(new DOMException('The deadline passed.', 'TimeoutError')), deadlineMs)
  reply.raw.once('close', () => {
    clearTimeout(timer)
    if (!reply.raw.writableFinished) controller.abort(new DOMException('The caller went away.', 'AbortError'))
  })
  return controller.signal
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name]
  return Array.isArray(value) ? value.join(',') : value
}
