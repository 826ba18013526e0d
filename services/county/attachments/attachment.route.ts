import type { FastifyInstance, FastifyReply } from 'fastify'
import { mostAttachmentBytes, readClaim } from '../../platform/attachments/attachment.ts'
import { type FileExchange, registerFileRoutes } from '../../platform/attachments/file-routes.ts'
import type { TransferLimits } from '../../platform/attachments/transfer.ts'
import type { Clock } from '../../platform/clock.ts'
import { ExchangeError } from '../../platform/errors.ts'
import type { Journal } from '../../platform/journal/journal.ts'
import type { CountyTokenVerifier } from '../../platform/tokens/county-token.ts'
import { header, requestContext } from '../request-context.ts'
import type { AttachmentService, ServedFile } from './attachment.service.ts'
import { readRange } from './byte-range.ts'
import { fileName } from './file-name.ts'

const readBytes = 262_144

/** What the way to files needs. */
export interface AttachmentRouteParts {
  verifier: CountyTokenVerifier
  journal: Journal
  clock: Clock
  /** Undefined when the node keeps no files. */
  service: AttachmentService | undefined
  limits: TransferLimits
}

/**
 * `PUT /attachments/<SHA-256>`: an agency hands over a file; 201, or 200 when it was held. `GET
 * /attachments/<SHA-256>?matter=<id>`: an agency of this county, or the node of another party, fetches one; 202 while it is
 * still on its way from its sender.
 */
export function registerAttachmentRoutes(app: FastifyInstance, parts: AttachmentRouteParts): void {
  const { clock, journal, limits, verifier } = parts

  registerFileRoutes(app, {
    limits,
    journal,
    clock,
    context: (request, reply) => requestContext({ verifier, clock, deadlineMs: limits.totalMs }, request, reply),
    async put({ hash, context, request, reply, note, body }) {
      const claim = readClaim(hash, request.headers)
      const isNew = await service().put(context, claim, body, note)
      return reply.code(isNew ? 201 : 200).send(claim)
    },
    async get(exchange) {
      const { hash, context, request, reply, note } = exchange
      const { matter } = request.query as { matter?: unknown }
      const found = await service().get(context, hash, typeof matter === 'string' ? matter : '')
      if (!('handle' in found)) {
        await note()
        return reply.code(202).header('retry-after', '1').send({ state: 'FETCHING', received: found.received })
      }
      try {
        await note()
        return await serve(found, exchange)
      } catch (error) {
        await found.handle.close()
        throw error
      }
    },
  })

  function service(): AttachmentService {
    if (parts.service) return parts.service
    throw new ExchangeError('STORAGE_UNAVAILABLE', 'This county’s node keeps no files: ATTACHMENTS_DIR is not set.')
  }
}

async function serve({ handle, size, reference }: ServedFile, exchange: FileExchange): Promise<FastifyReply> {
  const { request, reply, watch } = exchange
  const { hash, name, mediaType } = reference
  const etag = `"${hash}"`
  const range = readRange({ range: header(request, 'range'), ifRange: header(request, 'if-range') }, etag, size)
  void reply.headers({ etag, 'accept-ranges': 'bytes', 'cache-control': 'no-store' })
  if (range === 'UNSATISFIABLE') {
    await handle.close()
    return reply.code(416).header('content-range', `bytes */${size}`).send()
  }
  const { start, end } = range ?? { start: 0, end: size }
  if (range) void reply.code(206).header('content-range', `bytes ${start}-${end - 1}/${size}`)
  const file = handle.createReadStream({ start, end: end - 1, highWaterMark: readBytes })
  return reply
    .headers({
      'content-type': mediaType,
      'content-length': end - start,
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(fileName(name, mediaType))}`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
    })
    .send(watch.stream(file, mostAttachmentBytes))
}
