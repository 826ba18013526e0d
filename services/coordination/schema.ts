import 'reflect-metadata'
import { buildSubgraph, type Subgraph } from '../platform/subgraph.ts'
import { DirectoryResolver } from './graphql/directory.resolver.ts'
import { DirectoryService } from './graphql/directory.service.ts'
import type { Publisher } from './directory/publisher.ts'

/** The coordination subgraph over what is published. */
export function buildCoordinationSubgraph(publisher: Publisher): Promise<Subgraph> {
  const resolver = new DirectoryResolver(new DirectoryService(publisher))
  return build(() => resolver)
}

/** The SDL of the coordination subgraph; needs no database. */
export async function printCoordinationSubgraph(): Promise<string> {
  return (await build(() => undefined)).sdl
}

function build(get: () => DirectoryResolver | undefined): Promise<Subgraph> {
  return buildSubgraph({ resolvers: [DirectoryResolver], container: { get } })
}
