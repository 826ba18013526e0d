import { buildSubgraphSchema } from '@apollo/subgraph'
import { type GraphQLResolveInfo, type GraphQLSchema, parse } from 'graphql'
import { GraphQLDate, GraphQLDateTime } from 'graphql-scalars'
import { CountyCodeScalar } from '../../services/platform/codes/county-code.scalar.ts'
import { SubjectCodeScalar } from '../../services/platform/codes/subject-code.scalar.ts'
import { ExchangeError, badInput } from '../../services/platform/errors.ts'
import type { RequestContext } from '../../services/platform/viewer.ts'
import { confirmCaseLink } from './case-links.ts'
import { type CreditCheckDeps, checkCredit, checkCredits } from './credit-check.ts'
import { DurationScalar } from './duration.ts'
import { exchangeSdl } from './exchange-sdl.ts'
import { presentCheck } from './present-check.ts'
import { type Page, duplicateCases, subjectName, subjectRecords } from './subject-records.ts'
import type { StatementStore } from './statement-store.ts'

/** What the exchange subgraph needs. */
export interface ExchangeDeps extends CreditCheckDeps {
  /** Whether the county's node answered when it was last asked. */
  isAnswering(county: string): boolean
  statements: StatementStore
}

/** The executable `exchange` subgraph, run in the gateway's own process. */
export function createExchange(deps: ExchangeDeps): GraphQLSchema {
  const { counties, directory } = deps
  const countyEntry = (code: string) => directory.node(code)

  const records =
    (kind: 'listings' | 'penalties' | 'cases') =>
    (subject: { code: string }, page: Page, context: RequestContext, info: GraphQLResolveInfo) =>
      subjectRecords(counties, kind, subject.code, page, context, info)

  return buildSubgraphSchema({
    typeDefs: parse(exchangeSdl),
    resolvers: {
      SubjectCode: SubjectCodeScalar,
      CountyCode: CountyCodeScalar,
      DateTime: GraphQLDateTime,
      Date: GraphQLDate,
      Duration: DurationScalar,
      Query: {
        creditCheck: async (_: unknown, question: Parameters<typeof checkCredit>[1], context: RequestContext) =>
          presentCheck(await checkCredit(deps, question, context)),
        creditChecks: async (_: unknown, questions: Parameters<typeof checkCredits>[1], context: RequestContext) =>
          (await checkCredits(deps, questions, context)).map(presentCheck),
        coverageStatement: (_: unknown, { hash }: { hash: string }) => coverageStatement(deps, hash),
        subject: (_: unknown, { code }: { code: string }) => ({ code }),
        counties: () =>
          directory
            .snapshot()
            .counties.filter(({ status }) => status !== 'LEFT')
            .map(({ code }) => ({ code })),
      },
      Mutation: {
        confirmCaseLink: (_: unknown, { id }: { id: string }, context: RequestContext) =>
          confirmCaseLink(counties, id, context),
      },
      County: {
        __resolveReference: ({ code }: { code: string }) => ({ code }),
        name: ({ code }: { code: string }) => countyEntry(code)?.name ?? code,
        status: ({ code }: { code: string }) => {
          if (countyEntry(code)?.status !== 'ACTIVE') return 'SUSPENDED'
          return deps.isAnswering(code) ? 'ANSWERING' : 'NOT_ANSWERING'
        },
      },
      Subject: {
        __resolveReference: ({ code }: { code: string }) => ({ code }),
        name: (subject: { code: string; name?: string }, _: unknown, context: RequestContext) =>
          subject.name ?? subjectName(counties, subject.code, context),
        listings: records('listings'),
        penalties: records('penalties'),
        cases: records('cases'),
      },
      CaseReference: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        case: ({ id }: { id: string }) => ({ __typename: 'EnforcementCase', id }),
      },
      EnforcementCase: {
        __resolveReference: (reference: object) => reference,
        duplicates: (
          own: { id: string; act: string; subject: { code: string } },
          _: unknown,
          context: RequestContext,
          info: GraphQLResolveInfo,
        ) => duplicateCases(counties, own, context, info),
      },
    },
  } as Parameters<typeof buildSubgraphSchema>[0])
}

/** The statement with a hash. NOT_FOUND when this gateway has none; BAD_USER_INPUT when it is no SHA-256. */
async function coverageStatement({ statements }: ExchangeDeps, hash: string): Promise<{ hash: string; text: string }> {
  if (!/^[0-9a-f]{64}$/.test(hash)) {
    throw badInput('"hash" is the SHA-256 of a statement: 64 hexadecimal digits, as a receipt names it.', 'hash')
  }
  const text = await statements.find(hash)
  if (text !== undefined) return { hash, text }
  throw new ExchangeError('NOT_FOUND', 'This gateway has no such statement. Ask the gateway that signed the receipt.')
}
