import type { GraphQLResolveInfo } from 'graphql'
import { checkCursors } from '../../services/platform/cursor.ts'
import { ExchangeError } from '../../services/platform/errors.ts'
import type { RequestContext } from '../../services/platform/viewer.ts'
import type { CountyQuestions } from './county-questions.ts'
import { demandCoverage, incomplete } from './demand-coverage.ts'

/** Paging arguments of a connection. */
export interface Page {
  first?: number | null
  after?: string | null
  last?: number | null
  before?: string | null
}

const coverage = `coverage { complete answered { county { code } asOf listVersion } unanswered { county { code } reason } }`
const page = `edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } ${coverage}`

/** The county connections of a subject's records, by the field of `Subject` that shows them. */
const connections = {
  listings: { field: 'creditListings', filter: 'CreditListingFilter', type: 'CreditListing' },
  penalties: { field: 'penalties', filter: 'PenaltyFilter', type: 'Penalty' },
  cases: { field: 'enforcementCases', filter: 'EnforcementCaseFilter', type: 'EnforcementCase' },
} as const

interface Coverage {
  complete: boolean
  answered: unknown[]
  unanswered: { county: { code: string }; reason: string }[]
}

interface Connection {
  coverage: Coverage
  edges: { cursor: string; node: { id: string; filedAt?: string | null } }[]
  pageInfo: { hasNextPage: boolean }
}

/**
 * One subject's records of one kind in all counties, as identifiers in the global order: the planner fetches what was
 * selected from the counties that have something.
 */
export async function subjectRecords(
  counties: CountyQuestions,
  kind: keyof typeof connections,
  code: string,
  paging: Page,
  context: RequestContext,
  info: GraphQLResolveInfo,
): Promise<unknown> {
  const { field, filter, type } = connections[kind]
  checkCursors(paging, field, { subject: code })
  const document = `query SubjectRecords($filter: ${filter}, $first: Int, $after: String, $last: Int, $before: String) {
    ${field}(filter: $filter, first: $first, after: $after, last: $last, before: $before) { ${page} }
  }`
  const connection = await run(counties, document, { filter: { subject: code }, ...paging }, field, context)
  return withStubs(demandCoverage(connection, info), type)
}

/**
 * The name the first county that knows the subject has for it; null when every county has answered and none does, else
 * COVERAGE_INCOMPLETE.
 */
export async function subjectName(
  counties: CountyQuestions,
  code: string,
  context: RequestContext,
): Promise<string | null> {
  const document = `query SubjectName($code: SubjectCode!) { registeredSubjects(code: $code) { name } }`
  const replies = await counties.ask({ document, variables: { code }, context })
  for (const reply of replies.values()) {
    const [entry] = 'data' in reply ? ((reply.data['registeredSubjects'] as { name: string }[] | null) ?? []) : []
    if (entry) return entry.name
  }
  const missing = [...replies].flatMap(([county, reply]) =>
    'outage' in reply ? [{ county, reason: reply.outage }] : [],
  )
  if (missing.length > 0) throw incomplete('name', missing, 'No county that answered knows the subject.')
  return null
}

/** Other counties' open cases on the same subject and act, earliest filed first, with what the search covered. */
export async function duplicateCases(
  counties: CountyQuestions,
  own: { id: string; act: string; subject: { code: string } },
  context: RequestContext,
  info: GraphQLResolveInfo,
): Promise<{ cases: unknown[]; hasMore: boolean; coverage: Coverage }> {
  const home = own.id.slice(0, 6)
  const others = counties.targets().filter((county) => county !== home)
  if (others.length === 0)
    return { cases: [], hasMore: false, coverage: { complete: true, answered: [], unanswered: [] } }
  const document = `query Duplicates($filter: EnforcementCaseFilter, $counties: [CountyCode!]) {
    enforcementCases(filter: $filter, counties: $counties, first: 100) {
      edges { cursor node { id filedAt } } pageInfo { hasNextPage } ${coverage}
    }
  }`
  const filter = { subject: own.subject.code, act: own.act, open: true }
  const connection = await run(counties, document, { filter, counties: others }, 'enforcementCases', context)
  // Whoever filed first has jurisdiction (行政处罚法 art. 25). Connections run by the day a clue was registered.
  const edges = connection.edges.toSorted((one, other) => compareFiling(one.node, other.node))
  const { nodes, coverage: covered } = withStubs({ ...connection, edges }, 'EnforcementCase')
  const { hasNextPage } = connection.pageInfo
  return demandCoverage({ cases: nodes, hasMore: hasNextPage, coverage: covered }, info)
}

function compareFiling(one: { id: string; filedAt?: string | null }, other: typeof one): number {
  const [a, b] = [one, other].map(({ id, filedAt }) => `${filedAt ?? '9'} ${id}`) as [string, string]
  return a < b ? -1 : a > b ? 1 : 0
}

async function run(
  counties: CountyQuestions,
  document: string,
  variables: Record<string, unknown>,
  field: string,
  context: RequestContext,
): Promise<Connection> {
  const { data, errors } = await counties.execute({ document, variables, context })
  const connection = data?.[field] as Connection | null | undefined
  if (connection) return connection
  throw errors[0] ?? new ExchangeError('INTERNAL', 'The counties gave no answer.')
}

function withStubs(connection: Connection, type: string): Connection & { nodes: { id: string }[] } {
  const edges = connection.edges.map(({ cursor, node }) => ({ cursor, node: { __typename: type, id: node.id } }))
  return { ...connection, edges, nodes: edges.map(({ node }) => node) }
}
