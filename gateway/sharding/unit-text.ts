import {
  type ASTNode,
  type FragmentDefinitionNode,
  Kind,
  print,
  type SelectionNode,
  stripIgnoredCharacters,
  type VariableDefinitionNode,
  visit,
} from 'graphql'
import type { ConditionalField, Fragments, Variables } from './selection.ts'

/**
 * A root field as text that can be put into a document together with other fields, of the same document or of others:
 * the names of its variables and fragments carry a mark that each place in a document replaces by a prefix of its own.
 */
export interface UnitText {
  /** Equal for fields that ask the same, given equal variables. */
  key: string
  definitions: readonly string[]
  selections: readonly string[]
  fragments: readonly string[]
  /** The caller's variables that the field uses. */
  variables: readonly string[]
}

/** What a unit puts into a document in place of the caller's own: values given anew for each request. */
export type OwnVariable = 'e' | 'f' | 'l'

const ownTypes: Record<OwnVariable, string> = { e: '[_Any!]!', f: 'Int', l: 'Int' }

/** A name that occurs nowhere in the source, so that splitting at it is safe. */
export function unusedMark(source: string): string {
  let mark = 'Zq_'
  while (source.includes(mark)) mark = `Z${mark}`
  return mark
}

/** The variable of a unit's own, as a value in its nodes; `mark` as for {@link writeUnit}. */
export function ownVariable(
  own: OwnVariable,
  mark: string,
): { kind: Kind.VARIABLE; name: { kind: Kind.NAME; value: string } } {
  return { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: `${own}${mark}` } }
}

/** Writes a field (all nodes of one response key) as text. */
export function writeUnit(
  nodes: readonly ConditionalField[],
  fragments: Fragments,
  definitions: readonly VariableDefinitionNode[],
  mark: string,
): UnitText {
  const variables = new Set<string>()
  const own = new Set<OwnVariable>()
  const spreads = new Set<string>()
  const marked = <N extends ASTNode>(node: N): N =>
    visit(node, {
      Variable: (variable) => {
        const name = variable.name.value
        if (name.endsWith(mark)) {
          for (const each of ['e', 'f', 'l'] as const) if (name === each + mark) own.add(each)
          return undefined
        }
        variables.add(name)
        return { ...variable, name: { ...variable.name, value: mark + name } }
      },
      FragmentSpread: (spread) => {
        spreads.add(spread.name.value)
        return { ...spread, name: { ...spread.name, value: mark + spread.name.value } }
      },
    })
  const selections = nodes.map(({ node, conditions }) => {
    const { directives, ...field } = marked(node)
    const others = directives?.filter(({ name }) => name.value !== 'skip' && name.value !== 'include') ?? []
    const alias = { kind: Kind.NAME as const, value: `${mark}f` }
    // A lone node is only sent when its conditions hold.
    return wrap({ ...field, directives: others, alias }, nodes.length > 1 ? conditions : [], (name) => {
      variables.add(name)
      return mark + name
    })
  })
  const written = new Map<string, FragmentDefinitionNode>()
  for (const name of spreads) {
    const fragment = fragments.get(name)
    if (fragment !== undefined) {
      written.set(name, marked({ ...fragment, name: { ...fragment.name, value: mark + name } }))
    }
  }
  const selectionText = text(selections)
  const fragmentText = text([...written.values()])
  const definitionText = [
    ...[...own].map((name) => `$${name}${mark}:${ownTypes[name]}`),
    ...definitions
      .filter(({ variable }) => variables.has(variable.name.value))
      .map((node) => stripIgnoredCharacters(print(marked({ ...node, directives: [] })))),
  ].join(' ')
  return {
    key: `${definitionText}\n${selectionText}\n${fragmentText}`.replaceAll(mark, '#'),
    definitions: definitionText.split(mark),
    selections: selectionText.split(mark),
    fragments: fragmentText.split(mark),
    variables: [...variables],
  }
}

function text(parts: readonly ASTNode[]): string {
  return stripIgnoredCharacters(parts.map(print).join(' '))
}

/** A selection under its conditions, each as an inline fragment. */
export function wrap(
  selection: SelectionNode,
  conditions: ConditionalField['conditions'],
  name: (variable: string) => string = (variable) => variable,
): SelectionNode {
  let wrapped = selection
  for (const { variable, is } of conditions) {
    const value = { kind: Kind.VARIABLE as const, name: { kind: Kind.NAME as const, value: name(variable) } }
    wrapped = {
      kind: Kind.INLINE_FRAGMENT,
      directives: [
        {
          kind: Kind.DIRECTIVE,
          name: { kind: Kind.NAME, value: is ? 'include' : 'skip' },
          arguments: [{ kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: 'if' }, value }],
        },
      ],
      selectionSet: { kind: Kind.SELECTION_SET, selections: [wrapped] },
    }
  }
  return wrapped
}

/** The prefix of the names of the unit at a place in a document. */
function prefix(place: number): string {
  return `p${place}_`
}

const firstKeys = Array.from({ length: 16 }, (_, place) => `${prefix(place)}f`)

/** The response key of the unit at a place. */
export function responseKey(place: number): string {
  return firstKeys[place] ?? `${prefix(place)}f`
}

/** One document of several units; the answer to the unit at place i is under {@link responseKey}(i). */
export function joinUnits(operation: 'query' | 'mutation', units: readonly UnitText[]): string {
  let definitions = ''
  let selections = ''
  let fragments = ''
  for (const [place, unit] of units.entries()) {
    const name = prefix(place)
    definitions += ` ${unit.definitions.join(name)}`
    selections += ` ${unit.selections.join(name)}`
    fragments += ` ${unit.fragments.join(name)}`
  }
  const head = definitions.trim() === '' ? operation : `${operation}(${definitions.trim()})`
  return `${head}{${selections.trim()}}${fragments.trim()}`
}

/** Adds to `into` the variables of the unit at a place. */
export function nameVariables(
  into: Record<string, unknown>,
  place: number,
  unit: UnitText,
  variables: Variables,
  own: Partial<Record<OwnVariable, unknown>>,
): void {
  const name = prefix(place)
  for (const variable of unit.variables) {
    const value = variables[variable]
    if (value !== undefined) into[name + variable] = value
  }
  for (const [variable, value] of Object.entries(own)) into[variable + name] = value
}
