/** A county subgraph without a domain: things that have parts, belong together, and name things elsewhere. */
export const testSdl = /* GraphQL */ `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires"])

  enum RoutedBy {
    ID
    COUNTY
    VIEWER
  }
  enum ScatterMerge {
    CONCAT
    PAGE
  }
  directive @routed(by: RoutedBy!) on FIELD_DEFINITION
  directive @scatter(merge: ScatterMerge!) on FIELD_DEFINITION
  directive @reference on OBJECT
  scalar DateTime
  scalar CountyCode

  type Query {
    thing(id: ID!): Thing @routed(by: ID)
    surely(id: ID!): Thing! @routed(by: ID)
    staff(county: CountyCode!): [String!] @routed(by: COUNTY)
    mine: String @routed(by: VIEWER)
    notes(about: String, counties: [CountyCode!]): [Note!] @scatter(merge: CONCAT)
    words(counties: [CountyCode!]): [String!] @scatter(merge: CONCAT)
    things(
      filter: ThingFilter
      counties: [CountyCode!]
      first: Int
      after: String
      last: Int
      before: String
    ): ThingConnection @scatter(merge: PAGE)
  }
  type Mutation {
    rename(id: ID!, name: String!): Thing! @routed(by: ID)
    add(name: String!): Thing @routed(by: VIEWER)
  }
  input ThingFilter {
    size: Size
  }
  enum Size {
    SMALL
    LARGE
  }
  interface Described {
    text: String
  }
  type Note implements Described {
    county: County!
    text: String
    about: String
  }
  type Thing implements Described @key(fields: "id") {
    id: ID!
    name: String!
    size: Size!
    weight: Int
    text: String
    county: County!
    elsewhere: [ThingReference!]!
    described: [Described!]
    extra: Int @external
    sum: Int @requires(fields: "extra")
  }
  type ThingReference @key(fields: "id") @reference {
    id: ID!
    county: County!
  }
  type ThingConnection {
    edges: [ThingEdge!]!
    nodes: [Thing!]!
    pageInfo: PageInfo!
    coverage: Coverage!
  }
  type ThingEdge {
    cursor: String!
    node: Thing!
  }
  type PageInfo @shareable {
    hasNextPage: Boolean!
    hasPreviousPage: Boolean!
    startCursor: String
    endCursor: String
  }
  type Coverage @shareable {
    complete: Boolean!
    answered: [CountyAnswer!]!
    unanswered: [CountyOutage!]!
  }
  type CountyAnswer @shareable {
    county: County!
    asOf: DateTime!
    listVersion: String
  }
  type CountyOutage @shareable {
    county: County!
    reason: OutageReason!
  }
  enum OutageReason {
    TIMEOUT
    UNREACHABLE
    REFUSED
    FAULT
    STALE
  }
  type County @key(fields: "code", resolvable: false) {
    code: CountyCode!
  }
`
