import { buildSubgraphSchema } from '@apollo/subgraph'
import { type DocumentNode, execute, GraphQLError, parse } from 'graphql'
import { compareKeys, decodeCursor, encodeCursor, fingerprint } from '../../../services/platform/cursor.ts'
import { BoundedCache } from '../../../services/platform/bounded-cache.ts'
import type { CountyRequest } from '../contract.ts'
import { membersOf } from '../json.ts'
import { testSdl } from './schema.ts'

/** A record of the test schema. */
export interface Thing {
  id: string
  name: string
  size: 'SMALL' | 'LARGE'
  /** Sort key before the id. */
  at: string
  elsewhere?: string[]
}

interface PageArguments {
  filter?: { size?: string | null } | null
  first?: number | null
  after?: string | null
  last?: number | null
  before?: string | null
}

/** Makes records whose order is that of their times. */
export function thing(county: string, number: number, at = `2026-01-01T${String(number).padStart(4, '0')}`): Thing {
  return { id: `${county}:thing:${number}`, name: `thing ${number}`, size: number % 2 ? 'LARGE' : 'SMALL', at }
}

/** A county that serves the test schema from memory, by the real GraphQL executor, paging by cursors as counties do. */
export class MemoryCounty {
  readonly code: string
  things: Thing[]
  /** Every request it was sent. */
  readonly requests: CountyRequest[] = []

  constructor(code: string, things: Thing[] = []) {
    this.code = code
    this.things = things
  }

  /** Answers a request as a county's node would, as parsed JSON. */
  async answer(request: CountyRequest): Promise<Record<string, unknown>> {
    this.requests.push(request)
    const document = documents.getOrMake(request.query, () => parse(request.query))
    const result = await execute({ schema, document, variableValues: request.variables, contextValue: this })
    return membersOf(JSON.parse(JSON.stringify(result)))
  }

  /** The record with an id, or null. */
  find(id: string): Thing | null {
    return this.things.find((each) => each.id === id) ?? null
  }

  /** One page of its records. */
  page({ filter, first, after, last, before }: PageArguments): unknown {
    const question = fingerprint('things', filter)
    const lower = readCursor(question, 'after', after)
    const upper = readCursor(question, 'before', before)
    const all = this.things
      .filter(({ size }) => size === (filter?.size ?? size))
      .toSorted((a, b) => compareKeys(key(a), key(b)))
    const from = lower === undefined ? 0 : all.filter((each) => compareKeys(key(each), lower) <= 0).length
    const to = upper === undefined ? all.length : all.filter((each) => compareKeys(key(each), upper) < 0).length
    const start = typeof last === 'number' ? Math.max(from, to - last) : from
    const end = typeof last === 'number' ? to : Math.min(to, from + (first ?? 20))
    const rows = all.slice(start, Math.max(start, end))
    const edges = rows.map((node) => ({ node, cursor: encodeCursor({ question, key: key(node) }) }))
    const answered = [{ county: this, asOf: '2026-01-01T00:00:00Z', listVersion: `v-${this.code}` }]
    return {
      edges,
      nodes: rows,
      pageInfo: {
        hasNextPage: end < all.length,
        hasPreviousPage: start > 0,
        startCursor: edges[0]?.cursor,
        endCursor: edges.at(-1)?.cursor,
      },
      coverage: { complete: true, answered, unanswered: [] },
    }
  }
}

const documents = new BoundedCache<DocumentNode>(100)

const schema = buildSubgraphSchema([
  {
    typeDefs: parse(testSdl),
    resolvers: {
      Query: {
        thing: (_: unknown, { id }: { id: string }, county: MemoryCounty) => county.find(id),
        surely: (_: unknown, { id }: { id: string }, county: MemoryCounty) => existing(county, id),
        staff: (_: unknown, __: unknown, { code }: MemoryCounty) => [`staff of ${code}`],
        mine: (_: unknown, __: unknown, { code }: MemoryCounty) => `mine of ${code}`,
        notes: (_: unknown, { about }: { about?: string }, county: MemoryCounty) => [
          { county, text: `first of ${county.code}`, about },
          { county, text: null, about },
        ],
        words: (_: unknown, __: unknown, { code }: MemoryCounty) => [`${code} a`, `${code} b`],
        things: (_: unknown, page: PageArguments, county: MemoryCounty) => county.page(page),
      },
      Mutation: {
        rename: (_: unknown, { id, name }: { id: string; name: string }, county: MemoryCounty) =>
          Object.assign(existing(county, id), { name }),
        add: (_: unknown, { name }: { name: string }, county: MemoryCounty) => {
          const added = { ...thing(county.code, county.things.length), name }
          county.things.push(added)
          return added
        },
      },
      Described: { __resolveType: () => 'Note' },
      Thing: {
        __resolveReference: async ({ id, extra }: { id: string; extra?: number }, county: MemoryCounty) => {
          if (id.endsWith(':secret')) throw coded('AGREEMENT_MISSING', 'no agreement')
          if (id.endsWith(':crash')) throw new Error('crash')
          const found = county.find(id)
          return found && { ...found, extra }
        },
        weight: ({ id }: Thing) => {
          if (id.endsWith(':9')) throw coded('UNAUTHORIZED_FIELD_OR_TYPE', 'not for you')
          return id.length
        },
        sum: ({ extra }: { extra?: number }) => (extra ?? 0) + 1,
        county: (_: unknown, __: unknown, county: MemoryCounty) => county,
        elsewhere: ({ elsewhere = [] }: Thing) => elsewhere.map((id) => ({ id })),
        described: (_: unknown, __: unknown, county: MemoryCounty) => [{ county, text: 'a note' }],
      },
      ThingReference: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        county: ({ id }: { id: string }) => ({ code: id.slice(0, 6) }),
      },
    },
  },
])

function existing(county: MemoryCounty, id: string): Thing {
  const found = county.find(id)
  if (found === null) throw coded('NOT_FOUND', 'There is no such thing.')
  return found
}

function readCursor(
  question: string,
  argument: string,
  cursor: string | null | undefined,
): readonly string[] | undefined {
  if (cursor === undefined || cursor === null) return undefined
  const decoded = decodeCursor(cursor, argument)
  if (decoded.question !== question) throw coded('BAD_USER_INPUT', `The cursor in "${argument}" is of another query.`)
  return decoded.key
}

/** A record's place in the global order. */
function key({ at, id }: Thing): string[] {
  return [at, id]
}

/** An error with a code, as counties throw it. */
export function coded(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code, stacktrace: ['secret'] } })
}
