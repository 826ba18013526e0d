import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway'
import { type Clock, systemClock } from '../../services/platform/clock.ts'
import {
  type AskerContext,
  type CountyRegistry,
  type Credentials,
  defaultLimits,
  type ShardingLimits,
  type ShardingLogger,
  type ShardingMetrics,
} from './contract.ts'
import type { CountyClientStatus } from './county-client.ts'
import { CountyPool } from './county-pool.ts'
import { readRoutingTable } from './routing-table.ts'
import { createScatter, type Scatter } from './scatter.ts'

/** What a sharded data source is made of. */
export interface ShardedDataSourceOptions<C extends AskerContext> {
  /** SDL of the county subgraph, with its routing directives. */
  sdl: string
  counties: CountyRegistry
  /** Headers of each request to a county. An ExchangeError it rejects with becomes that county's error. */
  credentials: Credentials<C>
  logger: ShardingLogger
  clock?: Clock
  limits?: Partial<ShardingLimits>
  metrics?: ShardingMetrics
}

/**
 * All counties as one subgraph of the gateway: what `buildService` returns for the county subgraph. `process` never
 * rejects, since a fetch that does loses its data; it returns data and errors always.
 */
export class ShardedDataSource<C extends AskerContext> implements GraphQLDataSource<C> {
  readonly #pool: CountyPool<C>
  /** The same core for those who ask counties in this process. */
  readonly scatter: Scatter<C>

  constructor(options: ShardedDataSourceOptions<C>) {
    const { clock = systemClock, metrics = {}, logger, credentials, counties } = options
    const limits = { ...defaultLimits, ...options.limits }
    this.#pool = new CountyPool({ credentials, clock, limits, metrics, logger })
    this.scatter = createScatter({
      table: readRoutingTable(options.sdl),
      counties,
      transport: this.#pool,
      limits,
      logger,
    })
  }

  /** Answers a fetch of the planner. */
  async process(options: GraphQLDataSourceProcessOptions<C>): ReturnType<GraphQLDataSource<C>['process']> {
    // Only a health check comes without a request; no county need answer it.
    if (!('incomingRequestContext' in options)) return { data: { __typename: 'Query' } }
    const { query = '', variables = {}, operationName } = options.request
    const { data, errors } = await this.scatter.execute({
      document: query,
      variables,
      context: options.context,
      ...(operationName && { operationName }),
    })
    return errors.length === 0 ? { data } : { data, errors: errors.map((error) => error.toJSON()) }
  }

  /** How the way to each county asked so far is doing, for readiness. */
  status(): CountyClientStatus[] {
    return this.#pool.status()
  }

  /** Closes all connections. */
  async close(): Promise<void> {
    await this.#pool.close()
  }
}

/** Makes the data source; throws when the SDL's routing directives are not in order. */
export function createShardedDataSource<C extends AskerContext>(
  options: ShardedDataSourceOptions<C>,
): ShardedDataSource<C> {
  return new ShardedDataSource(options)
}
