import { GraphQLError } from 'graphql'

/**
 * Every code that leaves this system in `extensions.code`, with the HTTP status used when the whole request fails with
 * it. Codes are stable: they may be added, never renamed.
 */
export const errorCodes = {
  /** An argument, cursor, code or header is malformed or unknown. The message says which and what is expected. */
  BAD_USER_INPUT: 400,
  GRAPHQL_PARSE_FAILED: 400,
  GRAPHQL_VALIDATION_FAILED: 400,
  /** Deeper, longer or costlier than the limits allow. */
  OPERATION_TOO_COMPLEX: 400,
  /** In production only registered documents run, unless the token has `query:adhoc`. */
  OPERATION_NOT_REGISTERED: 403,
  TOKEN_MISSING: 401,
  TOKEN_MALFORMED: 401,
  TOKEN_EXPIRED: 401,
  TOKEN_NOT_YET_VALID: 401,
  TOKEN_WRONG_AUDIENCE: 401,
  TOKEN_WRONG_ISSUER: 401,
  TOKEN_UNKNOWN_KEY: 401,
  TOKEN_ALGORITHM_REFUSED: 401,
  TOKEN_SIGNATURE_INVALID: 401,
  /** The token is bound to a key (DPoP) and no proof came with it. */
  TOKEN_PROOF_REQUIRED: 401,
  TOKEN_PROOF_INVALID: 401,
  /** The token is good, but the directory does not know its agency, or knows it in another county. */
  AGENCY_UNKNOWN: 403,
  /** The token's scopes do not cover this field or type. */
  UNAUTHORIZED_FIELD_OR_TYPE: 403,
  /** No agreement in force lets this county's agency read this kind of record for this purpose. */
  AGREEMENT_MISSING: 403,
  PURPOSE_MISSING: 403,
  OFFICER_MISSING: 403,
  /** One answer for a record that does not exist and one that may not be seen. */
  NOT_FOUND: 404,
  /** This county publishes no digest of its list: it must be asked itself. */
  HIT_INDEX_DECLINED: 404,
  /** The state machine does not list this event for this state. */
  TRANSITION_REFUSED: 409,
  CONFLICT: 409,
  /** Something speaks against it: look at it, and say in the named argument why it is done all the same. */
  CONFIRMATION_REQUIRED: 409,
  /** A county's part of the answer is missing; `county` and `reason` say whose and why. */
  COUNTY_UNANSWERED: 502,
  /** A scattered field was asked without `coverage` and some county did not answer; `missing` names them. */
  COVERAGE_INCOMPLETE: 502,
  DIRECTORY_UNAVAILABLE: 503,
  DIRECTORY_EXPIRED: 503,
  /** The keys of the token issuer were never had, so no token of it can be verified. */
  ISSUER_UNAVAILABLE: 503,
  /** The access could not be written to the journal, so it was refused. */
  JOURNAL_UNAVAILABLE: 503,
  /** The county's node keeps no files, or cannot: its disk is full or fails, or the file is no longer there. */
  STORAGE_UNAVAILABLE: 503,
  /** This process answers as many questions as it can; ask again later. */
  OVERLOADED: 503,
  DEADLINE_EXCEEDED: 504,
  INTERNAL: 500,
} as const

/** A stable error code. */
export type ErrorCode = keyof typeof errorCodes

/** What may stand beside `code` in an error's extensions; everything else is removed before an error leaves. */
export interface ErrorDetails {
  /** County code (six digits) the error is about. */
  county?: string
  /** Why a county did not answer. */
  reason?: string
  /** County codes whose answers are missing, with the reason of each. */
  missing?: { county: string; reason: string }[]
  /** The key of the entity that could not be resolved. */
  key?: string
  /** The argument or header that is wrong. */
  argument?: string
  /** Scopes that would have been needed: an OR of ANDs. */
  requiredScopes?: readonly (readonly string[])[]
  /** The transaction under which both journals hold the request. */
  transaction?: string
}

/** An error meant for the caller: a stable code, a message for people, and allow-listed details. */
export class ExchangeError extends GraphQLError {
  readonly code: ErrorCode
  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, { extensions: { ...details, code } })
    this.name = 'ExchangeError'
    this.code = code
  }
}

/** A bad argument: what was wrong, where, and what to do. */
export function badInput(message: string, argument?: string): ExchangeError {
  return new ExchangeError('BAD_USER_INPUT', message, argument === undefined ? {} : { argument })
}
