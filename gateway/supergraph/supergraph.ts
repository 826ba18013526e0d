import './no-telemetry.ts'
import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway'
import type { GraphQLScalarType } from 'graphql'
import { stripSecurity } from '../../services/platform/scopes/strip-security.ts'
import { GuardedGateway } from './guarded-gateway.ts'
import { InProcessDataSource } from './in-process-data-source.ts'
import { PlanOnly } from './plan-only.ts'

/**
 * Apollo's gateway over the committed supergraph: no county is asked for its schema, so a sleeping one cannot stop the
 * start. Apollo refuses a supergraph with security links, so it gets a copy without them; the scope plugin enforces
 * them.
 */
export function createSupergraphGateway(options: {
  supergraphSdl: string
  /** Data source of each subgraph, by name. */
  dataSources: Readonly<Record<string, GraphQLDataSource>>
  scalars: readonly GraphQLScalarType[]
  admit: ConstructorParameters<typeof GuardedGateway>[2]
}): GuardedGateway {
  const inProcess = Object.entries(options.dataSources).flatMap(([name, source]) =>
    source instanceof InProcessDataSource ? [{ name, direct: source.direct }] : [],
  )
  const planOnly = new PlanOnly()
  const inner = new ApolloGateway({
    supergraphSdl: stripSecurity(options.supergraphSdl),
    experimental_didResolveQueryPlan: (planned) => {
      for (const { name, direct } of inProcess) direct.learn(name, planned)
      planOnly.stop(planned.requestContext)
    },
    buildService: ({ name }) => {
      const source = options.dataSources[name]
      if (!source) throw new Error(`The supergraph has a subgraph "${name}" that this gateway cannot serve.`)
      return source
    },
  })
  const shortcut: ConstructorParameters<typeof GuardedGateway>[3] = async (request) => {
    for (const { direct } of inProcess) {
      if (direct.answers(request)) return direct.run(request)
    }
    return undefined
  }
  return new GuardedGateway(inner, options.scalars, options.admit, shortcut, planOnly)
}
