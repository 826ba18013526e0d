import { composeServices } from '@apollo/composition'
import { ApolloGateway } from '@apollo/gateway'
import { parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { stripSecurity } from './strip-security.ts'

const sdl = `
  extend schema
    @link(
      url: "https://specs.apollo.dev/federation/v2.12"
      import: ["@key", "@inaccessible", "@tag", "@authenticated", "@policy", { name: "@requiresScopes", as: "@needs" }]
    )
  "用 \\"@needs\\""
  type Query {
    open: String @tag(name: "requiresScopes")
    closed("who @needs(scopes: [[]])" who: String): Secret @needs(scopes: [["a", "b"], ["c"]])
    hidden: String @inaccessible
    mine: Level @authenticated
  }
  type Thing @key(fields: "id") @policy(policies: [["p"]]) @needs(scopes: [["x"]]) { id: ID! }
  scalar Secret @needs(scopes: [["s"]])
  enum Level @needs(scopes: [["e"]]) { HIGH }
`
const { supergraphSdl = '' } = composeServices([{ name: 'one', typeDefs: parse(sdl), url: 'http://127.0.0.1:1' }])
const stripped = stripSecurity(supergraphSdl)

async function load(supergraph: string) {
  const gateway = new ApolloGateway({ supergraphSdl: supergraph, logger: silent })
  let schema: string[] = []
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => {
    schema = Object.keys(apiSchema.getQueryType()?.getFields() ?? {})
  })
  try {
    await gateway.load()
    return schema
  } finally {
    await gateway.stop().catch(() => undefined)
  }
}
const quiet = () => undefined
const silent = { debug: quiet, info: quiet, warn: quiet, error: quiet }

describe('stripSecurity', () => {
  it('makes a supergraph that @apollo/gateway loads of one that it refuses', async () => {
    await expect(load(supergraphSdl)).rejects.toThrow(/for: SECURITY/)
    expect(await load(stripped)).toEqual(['open', 'closed', 'mine'])
  })

  it('leaves no link, definition, scalar or application of the three directives', () => {
    expect(supergraphSdl).toMatch(
      /@needs\(scopes: \[\["c"\], \["a", "b"\]\]\)|@needs\(scopes: \[\["a", "b"\], \["c"\]\]\)/,
    )
    const code = stripped.replaceAll(/"[^"\n]*"/g, '""')
    expect(code).not.toMatch(/@needs|@authenticated|@policy|requiresScopes__Scope|policy__Policy|needs__/)
    expect(stripped).not.toMatch(/specs\.apollo\.dev\/(requiresScopes|authenticated|policy)/)
  })

  it('keeps everything else, character by character', () => {
    expect(stripped).toContain('@link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY)')
    expect(stripped).toContain('hidden: String @inaccessible')
    expect(stripped).toContain('open: String @tag(name: "requiresScopes")')
    expect(stripped).toContain('"who @needs(scopes: [[]])"')
    const lines = supergraphSdl.split('\n').filter((line) => !/needs|authenticated|olicy|requiresScopes/.test(line))
    for (const line of lines) expect(stripped).toContain(line)
  })

  it('changes nothing where there is nothing to strip', () => {
    const plain = 'schema @link(url: "https://specs.apollo.dev/link/v1.0") { query: Query }\n\ntype Query { a: Int }\n'
    expect(stripSecurity(plain)).toBe(plain)
    expect(stripSecurity(stripped)).toBe(stripped)
  })
})
