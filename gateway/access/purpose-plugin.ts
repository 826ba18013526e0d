import type { ApolloServerPlugin, BaseContext } from '@apollo/server'
import { ExchangeError } from '../../services/platform/errors.ts'
import { memoise } from '../../services/platform/memoise.ts'
import { requirePurpose } from '../../services/platform/purpose.ts'
import type { FilteredOperation } from '../../services/platform/scopes/filter-operation.ts'
import { satisfied } from '../../services/platform/scopes/requirement.ts'
import { filteredOperationOf } from '../../services/platform/scopes/scope-plugin.ts'
import type { Transaction } from '../../services/platform/viewer.ts'

const checkOnly: ReadonlySet<string> = new Set(['credit:check'])

/**
 * The scopes in use that go beyond `credit:check`: none when `credit:check` alone would do for all that is left of the
 * operation, whatever else the token grants.
 */
export const scopesBeyondCheck = memoise((filtered: FilteredOperation): ReadonlySet<string> =>
  filtered.requirements.every((requirement) => satisfied(requirement, checkOnly)) ? new Set() : filtered.needed,
)

/**
 * Refuses operations that need more than `credit:check` and come without purpose or officer (政务数据共享条例 art. 20):
 * PURPOSE_MISSING, OFFICER_MISSING. Counts what the caller's scopes have left of the operation, so it stands after the
 * scope plugin; without that one before it, it refuses everything.
 */
export function createPurposePlugin<Context extends BaseContext>(options: {
  transactionOf: (contextValue: Context) => Pick<Transaction, 'purpose' | 'officer'>
}): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      return {
        async didResolveOperation(requestContext) {
          // Without an operation to run the executor refuses.
          if (!requestContext.operation) return
          const filtered = filteredOperationOf(requestContext)
          if (!filtered) throw new ExchangeError('INTERNAL', 'The purpose was checked before the scopes.')
          if (filtered.empty) return
          requirePurpose(options.transactionOf(requestContext.contextValue), scopesBeyondCheck(filtered))
        },
      }
    },
  }
}
