/** What a user of plain federation would write: one subgraph a county, its root fields and entities named after it. */

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])`

const standing = `
input CreditQuestion { subject: String! matter: String! }
type County @shareable { code: String! }
type CreditStandings @shareable {
  county: County!
  asOf: String!
  listVersion: String!
  standings: [CreditStanding!]!
}
type CreditStanding @shareable { subject: String! matter: String! listings: [StandingListing!]! }
type StandingListing @shareable {
  id: ID!
  relation: String!
  documentNumber: String!
  subjectCode: String!
  subjectName: String!
  category: String!
  categoryLabel: String!
  state: String!
  stateLabel: String!
  facts: String!
  basis: String!
  organ: String!
  listedOn: String!
  effectUntil: String!
  imposedMeasures: [String!]!
  restrictionUntil: String
}`

/** The subgraph of one county for the check. */
export function checkSdl(code: string): string {
  return `${link}
type Query { creditStandings${code}(questions: [CreditQuestion!]!): [CreditStandings!] }
${standing}
`
}

/**
 * The peers' check: every county's answer with its moment, version and listings. By a fragment: with the fields written
 * out for 200 counties, the document is larger than Grafbase takes by default.
 */
export function peerCheck(codes: readonly string[]): string {
  const fields = codes.map((code) => `  c${code}: ${peerCheckField(code)}`)
  return `query Check($questions: [CreditQuestion!]!) {\n${fields.join('\n')}\n}\n${peerCheckFragment}`
}

/** The peers' question to one county; needs {@link peerCheckFragment}. */
export function peerCheckField(code: string): string {
  return `creditStandings${code}(questions: $questions) { ...Standing }`
}

const listingFields = 'id documentNumber subjectCode subjectName categoryLabel listedOn effectUntil'

/** What the peers select of a county's answer. */
export const peerCheckFragment = `fragment Standing on CreditStandings { asOf listVersion standings { listings { ${listingFields} } } }`

/**
 * The subgraph of one county for the page of cases: a type per county, since an entity lives in one of them alone. What
 * links name is an interface: with a union, Hive's default planner fails ("Cannot set properties of undefined").
 */
export function casesSdl(codes: readonly string[], code: string): string {
  const others = codes.filter((other) => other !== code)
  return `${link}
type Query { cases${code}(subject: String!, first: Int!): [Case${code}!]! }
type Case${code} implements LinkedCase @key(fields: "id") {
  id: ID!
  number: String!
  title: String!
  stage: String!
  registeredAt: String!
  links: [CaseLink!]!
}
${others.map((other) => `type Case${other} implements LinkedCase @key(fields: "id", resolvable: false) { id: ID! }`).join('\n')}
interface LinkedCase { id: ID! }
type CaseLink @shareable { id: ID! kind: String! target: LinkedCase! }
`
}

/** The peers' page of cases with their links followed. */
export function peerCases(codes: readonly string[], perCounty: number): string {
  const linked = codes.map((code) => `... on Case${code} { id number title stage }`).join(' ')
  const fields = codes.map(
    (code) =>
      `  c${code}: cases${code}(subject: $subject, first: ${perCounty}) {
    id number title stage registeredAt links { kind target { __typename ${linked} } } }`,
  )
  return `query Cases($subject: String!) {\n${fields.join('\n')}\n}`
}
