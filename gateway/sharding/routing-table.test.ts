import { describe, expect, test } from 'vitest'
import { readRoutingTable } from './routing-table.ts'
import { testSdl } from './testing/schema.ts'

/** The test schema with one thing changed. */
function changed(from: string | RegExp, to: string): () => unknown {
  const sdl = testSdl.replace(from, to)
  if (sdl === testSdl) throw new Error(`nothing changed by ${String(from)}`)
  return () => readRoutingTable(sdl)
}

describe('the routing table', () => {
  test('says of every root field how it is routed', () => {
    const { query, mutation, ownIdTypes } = readRoutingTable(testSdl)
    expect([...query].map(([name, route]) => [name, route.kind === 'ROUTED' ? route.by : route.merge])).toEqual([
      ['thing', 'ID'],
      ['surely', 'ID'],
      ['staff', 'COUNTY'],
      ['mine', 'VIEWER'],
      ['notes', 'CONCAT'],
      ['words', 'CONCAT'],
      ['things', 'PAGE'],
    ])
    expect([...mutation.keys()]).toEqual(['rename', 'add'])
    expect([...ownIdTypes]).toEqual(['Thing'])
  })

  test.each<[string, string | RegExp, string, RegExp]>([
    [
      'a root field without a directive',
      'mine: String @routed(by: VIEWER)',
      'mine: String',
      /Query\.mine has no routing/,
    ],
    [
      'a root field with two',
      'mine: String',
      'mine(counties: [ID]): String @scatter(merge: CONCAT)',
      /Query\.mine has two/,
    ],
    ['a mutation without one', '@routed(by: VIEWER)\n  }\n  input', '\n  }\n  input', /Mutation\.add has no/],
    [
      'a scattered mutation',
      'add(name: String!): Thing @routed(by: VIEWER)',
      'add(name: String!): Thing @scatter(merge: CONCAT)',
      /Mutation\.add.*never scattered/,
    ],
    ['ROUTED by ID without an id', 'thing(id: ID!)', 'thing(it: ID!)', /Query\.thing.*"id: ID!"/],
    ['ROUTED by ID with an id that may be null', 'thing(id: ID!)', 'thing(id: ID)', /Query\.thing.*"id: ID!"/],
    [
      'ROUTED by COUNTY without a county',
      'staff(county: CountyCode!)',
      'staff(where: CountyCode!)',
      /Query\.staff.*"county"/,
    ],
    ['SCATTER without counties', 'words(counties: [CountyCode!])', 'words', /Query\.words.*"counties/],
    ['SCATTER that is never null', '[String!] @scatter', '[String!]! @scatter', /Query\.words.*nullable/],
    ['CONCAT that is no list', '[Note!] @scatter', 'Note @scatter', /Query\.notes.*must be a list/],
    ['PAGE that is no connection', 'ThingConnection @scatter', 'Thing @scatter', /Query\.things.*Thing has no "edges"/],
    ['PAGE of a scalar', 'ThingConnection @scatter', 'String @scatter', /Query\.things.*no connection/],
    ['PAGE without paging', 'last: Int', 'final: Int', /Query\.things.*"last"/],
    ['PAGE without coverage', 'coverage: Coverage!', 'reach: Coverage!', /ThingConnection has no "coverage"/],
    [
      'a connection with a field that nobody can merge',
      'nodes: [Thing!]!',
      'nodes: [Thing!]! total: Int',
      /ThingConnection\.total/,
    ],
    [
      'coverage with a field that nobody can fill',
      'complete: Boolean!',
      'complete: Boolean! share: Float',
      /Coverage\.share/,
    ],
    ['an entity whose key names no county', '"code", resolvable: false', '"code"', /County @key.*resolvable: false/],
  ])('refuses %s, and names it', (_, from, to, message) => {
    expect(changed(from, to)).toThrow(message)
  })
})
