import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { demandScope, mostAttachmentBytes, readClaim } from '../../services/platform/attachments/attachment.ts'
import { type FileExchange, registerFileRoutes } from '../../services/platform/attachments/file-routes.ts'
import type { TransferLimits, TransferWatch } from '../../services/platform/attachments/transfer.ts'
import type { Clock } from '../../services/platform/clock.ts'
import type { Directory } from '../../services/platform/directory/directory.ts'
import type { NodeEntry } from '../../services/platform/directory/snapshot.ts'
import { badInput } from '../../services/platform/errors.ts'
import type { Journal } from '../../services/platform/journal/journal.ts'
import { requirePurpose } from '../../services/platform/purpose.ts'
import type { AccessTokenVerifier } from '../../services/platform/tokens/access-token.ts'
import { deliveryScope, isCountyName } from '../../services/platform/tokens/county-as-client.ts'
import type { RequestContext } from '../../services/platform/viewer.ts'
import type { NodeCredentials } from '../county-credentials.ts'
import { requestContext } from '../request-context.ts'
import { type FileAnswer, askForFile, unanswered } from './county-files.ts'

/** What of a county's answer goes on to the caller. */
const passedOn = [
  'content-type',
  'content-length',
  'content-range',
  'content-disposition',
  'accept-ranges',
  'etag',
  'retry-after',
]
/** Whatever a county says of a file, no browser shows or runs it. */
const safe = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
}

/** What the way to files needs. */
export interface AttachmentRouteParts {
  verifier: AccessTokenVerifier
  journal: Journal
  clock: Clock
  directory: Pick<Directory, 'node'>
  credentials: NodeCredentials
  publicUrl: string | undefined
  limits: TransferLimits
}

/**
 * `PUT /attachments/<SHA-256>` and `GET /attachments/<SHA-256>?matter=<id>` for agencies, each at its own county's node;
 * `GET …?matter=<id>&county=<code>` for counties' nodes, at the named county's. Nothing is kept here: bytes go on as they
 * come, no faster than they are taken. Token, scope, purpose and officer are checked and the access is journalled before
 * the county is asked; the decision is the county's.
 */
export function registerAttachmentRoutes(app: FastifyInstance, parts: AttachmentRouteParts): void {
  const { clock, journal, limits, publicUrl, verifier } = parts
  registerFileRoutes(app, {
    limits,
    journal,
    clock,
    context: (request, reply) =>
      requestContext({ verifier, clock, deadlineMs: limits.totalMs, publicUrl }, request, reply),
    async put({ hash, context, request, reply, watch, note, body }) {
      demandUse(context, 'matter:write')
      const claim = readClaim(hash, request.headers)
      const county = nodeOf(context.viewer.county)
      await note()
      const headers = {
        ...(await parts.credentials(county.code, context)),
        'content-type': claim.mediaType,
        'content-length': String(claim.size),
      }
      const upload = {
        method: 'PUT',
        county,
        hash,
        query: {},
        headers,
        body: Readable.from(body()),
        signal: watch.signal,
      } as const
      return pass(await askForFile(upload), reply, watch)
    },
    async get({ hash, context, request, reply, watch, note }) {
      demandUse(context, isCountyName(context.viewer.agency) ? deliveryScope : 'matter:read')
      const { matter } = request.query as { matter?: unknown }
      if (typeof matter !== 'string' || matter.length > 200) throw badInput('Name the matter: ?matter=<id>.', 'matter')
      const county = nodeOf(holderOf(context, request))
      await note()
      const { range, 'if-range': ifRange } = request.headers
      const headers = {
        ...(await parts.credentials(county.code, context)),
        ...(range !== undefined && { range }),
        ...(typeof ifRange === 'string' && { 'if-range': ifRange }),
      }
      const question = { method: 'GET', county, hash, query: { matter }, headers, signal: watch.signal } as const
      return pass(await askForFile(question), reply, watch)
    },
  })

  function nodeOf(code: string): NodeEntry {
    const node = parts.directory.node(code)
    if (node?.status === 'ACTIVE') return node
    throw unanswered(code, 'REFUSED')
  }
}

function demandUse(context: RequestContext, scope: string): void {
  demandScope(context, scope)
  requirePurpose(context.transaction, [scope])
}

/** Agencies ask their own county; a county's node says whom it asks. */
function holderOf({ viewer }: RequestContext, request: FileExchange['request']): string {
  const { county } = request.query as { county?: unknown }
  if (!isCountyName(viewer.agency)) {
    if (county === undefined) return viewer.county
    throw badInput('An agency asks its own county: leave "county" out.', 'county')
  }
  if (typeof county === 'string' && /^\d{6}$/.test(county)) return county
  throw badInput('Name the county that holds the file: &county=<code>.', 'county')
}

function pass({ status, headers, body }: FileAnswer, reply: FastifyReply, watch: TransferWatch): FastifyReply {
  for (const name of passedOn) if (headers[name] !== undefined) void reply.header(name, headers[name])
  void reply.code(status).headers(safe)
  const isFile = status === 206 || (status === 200 && headers['etag'] !== undefined)
  if (isFile && headers['content-disposition']?.startsWith('attachment') !== true) {
    void reply.header('content-disposition', 'attachment')
  }
  return reply.send(watch.stream(body, mostAttachmentBytes))
}
