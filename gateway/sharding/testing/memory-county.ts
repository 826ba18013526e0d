import { buildSubgraphSchema } from '@apollo/subgraph'
import { execute, GraphQLError, type GraphQLSchema, parse } from 'graphql'
import { compareKeys, decodeCursor, encodeCursor, fingerprint } from '../../../services/platform/cursor.ts'
import type { CountyRequest } from '../contract.ts'
import { membersOf } from '../json.ts'
import { testSdl } from './schema.ts'

type SchemaModule = Extract<Parameters<typeof buildSubgraphSchema>[0], { resolvers?: unknown }>

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
  filter?: { size?: string }
  first?: number
  after?: string
  last?: number
  before?: string
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
  readonly #schema: GraphQLSchema

  constructor(code: string, things: Thing[] = []) {
    this.code = code
    this.things = things
    this.#schema = buildSubgraphSchema({ typeDefs: parse(testSdl), resolvers: this.#resolvers() })
  }

  /** Answers a request as a county's node would, as parsed JSON. */
  async answer(request: CountyRequest): Promise<Record<string, unknown>> {
    this.requests.push(request)
    const result = await execute({
      schema: this.#schema,
      document: parse(request.query),
      variableValues: request.variables,
    })
    return membersOf(JSON.parse(JSON.stringify(result)))
  }

  #resolvers(): NonNullable<SchemaModule['resolvers']> {
    const county = { code: this.code }
    const find = (id: string) => this.things.find((each) => each.id === id) ?? null
    return {
      Query: {
        thing: (_: unknown, { id }: { id: string }) => find(id),
        surely: (_: unknown, { id }: { id: string }) => {
          const found = find(id)
          if (found === null) throw coded('NOT_FOUND', 'There is no such thing.')
          return found
        },
        staff: () => [`staff of ${this.code}`],
        mine: () => `mine of ${this.code}`,
        notes: (_: unknown, { about }: { about?: string }) => [
          { county, text: `first of ${this.code}`, about },
          { county, text: null, about },
        ],
        words: () => [`${this.code} a`, `${this.code} b`],
        things: (_: unknown, page: PageArguments) => this.#page(page),
      },
      Mutation: {
        rename: (_: unknown, { id, name }: { id: string; name: string }) => {
          const found = find(id)
          if (found === null) throw coded('NOT_FOUND', 'There is no such thing.')
          found.name = name
          return found
        },
        add: (_: unknown, { name }: { name: string }) => {
          const added = { ...thing(this.code, this.things.length), name }
          this.things.push(added)
          return added
        },
      },
      Described: { __resolveType: () => 'Note' },
      Thing: {
        __resolveReference: (reference: { id: string; extra?: number }) => {
          if (reference.id.endsWith(':secret')) throw coded('AGREEMENT_MISSING', 'no agreement')
          if (reference.id.endsWith(':crash')) throw new Error('crash')
          const found = find(reference.id)
          return found && { ...found, extra: reference.extra }
        },
        weight: ({ id }: Thing) => {
          if (id.endsWith(':9')) throw coded('UNAUTHORIZED_FIELD_OR_TYPE', 'not for you')
          return id.length
        },
        sum: ({ extra }: { extra?: number }) => (extra ?? 0) + 1,
        county: () => county,
        elsewhere: ({ elsewhere = [] }: Thing) => elsewhere.map((id) => ({ id })),
        described: () => [{ county, text: 'a note' }],
      },
      ThingReference: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        county: ({ id }: { id: string }) => ({ code: id.slice(0, 6) }),
      },
    }
  }

  #page({ filter, first, after, last, before }: PageArguments): unknown {
    const question = fingerprint('things', filter)
    const bound = (cursor: string, argument: string) => {
      const decoded = decodeCursor(cursor, argument)
      if (decoded.question !== question)
        throw coded('BAD_USER_INPUT', `The cursor in "${argument}" is of another query.`)
      return decoded.key
    }
    const size = filter?.size
    const all = this.things
      .filter((each) => size === undefined || each.size === size)
      .toSorted((a, b) => compareKeys(key(a), key(b)))
    const from =
      after === undefined ? 0 : all.filter((each) => compareKeys(key(each), bound(after, 'after')) <= 0).length
    const to =
      before === undefined
        ? all.length
        : all.filter((each) => compareKeys(key(each), bound(before, 'before')) < 0).length
    const start = last === undefined ? from : Math.max(from, to - last)
    const end = last === undefined ? Math.min(to, from + (first ?? 20)) : to
    const rows = all.slice(start, Math.max(start, end))
    const edges = rows.map((node) => ({ node, cursor: encodeCursor({ question, key: key(node) }) }))
    const own = { code: this.code }
    return {
      edges,
      nodes: rows,
      pageInfo: {
        hasNextPage: end < all.length,
        hasPreviousPage: start > 0,
        startCursor: edges[0]?.cursor,
        endCursor: edges.at(-1)?.cursor,
      },
      coverage: {
        complete: true,
        answered: [{ county: own, asOf: '2026-01-01T00:00:00Z', listVersion: `v-${this.code}` }],
        unanswered: [],
      },
    }
  }
}

/** A record's place in the global order. */
function key({ at, id }: Thing): string[] {
  return [at, id]
}

/** An error with a code, as counties throw it. */
export function coded(code: string, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code, stacktrace: ['secret'] } })
}
