import { type FieldNode, type GraphQLSchema, Kind, parse, type SelectionNode, type SelectionSetNode } from 'graphql'
import { compileProjection, type Projection } from './projection.ts'
import type { ConnectionShape } from './routing-table.ts'
import { collectFields, type ConditionalField, type Fragments } from './selection.ts'
import { ownVariable, wrap } from './unit-text.ts'

/** A field that the caller selected of a connection; `project` writes those that are made here. */
export interface PageField {
  key: string
  name: string
  nodes: readonly ConditionalField[]
  project: Projection
}

/** What the caller selected of a merged page, and where in each county's answer stands what merging needs. */
export interface PagePlan {
  shape: ConnectionShape
  fields: readonly PageField[]
  /** Response key of `edges { cursor }`. */
  cursors: string
  /** Response key of `pageInfo { hasNextPage hasPreviousPage }`. */
  info: string
  /** Response key of the county's whole `coverage`. */
  coverage: string
}

/**
 * Plans the merging of a scattered connection and rewrites its field for the counties: rows as the caller selected
 * them, and beside them always their cursors, the page's ends and the county's coverage, under keys the caller did not
 * use. `first` and `last` become variables of the field's own, so that a county's default page size does not matter.
 * `counties` is left out: no county learns which others were asked.
 */
export function planPage(
  schema: GraphQLSchema,
  shape: ConnectionShape,
  nodes: readonly ConditionalField[],
  fragments: Fragments,
  mark: string,
): { plan: PagePlan; sent: ConditionalField } {
  const collected = collectFields(schema, shape.type, nodes, fragments)
  const free = (name: string): string => (collected.has(name) ? free(`${name}_`) : name)
  const fields = [...collected].map(([key, same]): PageField => {
    const name = same[0]?.node.name.value ?? ''
    const project =
      name === 'pageInfo' || name === 'coverage'
        ? compileProjection(schema, shape[name], same, fragments)
        : () => shape.type.name
    return { key, name, nodes: same, project }
  })
  const plan: PagePlan = {
    shape,
    fields,
    cursors: free('c_'),
    info: free('i_'),
    coverage: free('v_'),
  }
  const rows: SelectionNode[] = plan.fields
    .filter(({ name }) => name === 'edges' || name === 'nodes')
    .flatMap((field) => field.nodes.map(({ node, conditions }) => wrap(withoutConditions(node), conditions)))
  const needed = selections(
    `{${plan.cursors}:edges{cursor} ${plan.info}:pageInfo{hasNextPage hasPreviousPage}
      ${plan.coverage}:coverage{complete
        answered{county{code} ${shape.answerFields.join(' ')}}
        unanswered{county{code} reason}}}`,
  )
  const [first] = nodes
  if (first === undefined) throw new Error('a field has at least one node')
  const kept = first.node.arguments?.filter(({ name }) => !/^(counties|first|last)$/.test(name.value)) ?? []
  const own = (['first', 'last'] as const).map((name) => ({
    kind: Kind.ARGUMENT as const,
    name: { kind: Kind.NAME as const, value: name },
    value: ownVariable(name === 'first' ? 'f' : 'l', mark),
  }))
  const node: FieldNode = {
    ...first.node,
    arguments: [...kept, ...own],
    selectionSet: { kind: Kind.SELECTION_SET, selections: [...rows, ...needed.selections] },
  }
  return { plan, sent: { node, conditions: [] } }
}

/** A field node whose conditions have been collected and are written around it. */
function withoutConditions(node: FieldNode): FieldNode {
  return {
    ...node,
    directives: node.directives?.filter(({ name }) => name.value !== 'skip' && name.value !== 'include') ?? [],
  }
}

function selections(text: string): SelectionSetNode {
  const [definition] = parse(text, { noLocation: true }).definitions
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('not a selection')
  return definition.selectionSet
}
