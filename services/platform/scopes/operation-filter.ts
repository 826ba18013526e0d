import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  getNamedType,
  type GraphQLCompositeType,
  GraphQLNonNull,
  GraphQLString,
  type InlineFragmentNode,
  isAbstractType,
  isCompositeType,
  isObjectType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql'
import { both, nothing, type Requirement, satisfied } from './requirement.ts'
import { type Condition, type FieldGap, type FragmentGap, type Gaps, readConditions } from './response-gaps.ts'
import type { TypeAccess } from './type-access.ts'

/** One selection set after filtering: what is kept of it, and what its object's answer needs to be completed. */
export interface FilteredSelections {
  selections: SelectionNode[]
  list: (FieldGap | FragmentGap)[]
}

/** One pass over one operation; visits each fragment at most twice, however often it is spread. */
export class OperationFilter {
  /** Whether any field was removed. */
  removedAny = false
  /** Requirements met by what was kept. */
  readonly requirements = new Set<Requirement>()
  readonly #fragments = new Map<string, FragmentDefinitionNode>()
  readonly #filtered = new Map<string, FilteredSelections>()
  readonly #gaps = new Map<FilteredSelections, Gaps>()
  readonly #defaults = new Map<string, boolean>()
  readonly #typeKey: string

  constructor(
    readonly access: TypeAccess,
    document: DocumentNode,
    operation: OperationDefinitionNode,
    readonly granted: ReadonlySet<string>,
  ) {
    const keys = new Set<string>()
    visit(document, { Field: (field) => void keys.add(field.alias?.value ?? field.name.value) })
    let typeKey = 'runtimeType'
    while (keys.has(typeKey)) typeKey += '_'
    this.#typeKey = typeKey
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(definition.name.value, definition)
    }
    for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
      if (defaultValue?.kind === Kind.BOOLEAN) this.#defaults.set(variable.name.value, defaultValue.value)
    }
  }

  /** Filters the selections on one type. With `lost` all go, because what they stand in was refused. */
  selections(parent: GraphQLCompositeType, set: SelectionSetNode, lost: boolean): FilteredSelections {
    const result: FilteredSelections = { selections: [], list: [] }
    const spread = new Set<string>()
    for (const node of set.selections) {
      if (node.kind === Kind.INLINE_FRAGMENT) this.#inlineFragment(parent, node, lost, result)
      else if (node.kind === Kind.FRAGMENT_SPREAD) {
        const plain = !node.directives?.length
        if (plain && spread.has(node.name.value)) continue
        if (plain) spread.add(node.name.value)
        this.#fragmentSpread(parent, node, lost, result)
      } else if (node.name.value.startsWith('__')) this.#metaField(parent, node, lost, result)
      else this.#field(parent, node, lost, result)
    }
    return result
  }

  /** The filtered definitions of the fragments that the filtered operation still reaches. */
  fragmentsOf(operation: OperationDefinitionNode): FragmentDefinitionNode[] {
    const reached = new Map<string, FragmentDefinitionNode>()
    const enter = (node: OperationDefinitionNode | FragmentDefinitionNode): void => {
      visit(node, {
        FragmentSpread: ({ name: { value: name } }) => {
          const original = this.#fragments.get(name)
          const filtered = this.#filtered.get(name)
          if (!original || !filtered || reached.has(name)) return
          const { selections } = filtered
          const kept = { ...original, selectionSet: { kind: Kind.SELECTION_SET as const, selections } }
          reached.set(name, kept)
          enter(kept)
        },
      })
    }
    enter(operation)
    return [...reached.values()]
  }

  #field(parent: GraphQLCompositeType, node: FieldNode, lost: boolean, result: FilteredSelections): void {
    const name = node.name.value
    const field = isUnionType(parent) ? undefined : parent.getFields()[name]
    if (!field) throw new Error(`The document was not validated: ${parent.name} has no field ${name}.`)
    const required = this.access.ofField(parent, field)
    const refused = !required.every((requirement) => satisfied(requirement, this.granted))
    const key = node.alias?.value ?? name
    const gap: FieldGap = {
      kind: 'field',
      key,
      type: field.type,
      when: this.#conditions(node),
      removed: lost || refused,
    }
    if (refused && !lost) {
      gap.denial = { coordinate: `${parent.name}.${name}`, requirement: required.reduce(both, nothing) }
    }
    let kept = node
    const returned = getNamedType(field.type)
    if (node.selectionSet && isCompositeType(returned)) {
      const below = this.selections(returned, node.selectionSet, lost || refused)
      if (isObjectType(returned) && below.list.length > 0) gap.inner = { typeName: returned.name, list: below.list }
      if (isAbstractType(returned)) gap.inner = { typeKey: this.#typeKey, list: below.list }
      gap.removed = below.selections.length === 0
      kept = { ...node, selectionSet: { kind: Kind.SELECTION_SET, selections: this.#withType(gap, below) } }
    }
    if (gap.removed) this.removedAny = true
    else {
      result.selections.push(kept)
      for (const requirement of required) this.requirements.add(requirement)
    }
    if (gap.removed || gap.inner) result.list.push(gap)
  }

  /** `__typename` of a refused object type would tell that such a record exists; the rest is no secret. */
  #metaField(parent: GraphQLCompositeType, node: FieldNode, lost: boolean, result: FilteredSelections): void {
    if (lost) return
    const name = node.name.value
    const requirement = name === '__typename' && isObjectType(parent) ? this.access.ofType(parent) : undefined
    if (requirement && !satisfied(requirement, this.granted)) {
      this.removedAny = true
      result.list.push({
        kind: 'field',
        key: node.alias?.value ?? name,
        type: new GraphQLNonNull(GraphQLString),
        when: this.#conditions(node),
        removed: true,
        denial: { coordinate: `${parent.name}.${name}`, requirement },
      })
      return
    }
    if (requirement) this.requirements.add(requirement)
    result.selections.push(node)
  }

  #inlineFragment(parent: GraphQLCompositeType, node: InlineFragmentNode, lost: boolean, result: FilteredSelections) {
    const type = this.#typeNamed(node.typeCondition?.name.value) ?? parent
    const inner = this.selections(type, node.selectionSet, lost)
    const { selections, list } = inner
    if (selections.length > 0) {
      result.selections.push({ ...node, selectionSet: { kind: Kind.SELECTION_SET, selections } })
    }
    if (list.length > 0) this.#addFragment(parent, type, node, inner, result)
  }

  #fragmentSpread(parent: GraphQLCompositeType, node: FragmentSpreadNode, lost: boolean, result: FilteredSelections) {
    const fragment = this.#fragments.get(node.name.value)
    const type = this.#typeNamed(fragment?.typeCondition.name.value)
    if (!fragment || !type) throw new Error(`The document was not validated: no fragment ${node.name.value}.`)
    const memo = lost ? `${node.name.value} lost` : node.name.value
    const inner = this.#filtered.get(memo) ?? this.selections(type, fragment.selectionSet, lost)
    this.#filtered.set(memo, inner)
    if (inner.selections.length > 0) result.selections.push(node)
    if (inner.list.length > 0) this.#addFragment(parent, type, node, inner, result)
  }

  #addFragment(
    parent: GraphQLCompositeType,
    type: GraphQLCompositeType,
    node: SelectionNode,
    inner: FilteredSelections,
    result: FilteredSelections,
  ) {
    // One object for all spreads of one fragment, so that whoever walks the gaps can tell it has been there.
    const gaps = this.#gaps.get(inner) ?? { list: inner.list }
    this.#gaps.set(inner, gaps)
    result.list.push({
      kind: 'fragment',
      on: this.access.narrowed(parent, type),
      when: this.#conditions(node),
      inner: gaps,
    })
  }

  /** On interfaces and unions the answer must say which object it is, so that it can be completed. */
  #withType(gap: FieldGap, { selections }: FilteredSelections): SelectionNode[] {
    if (gap.inner?.typeKey === undefined) return selections
    const alias = { kind: Kind.NAME as const, value: gap.inner.typeKey }
    return [{ kind: Kind.FIELD, alias, name: { kind: Kind.NAME, value: '__typename' } }, ...selections]
  }

  #typeNamed(name: string | undefined): GraphQLCompositeType | undefined {
    const type = name === undefined ? undefined : this.access.schema.getType(name)
    return isCompositeType(type) ? type : undefined
  }

  #conditions(node: SelectionNode): Condition[] {
    return readConditions(node.directives, (variable) => this.#defaults.get(variable))
  }
}
