import { type ConstDirectiveNode, type DirectiveNode, type DocumentNode, Kind, type ValueNode } from 'graphql'

/** The directives that link to the router's security specifications and that @apollo/gateway does not know. */
export const securityFeatures = ['requiresScopes', 'authenticated', 'policy'] as const

/** One of {@link securityFeatures}. */
export type SecurityFeature = (typeof securityFeatures)[number]

/** How a document names one security feature. */
export interface SecurityNames {
  feature: SecurityFeature
  /** Name of the directive without `@`. */
  directive: string
  /** Beginning of the names of the feature's own types, with `__`, when the feature itself is linked. */
  typePrefix?: string
  /** The `@link` application that brings the feature itself (not the whole federation specification) in. */
  link?: ConstDirectiveNode
}

/** Every `@link` application of the document, with the plain values of its arguments. */
function linksOf(document: DocumentNode) {
  return document.definitions
    .flatMap((definition) =>
      definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION
        ? (definition.directives ?? [])
        : [],
    )
    .filter((directive) => directive.name.value === 'link')
    .map((directive) => ({ directive, ...readLink(directive) }))
}

function readLink(directive: ConstDirectiveNode): { url: string; as?: string; imports: Map<string, string> } {
  const read = (name: string) => directive.arguments?.find((argument) => argument.name.value === name)?.value
  const imports = new Map<string, string>()
  const list = read('import')
  for (const item of list?.kind === Kind.LIST ? list.values : []) {
    if (item.kind === Kind.STRING) imports.set(item.value, item.value)
    if (item.kind === Kind.OBJECT) {
      const member = (key: string) => text(item.fields.find((field) => field.name.value === key)?.value)
      const name = member('name')
      if (name !== undefined) imports.set(name, member('as') ?? name)
    }
  }
  const as = text(read('as'))
  return { url: text(read('url')) ?? '', imports, ...(as === undefined ? {} : { as }) }
}

/** The value of a string literal, otherwise undefined. */
export function text(value: ValueNode | undefined): string | undefined {
  return value?.kind === Kind.STRING ? value.value : undefined
}

/**
 * How this supergraph or subgraph SDL names the security directives: by its own link (`specs.apollo.dev/requiresScopes`,
 * as supergraphs have it), by the federation link of a subgraph, imported, renamed or prefixed; and by its plain name
 * in a document without any link.
 */
export function securityNames(document: DocumentNode): SecurityNames[] {
  const links = linksOf(document)
  if (links.length === 0) return securityFeatures.map((feature) => ({ feature, directive: feature }))
  const names: SecurityNames[] = []
  for (const link of links) {
    const [, spec] = /^https:\/\/specs\.apollo\.dev\/([A-Za-z]+)\/v\d/.exec(link.url) ?? []
    for (const feature of securityFeatures) {
      if (spec === feature) {
        const prefix = link.as ?? feature
        const directive = (link.imports.get(`@${feature}`) ?? prefix).replace(/^@/, '')
        names.push({ feature, directive, typePrefix: `${prefix}__`, link: link.directive })
      }
      if (spec === 'federation') {
        const imported = link.imports.get(`@${feature}`)
        names.push({ feature, directive: imported?.replace(/^@/, '') ?? `${link.as ?? 'federation'}__${feature}` })
      }
    }
  }
  return names
}

/**
 * The security feature that one directive application is, also in the wrapped form
 * `@join__directive(graphs: [...], name: "requiresScopes", args: {...})`.
 */
export function featureOf(directive: DirectiveNode, names: readonly SecurityNames[]): SecurityFeature | undefined {
  if (directive.name.value === 'join__directive') {
    const name = text(directive.arguments?.find((argument) => argument.name.value === 'name')?.value)
    return securityFeatures.find((feature) => name === feature || name?.endsWith(`__${feature}`))
  }
  return names.find((known) => known.directive === directive.name.value)?.feature
}
