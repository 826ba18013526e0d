import type { GatewayExecutionResult, GatewayInterface, GatewayLoadResult } from '@apollo/server-gateway-interface'
import { getVariableValues, type GraphQLError, type GraphQLScalarType, type GraphQLSchema, isScalarType } from 'graphql'
import { PlanOnly } from './plan-only.ts'

type SchemaCallback = Parameters<GatewayInterface['onSchemaLoadOrUpdate']>[0]
type Executor = NonNullable<GatewayLoadResult['executor']>

/** Of this many mistakes in its variables an operation is told. */
const mostMistakes = 10

/**
 * Apollo's gateway with two guards. Its schema is built from SDL, where a scalar accepts anything: the real scalars are
 * put in, so that a malformed code is refused before any county is asked. And `admit` runs before every plan; when it
 * rejects, nothing is executed. What `shortcut` answers after that is not planned at all; nor is what has wrong variables.
 */
export class GuardedGateway implements GatewayInterface {
  readonly #planOnly: PlanOnly
  #executor: Executor | undefined

  constructor(
    private readonly inner: GatewayInterface,
    private readonly scalars: readonly GraphQLScalarType[],
    private readonly admit: (request: Parameters<Executor>[0]) => Promise<void>,
    private readonly shortcut?: (request: Parameters<Executor>[0]) => Promise<GatewayExecutionResult | undefined>,
    planOnly: PlanOnly = new PlanOnly(),
  ) {
    this.#planOnly = planOnly
  }

  onSchemaLoadOrUpdate(callback: SchemaCallback): () => void {
    return this.inner.onSchemaLoadOrUpdate((context) => {
      installScalars(context.apiSchema, this.scalars)
      callback(context)
    })
  }

  async load(options: Parameters<GatewayInterface['load']>[0]): Promise<GatewayLoadResult> {
    const { executor } = await this.inner.load(options)
    if (!executor) return { executor }
    this.#executor = executor
    return {
      executor: async (request) => {
        await this.admit(request)
        const answer = await this.shortcut?.(request)
        if (answer) return answer
        const errors = mistakesIn(request)
        return errors ? { errors } : executor(request)
      },
    }
  }

  /** Plans an operation before anybody asks it: nothing is admitted, nothing fetched. Rejects when it has no plan. */
  async plan(request: Parameters<Executor>[0]): Promise<void> {
    if (!this.#executor) throw new Error('The gateway is not loaded.')
    await this.#planOnly.run(request, this.#executor)
  }

  stop(): Promise<void> {
    return this.inner.stop()
  }
}

/**
 * The first mistakes in the variables, if there are any. Apollo's executor would make an error of each: a list of tens of
 * thousands of wrong values would take it many seconds, in which nobody else is answered.
 */
function mistakesIn({ schema, operation, request }: Parameters<Executor>[0]): readonly GraphQLError[] | undefined {
  const definitions = operation.variableDefinitions ?? []
  const { errors } = getVariableValues(schema, definitions, request.variables ?? {}, { maxErrors: mostMistakes })
  // graphql-js adds one that says that there are more, which is nobody's mistake and has no code.
  return errors?.slice(0, mostMistakes)
}

/** Gives the schema's scalars the behaviour of `scalars`, by name. */
export function installScalars(schema: GraphQLSchema, scalars: readonly GraphQLScalarType[]): void {
  for (const scalar of scalars) {
    const type = schema.getType(scalar.name)
    if (isScalarType(type)) {
      type.parseValue = scalar.parseValue
      type.parseLiteral = scalar.parseLiteral
      type.serialize = scalar.serialize
    }
  }
}
