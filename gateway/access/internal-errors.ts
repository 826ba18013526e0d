import type { ApolloServerPlugin, BaseContext } from '@apollo/server'
import type { GraphQLError } from 'graphql'
import { redactMessage } from '../../services/platform/codes/mask.ts'
import type { Logger } from '../../services/platform/log.ts'
import type { Transaction } from '../../services/platform/viewer.ts'
import { formatError } from './format-error.ts'

/**
 * Ties what the caller reads of an internal error to what is logged of it: the transaction's id goes into the error's
 * `extensions.transaction`, and into the log beside the real message, without identity numbers.
 */
export function createInternalErrorsPlugin<Context extends BaseContext>(options: {
  transactionOf: (contextValue: Context) => Pick<Transaction, 'id'>
  logger: Pick<Logger, 'error'>
}): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      return {
        async didEncounterErrors({ errors, contextValue }) {
          const transaction = options.transactionOf(contextValue).id
          for (const error of errors) {
            if (formatError(error.toJSON(), error).extensions?.['code'] !== 'INTERNAL') continue
            options.logger.error({ transaction, path: error.path?.join('.'), cause: causeOf(error) }, 'internal error')
          }
        },
        async willSendResponse({ response: { body }, contextValue }) {
          if (body.kind !== 'single' || !body.singleResult.errors) return
          const { id: transaction } = options.transactionOf(contextValue)
          body.singleResult.errors = body.singleResult.errors.map((error) =>
            error.extensions?.['code'] === 'INTERNAL'
              ? { ...error, extensions: { ...error.extensions, transaction } }
              : error,
          )
        },
      }
    },
  }
}

/** Message and stack of the innermost error. */
function causeOf(error: GraphQLError): string {
  const cause = error.originalError ?? error
  return redactMessage(cause.stack ?? cause.message)
}
