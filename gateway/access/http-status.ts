import type { ApolloServerPlugin, BaseContext } from '@apollo/server'
import { GraphQLError } from 'graphql'
import { errorCodes, ExchangeError } from '../../services/platform/errors.ts'
import { isErrorCode } from './error-codes.ts'

/** The HTTP status of a code; 500 for one that is none of ours. */
export function statusOf(code: unknown): number {
  return isErrorCode(code) ? errorCodes[code] : 500
}

/**
 * Gives a response that has no `data` the status of its first error's code. A response with data, be it partial, stays
 * 200, as GraphQL over HTTP wants it. Expects errors as `formatError` leaves them.
 */
export function createHttpStatusPlugin<Context extends BaseContext>(): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ response: { body, http } }) {
          if (body.kind !== 'single' || body.singleResult.data !== undefined) return
          const [first] = body.singleResult.errors ?? []
          if (first) http.status = statusOf(first.extensions?.['code'])
        },
      }
    },
  }
}

/**
 * The error with its HTTP status inside, for what is thrown while the context is made: no plugin sees such a response.
 * Errors that are none of ours are given back as they are, and leave with 500.
 */
export function withHttpStatus(error: unknown): unknown {
  if (!(error instanceof ExchangeError)) return error
  const http = { status: errorCodes[error.code] }
  return new GraphQLError(error.message, { originalError: error, extensions: { ...error.extensions, http } })
}
