import type { ApolloServerPlugin, BaseContext } from '@apollo/server'
import { getVariableValues } from 'graphql'
import { ExchangeError } from '../../services/platform/errors.ts'
import { type CountiesReached, measureOperation, type OperationFigures } from './operation-figures.ts'

/** The most an operation may be. The number of tokens is bounded by Apollo Server's `parseOptions.maxTokens`. */
export interface OperationLimits {
  depth: number
  aliases: number
  rootFields: number
  cost: number
}

/** What this exchange allows unless configured otherwise. */
export const defaultLimits: OperationLimits = { depth: 14, aliases: 60, rootFields: 20, cost: 200_000 }

/**
 * Refuses operations that are deeper, wider or costlier than the limits, before anything of them runs. Cost counts the
 * rows of each list and the counties of each field. OPERATION_TOO_COMPLEX says the figure, the limit and where it comes
 * from. Operations whose variables are wrong are left to the executor.
 */
export function createLimitsPlugin<Context extends BaseContext>(options: {
  limits?: Partial<OperationLimits>
  countiesReached: CountiesReached
}): ApolloServerPlugin<Context> {
  const limits = { ...defaultLimits, ...options.limits }
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ schema, document, operation, request }) {
          if (!operation) return
          const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], request.variables ?? {}, {
            maxErrors: 1,
          })
          if (!coerced) return
          const { countiesReached } = options
          checkLimits(measureOperation({ schema, document, operation, variables: coerced, countiesReached }), limits)
        },
      }
    },
  }
}

/** Throws OPERATION_TOO_COMPLEX for the first figure that is over its limit. */
export function checkLimits(figures: OperationFigures, limits: OperationLimits): void {
  const { depth, aliases, rootFields, cost, costliest } = figures
  if (depth > limits.depth) {
    refuse(`The operation is ${figure(depth)} fields deep; the limit is ${figure(limits.depth)}. Ask in two steps.`)
  }
  if (aliases > limits.aliases) {
    refuse(
      `The operation has ${figure(aliases)} aliases; the limit is ${figure(limits.aliases)}. Send several operations.`,
    )
  }
  if (rootFields > limits.rootFields) {
    refuse(
      `The operation has ${figure(rootFields)} root fields; the limit is ${figure(limits.rootFields)}. ` +
        'Send several operations.',
    )
  }
  if (cost > limits.cost) {
    refuse(
      `The operation costs ${figure(cost)}; the limit is ${figure(limits.cost)}. Most of it is "${costliest.name}" with ` +
        `${figure(costliest.cost)}: rows × fields × counties. Ask for fewer rows (first), counties or fields.`,
    )
  }
}

function figure(value: number): string {
  return value >= Number.MAX_SAFE_INTEGER ? 'more than can be counted' : value.toLocaleString('en-US')
}

function refuse(message: string): never {
  throw new ExchangeError('OPERATION_TOO_COMPLEX', message)
}
