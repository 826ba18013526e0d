import type { GraphQLFormattedError } from 'graphql'
import { redactIdentityNumbers, redactMessage } from '../../services/platform/codes/mask.ts'
import { type ErrorCode, type ErrorDetails, ExchangeError } from '../../services/platform/errors.ts'
import { isErrorCode } from './error-codes.ts'

/** What a caller reads when the fault is inside. */
export const internalMessage =
  'Something went wrong inside the exchange. Try again; if it happens again, report the transaction id to the exchange office.'

/** Apollo Server's own codes for requests that are malformed, and what they are called here. */
const apolloCodes: ReadonlyMap<string, ErrorCode> = new Map([
  ['BAD_REQUEST', 'BAD_USER_INPUT'],
  ['OPERATION_RESOLUTION_FAILURE', 'BAD_USER_INPUT'],
  ['PERSISTED_QUERY_NOT_FOUND', 'BAD_USER_INPUT'],
  ['PERSISTED_QUERY_NOT_SUPPORTED', 'BAD_USER_INPUT'],
])

/**
 * Makes an error fit to leave: a stable code, its message without identity numbers, allow-listed details of the right
 * shape, path and place. Any other error becomes INTERNAL with a neutral message. For Apollo Server's `formatError`.
 */
export function formatError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const own = exchangeErrorIn(error)
  const extensions = own ? own.extensions : (formatted.extensions ?? {})
  const message = own ? own.message : formatted.message
  const code = codeOf(extensions['code'], message)
  return {
    message: code === 'INTERNAL' ? internalMessage : wording(code, message),
    ...(formatted.locations && { locations: formatted.locations }),
    ...(formatted.path && { path: formatted.path }),
    extensions: { code, ...detailsOf(extensions) },
  }
}

/** The stable code of an error that is about to leave. */
function codeOf(code: unknown, message: string): ErrorCode {
  if (typeof code !== 'string') return 'INTERNAL'
  if (code === 'GRAPHQL_PARSE_FAILED' && tokenLimit.test(message)) return 'OPERATION_TOO_COMPLEX'
  if (isErrorCode(code)) return code
  return apolloCodes.get(code) ?? 'INTERNAL'
}

/** Characters of a message at most. */
const longestMessage = 1_000

const tokenLimit = /^Syntax Error: Document contains more tha[nt] (\d+) tokens/

function wording(code: ErrorCode, message: string): string {
  const [, limit] = tokenLimit.exec(message) ?? []
  if (code === 'OPERATION_TOO_COMPLEX' && limit !== undefined) {
    return `The document has more than ${limit} tokens, which is the limit. Send a shorter one, or several.`
  }
  // graphql-js quotes what it refuses, however long that was.
  return redactMessage(message.slice(0, longestMessage))
}

/**
 * An error of ours that graphql-js or Apollo Server has wrapped, as they do with what a scalar says of a value: the
 * wrapping would give it another code.
 */
function exchangeErrorIn(error: unknown): ExchangeError | undefined {
  let inner = error
  for (let depth = 0; depth < 5 && inner instanceof Error; depth++) {
    if (inner instanceof ExchangeError) return inner
    inner = 'originalError' in inner ? inner.originalError : undefined
  }
  return undefined
}

const text = (value: unknown) => (typeof value === 'string' ? redactIdentityNumbers(value.slice(0, 200)) : undefined)
const countyCode = (value: unknown) => (typeof value === 'string' && /^\d{6}$/.test(value) ? value : undefined)
const list = (value: unknown) => (Array.isArray(value) ? (value as readonly unknown[]).slice(0, 5_000) : undefined)

/** One reader for each detail that may leave; what has another shape is left out. */
const readers: { [Key in keyof Required<ErrorDetails>]: (value: unknown) => ErrorDetails[Key] | undefined } = {
  county: countyCode,
  reason: text,
  missing: (value) =>
    list(value)?.flatMap((item) => {
      if (typeof item !== 'object' || item === null) return []
      const county = countyCode('county' in item ? item.county : undefined)
      const reason = text('reason' in item ? item.reason : undefined)
      return county !== undefined && reason !== undefined ? [{ county, reason }] : []
    }),
  key: text,
  argument: text,
  requiredScopes: (value) => list(value)?.map((and) => list(and)?.flatMap((scope) => text(scope) ?? []) ?? []),
  transaction: text,
}

function detailsOf(extensions: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const details: Record<string, unknown> = {}
  for (const [name, read] of Object.entries(readers)) {
    const value = Object.hasOwn(extensions, name) ? read(extensions[name]) : undefined
    if (value !== undefined) details[name] = value
  }
  return details
}
