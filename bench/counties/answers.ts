import { encodeCursor } from '../../services/platform/cursor.ts'
import { type CaseRecord, caseId, caseOf, casesPerCounty } from '../world/cases.ts'
import { listedSubject } from '../world/codes.ts'

/** What every light county says of its list's version. */
export const lightListVersion = 7

/** Answers of one light county. */
export type LightCounty = (name: string, args: Record<string, unknown>) => unknown

/** Entries on each light county's list. */
export const listedPerCounty = 200

/**
 * The root fields of one county, in our words (`creditStandings`, `enforcementCases`, `_entities`) and in the peers',
 * which differ by the county's code at the end of field and type names alone.
 */
export function lightCounty(codes: readonly string[], code: string): LightCounty {
  const place = codes.indexOf(code)
  const listed = new Set(Array.from({ length: listedPerCounty }, (_, entry) => listedSubject(place, entry)))
  const county = { code }
  const casesOf = (subject: string, first: number): CaseRecord[] =>
    Array.from({ length: Math.min(first, casesPerCounty) }, (_, number) => caseOf(codes, caseId(code, subject, number)))

  const standings = (questions: readonly { subject: string; matter: string }[]): unknown => [
    {
      county,
      asOf: new Date().toISOString(),
      listVersion: String(lightListVersion),
      standings: questions.map(({ subject, matter }) => ({
        subject,
        matter,
        listings: listed.has(subject) ? [listingOf(code, subject)] : [],
      })),
    },
  ]

  return (name, args) => {
    switch (name.endsWith(code) ? name.slice(0, -code.length) : name) {
      case 'creditStandings':
        return standings(args['questions'] as { subject: string; matter: string }[])
      case 'cases':
        return casesOf(args['subject'] as string, args['first'] as number).map(asPlain)
      case 'enforcementCases':
        return pageOf(code, casesOf((args['filter'] as { subject: string }).subject, args['first'] as number))
      case '_entities':
        return (args['representations'] as { __typename: string; id: string }[]).map(({ __typename: typename, id }) =>
          typename === 'EnforcementCase' ? asOurs(caseOf(codes, id)) : asPlain(caseOf(codes, id)),
        )
      default:
        return undefined
    }
  }
}

function asOurs({ links, ...record }: CaseRecord): Record<string, unknown> {
  return {
    __typename: 'EnforcementCase',
    ...record,
    links: links.map(({ target, ...link }) => ({
      __typename: 'CaseLink',
      ...link,
      target: { __typename: 'CaseReference', ...target },
    })),
  }
}

function asPlain({ links, ...record }: CaseRecord): Record<string, unknown> {
  return {
    __typename: `Case${record.county.code}`,
    ...record,
    links: links.map(({ target, ...link }) => ({
      __typename: 'CaseLink',
      ...link,
      target: { __typename: `Case${target.county.code}`, id: target.id },
    })),
  }
}

function pageOf(code: string, cases: readonly CaseRecord[]): unknown {
  const nodes = cases.map(asOurs)
  const cursors = cases.map(({ registeredAt, id }) => encodeCursor({ question: 'bench', key: [registeredAt, id] }))
  return {
    __typename: 'EnforcementCaseConnection',
    nodes,
    edges: nodes.map((node, index) => ({ cursor: cursors[index], node })),
    pageInfo: {
      hasNextPage: false,
      hasPreviousPage: false,
      startCursor: cursors[0] ?? null,
      endCursor: cursors.at(-1) ?? null,
    },
    coverage: {
      complete: true,
      answered: [{ county: { code }, asOf: new Date().toISOString(), listVersion: null }],
      unanswered: [],
    },
  }
}

function listingOf(code: string, subject: string): unknown {
  return {
    id: `${code}:listing:00000000-0000-4000-8000-000000000001`,
    relation: 'LISTED_SUBJECT',
    documentNumber: `示例市监失信列〔2026〕${code}号`,
    subjectCode: subject,
    subjectName: '虚构示例有限公司',
    category: 'FOOD_SAFETY',
    categoryLabel: '食品安全',
    state: 'PUBLISHED',
    stateLabel: '已公示',
    facts: '生产经营添加药品的食品',
    basis: '《市场监督管理严重违法失信名单管理办法》第五条',
    organ: '示例市场监督管理局',
    listedOn: '2026-03-01',
    effectUntil: '2029-03-01',
    imposedMeasures: [],
    restrictionUntil: null,
  }
}
