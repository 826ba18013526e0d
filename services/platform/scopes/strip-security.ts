import { type ASTNode, Kind, parse, visit } from 'graphql'
import { featureOf, securityNames } from './security-directives.ts'

/**
 * The supergraph that @apollo/gateway accepts: without the links to requiresScopes, authenticated and policy
 * ("for: SECURITY but is unsupported"), their directive definitions, scalars and applications. Every other character
 * of the SDL is kept, so `@inaccessible`, also linked for SECURITY, stays in force.
 *
 * The result enforces nothing: whoever loads it reads the scope table of the original and mounts the scope plugin.
 */
export function stripSecurity(supergraphSdl: string): string {
  const document = parse(supergraphSdl)
  const names = securityNames(document).filter((known) => known.link !== undefined)
  const isOwn = (name: string) => names.some((known) => name.startsWith(known.typePrefix ?? ' '))
  const cuts: [number, number][] = []
  const cut = (node: ASTNode) => {
    if (node.loc) cuts.push([node.loc.start, node.loc.end])
    return false
  }
  visit(document, {
    Directive: (node) => {
      const isLink = names.some((known) => known.link === node)
      const feature = node.name.value === 'link' ? undefined : featureOf(node, names)
      return isLink || feature !== undefined ? cut(node) : undefined
    },
    DirectiveDefinition: (node) => (names.some((known) => known.directive === node.name.value) ? cut(node) : undefined),
    [Kind.SCALAR_TYPE_DEFINITION]: (node: ASTNode & { name: { value: string } }) =>
      isOwn(node.name.value) ? cut(node) : undefined,
  })
  let rest = ''
  let position = 0
  for (const [start, end] of cuts) {
    rest += supergraphSdl.slice(position, start).trimEnd()
    position = end
  }
  return (rest + supergraphSdl.slice(position)).trimStart()
}
