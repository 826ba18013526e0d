import { composeServices } from '@apollo/composition'
import { parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { readScopeTable } from './scope-table.ts'

const link = (imports: string) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", import: ["@key", "@shareable", ${imports}])`

const a = `
  ${link('"@requiresScopes"')}
  type Query { nodes: [Node!] @requiresScopes(scopes: [["a", "b"], ["c"]]) thing: Thing }
  interface Node { id: ID! name: String }
  type A implements Node @key(fields: "id") @requiresScopes(scopes: [["x"]]) {
    id: ID!
    name: String @requiresScopes(scopes: [["n"]])
    extra: String @shareable @requiresScopes(scopes: [["p"], ["q"]])
  }
  type B implements Node @key(fields: "id") @requiresScopes(scopes: [["y"]]) { id: ID! name: String }
  union Thing = A | B
  scalar Secret @requiresScopes(scopes: [["s"]])
  enum Level @requiresScopes(scopes: [["e"]]) { HIGH LOW }
  type C @key(fields: "id") { id: ID! secret: Secret level: Level }
`
const b = `
  ${link('"@requiresScopes"')}
  type A @key(fields: "id") @requiresScopes(scopes: [["z"]]) {
    id: ID!
    extra: String @shareable @requiresScopes(scopes: [["p"]])
  }
`

function compose(...sdls: string[]): string {
  const services = sdls.map((sdl, index) => ({ name: `s${index}`, typeDefs: parse(sdl), url: 'http://127.0.0.1' }))
  const { supergraphSdl, errors } = composeServices(services)
  if (!supergraphSdl) throw new Error(String(errors))
  return supergraphSdl
}

describe('the scope table', () => {
  it('reads what composition really prints, for types, fields, interfaces, scalars and enums', () => {
    const { types, fields, scopes } = readScopeTable(compose(a, b))
    expect(Object.fromEntries(types)).toEqual({
      A: [['x', 'z']],
      B: [['y']],
      Node: [['x', 'y', 'z']],
      Secret: [['s']],
      Level: [['e']],
    })
    expect(Object.fromEntries(fields)).toEqual({
      'Query.nodes': [['c'], ['a', 'b']],
      'A.name': [['n']],
      'A.extra': [['p']],
      'Node.name': [['n']],
    })
    expect(scopes).toEqual(['a', 'b', 'c', 'e', 'n', 'p', 's', 'x', 'y', 'z'])
  })

  it('reads a subgraph the same way, interfaces included, which composition has not yet completed there', () => {
    const { types, fields } = readScopeTable(a)
    expect(types.get('Node')).toEqual([['x', 'y']])
    expect(fields.get('Node.name')).toEqual([['n']])
  })

  it.each([
    ['renamed on import', 'import: [{ name: "@requiresScopes", as: "@needs" }]', '@needs'],
    ['prefixed, not imported', 'import: ["@key"]', '@federation__requiresScopes'],
    ['prefixed by another name', 'as: "fed"', '@fed__requiresScopes'],
  ])('knows the directive %s', (_, argument, directive) => {
    const sdl = `
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", ${argument})
      type Query { field: String ${directive}(scopes: [["a"]]) }
    `
    expect(readScopeTable(sdl).fields.get('Query.field')).toEqual([['a']])
    expect(readScopeTable(compose(sdl)).fields.get('Query.field')).toEqual([['a']])
  })

  it('combines several applications with AND, also those wrapped in @join__directive', () => {
    const { types, fields } = readScopeTable(`
      schema @link(url: "https://specs.apollo.dev/requiresScopes/v0.1", for: SECURITY) { query: Query }
      type Query @requiresScopes(scopes: [["a"], ["b"]]) {
        field: String
          @join__directive(graphs: [A], name: "requiresScopes", args: { scopes: [["c"]] })
          @join__directive(graphs: [B], name: "requiresScopes", args: { scopes: [["d"]] })
          @join__directive(graphs: [B], name: "other", args: { scopes: [["e"]] })
      }
      extend type Query @requiresScopes(scopes: [["b"]])
    `)
    expect(types.get('Query')).toEqual([['b']])
    expect(fields.get('Query.field')).toEqual([['c', 'd']])
  })

  it.each([
    ['@authenticated', 'type Query { field: String @authenticated }', 'only a linked @requiresScopes'],
    ['@policy', 'type Query { field: String @policy(policies: [["p"]]) }', 'only a linked @requiresScopes'],
    ['an empty list', 'type Query { field: String @requiresScopes(scopes: []) }', 'non-empty list'],
    ['no list of lists', 'type Query { field: String @requiresScopes(scopes: ["a"]) }', 'non-empty list'],
    ['no scopes', 'type Query { field: String @requiresScopes }', 'non-empty list'],
    [
      'a directive that no link brings in',
      'extend schema @link(url: "https://specs.apollo.dev/link/v1.0") type Query { field: String @requiresScopes(scopes: [["a"]]) }',
      'only a linked @requiresScopes',
    ],
  ])('does not start with %s, which would be an open door', (_, sdl, message) => {
    expect(() => readScopeTable(sdl)).toThrow(message)
  })
})
