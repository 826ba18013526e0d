import { GraphQLError } from 'graphql'
import { type ErrorCode, ExchangeError } from '../../services/platform/errors.ts'
import type { OutageReason } from './contract.ts'
import { membersOf } from './json.ts'

type Path = readonly (string | number)[]

/** An error's code, details and place; the place is relative to the field it belongs to until the field is merged. */
export interface CountyError {
  code: string
  message: string
  details: Readonly<Record<string, unknown>>
  path: Path
}

/**
 * What one county made of one field: its value (with the errors it passed on), or no answer; `sent` when it may have got
 * the question nevertheless, `code` when its refusal has a name that the asker can act on.
 */
export type Part =
  | { county: string; value: unknown; errors: readonly CountyError[] }
  | { county: string; outage: OutageReason; sent?: boolean; code?: 'AGREEMENT_MISSING' }

/** A part that is missing. */
export type Outage = Extract<Part, { outage: OutageReason }>

/** Codes of errors that are about the question: they pass on as themselves and are no outage. */
const passedOn = new Set<string>([
  'BAD_USER_INPUT',
  'NOT_FOUND',
  'TRANSITION_REFUSED',
  'CONFLICT',
  'UNAUTHORIZED_FIELD_OR_TYPE',
  'PURPOSE_MISSING',
  'OFFICER_MISSING',
] satisfies ErrorCode[])

/** Codes by which a county says that it will not answer this asker, or no one for now. */
const refusals = new Set<string>([
  'AGENCY_UNKNOWN',
  'AGREEMENT_MISSING',
  'DIRECTORY_UNAVAILABLE',
  'DIRECTORY_EXPIRED',
  'JOURNAL_UNAVAILABLE',
  'OPERATION_TOO_COMPLEX',
  'OPERATION_NOT_REGISTERED',
  'OVERLOADED',
] satisfies ErrorCode[])

/** What an error code of a county means for its part. */
export function meaningOf(code: unknown): 'PASS_ON' | OutageReason {
  if (typeof code !== 'string') return 'FAULT'
  if (passedOn.has(code)) return 'PASS_ON'
  if (refusals.has(code) || code.startsWith('TOKEN_')) return 'REFUSED'
  return code === 'DEADLINE_EXCEEDED' ? 'TIMEOUT' : 'FAULT'
}

/** Takes over an error of a county: its message, code and argument, and nothing else that it may have written. */
export function passOn(county: string, error: Record<string, unknown>, path: Path): CountyError {
  const extensions = membersOf(error['extensions'])
  const argument = extensions['argument']
  return {
    code: String(extensions['code']),
    message: String(error['message']).slice(0, 500),
    details: { county, ...(typeof argument === 'string' && { argument: argument.slice(0, 100) }) },
    path,
  }
}

/** An error of this side as a county's error, for a request that was not sent. */
export function own(error: ExchangeError, county: string): CountyError {
  const { code = 'INTERNAL', ...details } = error.extensions
  return { code: String(code), message: error.message, details: { ...details, county }, path: [] }
}

/** A county's error at its place in the merged answer. */
export function placed(error: CountyError, path: Path, details: Record<string, unknown> = {}): GraphQLError {
  return new GraphQLError(error.message, { path, extensions: { ...error.details, ...details, code: error.code } })
}

/** An error thrown on this side at its place in the answer; what is no ExchangeError becomes INTERNAL without its text. */
export function placedError(error: unknown, path: Path, details: Record<string, unknown> = {}): GraphQLError {
  if (!(error instanceof ExchangeError)) {
    return new GraphQLError('The exchange could not ask the counties.', { path, extensions: { code: 'INTERNAL' } })
  }
  return new GraphQLError(error.message, { path, extensions: { ...error.extensions, ...details } })
}

const meanings: Record<OutageReason, string> = {
  TIMEOUT: 'did not answer in time',
  UNREACHABLE: 'could not be reached',
  REFUSED: 'refused to answer',
  FAULT: 'gave an answer that cannot be used',
  STALE: 'holds records that are out of date',
}

/**
 * COUNTY_UNANSWERED, or the name of the county's refusal, at a place in the answer; `key` is the id of the entity that is
 * missing.
 */
export function unanswered(outage: Outage, path: Path, more: { key?: string; mutation?: boolean } = {}): GraphQLError {
  const { county, outage: reason, code = 'COUNTY_UNANSWERED' } = outage
  const unsure = more.mutation && outage.sent && reason !== 'REFUSED'
  const message =
    code === 'AGREEMENT_MISSING'
      ? `County ${county} has no agreement in force that lets your county read these records for this purpose.`
      : `County ${county} ${meanings[reason]}.`
  return new GraphQLError(
    unsure ? `${message} It is not known whether the change was made: look before you repeat it.` : message,
    {
      path,
      extensions: {
        code: code satisfies ErrorCode,
        county,
        reason,
        ...(more.key !== undefined && { key: more.key }),
      },
    },
  )
}

/** COVERAGE_INCOMPLETE: a scattered field that is null because counties are missing, and which. */
export function incomplete(field: string, outages: readonly Outage[], path: Path): GraphQLError {
  const named = outages.map(({ county, outage }) => `${county} (${outage})`).join(', ')
  return new GraphQLError(
    `"${field}" is not complete: no answer from ${named}. Leave these counties out with "counties", or select "coverage" where there is one to get the part that is there.`,
    {
      path,
      extensions: {
        code: 'COVERAGE_INCOMPLETE' satisfies ErrorCode,
        missing: outages.map(({ county, outage }) => ({ county, reason: outage })),
      },
    },
  )
}
