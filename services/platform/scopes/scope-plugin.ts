import { createHash } from 'node:crypto'
import { type ApolloServerPlugin, type BaseContext, type GraphQLRequestContext, HeaderMap } from '@apollo/server'
import { type DocumentNode, type GraphQLSchema, type OperationDefinitionNode, print } from 'graphql'
import { badInput } from '../errors.ts'
import { BoundedCache } from '../bounded-cache.ts'
import { completeData, removalErrors } from './complete-response.ts'
import { type FilteredOperation, filterOperation } from './filter-operation.ts'
import { conditionsWith } from './response-gaps.ts'
import type { ScopeTable } from './scope-table.ts'
import { TypeAccess } from './type-access.ts'

/** What {@link createScopePlugin} needs. */
export interface ScopePluginOptions<Context extends BaseContext> {
  /** Requirements of the schema that the server runs. */
  table: ScopeTable
  /** The verified scopes of the caller. */
  scopesOf: (contextValue: Context) => ReadonlySet<string>
  /** How many pairs of document and scopes are kept filtered; 500 unless told. */
  cacheSize?: number
}

/** The filtered operation and, where anything was removed, the hash under which its plan may be cached. */
interface Enforced {
  filtered: FilteredOperation | undefined
  queryHash?: string
}

const enforcedOf = new WeakMap<object, Enforced>()

/**
 * What the scope plugin has left of this request's operation; for plugins that stand after it.
 *
 * @returns undefined before the scope plugin ran, and where the document has no operation to execute.
 */
export function filteredOperationOf(requestContext: object): FilteredOperation | undefined {
  return enforcedOf.get(requestContext)?.filtered
}

const withGaps = new WeakSet<DocumentNode>()

/** Whether a document is what the scope plugin has left of another: its answer is completed before it leaves. */
export function hasGaps(document: DocumentNode): boolean {
  return withGaps.has(document)
}

/**
 * Enforces the scope table in an Apollo Server, be it a gateway or a subgraph: removes what the caller's scopes do not
 * cover before the operation is planned, and puts null and an error in its place before the answer leaves. Where
 * nothing is left, nothing is executed.
 *
 * Plugins that look at the operation as the caller sent it stand before this one in the list; those that ask what is
 * left of it stand after it. Its hooks decide before their first await, so that order holds.
 */
export function createScopePlugin<Context extends BaseContext>(
  options: ScopePluginOptions<Context>,
): ApolloServerPlugin<Context> {
  const perSchema = new WeakMap<GraphQLSchema, { access: TypeAccess; cache: BoundedCache<Enforced> }>()
  const of = (schema: GraphQLSchema) => {
    let known = perSchema.get(schema)
    if (!known) {
      known = { access: new TypeAccess(schema, options.table), cache: new BoundedCache(options.cacheSize ?? 500) }
      perSchema.set(schema, known)
    }
    return known
  }

  const enforce = (requestContext: GraphQLRequestContext<Context> & { document: DocumentNode; queryHash: string }) => {
    const { document, queryHash, request, schema, contextValue } = requestContext
    const scopes = options.scopesOf(contextValue)
    const granted = new Set(options.table.scopes.filter((scope) => scopes.has(scope)))
    const { operationName } = request
    const { access, cache } = of(schema)
    return cache.getOrMake(JSON.stringify([queryHash, operationName ?? null, ...granted]), () => {
      const filtered = filterOperation({ access, document, operationName, granted })
      if (!filtered?.gaps) return { filtered }
      withGaps.add(filtered.document)
      // Without a hash of its own the cached plan of the unfiltered operation would run.
      const hash = createHash('sha256').update('filtered\n').update(print(filtered.document)).digest('hex')
      return { filtered, queryHash: hash }
    })
  }

  return {
    // oxlint-disable-next-line require-await -- the interface wants a promise
    requestDidStart: async () => ({
      didResolveOperation: async (requestContext) => {
        const enforced = enforce(requestContext)
        if (!enforced.filtered) {
          // Executors disagree on what an empty name selects, so none of them is asked.
          throw badInput(
            'operationName names no operation of the document, or is missing with several.',
            'operationName',
          )
        }
        enforcedOf.set(requestContext, enforced)
        if (enforced.queryHash !== undefined) {
          const { document, operation } = enforced.filtered
          Object.assign(requestContext satisfies Replaceable, { document, operation, queryHash: enforced.queryHash })
        }
      },
      responseForOperation: async (requestContext) => {
        if (!filteredOperationOf(requestContext)?.empty) return null
        return { http: { headers: new HeaderMap() }, body: { kind: 'single', singleResult: { data: {} } } }
      },
      willSendResponse: async (requestContext) => {
        const gaps = filteredOperationOf(requestContext)?.gaps
        const { body } = requestContext.response
        if (!gaps || body.kind !== 'single' || body.singleResult.data === undefined) return
        const holds = conditionsWith(requestContext.request.variables)
        const result = body.singleResult
        result.data = completeData(result.data ?? null, gaps, holds)
        const errors = [...(result.errors ?? []), ...removalErrors(gaps, holds)]
        if (errors.length > 0) result.errors = errors
      },
    }),
  }
}

/** The fields that Apollo Server reads again after `didResolveOperation`; it declares them read-only. */
interface Replaceable {
  readonly document: DocumentNode
  readonly operation?: OperationDefinitionNode
  readonly queryHash: string
}
