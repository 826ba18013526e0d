import { buildSchema, parse, print } from 'graphql'
import { describe, expect, it } from 'vitest'
import { completeData } from './complete-response.ts'
import { filterOperation } from './filter-operation.ts'
import { conditionsWith, listRemoved } from './response-gaps.ts'
import { readScopeTable } from './scope-table.ts'
import { TypeAccess } from './type-access.ts'

// The schema of the federation documents' chapters on @requiresScopes and on interfaces.
const sdl = `
  directive @requiresScopes(scopes: [[String!]!]!) on OBJECT | FIELD_DEFINITION | INTERFACE | SCALAR | ENUM
  type Query {
    me: User @requiresScopes(scopes: [["read:me"]])
    users(first: Int): [User!]! @requiresScopes(scopes: [["read:others"]])
    post(id: ID!): Blog
    posts: [Post!]!
    feed: [Item]
  }
  type Mutation @requiresScopes(scopes: [["write"]]) { publish(title: String!): PublicBlog }
  type User { id: ID! username: String email: String @requiresScopes(scopes: [["read:email"]]) posts: [Post!]! }
  interface Post { id: ID! title: String }
  type PrivateBlog implements Post @requiresScopes(scopes: [["private"]]) { id: ID! title: String }
  type PublicBlog implements Post { id: ID! title: String }
  type Blog { title: String views: Int @requiresScopes(scopes: [["stats"]]) }
  union Item = PrivateBlog | PublicBlog
`
const access = new TypeAccess(buildSchema(sdl), readScopeTable(sdl))

function filter(text: string, ...granted: string[]) {
  const document = parse(text, { noLocation: true })
  const filtered = filterOperation({ access, document, granted: new Set(granted) })
  if (!filtered) throw new Error('no operation')
  const holds = conditionsWith({})
  return {
    ...filtered,
    same: filtered.document === document,
    text: filtered.empty ? '' : print(filtered.document).replaceAll(/\s+/g, ' '),
    removed: listRemoved(filtered.gaps, holds).map(({ path }) => path.join('.')),
    complete: (data: Record<string, unknown>) => (filtered.gaps ? completeData(data, filtered.gaps, holds) : data),
  }
}

describe('filterOperation', () => {
  it('gives back the document itself when the scopes cover it', () => {
    const filtered = filter('{ users { username email } }', 'read:others', 'read:email', 'unrelated')
    expect(filtered).toMatchObject({ same: true, empty: false, gaps: undefined })
    expect([...filtered.needed]).toEqual(['read:email', 'read:others'])
  })

  it('removes a field and reports its path through the list', () => {
    expect(filter('{ users { username email } }', 'read:others')).toMatchObject({
      text: '{ users { username } }',
      removed: ['users.@.email'],
      requirements: [[['read:others']]],
    })
  })

  it('removes a field whose selections have all gone', () => {
    const filtered = filter('{ post(id: 1) { views } posts { ... on PublicBlog { id } } }')
    expect(filtered.text).not.toContain('post(')
    expect(filtered.removed).toEqual(['post.views'])
    expect(filtered.complete({ posts: [] })).toEqual({ post: null, posts: [] })
  })

  it('filters the fields of an interface by all types behind it, and those of fragments by their own', () => {
    expect(filter('{ posts { id title } }')).toMatchObject({ empty: true, removed: ['posts.@.id', 'posts.@.title'] })
    expect(filter('{ posts { id title } }', 'private').same).toBe(true)
    const parts = filter('{ posts { ... on PublicBlog { id title } ... on PrivateBlog { id title } } }')
    expect(parts.text).toBe('{ posts { runtimeType: __typename ... on PublicBlog { id title } } }')
    expect(parts.removed).toEqual(['posts.@.id', 'posts.@.title'])
  })

  it('completes each object by its runtime type and takes out what it asked for in addition', () => {
    const parts = filter('{ feed { ... on PublicBlog { title } ... on PrivateBlog { title } } }')
    const feed = [{ runtimeType: 'PublicBlog', title: 'open' }, { runtimeType: 'PrivateBlog' }, null]
    expect(parts.complete({ feed })).toEqual({ feed: [{ title: 'open' }, { title: null }, null] })
    expect(feed[0]).toHaveProperty('runtimeType')
  })

  it('asks for the runtime type under a key that the caller does not use', () => {
    const { text } = filter('{ feed { ... on PublicBlog { runtimeType: title } ... on PrivateBlog { id } } }')
    expect(text).toContain('runtimeType_: __typename')
  })

  it('filters named fragments once, keeps only those still spread, and drops variables that nothing uses', () => {
    const filtered = filter(
      `
      query Q($id: ID!, $n: Int) { post(id: $id) { ...B } users(first: $n) { ...U } }
      fragment B on Blog { title views }
      fragment U on User { username ...E }
      fragment E on User { email }
    `,
    )
    expect(filtered.text).toBe('query Q($id: ID!) { post(id: $id) { ...B } } fragment B on Blog { title }')
    expect(filtered.removed).toEqual(['post.views', 'users'])
  })

  it('refuses all of a root type that is refused, and only that', () => {
    expect(filter('mutation { publish(title: "x") { id } __typename }')).toMatchObject({
      empty: true,
      removed: ['publish', '__typename'],
    })
    expect(filter('mutation { publish(title: "x") { id } __typename }', 'write').same).toBe(true)
  })

  it('says nothing of a document without the operation asked for', () => {
    const document = parse('query A { me { id } } query B { me { id } }')
    for (const operationName of [undefined, 'C']) {
      expect(filterOperation({ access, document, operationName, granted: new Set() })).toBeUndefined()
    }
    const one = filterOperation({ access, document, operationName: 'B', granted: new Set() })
    expect(one?.operation.name?.value).toBe('B')
  })

  it('needs the smallest set of scopes that will do', () => {
    const table = readScopeTable(`
      directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION
      type Query {
        either: Int @requiresScopes(scopes: [["a"], ["b"]])
        one: Int @requiresScopes(scopes: [["b"]])
        pair: Int @requiresScopes(scopes: [["a", "c"], ["d"]])
      }
    `)
    const schema = buildSchema('type Query { either: Int one: Int pair: Int }')
    const need = (text: string, ...granted: string[]) => {
      const filtered = filterOperation({
        access: new TypeAccess(schema, table),
        document: parse(text),
        granted: new Set(granted),
      })
      return [...(filtered?.needed ?? [])]
    }
    expect(need('{ either }', 'a', 'b', 'c')).toEqual(['a'])
    expect(need('{ either one }', 'a', 'b', 'c')).toEqual(['b'])
    expect(need('{ either pair }', 'a', 'c', 'd')).toEqual(['a', 'c'])
    expect(need('{ pair one }', 'a', 'c', 'd', 'b')).toEqual(['b', 'd'])
    expect(need('{ pair one }', 'a')).toEqual([])
  })

  it('stays linear when fragments multiply', () => {
    const levels = Array.from(
      { length: 60 },
      (_, i) =>
        `fragment F${i} on User { posts { ... on PublicBlog { id } } ...F${i + 1} ...F${i + 1} @include(if: true) }`,
    )
    const text = `{ users { ...F0 } a: users { ...F0 } } ${levels.join('\n')} fragment F60 on User { username email }`
    const filtered = filter(text, 'read:others')
    expect(filtered.removed).toEqual(['users.@.email', 'a.@.email'])
    expect(filtered.complete({ users: [{ username: 'x', posts: [] }], a: [] })).toEqual({
      users: [{ username: 'x', posts: [], email: null }],
      a: [],
    })
  })

  it('reports at most a hundred removed fields', () => {
    const many = Array.from({ length: 500 }, (_, i) => `a${i}: email`).join(' ')
    expect(filter(`{ users { username ${many} } }`, 'read:others').removed).toHaveLength(100)
  })
})
