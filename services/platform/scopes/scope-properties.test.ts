import * as fc from 'fast-check'
import { buildSchema, execute, parse, print, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import { type Found, ScopeReference } from '../../../test/support/scope-reference.ts'
import { completeData } from './complete-response.ts'
import { filterOperation } from './filter-operation.ts'
import { satisfied } from './requirement.ts'
import { conditionsWith, listRemoved } from './response-gaps.ts'
import { readScopeTable } from './scope-table.ts'
import { TypeAccess } from './type-access.ts'

const scopes = ['p', 'q', 'r', 's']
const subsets = Array.from({ length: 16 }, (_, bits) => new Set(scopes.filter((__, index) => bits & (1 << index))))

/** Field name → named type; every type that has a field of the name has it with the same type. */
const fieldTypes = { a: 'String', b: 'E', own: 'S', c: 'C', i: 'I', is: 'I', u: 'U', us: 'U' } as const
type FieldName = keyof typeof fieldTypes
const objects: Record<string, FieldName[]> = {
  A: ['a', 'b', 'i', 'own'],
  B: ['a', 'b', 'i', 'us'],
  C: ['a', 'u', 'is', 'c'],
  Query: ['a', 'b', 'own', 'c', 'i', 'is', 'u', 'us'],
}
const onInterface: FieldName[] = ['a', 'b', 'i']
const members: Record<string, string[]> = { I: ['A', 'B'], U: ['A', 'C'] }

type Generate = fc.GeneratorValue

function generateSchema(g: Generate): string {
  const requires = (odds: number) => {
    if (g(fc.integer, { min: 1, max: 10 }) > odds) return ''
    const ors = g(fc.array<string[]>, fc.uniqueArray(fc.constantFrom(...scopes), { minLength: 1, maxLength: 2 }), {
      minLength: 1,
      maxLength: 2,
    })
    return ` @requiresScopes(scopes: ${JSON.stringify(ors)})`
  }
  const wrapped = Object.fromEntries(
    Object.entries(fieldTypes).map(([name, type]) => {
      const inner = name.endsWith('s') ? `[${type}${g(fc.constantFrom<string[]>, '', '!')}]` : type
      return [name, inner + g(fc.constantFrom<string[]>, '', '', '!')]
    }),
  )
  const fields = (names: FieldName[]) => names.map((name) => `${name}: ${wrapped[name]}${requires(2)}`).join('\n  ')
  const plain = onInterface.map((name) => `${name}: ${wrapped[name]}`).join('\n  ')
  const types = Object.entries(objects).map(
    ([name, own]) => `type ${name}${'AB'.includes(name) ? ' implements I' : ''}${requires(2)} {\n  ${fields(own)}\n}`,
  )
  return [
    'directive @requiresScopes(scopes: [[String!]!]!) on OBJECT | FIELD_DEFINITION | SCALAR | ENUM',
    `scalar S${requires(2)}`,
    `enum E${requires(2)} { X }`,
    `interface I {\n  ${plain}\n}`,
    'union U = A | C',
    ...types,
  ].join('\n')
}

function generateDocument(g: Generate): string {
  const condition = () =>
    g(fc.constantFrom<string[]>, '', '', '', ' @include(if: $v)', ' @skip(if: $w)', ' @skip(if: true)')
  const set = (type: string, depth: number, spreads: string[]): string => {
    const count = g(fc.integer, { min: 1, max: 3 })
    const own = type === 'I' ? onInterface : (objects[type] ?? [])
    const selections = Array.from({ length: count }, () => {
      const pick = g(fc.integer, { min: 0, max: 9 })
      if (pick === 0) return `__typename${condition()}`
      if (pick === 1) return `...${condition()} { ${set(type, depth - 1, spreads)} }`
      if (pick === 2 && spreads.length > 0) return `...${g(fc.constantFrom<string[]>, ...spreads)}${condition()}`
      const possible = members[type] ?? [type]
      if (depth > 0 && (pick === 3 || own.length === 0)) {
        const on = g(
          fc.constantFrom<string[]>,
          ...possible,
          ...(possible.some((name) => 'AB'.includes(name)) ? ['I'] : []),
        )
        return `... on ${on}${condition()} { ${set(on, depth - 1, spreads)} }`
      }
      const leaves = own.filter((name) => depth > 0 || !(fieldTypes[name] in { C: 1, I: 1, U: 1 }))
      if (leaves.length === 0) return '__typename'
      const name = g(fc.constantFrom<FieldName[]>, ...leaves)
      const returned = fieldTypes[name]
      const alias = pick === 9 ? `other_${name}: ` : ''
      const below = returned in { C: 1, I: 1, U: 1 } ? ` { ${set(returned, depth - 1, spreads)} }` : ''
      return `${alias}${name}${condition()}${below}`
    })
    return selections.join(' ')
  }
  const fragments = `fragment F on I { ${set('I', 2, [])} }\nfragment G on U { ${set('U', 2, ['F'])} }`
  return `query ($v: Boolean!, $w: Boolean!) { ${set('Query', 4, [])} i { ...F } us { ...F ...G } }\n${fragments}`
}

/** A value for every field of an object, four levels deep, with nulls where the schema allows them. */
function generateData(g: Generate, type: string, depth = 4): Found {
  const found: Found = { __typename: type }
  for (const name of objects[type] ?? []) {
    const returned = fieldTypes[name]
    const one = () => {
      const options = members[returned] ?? [returned]
      return depth > 0 ? generateData(g, g(fc.constantFrom<string[]>, ...options), depth - 1) : undefined
    }
    if (!(returned in { C: 1, I: 1, U: 1 })) found[name] = returned === 'E' ? 'X' : `${type}.${name}`
    else if (name.endsWith('s')) found[name] = depth > 0 ? [one(), one()] : []
    else found[name] = one() ?? null
  }
  return found
}

describe('filtering and completing', () => {
  it('give for every subset of scopes what judging each field of the answer gives, and run nothing refused', () => {
    const count = { judged: 0, removed: 0, bubbled: 0 }
    fc.assert(
      fc.property(fc.gen(), fc.boolean(), fc.boolean(), (g, v, w) => {
        const sdl = generateSchema(g)
        const schema = buildSchema(sdl)
        const table = readScopeTable(sdl)
        const document = parse(generateDocument(g))
        fc.pre(validate(schema, document).length === 0)
        const root = generateData(g, 'Query')
        const variables = { v, w }
        for (const granted of subsets) {
          const context = `${sdl}\n${print(document)}\n${JSON.stringify([...granted])} ${JSON.stringify(variables)}`
          const reference = new ScopeReference(schema, table, document, granted, variables)
          const filtered = filterOperation({ access: new TypeAccess(schema, table), document, granted })
          if (!filtered) throw new Error(context)
          const refused = new Set<string>()
          const executed = filtered.empty
            ? { data: {} }
            : execute({
                schema,
                document: filtered.document,
                rootValue: root,
                variableValues: variables,
                fieldResolver: (source: Found, _args, _context, { parentType, fieldName }) => {
                  const coordinate = `${parentType.name}.${fieldName}`
                  const required = [table.types.get(parentType.name), table.fields.get(coordinate)]
                  if (!required.every((some) => !some || satisfied(some, granted))) refused.add(coordinate)
                  return source[fieldName]
                },
              })
          if (executed instanceof Promise) throw new Error('expected to run at once')
          const holds = conditionsWith(variables)
          const plain: Record<string, unknown> = JSON.parse(JSON.stringify(executed.data))
          const completed = filtered.gaps ? completeData(plain, filtered.gaps, holds) : plain
          const paths = listRemoved(filtered.gaps, holds, Infinity).map(({ path }) => path.join('.'))
          const seen = {
            context,
            data: completed,
            paths: new Set(paths),
            invalid: filtered.empty ? [] : validate(schema, filtered.document),
            needed: filtered.requirements.every((some) => satisfied(some, filtered.needed)),
            refused,
          }
          expect(seen).toEqual({
            context,
            data: reference.answer(root),
            paths: reference.refusedPaths(),
            invalid: [],
            needed: true,
            refused: new Set(),
          })
          count.judged += 1
          if (filtered.gaps) count.removed += 1
          if (completed === null) count.bubbled += 1
        }
      }),
      // Shrinking a schema and a document together takes minutes and makes neither smaller.
      { numRuns: 200, endOnFailure: true },
    )
    // The generator must reach what it is for.
    expect(count.judged).toBeGreaterThan(3000)
    expect(count.removed).toBeGreaterThan(1000)
    expect(count.bubbled).toBeGreaterThan(100)
  }, 240_000)
})
