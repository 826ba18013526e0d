import { composeServices } from '@apollo/composition'
import { parse } from 'graphql'

/** Composes the peers' supergraph. Throws with what does not compose. */
export function composeSupergraph(subgraphs: readonly { name: string; url: string; sdl: string }[]): string {
  const result = composeServices(subgraphs.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) })))
  if (result.errors) throw new Error(result.errors.map(({ message }) => message).join('\n'))
  return result.supergraphSdl
}
