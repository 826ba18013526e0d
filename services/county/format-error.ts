import { unwrapResolverError } from '@apollo/server/errors'
import { DrizzleQueryError } from 'drizzle-orm'
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { redactIdentityNumbers, redactMessage } from '../platform/codes/mask.ts'
import { ExchangeError, errorCodes } from '../platform/errors.ts'
import type { Logger } from '../platform/log.ts'

/**
 * What leaves of an error: an ExchangeError as it is, graphql-js's own errors about the question with their code and no
 * values, and of anything else only INTERNAL; that is logged.
 */
export function createFormatError(
  logger: Pick<Logger, 'error'>,
): (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError {
  return (formatted, error) => {
    const original = causeOf(error)
    const place = {
      ...(formatted.path && { path: formatted.path }),
      ...(formatted.locations && { locations: formatted.locations }),
    }
    if (original instanceof ExchangeError) {
      return { message: redactIdentityNumbers(original.message), ...place, extensions: { ...original.extensions } }
    }
    const code = formatted.extensions?.['code']
    if (typeof code === 'string' && code in errorCodes && code !== 'INTERNAL') {
      return { message: redactMessage(formatted.message), ...place, extensions: { code } }
    }
    if (code === 'BAD_REQUEST' || code === 'OPERATION_RESOLUTION_FAILURE') {
      return { message: redactMessage(formatted.message), ...place, extensions: { code: 'BAD_USER_INPUT' } }
    }
    logger.error({ reason: describe(original), path: formatted.path }, 'a question failed')
    return { message: 'The county’s node failed to answer.', ...place, extensions: { code: 'INTERNAL' } }
  }
}

/** Scalars throw inside graphql-js's own error, resolvers are wrapped once. */
function causeOf(error: unknown): unknown {
  let cause = unwrapResolverError(error)
  while (cause instanceof GraphQLError && !(cause instanceof ExchangeError) && cause.originalError) {
    cause = cause.originalError
  }
  return cause
}

/** Of a statement that failed its text and cause: the parameters, which its message repeats, are people's records. */
function describe(error: unknown): string {
  if (error instanceof DrizzleQueryError) return `${error.query}: ${describe(error.cause)}`
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
