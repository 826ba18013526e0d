import type { ApolloServerPlugin, BaseContext } from '@apollo/server'
import {
  type ASTNode,
  type DocumentNode,
  getVariableValues,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
  visit,
} from 'graphql'
import { BoundedCache } from '../../services/platform/bounded-cache.ts'
import { ExchangeError } from '../../services/platform/errors.ts'
import { memoise } from '../../services/platform/memoise.ts'
import {
  type CountiesReached,
  measureOperation,
  type OperationFigures,
  sizingArguments,
  type Weigh,
} from './operation-figures.ts'

/** How many figures of one operation are kept: its page sizes and conditions vary little. */
const rememberedFigures = 20
/** Variables are as long as a caller makes them; with longer ones an operation is measured each time. */
const longestKey = 1_000

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
 * from. Operations whose variables are wrong are left to the executor. What was measured is kept with the document for as
 * long as nothing changes on which it depends.
 */
export function createLimitsPlugin<Context extends BaseContext>(options: {
  limits?: Partial<OperationLimits>
  countiesReached: CountiesReached
  weigh?: Weigh
  /** Changes with whatever else `countiesReached` and `weigh` rest on: what was measured before is measured again. */
  serial?: () => number
}): ApolloServerPlugin<Context> {
  const limits = { ...defaultLimits, ...options.limits }
  const { countiesReached, weigh } = options
  const measured = memoise((document: DocumentNode) =>
    memoise((operation: OperationDefinitionNode) => ({
      sizing: sizingVariables(document, operation),
      figures: new BoundedCache<OperationFigures>(rememberedFigures),
    })),
  )
  return {
    async requestDidStart() {
      return {
        async didResolveOperation({ schema, document, operation, request }) {
          if (!operation) return
          const { sizing, figures } = measured(document)(operation)
          const variables = coerce(schema, sizing, request.variables)
          if (!variables) return
          const measure = () => measureOperation({ schema, document, operation, variables, countiesReached, weigh })
          const key = JSON.stringify([options.serial?.(), variables])
          checkLimits(key.length > longestKey ? measure() : figures.getOrMake(key, measure), limits)
        },
      }
    },
  }
}

/** The variables on which an operation's figures depend: those in conditions and in sizing arguments. */
function sizingVariables(document: DocumentNode, operation: OperationDefinitionNode): VariableDefinitionNode[] {
  const names = new Set<string>()
  const collect = (node: ASTNode) => visit(node, { Variable: ({ name }) => void names.add(name.value) })
  visit(document, {
    Directive: (node) => void collect(node),
    Argument: (node) => void (sizingArguments.has(node.name.value) && collect(node)),
  })
  return operation.variableDefinitions?.filter(({ variable }) => names.has(variable.name.value)) ?? []
}

function coerce(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
  given: Record<string, unknown> | undefined,
): Record<string, unknown> | undefined {
  if (definitions.length === 0) return {}
  return getVariableValues(schema, definitions, given ?? {}, { maxErrors: 1 }).coerced
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
