import type { Experimental_DidResolveQueryPlanCallback } from '@apollo/gateway'
import type { GatewayExecutionResult, GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface'
import {
  BREAK,
  type DocumentNode,
  execute,
  getNamedType,
  getOperationAST,
  type GraphQLSchema,
  isObjectType,
  isLeafType,
  OperationTypeNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { memoise } from '../../services/platform/memoise.ts'
import { hasGaps } from '../../services/platform/scopes/scope-plugin.ts'
import { SharedList, type SharedListField } from './shared-list.ts'
import { stringifyAnswer } from './written-list.ts'

type Planned = Pick<Parameters<Experimental_DidResolveQueryPlanCallback>[0], 'queryPlan' | 'requestContext'>

/** What the executor is given of a request. */
export type Asked = Pick<GatewayGraphQLRequestContext, 'document' | 'request' | 'context'>

/**
 * Queries that the gateway's own subgraph answers alone, such as a credit check, run as they are on that subgraph's
 * schema. The planner's executor would take the operation apart anew, run a document of its own, and shape an answer that
 * has its shape already. Which queries these are is learnt from their plans; documents are known by identity, since the
 * server parses each text once.
 */
export class DirectExecution {
  readonly #schema: GraphQLSchema
  readonly #shared: SharedList | undefined
  readonly #suitShared = memoise((document: DocumentNode) => this.#shared?.suits(document) ?? false)
  readonly #alone = new WeakMap<DocumentNode, Map<string | null, boolean>>()
  readonly #failed = new WeakMap<object, GatewayExecutionResult>()

  /** `schema` is the subgraph's executable schema, `shared` a list in it that is written once for many answers. */
  constructor(schema: GraphQLSchema, shared?: SharedListField) {
    this.#schema = schema
    this.#shared = shared && new SharedList(schema, shared)
  }

  /** Told of the plan of each operation that went to the planner's executor; `service` is the subgraph's name. */
  learn(service: string, { queryPlan: { node }, requestContext: { document, request } }: Planned): void {
    const name = request.operationName ?? null
    let operations = this.#alone.get(document)
    if (operations?.has(name)) return
    if (operations === undefined) this.#alone.set(document, (operations = new Map<string | null, boolean>()))
    const alone = node?.kind === 'Fetch' && node.serviceName === service && node.requires === undefined
    operations.set(name, alone && runsAsItIs(this.#schema, document, name))
  }

  /** Whether a request is for a query that runs here. */
  answers({ document, request }: Asked): boolean {
    return this.#alone.get(document)?.get(request.operationName ?? null) === true
  }

  /**
   * The answer to a query that {@link answers} here. Undefined for variables that do not fit, where nothing has run; and
   * for a result with errors, which the planner's executor places: it gets {@link outcome} instead of asking again.
   */
  async run(asked: Asked): Promise<GatewayExecutionResult | undefined> {
    const { document, request, context } = asked
    const result = await execute({
      schema: this.#schemaFor(asked),
      document,
      variableValues: request.variables ?? {},
      operationName: request.operationName ?? null,
      contextValue: context,
    })
    if (result.data === undefined) return undefined
    if (result.errors === undefined) return result as GatewayExecutionResult
    const data = JSON.parse(stringifyAnswer(result.data)) as Record<string, unknown> | null
    this.#failed.set(asked, { data, errors: result.errors })
    return undefined
  }

  /** Written lists are for answers that leave over HTTP with nothing put into them. */
  #schemaFor({ document, request }: Asked): GraphQLSchema {
    const suits = this.#shared && request.http && !hasGaps(document) && this.#suitShared(document)
    return suits ? this.#shared.schema : this.#schema
  }

  /** What {@link run} made of the same request when there were errors; given once. */
  outcome(asked: object): GatewayExecutionResult | undefined {
    const result = this.#failed.get(asked)
    if (result !== undefined) this.#failed.delete(asked)
    return result
  }
}

/**
 * Whether a query means the same on the subgraph's schema as on the supergraph's: every field and every type condition is
 * there, nothing abstract is selected from or tested for, and nobody asks about the schema itself.
 */
function runsAsItIs(schema: GraphQLSchema, document: DocumentNode, name: string | null): boolean {
  if (getOperationAST(document, name)?.operation !== OperationTypeNode.QUERY) return false
  const types = new TypeInfo(schema)
  let fits = true
  const refuse = (): typeof BREAK => {
    fits = false
    return BREAK
  }
  const isObject = (type: string | undefined): boolean => type === undefined || isObjectType(schema.getType(type))
  visit(
    document,
    visitWithTypeInfo(types, {
      Field: (node) => {
        const type = getNamedType(types.getFieldDef()?.type)
        const shown = node.name.value === '__typename' || !node.name.value.startsWith('__')
        return shown && (isObjectType(type) || isLeafType(type)) ? undefined : refuse()
      },
      InlineFragment: (node) => (isObject(node.typeCondition?.name.value) ? undefined : refuse()),
      FragmentDefinition: (node) => (isObject(node.typeCondition.name.value) ? undefined : refuse()),
      Directive: (node) => (['skip', 'include'].includes(node.name.value) ? undefined : refuse()),
    }),
  )
  return fits
}
