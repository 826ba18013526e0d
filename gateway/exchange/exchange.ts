import { buildSubgraphSchema } from '@apollo/subgraph'
import { type GraphQLResolveInfo, type GraphQLSchema, parse } from 'graphql'
import { GraphQLDate, GraphQLDateTime } from 'graphql-scalars'
import { CountyCodeScalar } from '../../services/platform/codes/county-code.scalar.ts'
import { SubjectCodeScalar } from '../../services/platform/codes/subject-code.scalar.ts'
import type { RequestContext } from '../../services/platform/viewer.ts'
import { confirmCaseLink } from './case-links.ts'
import { type CreditCheckDeps, type CreditCheckResult, checkCredit } from './credit-check.ts'
import { exchangeSdl } from './exchange-sdl.ts'
import { type Page, duplicateCases, subjectName, subjectRecords } from './subject-records.ts'
import type { StandingListing } from './standing.ts'
import type { CreditVerdict } from './verdict.ts'

/** What the exchange subgraph needs. */
export interface ExchangeDeps extends CreditCheckDeps {
  /** Whether the county's node answered when it was last asked. */
  isAnswering(county: string): boolean
}

const verdictLabels: Record<CreditVerdict, string> = {
  CLEAR: '未列入严重违法失信名单',
  CONSIDER: '已列入名单,应作为重要考量因素',
  BARRED: '存在法定限制,不得准予',
  INCONCLUSIVE: '未能查清,有县区未应答,不得据此作出决定',
}

/** The executable `exchange` subgraph, run in the gateway's own process. */
export function createExchange(deps: ExchangeDeps): GraphQLSchema {
  const { counties, directory } = deps
  const countyEntry = (code: string) => directory.county(code)

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
      Query: {
        creditCheck: async (_: unknown, question: { subject: string; matter: string }, context: RequestContext) =>
          present(await checkCredit(deps, question, context)),
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

function present({ question, checkedAt, judgement, receipt }: CreditCheckResult): object {
  return {
    ...question,
    checkedAt,
    verdict: judgement.verdict,
    verdictLabel: verdictLabels[judgement.verdict],
    consequences: judgement.consequences.map(({ measure, until, listing }) => ({
      measure,
      legalBasis: measure.legalBasis,
      until,
      listing: presentListing(listing),
    })),
    listings: judgement.listings.map(presentListing),
    coverage: {
      complete: judgement.unanswered.length === 0,
      answered: judgement.answered.map((answer) => ({ ...answer, county: { code: answer.county } })),
      unanswered: judgement.unanswered.map(({ county, reason }) => ({ county: { code: county }, reason })),
    },
    receipt,
  }
}

/** What the county said of a listing in its answer, so that showing it needs no second request. */
function presentListing({ subjectCode: code, subjectName: name, ...listing }: StandingListing): object {
  return { ...listing, county: { code: listing.id.slice(0, 6) }, subject: { code, name } }
}
