import { ExchangeError, badInput } from '../errors.ts'
import type { RequestContext } from '../viewer.ts'

/** Where files are handed over, beside the GraphQL endpoint: `/attachments/<SHA-256>`. */
export const attachmentsPath = 'attachments'
/** Largest file, in bytes: 200 MiB. */
export const mostAttachmentBytes = 209_715_200

const hashShape = /^[0-9a-f]{64}$/

/** A file as its sender describes it before its first byte. */
export interface FileClaim {
  /** SHA-256 of the contents, hex. */
  hash: string
  /** Bytes. */
  size: number
  /** Without parameters, in lower case. */
  mediaType: string
}

/** The hash in a path; BAD_USER_INPUT when it is none. */
export function readHash(given: string): string {
  if (hashShape.test(given)) return given
  throw badInput('A file is named by its SHA-256: 64 hexadecimal digits in lower case.', 'hash')
}

/** What an upload's path and headers claim of the file. BAD_USER_INPUT without a length, an empty or too large one. */
export function readClaim(
  hash: string,
  headers: { 'content-length'?: string | undefined; 'content-type'?: string | undefined },
): FileClaim {
  const length = headers['content-length']
  if (length === undefined || !/^\d{1,15}$/.test(length)) {
    throw badInput('Send the file with its length (content-length), not in chunks.', 'content-length')
  }
  const size = Number(length)
  if (size < 1 || size > mostAttachmentBytes) {
    throw badInput(`A file has 1 to ${mostAttachmentBytes} bytes.`, 'content-length')
  }
  const [mediaType = ''] = (headers['content-type'] ?? '').split(';')
  return { hash: readHash(hash), size, mediaType: mediaType.trim().toLowerCase() }
}

/** Refuses a viewer without this scope: UNAUTHORIZED_FIELD_OR_TYPE. */
export function demandScope({ viewer }: Pick<RequestContext, 'viewer'>, scope: string): void {
  if (viewer.scopes.has(scope)) return
  throw new ExchangeError('UNAUTHORIZED_FIELD_OR_TYPE', `This needs the scope ${scope}.`, { requiredScopes: [[scope]] })
}
