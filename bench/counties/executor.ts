import { type FieldNode, Kind, type SelectionSetNode, type ValueNode, parse, valueFromASTUntyped } from 'graphql'

type Variables = Record<string, unknown>

/** A root field's answer as a plain value; `undefined` for one that the county does not have. */
export type RootField = (name: string, args: Record<string, unknown>) => unknown

interface Selected {
  key: string
  name: string
  args: readonly { name: string; value: (variables: Variables) => unknown }[]
  below: Selection | undefined
}

interface Selection {
  fields: Selected[]
  fragments: { type: string | undefined; below: Selection }[]
}

const compiled = new Map<string, Selection>()
const mostCompiled = 2_000

/**
 * Answers a GraphQL document from plain values: aliases, variables, inline fragments and `__typename`, no validation.
 * Objects carry `__typename` where there are several types;
 * without one, every fragment applies. Documents are compiled once, so that the answering side costs
 * every contestant equally little.
 */
export function execute(query: string, variables: Variables, root: RootField): Record<string, unknown> {
  let selection = compiled.get(query)
  if (!selection) {
    selection = compileDocument(query)
    if (compiled.size >= mostCompiled) compiled.clear()
    compiled.set(query, selection)
  }
  const data: Record<string, unknown> = {}
  for (const { key, name, args, below } of selection.fields) {
    const given: Record<string, unknown> = {}
    for (const argument of args) given[argument.name] = argument.value(variables)
    data[key] = name === '__typename' ? 'Query' : shape(root(name, given), below)
  }
  return data
}

function shape(value: unknown, selection: Selection | undefined): unknown {
  if (selection === undefined || value === null || value === undefined) return value ?? null
  if (Array.isArray(value)) return value.map((element) => shape(element, selection))
  const result: Record<string, unknown> = {}
  write(value as Record<string, unknown>, selection, result)
  return result
}

function write(value: Record<string, unknown>, selection: Selection, result: Record<string, unknown>): void {
  for (const { key, name, below } of selection.fields) result[key] = shape(value[name], below)
  const own = value['__typename']
  for (const { type, below } of selection.fragments)
    if (type === undefined || own === undefined || type === own) write(value, below, result)
}

function compileDocument(query: string): Selection {
  const { definitions } = parse(query, { noLocation: true })
  const fragments = new Map(
    definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [],
    ),
  )
  const compile = (set: SelectionSetNode): Selection => {
    const selection: Selection = { fields: [], fragments: [] }
    for (const node of set.selections) {
      if (node.kind === Kind.FIELD) selection.fields.push(field(node))
      else if (node.kind === Kind.INLINE_FRAGMENT) {
        selection.fragments.push({ type: node.typeCondition?.name.value, below: compile(node.selectionSet) })
      } else {
        const named = fragments.get(node.name.value)
        if (named)
          selection.fragments.push({ type: named.typeCondition.name.value, below: compile(named.selectionSet) })
      }
    }
    return selection
  }
  const field = (node: FieldNode): Selected => ({
    key: node.alias?.value ?? node.name.value,
    name: node.name.value,
    args: (node.arguments ?? []).map((argument) => ({ name: argument.name.value, value: reader(argument.value) })),
    below: node.selectionSet && compile(node.selectionSet),
  })
  const operation = definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION)
  if (!operation) throw new Error('a document without an operation')
  return compile(operation.selectionSet)
}

function reader(node: ValueNode): (variables: Variables) => unknown {
  if (node.kind === Kind.VARIABLE) {
    const name = node.name.value
    return (variables) => variables[name]
  }
  return (variables) => valueFromASTUntyped(node, variables)
}
