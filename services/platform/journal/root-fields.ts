import { type DocumentNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql'

/**
 * Names of the root fields that an operation selects, in order, each once, those about the schema included. Linear in the
 * document: fragments that spread one another twice would otherwise take minutes from thirty of them on.
 */
export function rootFields(
  document: DocumentNode,
  operation: { selectionSet: SelectionSetNode } | null | undefined,
): string[] {
  const unread = new Map<string, FragmentDefinitionNode>()
  for (const part of document.definitions) {
    if (part.kind === Kind.FRAGMENT_DEFINITION) unread.set(part.name.value, part)
  }
  const names = new Set<string>()
  const collect = (set: SelectionSetNode | undefined): void => {
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FIELD) names.add(selection.name.value)
      else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet)
      else {
        const fragment = unread.get(selection.name.value)
        unread.delete(selection.name.value)
        collect(fragment?.selectionSet)
      }
    }
  }
  collect(operation?.selectionSet)
  return [...names]
}
